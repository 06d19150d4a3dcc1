//! Runs of one script, and Chinese runs into words (jieba, search mode).

use super::Piece;
use super::normalize::Normalized;
use jieba_rs::{Jieba, TokenizeMode};
use std::ops::Range;

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

/// Marks that may stand inside an identifier, never at its ends.
const JOINERS: &str = "._-/:$#@+";

/// The runs of normalized text.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        let Some(kind) = kind_of(c) else { continue };
        match runs.last_mut() {
            Some(run) if run.kind == kind && run.range.end == start => run.range.end = end,
            Some(run)
                if kind == RunKind::Latin
                    && run.kind == kind
                    && is_joined(&text[run.range.end..start]) =>
            {
                run.range.end = end;
            }
            _ => runs.push(Run {
                kind,
                range: start..end,
            }),
        }
    }
    runs
}

fn is_joined(between: &str) -> bool {
    between.len() <= 3 && between.chars().all(|c| JOINERS.contains(c))
}

/// Chinese characters, and the other scripts that are written without spaces.
pub(super) fn is_han(c: char) -> bool {
    kind_of(c) == Some(RunKind::Han)
}

/// The pairs of neighbouring characters of a run; a lone character as it is.
pub(super) fn pairs(text: &str, run: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let starts = text[run.clone()]
        .char_indices()
        .map(move |(at, _)| run.start + at);
    let bounds = starts.chain([run.end]);
    let is_lone = bounds.clone().nth(2).is_none();
    let lone = is_lone.then_some(run.start..run.end);
    let pairs = bounds.clone().zip(bounds.skip(2));
    lone.into_iter().chain(pairs.map(|(start, end)| start..end))
}

fn kind_of(c: char) -> Option<RunKind> {
    match c {
        '\u{3400}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}'
        | '\u{3040}'..='\u{30ff}' => Some(RunKind::Han),
        c if c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric()) => {
            Some(RunKind::Latin)
        }
        _ => None,
    }
}

/// jieba over the built-in dictionary.
pub(super) struct Segmenter {
    jieba: Jieba,
}

impl Segmenter {
    /// jieba's dictionary with `names` added, and what identifies the names.
    pub(super) fn with_names<'n>(names: impl Iterator<Item = &'n str>) -> (Self, u64) {
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
        (Self { jieba }, fingerprint)
    }

    /// Appends the words of a Chinese run; returns the next free position.
    pub(super) fn cut(
        &self,
        text: &str,
        run: Range<usize>,
        position: usize,
        pieces: &mut Vec<Piece>,
    ) -> usize {
        let source = &text[run.clone()];
        let words = self.jieba.tokenize(source, TokenizeMode::Search, true);
        let first = pieces.len();
        for word in words {
            pieces.push(Piece {
                range: run.start + word.byte_start..run.start + word.byte_end,
                stem: None,
                position: 0,
            });
        }
        // Search mode gives the parts of a long word before the word itself; all share the place of the word. A word
        // has ended where everything that follows begins behind it.
        let added = &mut pieces[first..];
        let mut next_start = usize::MAX;
        for piece in added.iter_mut().rev() {
            // For now, by how many the place of what follows differs.
            piece.position = usize::from(next_start >= piece.range.end);
            next_start = next_start.min(piece.range.start);
        }
        added.iter_mut().fold(position, |place, piece| {
            let next = place + piece.position;
            piece.position = place;
            next
        })
    }
}
