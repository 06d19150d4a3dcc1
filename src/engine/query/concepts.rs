//! Units become concepts: each with its wordings, in the order of the query.

use super::cap::keep_heaviest;
use super::explanation::Origin;
use super::parsed::{Concept, ParsedQuery, Word, Wording, is_latin};
use super::units::Unit;
use super::wording_weights::WordingWeights;
use super::{keyness, variants};
use crate::analysis::Analyzer;
use crate::engine::statistics::idf;
use crate::engine::vocabulary::Vocabulary;
use std::collections::{HashMap, HashSet};

/// Wordings of a concept, at most, in the order of the word files.
const MOST_WORDINGS: usize = 12;

/// Builds the concepts of a query one after the other.
pub(super) struct ConceptBuilder<'a> {
    analyzer: &'a Analyzer,
    vocabulary: &'a Vocabulary,
    weights: &'a WordingWeights,
    documents: f32,
    query: ParsedQuery,
    /// Indices of the words that the query has already.
    indices: HashMap<String, usize>,
    /// The words and parts of words that were typed.
    typed: HashSet<String>,
}

impl<'a> ConceptBuilder<'a> {
    pub(super) fn new(
        analyzer: &'a Analyzer,
        vocabulary: &'a Vocabulary,
        weights: &'a WordingWeights,
    ) -> Self {
        Self {
            analyzer,
            vocabulary,
            weights,
            documents: vocabulary.documents() as f32,
            query: ParsedQuery::default(),
            indices: HashMap::new(),
            typed: HashSet::new(),
        }
    }

    /// The query of these units, as yet without pairs and characters.
    pub(super) fn build(mut self, units: Vec<Unit>) -> ParsedQuery {
        // When nothing but filler was typed, the filler is the question.
        let is_only_filler = units.iter().all(|unit| unit.is_stopword);
        self.query.is_only_filler = is_only_filler;
        let typed = units
            .iter()
            .flat_map(|unit| unit.whole.iter().chain(&unit.parts));
        self.typed = typed.cloned().collect();
        for mut unit in units {
            unit.is_stopword &= !is_only_filler;
            self.add(unit);
        }
        let concepts = &mut self.query.concepts;
        quieten_filler(concepts, self.weights.filler_share);
        keep_heaviest(concepts);
        self.query
    }

    fn add(&mut self, unit: Unit) {
        if self.query.concepts.iter().any(|c| c.typed == unit.typed) {
            return;
        }
        let wordings = self.wordings(&unit);
        let weight_factor = if unit.is_product {
            self.weights.product
        } else if unit.is_stopword {
            self.weights.filler
        } else {
            let keyness =
                keyness::factor(&unit, self.analyzer, self.vocabulary, self.weights.everyday);
            if is_latin(&unit.typed) && unit.guesses.is_empty() {
                keyness * self.weights.name
            } else {
                keyness
            }
        };
        let of_unknown = idf(self.documents, 0.0);
        let idf_sum = wordings
            .first()
            .map_or(of_unknown, |first| self.idf_sum(first));
        self.query.concepts.push(Concept {
            typed: unit.typed,
            range: unit.range,
            wordings,
            weight: weight_factor * idf_sum,
            is_product: unit.is_product,
            weight_factor,
            specificity: (idf_sum / of_unknown).min(1.0),
            is_filler: unit.is_stopword,
        });
    }

    /// Every way to say a unit that some document may have, what was typed first.
    fn wordings(&mut self, unit: &Unit) -> Vec<Wording> {
        let mut wordings = Vec::new();
        self.push(&mut wordings, &unit.whole, 1.0, Origin::Typed);
        if !unit.parts.is_empty() {
            self.push(&mut wordings, &unit.parts, self.weights.part, Origin::Part);
        }
        for spelling in variants::spellings(unit, self.vocabulary) {
            self.push(&mut wordings, &spelling, 1.0, Origin::Spelling);
        }
        for version in variants::longer_versions(unit, self.vocabulary) {
            self.push(&mut wordings, &version, self.weights.part, Origin::Version);
        }
        for (words, origin) in &unit.guesses {
            let weight = self.guess_weight(*origin, wordings.is_empty());
            self.push(&mut wordings, words, weight, *origin);
            // What was meant has synonyms too.
            let weight = weight * self.weights.synonym;
            for phrase in self.analyzer.phrases(&words.concat()) {
                for synonym in &phrase.alternatives {
                    self.push(&mut wordings, synonym, weight, Origin::Synonym);
                }
            }
        }
        for term in &unit.meanings {
            let weight = self.weights.meaning;
            self.push(&mut wordings, term, weight, Origin::Meaning);
        }
        for (word, sureness) in self.learned(unit) {
            let weight = self.weights.learned * sureness.sqrt();
            self.push(&mut wordings, &[word.into()], weight, Origin::Learned);
        }
        for synonym in &unit.synonyms {
            let weight = self.weights.synonym;
            self.push(&mut wordings, synonym, weight, Origin::Synonym);
        }
        wordings.truncate(MOST_WORDINGS);
        wordings
    }

    /// What a word means by how documents are asked. What the query says anyway must not count twice.
    fn learned(&self, unit: &Unit) -> Vec<(&'a str, f32)> {
        let [word] = unit.whole.as_slice() else {
            return Vec::new();
        };
        if unit.is_stopword || unit.is_product || self.weights.learned == 0.0 {
            return Vec::new();
        }
        let learned = self.vocabulary.learned(word).iter();
        let learned = learned.map(|(meant, sureness)| (meant.as_ref(), *sureness));
        learned
            .filter(|(meant, _)| !self.typed.contains(*meant))
            .collect()
    }

    /// How much a guess counts beside what was typed.
    fn guess_weight(&self, origin: Origin, is_typed_unknown: bool) -> f32 {
        match origin {
            Origin::Correction => self.weights.correction,
            // A word that no document has was surely mistyped; a rare one may be meant as it is.
            Origin::Homophone if is_typed_unknown => self.weights.correction,
            Origin::Homophone => self.weights.homophone,
            Origin::Pinyin => self.weights.pinyin,
            Origin::Typed
            | Origin::Part
            | Origin::Spelling
            | Origin::Version
            | Origin::Synonym
            | Origin::Meaning
            | Origin::Learned => 1.0,
        }
    }

    /// Adds a wording when at least one of its words is in the index.
    fn push(&mut self, wordings: &mut Vec<Wording>, words: &[String], weight: f32, origin: Origin) {
        let is_known = words.iter().any(|w| self.vocabulary.frequency(w) > 0);
        if !is_known {
            return;
        }
        let words = words.iter().map(|w| self.index_of(w)).collect();
        wordings.push(Wording {
            words,
            weight,
            origin,
        });
    }

    fn index_of(&mut self, text: &str) -> usize {
        if let Some(index) = self.indices.get(text) {
            return *index;
        }
        let index = self.query.words.len();
        self.query.words.push(Word {
            text: text.to_owned(),
            idf: idf(self.documents, self.vocabulary.frequency(text) as f32),
        });
        self.indices.insert(text.to_owned(), index);
        index
    }

    fn idf_sum(&self, wording: &Wording) -> f32 {
        let words = wording.words.iter();
        words.map(|index| self.query.words[*index].idf).sum()
    }
}

/// Limits the filler of a query to a share of what is asked. In a short query filler tells `what is` from `where is`; in a
/// long one it must not outweigh the rest.
fn quieten_filler(concepts: &mut [Concept], share: f32) {
    let sum = |concepts: &[Concept], is_filler: bool| -> f32 {
        let those = concepts.iter().filter(|c| c.is_filler == is_filler);
        those.map(|c| c.weight).sum()
    };
    let most = sum(concepts, false) * share;
    let filler = sum(concepts, true);
    if filler > most {
        for concept in concepts.iter_mut().filter(|c| c.is_filler) {
            concept.weight *= most / filler;
            concept.weight_factor *= most / filler;
        }
    }
}
