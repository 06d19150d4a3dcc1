//! Runs of one script, and Chinese runs into words (jieba, search mode).

use super::normalize::Normalized;
use super::remembered::Remembered;
use super::terms::Terms;
use super::token::{LONGEST_TOKEN, Piece};
use jieba_rs::{Jieba, TokenizeMode};
use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::sync::atomic::{AtomicU64, Ordering};

/// About so many bytes of a text there are for each of its runs.
const BYTES_OF_RUN: usize = 8;
/// What ideographs from U+4000 to U+9FFF begin with in UTF-8, and their length.
const IDEOGRAPHS: RangeInclusive<u8> = 0xe4..=0xe9;
const BYTES_OF_IDEOGRAPH: usize = 3;

/// A stretch of text of one kind; what lies between runs is no word.
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

/// So many marks that may stand inside an identifier are in one place at most.
const MOST_JOINERS: usize = 3;

/// The runs of normalized text.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::with_capacity(text.len() / BYTES_OF_RUN);
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
                    && is_joined(&text.as_bytes()[run.range.end..start]) =>
            {
                run.range.end = at;
            }
            _ => runs.push(Run {
                kind,
                range: start..at,
            }),
        }
    }
    runs
}

/// Where a run ends that goes on to `at` at least.
fn end_of_run(text: &str, mut at: usize, kind: RunKind) -> usize {
    let bytes = text.as_bytes();
    while at < bytes.len() {
        // Most of a run is of the usual characters of its kind.
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

/// What the character at this byte is, and its length. The usual characters are told by their first byte.
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

/// What the first character of a text is, and its length.
#[cold]
fn kind_of_first(text: &str) -> (Option<RunKind>, usize) {
    let c = text.chars().next().unwrap_or_default();
    (kind_of(c), c.len_utf8())
}

/// Whether this may stand inside an identifier, as it never does at its ends.
fn is_joined(between: &[u8]) -> bool {
    let is_joiner = |b: &u8| {
        matches!(
            b,
            b'.' | b'_' | b'-' | b'/' | b':' | b'$' | b'#' | b'@' | b'+'
        )
    };
    between.len() <= MOST_JOINERS && between.iter().all(is_joiner)
}

/// Chinese characters, and the other scripts that are written without spaces.
pub(super) fn is_han(c: char) -> bool {
    kind_of(c) == Some(RunKind::Han)
}

/// Calls `with` for each pair of neighbouring characters of a run, or for a lone one.
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

/// Where the character ends that begins at this byte.
fn end_of_character(text: &str, at: usize) -> usize {
    // Its length is that of the ones its first byte begins with: RFC 3629, section 3.
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
        // Punctuation of Chinese texts, which the tables of all letters take long to tell.
        '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3020}' => None,
        c if c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric()) => {
            Some(RunKind::Latin)
        }
        _ => None,
    }
}

/// Longer runs, in bytes, are rarely said twice: six ideographs.
const LONGEST_REMEMBERED: usize = 18;

/// Whether other texts may say a Chinese run of several characters too.
pub(super) fn is_often_said(run: &str) -> bool {
    (BYTES_OF_IDEOGRAPH + 1..=LONGEST_REMEMBERED).contains(&run.len())
}

thread_local! {
    /// The segmenter that was used last, and what it made of short runs.
    static REMEMBERED: RefCell<(u64, Remembered<Words>)> = RefCell::default();
}

/// jieba over the built-in dictionary.
pub(super) struct Segmenter {
    jieba: Jieba,
    number: u64,
}

/// The words of a run, in the order of jieba.
struct Words {
    words: Box<[Word]>,
    /// The first place behind them.
    end: u32,
}

struct Word {
    /// Bytes of the run. Texts are shorter than 4 GB.
    range: Range<u32>,
    place: u32,
}

impl Word {
    fn range(&self) -> Range<usize> {
        self.range.start as usize..self.range.end as usize
    }
}

impl Segmenter {
    /// jieba's dictionary with `names` added, and what identifies the names.
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
            // Names the dictionary has keep their frequency; new ones become likely enough to stay whole.
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
                position: position + word.place as usize,
            }));
            position + *end as usize
        })
    }

    /// Appends the words of a Chinese run.
    pub(super) fn push_terms(&self, run: &str, terms: &mut Terms) {
        // No character has fewer bytes: there is but one.
        if run.len() == BYTES_OF_IDEOGRAPH {
            return terms.push(run);
        }
        self.tokens(run).for_each(|token| terms.push(token.word));
    }

    /// No other has it.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    fn with_words<R>(&self, run: &str, with: impl FnOnce(&Words) -> R) -> R {
        if run.len() > LONGEST_REMEMBERED {
            return with(&self.words(run));
        }
        REMEMBERED.with_borrow_mut(|(number, remembered)| {
            if *number != self.number {
                (*number, *remembered) = (self.number, Remembered::default());
            }
            remembered.with(run, || self.words(run), with)
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
                place: 0,
            })
            .collect();
        // All parts share the place of their word. A word has ended where everything that follows begins behind it.
        let mut next_start = u32::MAX;
        for Word { range, place } in words.iter_mut().rev() {
            // For now, by how many the place of what follows differs.
            *place = u32::from(next_start >= range.end);
            next_start = next_start.min(range.start);
        }
        let end = words.iter_mut().fold(0, |here, word| {
            let next = here + word.place;
            word.place = here;
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
