//! Latin runs. English words become their stem; identifiers, versions and paths stay whole and are also cut into
//! parts.

use super::cache::Cache;
use super::normalize::{Normalized, Sources};
use super::terms::Terms;
use super::token::{LONGEST_TOKEN, Piece};
use rust_stemmers::{Algorithm, Stemmer};
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Longer runs, in bytes, are rarely repeated and are not cached.
const LONGEST_CACHED: usize = 64;

thread_local! {
    /// Parts of runs, by the run as it was written.
    static CACHED: RefCell<Cache<Parts>> = RefCell::default();
}

/// The parts of a run: the whole run first, then its parts, each as written and stemmed.
type Parts = Box<[Part]>;

struct Part {
    /// Bytes of the run.
    range: Range<u32>,
    stem: Option<Rc<str>>,
}

/// Shorter words are left as they are: stemming `dns` or `os` would only lose them.
const SHORTEST_STEMMED: usize = 4;
/// `iPhone`, `k8s` and `v2` are one word.
const SHORTEST_PIECE: usize = 2;

/// Appends the pieces of a Latin run; parts have the position of the whole. Returns the next free position.
pub(super) fn cut(
    run: Range<usize>,
    position: usize,
    normalized: &Normalized<'_>,
    pieces: &mut Vec<Piece>,
) -> usize {
    let start = run.start;
    if is_only_itself(&normalized.text()[run.clone()]) {
        pieces.push(Piece {
            range: run,
            stem: None,
            position,
        });
        return position + 1;
    }
    with_parts(run, normalized, |parts| {
        pieces.extend(parts.iter().map(|Part { range, stem }| Piece {
            range: start + range.start as usize..start + range.end as usize,
            stem: stem.clone(),
            position,
        }));
    });
    position + 1
}

/// Appends the texts of the pieces of a Latin run that is not [`is_only_itself`].
pub(super) fn push_terms(run: Range<usize>, normalized: &Normalized<'_>, terms: &mut Terms) {
    let text = &normalized.text()[run.clone()];
    with_parts(run, normalized, |parts| {
        parts.iter().for_each(|part| terms.push(part.term(text)));
    });
}

/// The run as it was written, if that alone decides how it is cut: then its terms may be cached.
pub(super) fn cache_key<'n>(run: Range<usize>, sources: &mut Sources<'n>) -> Option<&'n str> {
    cut_by_nothing_else(sources.text(run))
}

/// The written form of a run, if nothing but that form decides how the run is cut.
fn cut_by_nothing_else(written: &str) -> Option<&str> {
    // A non-ASCII run may come from a part of one source character, so its written form does not identify it.
    written.is_ascii().then_some(written)
}

/// Whether a run has neither parts nor a stem, however it was written: a number, or a word too short to be stemmed.
pub(super) fn is_only_itself(text: &str) -> bool {
    text.len() < SHORTEST_STEMMED && text.bytes().all(|b| b.is_ascii_lowercase())
        || text.len() <= LONGEST_TOKEN && text.bytes().all(|b| b.is_ascii_digit())
}

fn with_parts(run: Range<usize>, normalized: &Normalized<'_>, with: impl FnOnce(&Parts)) {
    let written = cut_by_nothing_else(normalized.source_text(run.clone()));
    let Some(written) = written.filter(|w| w.len() <= LONGEST_CACHED) else {
        return with(&cut_anew(run, normalized));
    };
    CACHED.with_borrow_mut(|cache| {
        cache.with(written, || cut_anew(run, normalized), with);
    });
}

fn cut_anew(run: Range<usize>, normalized: &Normalized<'_>) -> Parts {
    let text = normalized.text();
    let is_version = text[run.clone()]
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'.');
    let mut ranges = parts(text, run.clone(), normalized);
    // A single part is another word than the run only beside a sign: `notepad++`.
    let is_whole = |range: &Range<usize>| range.len() == run.len() || range.len() < SHORTEST_PIECE;
    if is_version || matches!(&ranges[..], [single] if is_whole(single)) {
        ranges.clear();
    }
    let mut parts = Vec::new();
    let mut push = |range: &Range<usize>, stem: Option<Rc<str>>| {
        let offset = |at| (at - run.start) as u32;
        let range = offset(range.start)..offset(range.end);
        let part = Part { range, stem };
        if part.term(&text[run.clone()]).len() <= LONGEST_TOKEN {
            parts.push(part);
        }
    };
    // A word gives two tokens: as written, for corrections of spelling, and its stem, which matches its other forms.
    for range in std::iter::once(run.clone()).chain(ranges) {
        push(&range, None);
        if let Some(stem) = stem(&text[range.clone()]) {
            push(&range, Some(stem));
        }
    }
    parts.into()
}

impl Part {
    /// The text of this part of a normalized run.
    fn term<'t>(&'t self, run: &'t str) -> &'t str {
        let written = || &run[self.range.start as usize..self.range.end as usize];
        self.stem.as_deref().unwrap_or_else(written)
    }
}

/// The stem of an English word; `None` if the word is its own stem.
pub(super) fn stem(word: &str) -> Option<Rc<str>> {
    let is_word = word.len() >= SHORTEST_STEMMED && word.bytes().all(|b| b.is_ascii_lowercase());
    if !is_word {
        return None;
    }
    let stem = ENGLISH.stem(word);
    (stem != word).then(|| stem.into())
}

/// Whether the range was written in lower case throughout, as most words are: then it has no parts.
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

/// Cuts a word at its humps, unless a piece would be too short: `WasmPlugin` is two words, `sPrInG` is one word typed
/// in a hurry.
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
