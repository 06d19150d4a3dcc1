//! How sure the first hit is, judged by what it has of the query.

use super::evidence::Evidence;
use super::score::{Scorer, is_anywhere, is_in_question};
use super::search::Found;
use super::understand::{Concept, Query};
use crate::engine::{AnswerState, Confidence};

/// Hits that are looked at.
const LOOKED_AT: usize = 5;
/// From this share of the query in the question of the first hit, it is the answer.
const ANSWERED_FROM: f32 = 0.6;
/// From this share in the whole document, it is about the same matter.
const RELATED_FROM: f32 = 0.35;

/// What the best of `found` has of the query.
pub(super) fn confidence(query: &Query, scorer: &Scorer<'_>, found: &[Found]) -> Option<Confidence> {
    let best = found.first()?;
    let features = best.features?;
    let asked = || query.concepts.iter().filter(|c| !c.is_filler);
    let all: f32 = asked().map(|c| c.weight).sum::<f32>().max(f32::MIN_POSITIVE);
    let share = |of: &dyn Fn(&Concept) -> f32| asked().map(|c| c.weight * of(c)).sum::<f32>() / all;
    let coverage = |evidence: &Evidence, is_there| share(&|c| scorer.holds(c, evidence, is_there));
    let lacking = |evidence: &Evidence, is_there| {
        let names = asked().filter(|c| c.is_name());
        names.map(|c| c.telling * (1.0 - scorer.holds(c, evidence, is_there))).fold(0.0, f32::max)
    };
    // Another of the first hits may be the answer: the query is judged by what the best of them has.
    let first: Vec<&Evidence> = found.iter().take(LOOKED_AT).filter_map(|f| f.evidence.as_ref()).collect();
    let most = |of: &dyn Fn(&Evidence) -> f32| first.iter().map(|e| of(e)).fold(0.0, f32::max);
    let least = |of: &dyn Fn(&Evidence) -> f32| first.iter().map(|e| of(e)).fold(1.0, f32::min);
    let next = found.get(1).map_or(0.0, |f| f.parts.total());
    let score = best.parts.total().max(f32::MIN_POSITIVE);
    Some(Confidence {
        question_coverage: most(&|e| coverage(e, is_in_question)),
        coverage: most(&|e| coverage(e, is_anywhere)),
        unknown: share(&|c| if c.wordings.is_empty() { 1.0 } else { 0.0 }),
        name_not_asked: least(&|e| lacking(e, is_in_question)),
        name_missing: least(&|e| lacking(e, is_anywhere)),
        words: features.words,
        question_bigrams: features.question_bigrams,
        characters: features.characters,
        focus: features.focus,
        margin: (score - next) / score,
        length: (asked().count() as f32).max(1.0).ln(),
    })
}

pub(super) fn state(confidence: Option<&Confidence>) -> AnswerState {
    match confidence {
        Some(best) if best.question_coverage >= ANSWERED_FROM => AnswerState::Answered,
        Some(best) if best.coverage >= RELATED_FROM => AnswerState::Related,
        _ => AnswerState::None,
    }
}
