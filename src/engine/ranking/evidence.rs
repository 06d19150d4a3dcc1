//! What an index says of one candidate. Everything that is scored or judged comes from it.

use crate::engine::fields::{Field, PerField};
use crate::engine::query::ParsedQuery;
use crate::engine::statistics::idf;
use crate::engine::vocabulary::{Vocabulary, word_key};
use rustc_hash::FxHashMap;

/// How often a word occurs in each field of words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FieldCounts([u16; Field::OF_WORDS.len()]);

impl FieldCounts {
    /// Replaces the count of a field of words.
    pub(crate) fn set(&mut self, field: Field, count: u16) {
        self.0[field.index()] = count;
    }

    /// The fields that have the word, with how often.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Field, u16)> {
        let counts = Field::OF_WORDS.into_iter().zip(self.0);
        counts.filter(|(_, count)| *count > 0)
    }

    /// Whether question, title or labels have the word.
    pub(crate) fn is_in_question(&self) -> bool {
        self.0[..Field::Answer.index()].iter().any(|c| *c > 0)
    }

    /// Whether the labels have the word.
    pub(crate) fn is_in_labels(&self) -> bool {
        self.0[Field::Labels.index()] > 0
    }

    /// Whether some asking has the word.
    pub(crate) fn is_in_askings(&self) -> bool {
        self.0[Field::AskedAs.index()] > 0
    }

    /// Whether any field of the document itself has the word.
    pub(crate) fn is_anywhere(&self) -> bool {
        self.0[..Field::AskedAs.index()].iter().any(|c| *c > 0)
    }

    /// Whether the document or one of its askings has the word.
    pub(crate) fn is_in_any(&self) -> bool {
        self.0.iter().any(|c| *c > 0)
    }
}

/// One word of a candidate's headline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeadlineWord {
    /// See [`word_key`].
    pub(crate) key: u64,
    /// Inverse document frequency.
    pub(crate) idf: f32,
    /// Whether the word says nothing of what is asked.
    pub(crate) is_filler: bool,
    /// How well the query has the word: 0, or the weight of the wording that has it.
    pub(crate) in_query: f32,
}

/// What a question asks, whatever the order of its words: their keys without filler, each once.
pub(super) fn question_key(words: impl Iterator<Item = HeadlineWord>) -> Vec<u64> {
    let mut keys: Vec<u64> = words.filter(|w| !w.is_filler).map(|w| w.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// How near the askings of a document are to a query.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Nearness {
    /// From 0 to about 1.
    pub(crate) all: f32,
    /// The place of the nearest asking; none where no asking has a word of the query.
    pub(crate) nearest: Option<usize>,
    /// The share of what the nearest asking says that is words of the query.
    pub(crate) focus: f32,
    /// The share of the query that the nearest asking has.
    pub(crate) coverage: f32,
    /// What the nearest asking asks, see [`question_key`].
    pub(crate) question: Vec<u64>,
    /// The words of the query that the nearest asking has, as indices into
    /// [`ParsedQuery::words`].
    pub(crate) words: Vec<usize>,
}

/// What an index says of one candidate.
#[derive(Debug, Clone)]
pub(crate) struct Evidence {
    /// By word of the query.
    pub(crate) counts: Vec<FieldCounts>,
    /// Number of tokens in each field, to the precision of the index.
    pub(crate) lengths: PerField<f32>,
    /// The words of the headline in their order.
    pub(crate) headline: Vec<HeadlineWord>,
    /// How near its askings are; read for the best candidates only.
    pub(crate) nearness: Nearness,
    /// See [`signature`](super::simhash::signature).
    pub(crate) answer_signature: u64,
    /// The Chinese characters of the headline, each once.
    pub(crate) characters: Vec<u64>,
    /// By pair of the query: how often the headline has it.
    pub(crate) headline_pairs: Vec<u16>,
    /// By pair of the query: how often the answer has it.
    pub(crate) answer_pairs: Vec<u16>,
}

impl Evidence {
    /// Whether question, title, labels or the nearest asking have a word of the query.
    pub(crate) fn is_asked(&self, word: usize) -> bool {
        self.counts[word].is_in_question() || self.nearness.words.contains(&word)
    }

    /// Evidence of a document that has nothing of the query.
    pub(crate) fn empty(query: &ParsedQuery) -> Self {
        Self {
            counts: vec![FieldCounts::default(); query.words.len()],
            lengths: PerField::default(),
            headline: Vec::new(),
            nearness: Nearness::default(),
            answer_signature: 0,
            characters: Vec::new(),
            headline_pairs: vec![0; query.pairs.len()],
            answer_pairs: vec![0; query.pairs.len()],
        }
    }
}

/// Reads the words of headlines, which an index holds as keys.
pub(crate) struct HeadlineReader<'a> {
    vocabulary: &'a Vocabulary,
    /// By the keys of the query's words: the best weight of a wording that has the word.
    asked: FxHashMap<u64, f32>,
    /// Inverse document frequency of a word that is in no document any more.
    of_unknown: f32,
}

impl<'a> HeadlineReader<'a> {
    /// A reader for the candidates of one query.
    pub(crate) fn new(query: &ParsedQuery, vocabulary: &'a Vocabulary) -> Self {
        let mut asked: FxHashMap<u64, f32> = FxHashMap::default();
        for wording in query.concepts.iter().flat_map(|c| &c.wordings) {
            for word in &wording.words {
                let known = asked.entry(word_key(&query.words[*word].text)).or_default();
                // A guess is no surer than what is typed.
                *known = known.max(wording.weight.min(1.0));
            }
        }
        Self {
            vocabulary,
            asked,
            of_unknown: idf(vocabulary.documents() as f32, 0.0),
        }
    }

    /// The word of this key.
    pub(crate) fn word(&self, key: u64) -> HeadlineWord {
        let known = self.vocabulary.by_key(key);
        HeadlineWord {
            key,
            idf: known.map_or(self.of_unknown, |k| k.idf),
            is_filler: known.is_some_and(|k| k.is_filler),
            in_query: self.asked.get(&key).copied().unwrap_or(0.0),
        }
    }
}
