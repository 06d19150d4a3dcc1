//! Splits text into runs of one script, and Chinese runs into words (jieba, search mode).

use super::cache::Cache;
use super::normalize::Normalized;
use super::terms::Terms;
use super::token::{LONGEST_TOKEN, Piece};
use super::version;
use jieba_rs::{Jieba, TokenizeMode};
use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of text a run, roughly; used to reserve memory.
const BYTES_OF_RUN: usize = 8;
/// First bytes in UTF-8 of the ideographs from U+4000 to U+9FFF, all three bytes long.
const IDEOGRAPHS: RangeInclusive<u8> = 0xe4..=0xe9;
const BYTES_OF_IDEOGRAPH: usize = 3;

/// A stretch of text of one kind. Text between runs (spaces, punctuation) belongs to no word.
pub(super) struct Run {
    pub(super) kind: RunKind,
    pub(super) range: Range<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunKind {
    /// Chinese characters (and other scripts written without spaces).
    Han,
    /// Letters and digits of scripts with spaces, with the marks that join identifiers.
    Latin,
}

/// Joining marks inside an identifier, at most so many in a row.
const MOST_JOINERS: usize = 3;

/// Runs that are written with a mark in front: `.NET` is another word than `net`.
const DOTTED: &str = ".net";

/// The runs of normalized text.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let bytes = text.as_bytes();
    let mut runs: Vec<Run> = Vec::with_capacity(text.len() / BYTES_OF_RUN);
    let mut has_version = false;
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let (kind, length) = kind_at(text, start);
        at += length;
        let Some(kind) = kind else { continue };
        at = end_of_run(text, at, kind);
        match runs.last_mut() {
            Some(run)
                if kind == RunKind::Latin
                    && run.kind == kind
                    && is_joined(&bytes[run.range.end..start]) =>
            {
                has_version |= bytes[start].is_ascii_digit() && bytes[start - 1] == b'.';
                run.range.end = at;
            }
            _ => {
                let start = start - usize::from(is_dotted(text, start));
                runs.push(Run {
                    kind,
                    range: start..at,
                });
            }
        }
        if kind == RunKind::Latin
            && let Some(run) = runs.last_mut()
        {
            run.range.end += length_of_sign(bytes, &run.range);
            at = run.range.end;
        }
    }
    if has_version {
        with_versions(text, runs)
    } else {
        runs
    }
}

/// Whether a run that begins at this byte has a dot in front that belongs to it.
fn is_dotted(text: &str, start: usize) -> bool {
    let is_start =
        |before: &str| !before.ends_with(|c: char| c == '.' || kind_of(c) == Some(RunKind::Latin));
    start > 0
        && text.as_bytes()[start - 1] == b'.'
        && text[start - 1..].starts_with(DOTTED)
        && !text[start - 1 + DOTTED.len()..].starts_with(|c: char| c.is_ascii_alphabetic())
        && is_start(&text[..start - 1])
}

/// Bytes of the signs behind a run that are part of its name: `c++`, `c#`. Of a heading's `#`, which is written behind a
/// word of any length, only those behind a single letter are.
fn length_of_sign(bytes: &[u8], run: &Range<usize>) -> usize {
    let behind = &bytes[run.end..];
    let is_letter = bytes[run.end - 1].is_ascii_lowercase();
    if is_letter && behind.starts_with(b"++") {
        return 2;
    }
    let is_followed = |b: &u8| b.is_ascii_alphanumeric() || *b == b'#';
    let is_sharp = behind.first() == Some(&b'#') && !behind.get(1).is_some_and(is_followed);
    usize::from(is_letter && run.len() == 1 && is_sharp)
}

/// The same runs, with each version number as a run of its own.
fn with_versions(text: &str, runs: Vec<Run>) -> Vec<Run> {
    let mut split = Vec::with_capacity(runs.len() + 8);
    for run in runs {
        match run.kind {
            RunKind::Han => split.push(run),
            RunKind::Latin => version::split(text, run.range, |range| {
                split.push(Run {
                    kind: RunKind::Latin,
                    range,
                });
            }),
        }
    }
    split
}

/// The end of a run that reaches at least to `at`.
fn end_of_run(text: &str, mut at: usize, kind: RunKind) -> usize {
    let bytes = text.as_bytes();
    while at < bytes.len() {
        // Fast path: most characters of a run are the usual ones of its kind.
        match kind {
            RunKind::Han if IDEOGRAPHS.contains(&bytes[at]) => at += BYTES_OF_IDEOGRAPH,
            RunKind::Latin if bytes[at].is_ascii_alphanumeric() => at += 1,
            _ => match kind_at(text, at) {
                (Some(next), length) if next == kind => at += length,
                _ => break,
            },
        }
    }
    at
}

/// The kind of the character at this byte, and its length. The usual characters are recognized by their first byte.
#[inline]
fn kind_at(text: &str, at: usize) -> (Option<RunKind>, usize) {
    let first = text.as_bytes()[at];
    if first.is_ascii() {
        (first.is_ascii_alphanumeric().then_some(RunKind::Latin), 1)
    } else if IDEOGRAPHS.contains(&first) {
        (Some(RunKind::Han), BYTES_OF_IDEOGRAPH)
    } else {
        kind_of_first(&text[at..])
    }
}

/// The kind of the first character of a text, and its length.
#[cold]
fn kind_of_first(text: &str) -> (Option<RunKind>, usize) {
    let c = text.chars().next().unwrap_or_default();
    (kind_of(c), c.len_utf8())
}

/// Whether these marks may join two parts of an identifier. They never begin or end one.
fn is_joined(between: &[u8]) -> bool {
    let is_joiner = |b: &u8| {
        matches!(
            b,
            b'.' | b'_' | b'-' | b'/' | b':' | b'$' | b'#' | b'@' | b'+'
        )
    };
    between.len() <= MOST_JOINERS && between.iter().all(is_joiner)
}

/// Whether a character is Chinese or of another script written without spaces.
pub(super) fn is_han(c: char) -> bool {
    kind_of(c) == Some(RunKind::Han)
}

/// Calls `with` for each pair of neighbouring characters of a run; for a run of one character, with that character.
pub(super) fn each_pair(text: &str, run: Range<usize>, mut with: impl FnMut(Range<usize>)) {
    let mut before = run.start;
    let mut at = end_of_character(text, before);
    if at == run.end {
        with(run.clone());
    }
    while at < run.end {
        let end = end_of_character(text, at);
        with(before..end);
        (before, at) = (at, end);
    }
}

/// The end of the character that begins at this byte.
fn end_of_character(text: &str, at: usize) -> usize {
    // The first byte gives the length: RFC 3629, section 3.
    at + match text.as_bytes()[at] {
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
    }
}

fn kind_of(c: char) -> Option<RunKind> {
    match c {
        '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}'
        | '\u{3040}'..='\u{30ff}' => Some(RunKind::Han),
        // Punctuation of Chinese texts. Named here because `is_alphanumeric` is slow for it.
        '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3020}' => None,
        c if c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric()) => {
            Some(RunKind::Latin)
        }
        _ => None,
    }
}

/// Longer runs, in bytes, are rarely repeated and are not cached: six ideographs.
const LONGEST_CACHED: usize = 18;

/// Whether a Chinese run is of several characters and short enough to be repeated by other texts.
pub(super) fn is_cacheable(run: &str) -> bool {
    (BYTES_OF_IDEOGRAPH + 1..=LONGEST_CACHED).contains(&run.len())
}

thread_local! {
    /// The number of the segmenter that was used last on this thread, and the words it made of short runs.
    static CACHED: RefCell<(u64, Cache<Words>)> = RefCell::default();
}

/// jieba over the built-in dictionary.
pub(super) struct Segmenter {
    jieba: Jieba,
    number: u64,
}

/// The words of a run, in the order of jieba.
struct Words {
    words: Box<[Word]>,
    /// The first position after the words.
    end: u32,
}

struct Word {
    /// Bytes of the run. Texts are shorter than 4 GB.
    range: Range<u32>,
    position: u32,
}

impl Word {
    fn range(&self) -> Range<usize> {
        self.range.start as usize..self.range.end as usize
    }
}

impl Segmenter {
    /// Adds `names` to jieba's dictionary. Returns the segmenter and a fingerprint of the names.
    pub(super) fn with_names<'n>(names: impl Iterator<Item = &'n str>) -> (Self, u64) {
        static MADE: AtomicU64 = AtomicU64::new(1);
        let mut jieba = Jieba::new();
        let mut added: Vec<String> = names
            .map(|n| Normalized::new(n).text().to_owned())
            .filter(|n| n.chars().all(is_han) && n.chars().count() > 1)
            .collect();
        added.sort_unstable();
        added.dedup();
        let mut hasher = blake3::Hasher::new();
        for name in &added {
            // A name in the dictionary keeps its frequency. A new name gets one high enough to stay whole.
            if !jieba.has_word(name) {
                jieba.add_word(name, None, None);
            }
            hasher.update(name.as_bytes()).update(b"\n");
        }
        let fingerprint = hasher.finalize().as_bytes()[..8]
            .iter()
            .fold(0, |n, b| n << 8 | u64::from(*b));
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        (Self { jieba, number }, fingerprint)
    }

    /// Appends the words of a Chinese run; returns the next free position.
    pub(super) fn cut(
        &self,
        text: &str,
        run: Range<usize>,
        position: usize,
        pieces: &mut Vec<Piece>,
    ) -> usize {
        let start = run.start;
        self.with_words(&text[run], |Words { words, end }| {
            pieces.extend(words.iter().map(|word| Piece {
                range: start + word.range().start..start + word.range().end,
                stem: None,
                position: position + word.position as usize,
            }));
            position + *end as usize
        })
    }

    /// Appends the words of a Chinese run.
    pub(super) fn push_terms(&self, run: &str, terms: &mut Terms) {
        // Every Han character has at least three bytes, so this run is a single character.
        if run.len() == BYTES_OF_IDEOGRAPH {
            return terms.push(run);
        }
        self.tokens(run).for_each(|token| terms.push(token.word));
    }

    /// A number that no other segmenter of this process has.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    fn with_words<R>(&self, run: &str, with: impl FnOnce(&Words) -> R) -> R {
        if run.len() > LONGEST_CACHED {
            return with(&self.words(run));
        }
        CACHED.with_borrow_mut(|(number, cache)| {
            if *number != self.number {
                (*number, *cache) = (self.number, Cache::default());
            }
            cache.with(run, || self.words(run), with)
        })
    }

    /// The words of a run as jieba cuts it, the parts of a long word before the word itself.
    fn tokens<'r>(&self, run: &'r str) -> impl Iterator<Item = jieba_rs::Token<'r>> + use<'r> {
        let tokens = self.jieba.tokenize(run, TokenizeMode::Search, true);
        let tokens = tokens.into_iter();
        tokens.filter(|token| token.word.len() <= LONGEST_TOKEN)
    }

    fn words(&self, run: &str) -> Words {
        let mut words: Box<[Word]> = self
            .tokens(run)
            .map(|w| Word {
                range: w.byte_start as u32..w.byte_end as u32,
                position: 0,
            })
            .collect();
        // The parts of a word share its position. A word has ended where everything that follows begins behind it.
        let mut next_start = u32::MAX;
        for Word { range, position } in words.iter_mut().rev() {
            // For now the step from this word's position to the next one's; the sum of the steps follows below.
            *position = u32::from(next_start >= range.end);
            next_start = next_start.min(range.start);
        }
        let end = words.iter_mut().fold(0, |here, word| {
            let next = here + word.position;
            word.position = here;
            next
        });
        Words { words, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn punctuation_is_neither_letter_nor_digit() {
        for c in '\u{2000}'..='\u{3400}' {
            let is_kana = ('\u{3040}'..='\u{30ff}').contains(&c);
            assert_eq!(
                kind_of(c).is_some(),
                c.is_alphanumeric() || is_kana,
                "{c:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn runs_are_of_one_kind_and_nothing_between_them_is_of_any(
            text in "[a-z0-9的中々〇カ，。、（ _.\\-/𠀀é　—“\u{3400}\u{fa0e}]{0,40}"
        ) {
            let mut at = 0;
            for Run { kind, range } in runs(&text) {
                prop_assert!(text[at..range.start].chars().all(|c| kind_of(c).is_none()));
                let has_joiners = kind == RunKind::Latin;
                let is_inside = |c: char| {
                    kind_of(c) == Some(kind) || has_joiners && is_joined(c.to_string().as_bytes())
                };
                prop_assert!(text[range.clone()].chars().all(is_inside));
                let ends = [text[range.clone()].chars().next(), text[range.clone()].chars().next_back()];
                prop_assert!(ends.iter().all(|c| c.is_some_and(|c| kind_of(c) == Some(kind))));
                at = range.end;
            }
            prop_assert!(text[at..].chars().all(|c| kind_of(c).is_none()));
        }
    }
}
