//! The pieces that a query is cut into before they become concepts.

use crate::analysis::{Phrase, Token, whole_words};
use crate::engine::understanding::Origin;
use std::ops::Range;

pub(super) fn is_within(token: &Token, range: &Range<usize>) -> bool {
    token.byte_start >= range.start && token.byte_end <= range.end
}

/// A piece of the query that becomes a concept.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) range: Range<usize>,
    pub(super) typed: String,
    /// The words it consists of.
    pub(super) whole: Vec<String>,
    /// The smaller words in them, where there are any.
    pub(super) parts: Vec<String>,
    /// Synonyms, each as its words.
    pub(super) alternatives: Vec<Vec<String>>,
    /// What was probably meant.
    pub(super) meant: Vec<(Vec<String>, Origin)>,
    pub(super) is_product: bool,
    pub(super) is_stopword: bool,
}

impl Unit {
    pub(super) fn of_tokens(
        text: &str,
        range: Range<usize>,
        tokens: &[&Token],
        phrase: Option<&Phrase>,
    ) -> Self {
        let owned: Vec<Token> = tokens.iter().map(|t| (*t).clone()).collect();
        let whole_tokens = whole_words(&owned);
        let whole: Vec<String> = whole_tokens.iter().map(|t| t.text.clone()).collect();
        let is_whole = |t: &Token| {
            whole_tokens
                .iter()
                .any(|w| (w.byte_start, w.byte_end) == (t.byte_start, t.byte_end))
        };
        let mut parts: Vec<String> = Vec::new();
        for part in owned.iter().filter(|t| !is_whole(t)) {
            // Of two forms of one word the later one is the stem.
            let has_stem = owned.iter().any(|t| {
                t.byte_start == part.byte_start
                    && t.byte_end == part.byte_end
                    && t.text.len() < part.text.len()
            });
            if !has_stem && !parts.contains(&part.text) {
                parts.push(part.text.clone());
            }
        }
        Self {
            typed: text.get(range.clone()).unwrap_or_default().to_lowercase(),
            range,
            whole,
            parts,
            alternatives: phrase.map(|p| p.alternatives.clone()).unwrap_or_default(),
            meant: Vec::new(),
            is_product: phrase.is_some_and(|p| p.is_product),
            is_stopword: false,
        }
    }
}
