//! Completions as you type: questions that begin so, then questions with the word that is being typed, then the word.
//!
//! Beginnings are looked up in sorted lists, words in the vocabulary and then in the index: neither walks through all
//! questions, however many there are.

use super::columns::texts_by_ordinal;
use super::schema::{Fields, HEADLINE};
use super::segments::OfSegments;
use super::snapshot::Snapshot;
use super::vocabulary::Vocabulary;
use crate::analysis::{Token, pinyin_of, sound_of, whole_words};
use crate::engine::{EngineError, Suggestion, SuggestionTarget};
use rayon::prelude::*;
use std::collections::HashSet;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, DisjunctionMaxQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, Searcher, SegmentReader, Term};

/// Bytes of a question that are compared; nobody types more before the list is short.
const LONGEST_KEY: usize = 48;
/// Words that the one being typed may become.
const MOST_COMPLETIONS: usize = 12;
/// Documents whose questions are spelled in one piece of work.
const DOCS_OF_PART: usize = 4_096;
/// Terms among the suggestions.
const MOST_TERMS: usize = 3;
/// Terms have so many characters at least: shorter ones are parts of words.
const SHORTEST_TERM: usize = 3;

/// The questions of a snapshot by their beginnings: as written, in pinyin, by initials; of each segment also those of
/// documents that were deleted since.
pub(super) struct Suggestions(OfSegments<Beginnings>);

/// What may be typed of each question, sorted; in one text, as there are many and they are short.
#[derive(Default)]
struct Beginnings {
    text: String,
    /// In the order of their texts.
    entries: Vec<Beginning>,
}

struct Beginning {
    start: u32,
    length: u8,
    doc: DocId,
}

impl Beginnings {
    fn push(&mut self, key: &str, doc: DocId) {
        self.entries.push(Beginning {
            start: self.text.len() as u32,
            length: key.len() as u8,
            doc,
        });
        self.text.push_str(key);
    }

    fn append(mut self, other: &Self) -> Self {
        let shift = self.text.len() as u32;
        self.text.push_str(&other.text);
        let shifted = |entry: &Beginning| Beginning {
            start: entry.start + shift,
            ..*entry
        };
        self.entries.extend(other.entries.iter().map(shifted));
        self
    }

    fn sort(&mut self) {
        let text = &self.text;
        let of = |entry: &Beginning| (entry.key(text), entry.doc);
        self.entries.par_sort_unstable_by(|a, b| of(a).cmp(&of(b)));
        self.text.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    /// Those that begin with `typed`, in order.
    fn beginning_with<'b>(&'b self, typed: &'b str) -> impl Iterator<Item = (&'b str, DocId)> {
        let before = |entry: &Beginning| entry.key(&self.text) < typed;
        let first = self.entries.partition_point(before);
        self.entries[first..]
            .iter()
            .map(|entry| (entry.key(&self.text), entry.doc))
            .take_while(move |(key, _)| key.starts_with(typed))
    }
}

impl Beginning {
    fn key<'t>(&self, text: &'t str) -> &'t str {
        let start = self.start as usize;
        &text[start..start + usize::from(self.length)]
    }
}

impl Suggestions {
    /// Reads the questions of an index from their column, but for segments that are in `before`.
    pub(super) fn read(searcher: &Searcher, before: Option<&Self>) -> tantivy::Result<Self> {
        OfSegments::read(searcher, before.map(|b| &b.0), Beginnings::read).map(Self)
    }

    /// Questions that begin with what was typed, at most `limit`.
    fn beginning_with(&self, searcher: &Searcher, typed: &str, limit: usize) -> Vec<DocAddress> {
        let typed = key(typed);
        let mut found: Vec<(&str, DocAddress)> = Vec::new();
        for (ordinal, beginnings) in (0..).zip(self.0.iter()) {
            let alive = searcher.segment_reader(ordinal).alive_bitset();
            let mut seen = HashSet::new();
            let here = beginnings
                .beginning_with(&typed)
                .filter(|(_, doc)| alive.is_none_or(|a| a.is_alive(*doc)) && seen.insert(*doc))
                .take(limit);
            found.extend(here.map(|(key, doc)| (key, DocAddress::new(ordinal, doc))));
        }
        found.sort_unstable();
        let addresses = found.into_iter().map(|(_, address)| address);
        addresses.take(limit).collect()
    }
}

impl Beginnings {
    fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let mut beginnings = Beginnings::default();
        if let Some(headlines) = segment.fast_fields().str(HEADLINE)? {
            let texts = texts_by_ordinal(&headlines)?;
            let docs: Vec<DocId> = segment.doc_ids_alive().collect();
            let of_docs = |docs: &[DocId]| {
                let mut beginnings = Beginnings::default();
                for doc in docs {
                    let ordinal = headlines.term_ords(*doc).next();
                    let text = ordinal.and_then(|ordinal| texts.get(ordinal as usize));
                    for key in text.into_iter().flat_map(|text| keys(text)) {
                        beginnings.push(&key, *doc);
                    }
                }
                beginnings
            };
            let parts: Vec<Beginnings> = docs.par_chunks(DOCS_OF_PART).map(of_docs).collect();
            beginnings = parts.iter().fold(beginnings, Beginnings::append);
            beginnings.sort();
        }
        Ok(beginnings)
    }
}

/// What may be typed of a question: itself, its pinyin, its initials.
fn keys(headline: &str) -> Vec<Box<str>> {
    // A character has one letter at least.
    let beginning = headline.char_indices().nth(LONGEST_KEY);
    let spelled = pinyin_of(&headline[..beginning.map_or(headline.len(), |(at, _)| at)]);
    let mut keys = vec![key(headline), key(&spelled.full), key(&spelled.initials)];
    keys.dedup();
    keys.retain(|k| !k.is_empty());
    keys
}

impl Snapshot {
    /// The best completions of `typed`.
    pub(super) fn complete(
        &self,
        typed: &str,
        limit: usize,
    ) -> Result<Vec<Suggestion>, EngineError> {
        if key(typed).is_empty() {
            return Ok(Vec::new());
        }
        let tokens = self.analyzer.analyze(typed);
        let words = whole_words(&tokens);
        let (start, completions) = words
            .last()
            .map_or((0, Vec::new()), |last| self.completions(typed, last));
        let mut found = self
            .suggestions
            .beginning_with(&self.searcher, typed, limit);
        if found.len() < limit && !completions.is_empty() {
            let query = containing(&words[..words.len() - 1], &completions, self.fields);
            let best = self
                .searcher
                .search(&query, &TopDocs::with_limit(limit * 2).order_by_score())?;
            found.extend(best.into_iter().map(|(_, address)| address));
        }
        let mut suggestions: Vec<Suggestion> = Vec::new();
        for address in found {
            let text = self.headline_at(address)?.unwrap_or_default();
            if suggestions.len() < limit && !suggestions.iter().any(|s| s.text == text) {
                suggestions.push(Suggestion {
                    text,
                    target: SuggestionTarget::Question(self.id_at(address)?),
                    tag: self.column_text(|handles| &handles.tags, address)?,
                });
            }
        }
        let before = typed.get(..start).unwrap_or_default();
        let terms = completions
            .iter()
            .filter(|w| w.chars().count() >= SHORTEST_TERM && sound_of(w).is_some());
        for term in terms.take(MOST_TERMS) {
            let text = format!("{before}{term}");
            if suggestions.len() < limit && text != typed {
                suggestions.push(Suggestion {
                    text,
                    target: SuggestionTarget::Search,
                    tag: None,
                });
            }
        }
        Ok(suggestions)
    }

    /// What the last word may become, and where in `typed` that word begins: with what is before it up to a space, when
    /// it was cut apart from that.
    fn completions(&self, typed: &str, last: &Token) -> (usize, Vec<Box<str>>) {
        let run_start = typed[..last.byte_start]
            .rfind(char::is_whitespace)
            .map_or(0, |at| at + 1);
        let whole_run = key(typed.get(run_start..).unwrap_or_default());
        let last_word = key(typed
            .get(last.byte_start..last.byte_end)
            .unwrap_or_default());
        let owned = |words: Vec<&str>| words.into_iter().map(Into::into).collect();
        let of_run = self.vocabulary.completing(&whole_run, MOST_COMPLETIONS);
        if !of_run.is_empty() {
            return (run_start, owned(of_run));
        }
        let of_word = self.vocabulary.completing(&last_word, MOST_COMPLETIONS);
        if !of_word.is_empty() {
            return (last.byte_start, owned(of_word));
        }
        (
            run_start,
            owned(read_as_pinyin(&self.vocabulary, &whole_run)),
        )
    }
}

/// The last of several words that were typed in pinyin without spaces.
fn read_as_pinyin<'v>(vocabulary: &'v Vocabulary, typed: &str) -> Vec<&'v str> {
    let last = vocabulary
        .read_pinyin(typed)
        .and_then(|words| words.last().cloned());
    last.map_or_else(Vec::new, |range| {
        vocabulary
            .sounding(&typed[range])
            .iter()
            .map(AsRef::as_ref)
            .collect()
    })
}

/// Questions with one of the completions, and as many of the words before as possible.
fn containing(before: &[&Token], completions: &[Box<str>], fields: Fields) -> BooleanQuery {
    let term = |word: &str| -> Box<dyn Query> {
        Box::new(TermQuery::new(
            Term::from_field_text(fields.question, word),
            IndexRecordOption::WithFreqs,
        ))
    };
    let completed = DisjunctionMaxQuery::new(completions.iter().map(|w| term(w)).collect());
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, Box::new(completed))];
    clauses.extend(
        before
            .iter()
            .map(|token| (Occur::Should, term(&token.text))),
    );
    BooleanQuery::new(clauses)
}

/// A text as beginnings are compared: lower case, without spaces, not longer than needed.
fn key(text: &str) -> Box<str> {
    let mut folded = String::with_capacity(LONGEST_KEY + 4);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if folded.len() >= LONGEST_KEY {
            break;
        }
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else {
            folded.extend(c.to_lowercase());
        }
    }
    folded[..folded.floor_char_boundary(LONGEST_KEY)].into()
}
