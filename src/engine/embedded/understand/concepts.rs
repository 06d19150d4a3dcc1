//! Units become concepts: each with its wordings, in the order of the query.

use super::unit::{Unit, is_within};
use super::{Concept, Query, Word, Wording, idf, meant};
use crate::analysis::{Analyzer, Phrase, Token, whole_words};
use crate::engine::Ranking;
use crate::engine::embedded::vocabulary::Vocabulary;
use crate::engine::understanding::Origin;
use std::collections::HashMap;

/// Concepts of a query beyond this many are left out, the least telling first: a page of text is no better asked.
const MOST_CONCEPTS: usize = 16;
/// Wordings of a concept beyond this many are left out, in the order of the word files.
const MOST_WORDINGS: usize = 12;

/// Builds the concepts of a query one after the other.
pub(super) struct Builder<'a> {
    pub(super) analyzer: &'a Analyzer,
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) ranking: &'a Ranking,
    pub(super) documents: f32,
    pub(super) query: Query,
    /// Words that are in the query already.
    pub(super) places: HashMap<String, usize>,
}

impl Builder<'_> {
    pub(super) fn read(&mut self, text: &str) {
        let tokens = self.analyzer.analyze(text);
        let phrases = self.analyzer.phrases(text);
        let units = self.units(text, &tokens, &phrases);
        // When nothing but filler was typed, the filler is the question.
        let only_filler = units.iter().all(|unit| unit.is_stopword);
        self.query.is_only_filler = only_filler;
        for mut unit in units {
            unit.is_stopword &= !only_filler;
            self.add(unit);
        }
        self.quieten_filler();
        let mut by_weight: Vec<f32> = self.query.concepts.iter().map(|c| c.weight).collect();
        by_weight.sort_by(|a, b| b.total_cmp(a));
        if let Some(least) = by_weight.get(MOST_CONCEPTS) {
            self.query.concepts.retain(|c| c.weight > *least);
        }
    }

    /// In a short query filler tells `what is` from `where is`; in a long one it must not outweigh what is asked.
    fn quieten_filler(&mut self) {
        let sum = |concepts: &[Concept], filler: bool| -> f32 {
            concepts
                .iter()
                .filter(|c| c.is_filler == filler)
                .map(|c| c.weight)
                .sum()
        };
        let concepts = &mut self.query.concepts;
        let most = sum(concepts, false) * self.ranking.filler_share;
        let filler = sum(concepts, true);
        if filler > most {
            for concept in concepts.iter_mut().filter(|c| c.is_filler) {
                concept.weight *= most / filler;
                concept.scope *= most / filler;
            }
        }
    }

    /// Cuts the query into phrases of the site's words and, between them, single words; words the index does not know
    /// are replaced by what was probably meant.
    fn units(&self, text: &str, tokens: &[Token], phrases: &[Phrase]) -> Vec<Unit> {
        let mut units: Vec<Unit> = phrases
            .iter()
            .map(|phrase| {
                let within: Vec<&Token> = tokens
                    .iter()
                    .filter(|t| is_within(t, &phrase.range))
                    .collect();
                let mut unit = Unit::of_tokens(text, phrase.range.clone(), &within, Some(phrase));
                unit.is_stopword = self.analyzer.is_stopword(&unit.typed)
                    || unit.whole.iter().all(|w| self.analyzer.is_stopword(w));
                unit
            })
            .collect();
        let is_taken = |t: &Token| {
            phrases
                .iter()
                .any(|p| t.byte_start < p.range.end && p.range.start < t.byte_end)
        };
        let loose: Vec<&Token> = tokens.iter().filter(|t| !is_taken(t)).collect();
        let mut rest = loose.as_slice();
        while let [first, ..] = rest {
            let of_place = rest
                .iter()
                .take_while(|t| t.position == first.position)
                .count();
            let (word, others) = rest.split_at(of_place);
            rest = others;
            let start = word
                .iter()
                .map(|t| t.byte_start)
                .min()
                .unwrap_or(first.byte_start);
            let end = word
                .iter()
                .map(|t| t.byte_end)
                .max()
                .unwrap_or(first.byte_end);
            let mut unit = Unit::of_tokens(text, start..end, word, None);
            unit.is_stopword = whole_words(tokens)
                .iter()
                .any(|t| t.position == first.position && self.analyzer.is_stopword(&t.text));
            units.push(unit);
        }
        units.sort_by_key(|unit| unit.range.start);
        meant::replace_unknown(text, &units, self.vocabulary)
    }

    fn add(&mut self, unit: Unit) {
        let Unit {
            range,
            typed,
            whole,
            parts,
            alternatives,
            meant,
            is_product,
            is_stopword,
        } = unit;
        if self.query.concepts.iter().any(|c| c.typed == typed) {
            return;
        }
        let mut wordings = Vec::new();
        self.push(&mut wordings, &whole, 1.0, Origin::Typed);
        if !parts.is_empty() {
            self.push(&mut wordings, &parts, self.ranking.part, Origin::Part);
        }
        for (words, origin) in &meant {
            let weight = match origin {
                Origin::Correction => self.ranking.correction,
                // What no document has was surely mistyped; what few have may be meant as it is.
                Origin::Homophone if wordings.is_empty() => self.ranking.correction,
                Origin::Homophone => self.ranking.homophone,
                Origin::Pinyin => self.ranking.pinyin,
                Origin::Typed | Origin::Part | Origin::Synonym => 1.0,
            };
            self.push(&mut wordings, words, weight, *origin);
            // What was meant has synonyms too.
            for phrase in self.analyzer.phrases(&words.join("")) {
                for alternative in &phrase.alternatives {
                    self.push(
                        &mut wordings,
                        alternative,
                        weight * self.ranking.synonym,
                        Origin::Synonym,
                    );
                }
            }
        }
        for alternative in &alternatives {
            self.push(
                &mut wordings,
                alternative,
                self.ranking.synonym,
                Origin::Synonym,
            );
        }
        wordings.truncate(MOST_WORDINGS);
        let told = |wording: &Wording| -> f32 {
            wording.words.iter().map(|w| self.query.words[*w].idf).sum()
        };
        let typed_words = Wording {
            words: Vec::new(),
            weight: 1.0,
            origin: Origin::Typed,
        };
        let first = wordings.first().unwrap_or(&typed_words);
        let scope = if is_product {
            self.ranking.product
        } else if is_stopword {
            self.ranking.filler
        } else {
            1.0
        };
        let untold = if first.words.is_empty() {
            idf(self.documents, 0.0)
        } else {
            told(first)
        };
        let weight = scope * untold;
        self.query.concepts.push(Concept {
            typed,
            range,
            wordings,
            weight,
            is_product,
            scope,
            telling: (untold / idf(self.documents, 0.0)).min(1.0),
            is_filler: is_stopword,
        });
    }

    /// Adds a wording when at least one of its words is in the index.
    fn push(&mut self, wordings: &mut Vec<Wording>, words: &[String], weight: f32, origin: Origin) {
        let known = words.iter().any(|w| self.vocabulary.frequency(w) > 0);
        if !known {
            return;
        }
        let words = words.iter().map(|w| self.word(w)).collect();
        wordings.push(Wording {
            words,
            weight,
            origin,
        });
    }

    fn word(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.query.words.len();
        let idf = idf(self.documents, self.vocabulary.frequency(text) as f32);
        self.query.words.push(Word {
            text: text.to_owned(),
            idf,
            lists: Vec::new(),
        });
        self.places.insert(text.to_owned(), place);
        place
    }
}
