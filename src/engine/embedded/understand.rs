//! What a query asks: its concepts, each with the wordings in which a document may say it.
//!
//! A concept is a word or phrase of the query. Its wordings are what was typed, its parts, synonyms, and for what the
//! index does not know: what was probably meant. A document has a concept when it has one of its wordings.

mod concepts;
mod meant;
mod unit;

use super::handles::{List, Places, lists_of};
use super::schema::{ANSWER_PAIRS, QUESTION_PAIRS};
use super::snapshot::Snapshot;
use crate::analysis::{Analyzer, Token, whole_words};
use crate::engine::Ranking;
use crate::engine::understanding::{Origin, Understanding, UnderstoodConcept};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

/// Pairs of characters beyond this many are left out.
const MOST_BIGRAMS: usize = 32;

/// One way to say a concept: words that all belong to it.
#[derive(Debug, Clone)]
pub(super) struct Wording {
    /// Places in [`Query::words`].
    pub(super) words: Vec<usize>,
    /// How much it counts beside what was typed, 0 to 1.
    pub(super) weight: f32,
    pub(super) origin: Origin,
}

/// A word or phrase of the query.
#[derive(Debug, Clone)]
pub(super) struct Concept {
    /// As typed.
    pub(super) typed: String,
    /// Where in the query.
    pub(super) range: Range<usize>,
    pub(super) wordings: Vec<Wording>,
    /// How much it tells: its inverse document frequency, less for products.
    pub(super) weight: f32,
    pub(super) is_product: bool,
    /// What is taken off its weight: products are hints, filler tells little.
    pub(super) scope: f32,
    /// How much it tells beside a word of no document, 0 to 1.
    pub(super) telling: f32,
    /// Filler helps to tell near-equal questions apart, but finds none.
    pub(super) is_filler: bool,
}

impl Concept {
    /// Whether it is a name: a product, an identifier, a Latin word. An answer about another name is another answer.
    pub(super) fn is_name(&self) -> bool {
        self.is_product || self.typed.bytes().any(|b| b.is_ascii_alphabetic())
    }
}

/// A word to look up.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    /// ln(1 + (N - n + 0.5) / (n + 0.5)), Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework".
    pub(super) idf: f32,
    /// Where it stands.
    pub(super) lists: Vec<List>,
}

/// A query understood.
#[derive(Debug, Clone, Default)]
pub(super) struct Query {
    /// Every word of every wording, once.
    pub(super) words: Vec<Word>,
    /// In the order of the query.
    pub(super) concepts: Vec<Concept>,
    /// Pairs of characters, without those of words that tell nothing.
    pub(super) bigrams: Vec<Word>,
    /// Chinese characters, each once.
    pub(super) characters: Vec<u64>,
    /// Whether nothing was asked but filler, which then stands for itself.
    pub(super) is_only_filler: bool,
}

impl Query {
    /// Understands `text` as the documents of `snapshot` would say it.
    pub(super) fn understand(
        text: &str,
        snapshot: &Snapshot,
        ranking: &Ranking,
    ) -> tantivy::Result<Self> {
        let analyzer = &snapshot.analyzer;
        let vocabulary = &snapshot.vocabulary;
        let documents = snapshot.searcher.num_docs() as f32;
        let mut builder = concepts::Builder {
            analyzer,
            vocabulary,
            ranking,
            documents,
            query: Self::default(),
            places: HashMap::new(),
        };
        builder.read(text);
        let mut query = builder.query;
        let meant = query.as_meant(text);
        let text = meant.as_deref().unwrap_or(text);
        query.characters = analyzer
            .read(text)
            .characters()
            .into_iter()
            .map(u64::from)
            .collect();
        query.add_bigrams(text, analyzer, snapshot)?;
        query.look_up(snapshot)?;
        Ok(query)
    }

    /// Inverse document frequencies by word: what to highlight, and how much it tells. Filler is not highlighted.
    pub(super) fn weights(&self) -> FxHashMap<&str, f32> {
        let telling = self.concepts.iter().filter(|c| !c.is_filler);
        let words = telling
            .flat_map(|c| &c.wordings)
            .flat_map(|w| &w.words)
            .map(|w| &self.words[*w]);
        words.map(|w| (w.text.as_str(), w.idf)).collect()
    }

    /// The text with what was probably meant in the place of what no document has; `None` where nothing was mistyped.
    pub(super) fn as_meant(&self, text: &str) -> Option<String> {
        let is_guess = |w: &&Wording| {
            matches!(
                w.origin,
                Origin::Correction | Origin::Homophone | Origin::Pinyin
            )
        };
        let mut replaced: BTreeMap<(usize, usize), String> = BTreeMap::new();
        for concept in &self.concepts {
            if concept.wordings.iter().any(|w| w.origin == Origin::Typed) {
                continue;
            }
            if let Some(guess) = concept.wordings.iter().find(is_guess) {
                let words = replaced
                    .entry((concept.range.start, concept.range.end))
                    .or_default();
                words.extend(guess.words.iter().map(|w| self.words[*w].text.as_str()));
            }
        }
        let mut meant = text.to_owned();
        let mut before = usize::MAX;
        for ((start, end), words) in replaced.iter().rev() {
            if *end <= before && text.get(*start..*end).is_some() {
                meant.replace_range(*start..*end, words);
                before = *start;
            }
        }
        (!replaced.is_empty()).then_some(meant)
    }

    /// For people and programs that want to know why.
    pub(super) fn explained(&self) -> Understanding {
        let concepts = self.concepts.iter().map(|concept| UnderstoodConcept {
            typed: concept.typed.clone(),
            weight: concept.weight,
            wordings: concept
                .wordings
                .iter()
                .map(|w| {
                    let words: Vec<&str> = w
                        .words
                        .iter()
                        .map(|i| self.words[*i].text.as_str())
                        .collect();
                    (words.join(" "), w.origin)
                })
                .collect(),
        });
        Understanding {
            concepts: concepts.collect(),
        }
    }

    /// Looks up the posting lists of the words that are in some wording.
    fn look_up(&mut self, snapshot: &Snapshot) -> tantivy::Result<()> {
        let wordings = self.concepts.iter().flat_map(|c| &c.wordings);
        let used: HashSet<usize> = wordings.flat_map(|w| w.words.iter().copied()).collect();
        for place in used {
            let word = &mut self.words[place];
            let places = snapshot.vocabulary.places(&word.text);
            word.lists = lists_of(&word.text, places, snapshot.handles.iter())?;
        }
        Ok(())
    }

    fn add_bigrams(
        &mut self,
        text: &str,
        analyzer: &Analyzer,
        snapshot: &Snapshot,
    ) -> tantivy::Result<()> {
        let telling = without_stopwords(text, analyzer);
        let places = [QUESTION_PAIRS, ANSWER_PAIRS];
        let documents = snapshot.searcher.num_docs() as f32;
        let mut seen = HashSet::new();
        for token in analyzer
            .read(&telling)
            .pairs()
            .into_iter()
            .take(MOST_BIGRAMS)
        {
            if !seen.insert(token.text.clone()) {
                continue;
            }
            let lists = lists_of(&token.text, Places::of(places), snapshot.handles.iter())?;
            let frequency = |place: usize| -> u32 {
                let there = lists.iter().filter(|list| list.place == place);
                there.map(|list| list.info.doc_freq).sum()
            };
            let frequency = places.map(frequency).into_iter().fold(0, u32::max);
            if frequency > 0 {
                self.bigrams.push(Word {
                    text: token.text,
                    idf: idf(documents, frequency as f32),
                    lists,
                });
            }
        }
        Ok(())
    }
}

pub(super) fn idf(documents: f32, with: f32) -> f32 {
    (1.0 + ((documents - with).max(0.0) + 0.5) / (with + 0.5)).ln()
}

/// `text` with a space in the place of every word that tells nothing.
fn without_stopwords(text: &str, analyzer: &Analyzer) -> String {
    let tokens = analyzer.analyze(text);
    let filler: Vec<&Token> = whole_words(&tokens)
        .into_iter()
        .filter(|t| analyzer.is_stopword(&t.text))
        .collect();
    let is_filler = |at: usize| {
        filler
            .iter()
            .any(|t| (t.byte_start..t.byte_end).contains(&at))
    };
    text.char_indices()
        .map(|(at, c)| if is_filler(at) { ' ' } else { c })
        .collect()
}
