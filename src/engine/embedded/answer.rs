//! How sure the first hit is: how much of what the query says is found in it.

use super::query::Understood;
use crate::analysis::Analyzer;
use crate::document::Document;
use crate::engine::AnswerState;
use std::collections::HashSet;

/// From this share of the query's information in the question of the first hit, it is the answer.
const ANSWERED_FROM: f32 = 0.6;
/// From this share in the whole document, it is about the same matter.
const RELATED_FROM: f32 = 0.35;

pub(super) fn state(
    understood: &Understood,
    first: Option<&Document>,
    analyzer: &Analyzer,
) -> AnswerState {
    let Some(document) = first else {
        return AnswerState::None;
    };
    let mut asked: HashSet<String> = HashSet::new();
    let mut collect = |text: &str| asked.extend(analyzer.analyze(text).into_iter().map(|t| t.text));
    collect(&document.question);
    collect(&document.title);
    for label in document.tags.iter().chain(&document.keywords) {
        collect(label);
    }
    let in_question = coverage(understood, &asked);
    if in_question >= ANSWERED_FROM {
        return AnswerState::Answered;
    }
    asked.extend(
        analyzer
            .analyze(&document.answer_text())
            .into_iter()
            .map(|t| t.text),
    );
    match coverage(understood, &asked) {
        share if share >= RELATED_FROM => AnswerState::Related,
        _ => AnswerState::None,
    }
}

/// The share of the query's information (summed inverse document frequency) that `words` hold, 0 to 1.
fn coverage(understood: &Understood, words: &HashSet<String>) -> f32 {
    let all: f32 = understood.terms.iter().map(|t| t.idf).sum();
    let found: f32 = understood
        .terms
        .iter()
        .filter(|t| words.contains(&t.text))
        .map(|t| t.idf)
        .sum();
    if all > 0.0 { found / all } else { 0.0 }
}
