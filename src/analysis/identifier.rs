//! Latin runs: English words by their stem; identifiers, versions and paths whole and in parts.

use super::Token;
use super::normalize::Normalized;
use rust_stemmers::{Algorithm, Stemmer};
use std::ops::Range;
use std::sync::LazyLock;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Shorter words are left as they are: stemming `dns` or `os` would only lose them.
const SHORTEST_STEMMED: usize = 4;
/// `iPhone`, `k8s` and `v2` are one word.
const SHORTEST_PIECE: usize = 2;

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
    // A word comes as written and as its stem: the one tells how to spell it, the other meets its other forms.
    let mut push_with_stem = |range: Range<usize>| {
        let written = &text[range.clone()];
        let stem = stem(written);
        if stem != written {
            push(range.clone(), written.to_owned());
        }
        push(range, stem);
    };
    push_with_stem(run);
    let is_version = whole.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if parts.len() > 1 && !is_version {
        parts.into_iter().for_each(push_with_stem);
    }
    position + 1
}

/// The stem of an English word; anything else as it is.
pub(super) fn stem(word: &str) -> String {
    let is_word = word.len() >= SHORTEST_STEMMED && word.bytes().all(|b| b.is_ascii_lowercase());
    if is_word {
        ENGLISH.stem(word).into_owned()
    } else {
        word.to_owned()
    }
}

/// The ranges between joiners, at the humps of camelCase, and between letters and digits.
fn parts(text: &str, run: Range<usize>, normalized: &Normalized<'_>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = None;
    for (offset, c) in text[run.clone()].char_indices() {
        let at = run.start + offset;
        if c.is_alphanumeric() {
            start.get_or_insert(at);
        } else {
            parts.extend(start.take().map(|s| s..at));
        }
    }
    parts.extend(start.map(|s| s..run.end));
    parts
        .into_iter()
        .flat_map(|word| humps(text, word, normalized))
        .collect()
}

/// `WasmPlugin` is two words, `sPrInG` is one that was typed in a hurry: a word is cut only into pieces of some length.
fn humps(text: &str, word: Range<usize>, normalized: &Normalized<'_>) -> Vec<Range<usize>> {
    let written: Vec<(usize, char)> = text[word.clone()]
        .char_indices()
        .map(|(offset, c)| {
            let at = word.start + offset;
            let source = normalized.source_of(at..at + c.len_utf8()).chars().next();
            (at, source.unwrap_or(c))
        })
        .collect();
    let mut cuts = vec![word.start];
    for i in 1..written.len() {
        let (before, (at, here)) = (written[i - 1].1, written[i]);
        let next_is_lower = written.get(i + 1).is_some_and(|(_, c)| c.is_lowercase());
        let hump = here.is_uppercase()
            && (before.is_lowercase() || (before.is_uppercase() && next_is_lower));
        let kind_changes = before.is_numeric() != here.is_numeric();
        if hump || kind_changes {
            cuts.push(at);
        }
    }
    cuts.push(word.end);
    let pieces: Vec<Range<usize>> = cuts.windows(2).map(|c| c[0]..c[1]).collect();
    let is_short = |piece: &&Range<usize>| {
        piece.len() < SHORTEST_PIECE && !text[(*piece).clone()].bytes().all(|b| b.is_ascii_digit())
    };
    if pieces.iter().any(|p| is_short(&p)) {
        vec![word]
    } else {
        pieces
    }
}
