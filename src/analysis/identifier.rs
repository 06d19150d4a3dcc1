//! Latin runs: English words by their stem; identifiers, versions and paths whole and in parts.

use super::Token;
use super::normalize::Normalized;
use rust_stemmers::{Algorithm, Stemmer};
use std::ops::Range;
use std::sync::LazyLock;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Shorter words are left as they are: stemming `dns` or `os` would only lose them.
const SHORTEST_STEMMED: usize = 4;

/// Appends the tokens of a Latin run, parts at the place of the whole; returns the next free position.
pub(super) fn cut(
    text: &str,
    run: Range<usize>,
    position: usize,
    normalized: &Normalized<'_>,
    tokens: &mut Vec<Token>,
) -> usize {
    let whole = &text[run.clone()];
    let parts = parts(text, run.clone(), normalized);
    let mut push = |range: Range<usize>, word: String| {
        tokens.push(Token {
            text: word,
            byte_start: range.start,
            byte_end: range.end,
            position,
        });
    };
    if parts.len() == 1 {
        push(run, stem(whole));
        return position + 1;
    }
    push(run, whole.to_owned());
    let is_version = whole.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !is_version {
        for part in parts {
            let word = stem(&text[part.clone()]);
            push(part, word);
        }
    }
    position + 1
}

fn stem(word: &str) -> String {
    let is_word = word.len() >= SHORTEST_STEMMED && word.bytes().all(|b| b.is_ascii_lowercase());
    if is_word {
        ENGLISH.stem(word).into_owned()
    } else {
        word.to_owned()
    }
}

/// The ranges between joiners, and at the humps of camelCase.
fn parts(text: &str, run: Range<usize>, normalized: &Normalized<'_>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = None;
    let mut previous: Option<char> = None;
    for (offset, c) in text[run.clone()].char_indices() {
        let at = run.start + offset;
        if !c.is_alphanumeric() {
            parts.extend(start.take().map(|s| s..at));
            previous = None;
            continue;
        }
        let written = normalized
            .source_of(at..at + c.len_utf8())
            .chars()
            .next()
            .unwrap_or(c);
        let next = text[at + c.len_utf8()..run.end]
            .chars()
            .next()
            .filter(|n| n.is_alphanumeric())
            .map(|n| normalized.source_of(at + c.len_utf8()..at + c.len_utf8() + n.len_utf8()));
        let next_is_lower = next
            .and_then(|n| n.chars().next())
            .is_some_and(char::is_lowercase);
        let hump = previous.is_some_and(|p| {
            written.is_uppercase() && (p.is_lowercase() || (p.is_uppercase() && next_is_lower))
        });
        if hump {
            parts.extend(start.take().map(|s| s..at));
        }
        start.get_or_insert(at);
        previous = Some(written);
    }
    parts.extend(start.map(|s| s..run.end));
    parts
}
