//! Latin runs: English words by their stem; identifiers, versions and paths whole and in parts.

use super::Piece;
use super::normalize::Normalized;
use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Stems that each thread remembers, at most: documents say the same words over and over.
const MOST_REMEMBERED: usize = 4_096;

thread_local! {
    /// Words with their stems; none where the word is its own.
    static STEMS: RefCell<FxHashMap<Box<str>, Option<Rc<str>>>> = RefCell::default();
}

/// Shorter words are left as they are: stemming `dns` or `os` would only lose them.
const SHORTEST_STEMMED: usize = 4;
/// `iPhone`, `k8s` and `v2` are one word.
const SHORTEST_PIECE: usize = 2;

/// Appends the pieces of a Latin run, parts at the place of the whole; returns the next free position.
pub(super) fn cut(
    text: &str,
    run: Range<usize>,
    position: usize,
    normalized: &Normalized<'_>,
    pieces: &mut Vec<Piece>,
) -> usize {
    let whole = &text[run.clone()];
    let parts = if is_one_word(text, &run, normalized) {
        Vec::new()
    } else {
        parts(text, run.clone(), normalized)
    };
    // A word comes as written and as its stem: the one tells how to spell it, the other meets its other forms.
    let mut push_with_stem = |range: Range<usize>| {
        let written = &text[range.clone()];
        let stem = stem(written);
        let as_written = |stem| Piece {
            range: range.clone(),
            stem,
            position,
        };
        pieces.push(as_written(None));
        if stem.is_some() {
            pieces.push(as_written(stem));
        }
    };
    push_with_stem(run);
    let is_version = whole.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if parts.len() > 1 && !is_version {
        parts.into_iter().for_each(push_with_stem);
    }
    position + 1
}

/// The stem of an English word, where that is another word.
pub(super) fn stem(word: &str) -> Option<Rc<str>> {
    let is_word = word.len() >= SHORTEST_STEMMED && word.bytes().all(|b| b.is_ascii_lowercase());
    if !is_word {
        return None;
    }
    if let Some(stem) = STEMS.with_borrow(|stems| stems.get(word).cloned()) {
        return stem;
    }
    let stem = ENGLISH.stem(word);
    let stem: Option<Rc<str>> = (stem != word).then(|| stem.into());
    STEMS.with_borrow_mut(|stems| {
        if stems.len() == MOST_REMEMBERED {
            stems.clear();
        }
        stems.insert(word.into(), stem.clone());
    });
    stem
}

/// Whether this was written in small letters alone, as most words are: it has no parts.
fn is_one_word(text: &str, range: &Range<usize>, normalized: &Normalized<'_>) -> bool {
    let are_small = text[range.clone()].bytes().all(|b| b.is_ascii_lowercase());
    are_small && normalized.is_as_written(range.clone())
}

/// The ranges between joiners, at the humps of camelCase, and between letters and digits.
fn parts(text: &str, run: Range<usize>, normalized: &Normalized<'_>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = None;
    for (offset, c) in text[run.clone()].char_indices() {
        let at = run.start + offset;
        if c.is_alphanumeric() {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            cut_at_humps(text, start..at, normalized, &mut parts);
        }
    }
    if let Some(start) = start {
        cut_at_humps(text, start..run.end, normalized, &mut parts);
    }
    parts
}

/// `WasmPlugin` is two words, `sPrInG` is one that was typed in a hurry: a word is cut only into pieces of some length.
fn cut_at_humps(
    text: &str,
    word: Range<usize>,
    normalized: &Normalized<'_>,
    parts: &mut Vec<Range<usize>>,
) {
    if is_one_word(text, &word, normalized) {
        parts.push(word);
        return;
    }
    let first = parts.len();
    let mut start = word.start;
    let mut written = normalized.written(word.clone()).peekable();
    let mut before = None;
    while let Some((at, here)) = written.next() {
        let next_is_lower = written.peek().is_some_and(|(_, c)| c.is_lowercase());
        let ends = before.is_some_and(|before: char| {
            let hump = here.is_uppercase()
                && (before.is_lowercase() || (before.is_uppercase() && next_is_lower));
            hump || before.is_numeric() != here.is_numeric()
        });
        if ends {
            parts.push(start..at);
            start = at;
        }
        before = Some(here);
    }
    parts.push(start..word.end);
    let is_short = |piece: &Range<usize>| {
        piece.len() < SHORTEST_PIECE && !text[piece.clone()].bytes().all(|b| b.is_ascii_digit())
    };
    if parts[first..].iter().any(is_short) {
        parts.truncate(first);
        parts.push(word);
    }
}
