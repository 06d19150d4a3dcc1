//! Headlines for suggestions: those that start as typed, and those that have the words which are typed.
//!
//! Prefixes are looked up in sorted lists, words in the index: neither walks through all headlines.

use super::columns::texts_by_ordinal;
use super::per_segment::PerSegment;
use super::view::View;
use crate::analysis::pinyin_of;
use crate::engine::embedded::schema::{HEADLINE, has_field};
use crate::engine::fields::Field;
use crate::engine::results::{LONGEST_PREFIX, prefix_key};
use rayon::prelude::*;
use std::collections::HashSet;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field as SchemaField, IndexRecordOption};
use tantivy::{DocAddress, DocId, Searcher, SegmentReader, Term};

/// Documents whose headlines are spelled in one piece of work.
const DOCS_OF_PART: usize = 4_096;
/// How much a word counts that only other ways to ask have, beside one of the question itself.
const OF_ASKING: f32 = 0.5;

/// The headlines of an index by what may be typed of them: as written, in pinyin, by initials. Headlines of documents that
/// were deleted since are among them.
pub(crate) struct HeadlinePrefixes(PerSegment<Prefixes>);

/// What may be typed of each headline of a segment, sorted. One text holds all keys: there are many, and they are short.
#[derive(Default)]
struct Prefixes {
    text: String,
    /// In the order of their texts.
    entries: Vec<Prefix>,
}

struct Prefix {
    start: u32,
    length: u8,
    doc: DocId,
}

impl Prefixes {
    fn push(&mut self, key: &str, doc: DocId) {
        self.entries.push(Prefix {
            start: self.text.len() as u32,
            length: key.len() as u8,
            doc,
        });
        self.text.push_str(key);
    }

    fn append(mut self, other: &Self) -> Self {
        let shift = self.text.len() as u32;
        self.text.push_str(&other.text);
        let shifted = |entry: &Prefix| Prefix {
            start: entry.start + shift,
            ..*entry
        };
        self.entries.extend(other.entries.iter().map(shifted));
        self
    }

    fn sort(&mut self) {
        let text = &self.text;
        let of = |entry: &Prefix| (entry.key(text), entry.doc);
        self.entries.par_sort_unstable_by(|a, b| of(a).cmp(&of(b)));
        self.text.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    /// The keys that start with `typed`, in order.
    fn starting_with<'b>(&'b self, typed: &'b str) -> impl Iterator<Item = (&'b str, DocId)> {
        let before = |entry: &Prefix| entry.key(&self.text) < typed;
        let first = self.entries.partition_point(before);
        self.entries[first..]
            .iter()
            .map(|entry| (entry.key(&self.text), entry.doc))
            .take_while(move |(key, _)| key.starts_with(typed))
    }
}

impl Prefix {
    fn key<'t>(&self, text: &'t str) -> &'t str {
        let start = self.start as usize;
        &text[start..start + usize::from(self.length)]
    }
}

impl HeadlinePrefixes {
    /// Reads the headlines of an index from their column, but for segments that are in `before`.
    pub(crate) fn read(searcher: &Searcher, before: Option<&Self>) -> tantivy::Result<Self> {
        PerSegment::read(searcher, before.map(|b| &b.0), Prefixes::read).map(Self)
    }

    /// Documents whose headline starts with what was typed, at most `limit`.
    pub(crate) fn starting_with(
        &self,
        searcher: &Searcher,
        typed: &str,
        limit: usize,
    ) -> Vec<DocAddress> {
        let typed = prefix_key(typed);
        let mut found: Vec<(&str, DocAddress)> = Vec::new();
        for (ordinal, prefixes) in (0..).zip(self.0.iter()) {
            let alive = searcher.segment_reader(ordinal).alive_bitset();
            let mut seen = HashSet::new();
            let here = prefixes
                .starting_with(&typed)
                .filter(|(_, doc)| alive.is_none_or(|a| a.is_alive(*doc)) && seen.insert(*doc))
                .take(limit);
            found.extend(here.map(|(key, doc)| (key, DocAddress::new(ordinal, doc))));
        }
        found.sort_unstable();
        let addresses = found.into_iter().map(|(_, address)| address);
        addresses.take(limit).collect()
    }
}

impl Prefixes {
    fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let mut prefixes = Prefixes::default();
        if let Some(headlines) = segment.fast_fields().str(HEADLINE)? {
            let texts = texts_by_ordinal(&headlines)?;
            let docs: Vec<DocId> = segment.doc_ids_alive().collect();
            let of_docs = |docs: &[DocId]| {
                let mut prefixes = Prefixes::default();
                for doc in docs {
                    let ordinal = headlines.term_ords(*doc).next();
                    let text = ordinal.and_then(|ordinal| texts.get(ordinal as usize));
                    for key in text.into_iter().flat_map(|text| keys(text)) {
                        prefixes.push(&key, *doc);
                    }
                }
                prefixes
            };
            let parts: Vec<Prefixes> = docs.par_chunks(DOCS_OF_PART).map(of_docs).collect();
            prefixes = parts.iter().fold(prefixes, Prefixes::append);
            prefixes.sort();
        }
        Ok(prefixes)
    }
}

/// What may be typed of a headline: itself, its pinyin, its initials.
fn keys(headline: &str) -> Vec<Box<str>> {
    // The pinyin of a character has one letter at least.
    let end = headline.char_indices().nth(LONGEST_PREFIX);
    let spelled = pinyin_of(&headline[..end.map_or(headline.len(), |(at, _)| at)]);
    let texts = [headline, &spelled.full, &spelled.initials];
    let mut keys = texts.map(prefix_key).to_vec();
    keys.dedup();
    keys.retain(|k| !k.is_empty());
    keys
}

/// Documents whose question, or another way to ask it, has one of the completions and as many of the words as possible,
/// best first.
pub(crate) fn with_question_words(
    view: &View,
    words: &[&str],
    completions: &[Box<str>],
    limit: usize,
) -> tantivy::Result<Vec<DocAddress>> {
    let fields = [(Field::Question, 1.0), (Field::AskedAs, OF_ASKING)];
    let fields = fields.map(|(field, weight)| (view.fields.searched(field), weight));
    let schema = view.searcher.schema();
    let fields = fields.iter().filter(|(field, _)| has_field(schema, *field));
    let term = |word: &str| -> Box<dyn Query> {
        let of_field = |(field, weight): &(SchemaField, f32)| -> Box<dyn Query> {
            let term = Term::from_field_text(*field, word);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            Box::new(BoostQuery::new(Box::new(query), *weight))
        };
        let of_fields = fields.clone().map(of_field);
        Box::new(DisjunctionMaxQuery::new(of_fields.collect()))
    };
    let completed = DisjunctionMaxQuery::new(completions.iter().map(|w| term(w)).collect());
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, Box::new(completed))];
    clauses.extend(words.iter().map(|word| (Occur::Should, term(word))));
    let best = TopDocs::with_limit(limit).order_by_score();
    let best = view.searcher.search(&BooleanQuery::new(clauses), &best)?;
    Ok(best.into_iter().map(|(_, address)| address).collect())
}
