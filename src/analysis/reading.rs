//! One text, normalized and split into runs once, from which tokens, terms and pairs are made.

use super::identifier;
use super::known_terms::KnownTerms;
use super::normalize::{Normalized, Sources};
use super::segment::{self, Run, RunKind, Segmenter};
use super::terms::Terms;
use super::token::{Piece, Token, whole_words};
use std::cell::RefCell;
use std::ops::Range;

/// Bytes of text a token, roughly; used to reserve memory.
const BYTES_OF_TOKEN: usize = 4;

thread_local! {
    /// Cached terms of short runs, of the segmenter that was used last on this thread.
    static KNOWN: RefCell<Option<KnownTerms>> = const { RefCell::new(None) };
}

/// A text that was read by an [`Analyzer`](super::Analyzer).
pub struct Reading<'a> {
    segmenter: &'a Segmenter,
    normalized: Normalized<'a>,
    runs: Vec<Run>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a str, segmenter: &'a Segmenter) -> Self {
        let normalized = Normalized::new(text);
        Self {
            segmenter,
            runs: segment::runs(normalized.text()),
            normalized,
        }
    }

    /// The tokens, ordered by position.
    pub fn tokens(&self) -> Vec<Token> {
        self.tokens_if(|_| true)
    }

    /// The tokens whose text `is_wanted`.
    pub fn tokens_if(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<Token> {
        let text = self.normalized.text();
        let mut tokens = Vec::with_capacity(text.len() / BYTES_OF_TOKEN);
        let mut position = 0;
        let mut pieces = Vec::new();
        for Run { kind, range } in &self.runs {
            let run = range.clone();
            position = match kind {
                RunKind::Han => self.segmenter.cut(text, run, position, &mut pieces),
                RunKind::Latin => identifier::cut(run, position, &self.normalized, &mut pieces),
            };
            let wanted = pieces.drain(..).filter(|piece| is_wanted(piece.text(text)));
            tokens.extend(wanted.map(|piece| piece.token(&self.normalized)));
        }
        tokens
    }

    /// Writes the texts of the tokens to `terms`, replacing what it held: the form in which an index takes them.
    pub fn terms<'t>(&self, terms: &'t mut Terms) -> &'t str {
        terms.begin(self.normalized.text().len() * 2);
        let segmenter = self.segmenter.number();
        KNOWN.with_borrow_mut(|known| {
            known.take_if(|known| !known.are_from(segmenter));
            let known = known.get_or_insert_with(|| KnownTerms::new(segmenter));
            let mut sources = self.normalized.sources();
            for run in &self.runs {
                self.push_terms(run, &mut sources, known, terms);
            }
        });
        terms.as_str()
    }

    /// Appends the terms of a run.
    fn push_terms(
        &self,
        run: &Run,
        sources: &mut Sources<'_>,
        known: &mut KnownTerms,
        terms: &mut Terms,
    ) {
        let range = run.range.clone();
        let text = &self.normalized.text()[range.clone()];
        let key = match run.kind {
            RunKind::Han => Some(text).filter(|text| segment::is_cacheable(text)),
            RunKind::Latin if identifier::is_only_itself(text) => return terms.push(text),
            RunKind::Latin => identifier::cache_key(range.clone(), sources),
        };
        let cut = |terms: &mut Terms| match run.kind {
            RunKind::Han => self.segmenter.push_terms(text, terms),
            RunKind::Latin => identifier::push_terms(range, &self.normalized, terms),
        };
        match key {
            Some(key) => known.push(key, terms, cut),
            None => cut(terms),
        }
    }

    /// Pairs of neighbouring characters in the Chinese runs; a run of one character gives that character. Pairs match
    /// where query and document are segmented differently.
    pub fn pairs(&self) -> Vec<Token> {
        let mut tokens = Vec::new();
        self.each_pair(|range| {
            let piece = Piece {
                range,
                stem: None,
                position: tokens.len(),
            };
            tokens.push(piece.token(&self.normalized));
        });
        tokens
    }

    /// Writes the texts of the pairs to `terms`, replacing what it held.
    pub fn pair_terms<'t>(&self, terms: &'t mut Terms) -> &'t str {
        let normalized = self.normalized.text();
        // Each character is in two pairs.
        terms.begin(normalized.len() * 3);
        self.each_pair(|range| {
            let pair = &normalized[range];
            match pair.as_bytes().try_into() {
                Ok(of_ideographs) => terms.push_pair(of_ideographs),
                Err(_) => terms.push(pair),
            }
        });
        terms.as_str()
    }

    /// The words without their parts, in order. An English word is given by its stem.
    pub fn words(&self) -> Vec<String> {
        let tokens = self.tokens();
        whole_words(&tokens)
            .into_iter()
            .map(|t| t.text.clone())
            .collect()
    }

    /// Calls `with` for each of the [`words`](Self::words), but for identifiers by their parts: `spring-cloud` means
    /// the same as `Spring Cloud`.
    pub fn each_plain_word(&self, mut with: impl FnMut(&str)) {
        let text = self.normalized.text();
        let mut pieces = Vec::new();
        for Run { kind, range } in &self.runs {
            let run = range.clone();
            match kind {
                RunKind::Han => self.segmenter.cut(text, run, 0, &mut pieces),
                RunKind::Latin => identifier::cut(run, 0, &self.normalized, &mut pieces),
            };
            for word in pieces.chunk_by(|a, b| a.position == b.position) {
                let longest = word.iter().map(|piece| piece.range.len()).max();
                let is_part = |piece: &&Piece| Some(piece.range.len()) < longest;
                let has_parts = *kind == RunKind::Latin && word.iter().any(|piece| is_part(&piece));
                let mut words = word.iter().filter(|p| is_part(p) == has_parts).peekable();
                while let Some(piece) = words.next() {
                    // An English word comes as written, then as its stem: the stem is used.
                    let is_same = |next: &&Piece| next.range.start == piece.range.start;
                    if !words.peek().is_some_and(is_same) {
                        with(piece.text(text));
                    }
                }
            }
            pieces.clear();
        }
    }

    /// Calls `with` for each letter, digit and Chinese character, in order.
    pub fn each_letter(&self, mut with: impl FnMut(char)) {
        for Run { kind, range } in &self.runs {
            let is_han = *kind == RunKind::Han;
            for c in self.normalized.text()[range.clone()].chars() {
                if is_han || c.is_alphanumeric() {
                    with(c);
                }
            }
        }
    }

    /// The distinct Chinese characters, ordered by code point.
    pub fn characters(&self) -> Vec<char> {
        let han = self.runs_of(RunKind::Han);
        let mut characters: Vec<char> = han
            .flat_map(|run| self.normalized.text()[run.range.clone()].chars())
            .collect();
        characters.sort_unstable();
        characters.dedup();
        characters
    }

    fn runs_of(&self, kind: RunKind) -> impl Iterator<Item = &Run> + '_ {
        self.runs.iter().filter(move |run| run.kind == kind)
    }

    /// Calls `with` for each pair.
    fn each_pair(&self, mut with: impl FnMut(Range<usize>)) {
        for run in self.runs_of(RunKind::Han) {
            segment::each_pair(self.normalized.text(), run.range.clone(), &mut with);
        }
    }
}
