//! Invariants of the snippet of any text. The input has a first line of words to mark, then the text.

use super::marked::{check_snippet, text_of};
use super::snippet::Marker;
use dayi::analysis::Analyzer;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

pub(crate) fn check(input: &str) {
    let (query, text) = input.split_once('\n').unwrap_or(("", input));
    let words = ANALYZER.analyze(query);
    let weights: FxHashMap<&str, f32> = words
        .iter()
        .zip(1_u16..)
        .map(|(word, weight)| (word.text.as_str(), f32::from(weight)))
        .collect();
    let marker = Marker::new(&ANALYZER, &weights);
    let html = marker.highlight(text);
    assert_eq!(text_of(&html), text);
    let has_word = ANALYZER
        .analyze(text)
        .iter()
        .any(|token| weights.contains_key(token.text.as_str()));
    assert_eq!(html.contains("<mark>"), has_word, "{html}");
    check_snippet(&marker.best(text), text);
}
