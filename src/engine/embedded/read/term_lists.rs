//! Where the terms of a query are in the index.

use super::view::View;
use crate::engine::fields::{Field, FieldSet};
use crate::engine::query::ParsedQuery;
use crate::engine::ranking::Term;
use crate::engine::statistics::idf;
use crate::engine::vocabulary::Vocabulary;
use std::collections::HashSet;
use tantivy::SegmentOrdinal;
use tantivy::postings::TermInfo;

/// The posting list of a term in one field of one segment.
#[derive(Debug, Clone)]
pub(crate) struct TermList {
    pub(crate) segment: SegmentOrdinal,
    pub(crate) field: Field,
    pub(crate) info: TermInfo,
}

/// The posting lists of a query's terms, looked up once: a look-up in a term dictionary takes some 10 microseconds.
#[derive(Debug, Default)]
pub(crate) struct TermLists {
    /// By index of the word.
    words: Vec<Vec<TermList>>,
    /// By index of the pair.
    pairs: Vec<Vec<TermList>>,
}

impl TermLists {
    /// Looks up the terms of a query, sets the inverse document frequencies of its pairs, and removes pairs that no
    /// document has.
    pub(crate) fn resolve(
        query: &mut ParsedQuery,
        view: &View,
        vocabulary: &Vocabulary,
    ) -> tantivy::Result<Self> {
        let documents = view.searcher.num_docs() as f32;
        let mut pairs = Vec::with_capacity(query.pairs.len());
        let mut resolved = Vec::with_capacity(query.pairs.len());
        for mut pair in query.pairs.drain(..) {
            let lists = lists_of(&pair.text, FieldSet::from_fields(Field::OF_PAIRS), view)?;
            let frequency = |field: Field| -> u32 {
                let lists = lists.iter().filter(|list| list.field == field);
                lists.map(|list| list.info.doc_freq).sum()
            };
            let frequency = Field::OF_PAIRS.map(frequency).into_iter().fold(0, u32::max);
            if frequency > 0 {
                pair.idf = idf(documents, frequency as f32);
                resolved.push(pair);
                pairs.push(lists);
            }
        }
        query.pairs = resolved;
        let wordings = query.concepts.iter().flat_map(|c| &c.wordings);
        let used: HashSet<usize> = wordings.flat_map(|w| w.words.iter().copied()).collect();
        let mut words = vec![Vec::new(); query.words.len()];
        for index in used {
            let text = &query.words[index].text;
            words[index] = lists_of(text, vocabulary.fields(text), view)?;
        }
        Ok(Self { words, pairs })
    }

    /// The lists of a term.
    pub(crate) fn of(&self, term: Term) -> &[TermList] {
        match term {
            Term::Word(index) => &self.words[index],
            Term::Pair(index) => &self.pairs[index],
        }
    }

    /// The lists of all words, by their indices.
    pub(crate) fn words(&self) -> impl Iterator<Item = (usize, &TermList)> {
        numbered(&self.words)
    }

    /// The lists of all pairs, by their indices.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (usize, &TermList)> {
        numbered(&self.pairs)
    }
}

fn numbered(lists: &[Vec<TermList>]) -> impl Iterator<Item = (usize, &TermList)> {
    let lists = lists.iter().enumerate();
    lists.flat_map(|(index, lists)| lists.iter().map(move |list| (index, list)))
}

/// The posting lists of a term in some fields, segment by segment.
fn lists_of(term: &str, fields: FieldSet, view: &View) -> tantivy::Result<Vec<TermList>> {
    let mut lists = Vec::new();
    for (segment, readers) in (0..).zip(view.segments.iter()) {
        for field in fields.iter() {
            if let Some(info) = readers.postings[field].terms().get(term)? {
                lists.push(TermList {
                    segment,
                    field,
                    info,
                });
            }
        }
    }
    Ok(lists)
}
