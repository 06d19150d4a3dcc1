//! The score of a candidate: a weighted sum of features, each between 0 and about 1.

use super::evidence::{Counts, Evidence, MeanLengths};
use super::schema::{ANSWER, ANSWER_PAIRS, QUESTION, QUESTION_PAIRS, WORD_PLACES};
use super::understand::{Concept, Query, Word, Wording};
use crate::engine::{Ranking, ScoreParts};

/// What a candidate has of a query; the answer state is judged by it too.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Features {
    pub(super) words: f32,
    pub(super) question_bigrams: f32,
    pub(super) answer_bigrams: f32,
    pub(super) question_coverage: f32,
    pub(super) coverage: f32,
    pub(super) characters: f32,
    pub(super) focus: f32,
}

impl Features {
    pub(super) fn weighted(&self, ranking: &Ranking) -> ScoreParts {
        ScoreParts {
            words: self.words * ranking.words,
            question_bigrams: self.question_bigrams * ranking.question_bigrams,
            answer_bigrams: self.answer_bigrams * ranking.answer_bigrams,
            question_coverage: self.question_coverage * ranking.question_coverage,
            coverage: self.coverage * ranking.coverage,
            characters: self.characters * ranking.characters,
            focus: self.focus * ranking.focus,
            quality: 0.0,
        }
    }
}

/// Whether a word stands in the question, the title or a label.
pub(super) fn is_in_question(counts: &Counts) -> bool {
    counts[..ANSWER].iter().any(|c| *c > 0)
}

/// Whether a word stands anywhere.
pub(super) fn is_anywhere(counts: &Counts) -> bool {
    counts.iter().any(|c| *c > 0)
}

/// Scores the candidates of one query.
pub(super) struct Scorer<'a> {
    query: &'a Query,
    means: MeanLengths,
    ranking: &'a Ranking,
    field_weights: [f32; WORD_PLACES],
    /// Sum of the concepts' weights: what a document could have at most.
    all: f32,
    all_bigrams: f32,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(query: &'a Query, means: MeanLengths, ranking: &'a Ranking) -> Self {
        Self {
            query,
            means,
            ranking,
            field_weights: [
                ranking.question_weight,
                ranking.title_weight,
                ranking.labels_weight,
                ranking.answer_weight,
                ranking.references_weight,
            ],
            all: query
                .concepts
                .iter()
                .map(|c| c.weight)
                .sum::<f32>()
                .max(f32::MIN_POSITIVE),
            all_bigrams: query
                .bigrams
                .iter()
                .map(|b| b.idf)
                .sum::<f32>()
                .max(f32::MIN_POSITIVE),
        }
    }

    pub(super) fn features(&self, evidence: &Evidence) -> Features {
        let mut features = Features::default();
        for concept in &self.query.concepts {
            features.words += self.concept(concept, evidence);
            features.question_coverage +=
                concept.weight * self.presence(concept, evidence, is_in_question);
            features.coverage += concept.weight * self.presence(concept, evidence, is_anywhere);
        }
        features.words /= self.all * (self.ranking.saturation + 1.0);
        features.question_coverage /= self.all;
        features.coverage /= self.all;
        features.question_bigrams = self.bigrams(
            &evidence.question_bigrams,
            evidence.lengths[QUESTION_PAIRS],
            self.means.fields[QUESTION_PAIRS],
            self.ranking.question_length,
        );
        features.answer_bigrams = self.bigrams(
            &evidence.answer_bigrams,
            evidence.lengths[ANSWER_PAIRS],
            self.means.fields[ANSWER_PAIRS],
            self.ranking.answer_length,
        );
        features.characters = self.characters(evidence);
        features.focus = self.focus(evidence);
        features
    }

    /// BM25F (Robertson and Zaragoza 2009, section 3.5) of the best wording.
    fn concept(&self, concept: &Concept, evidence: &Evidence) -> f32 {
        let score = |wording: &Wording| -> f32 {
            let (mut sum, mut told, mut all) = (0.0, 0.0, 0.0);
            for w in &wording.words {
                let idf = self.query.words[*w].idf;
                let frequency = self.frequency(&evidence.counts[*w], evidence);
                all += idf;
                if frequency > 0.0 {
                    told += idf;
                    sum += idf * (self.ranking.saturation + 1.0) * frequency
                        / (self.ranking.saturation + frequency);
                }
            }
            // Half a wording is less than half of what it says.
            if all > 0.0 {
                wording.weight * sum * told / all
            } else {
                0.0
            }
        };
        let best = concept.wordings.iter().map(score).fold(0.0, f32::max);
        let limit = concept.weight * (self.ranking.saturation + 1.0);
        (best * concept.scope).min(limit)
    }

    /// How often a word stands in a document, by where it stands and how long that is.
    fn frequency(&self, counts: &Counts, evidence: &Evidence) -> f32 {
        let mut frequency = 0.0;
        for (field, count) in counts.iter().enumerate() {
            if *count > 0 {
                let b = if field == QUESTION {
                    self.ranking.question_length
                } else if field == ANSWER {
                    self.ranking.answer_length
                } else {
                    0.0
                };
                let length = 1.0 - b + b * evidence.lengths[field] / self.means.fields[field];
                frequency += self.field_weights[field] * f32::from(*count) / length;
            }
        }
        frequency
    }

    /// How much of a concept a document has where `is_there` looks, 0 to 1, less for wordings that were not typed.
    fn presence(
        &self,
        concept: &Concept,
        evidence: &Evidence,
        is_there: fn(&Counts) -> bool,
    ) -> f32 {
        let weighted = |w: &Wording| w.weight * self.share(w, evidence, is_there);
        concept.wordings.iter().map(weighted).fold(0.0, f32::max)
    }

    /// How much of a concept a document has where `is_there` looks, 0 to 1, in whatever wording.
    pub(super) fn holds(
        &self,
        concept: &Concept,
        evidence: &Evidence,
        is_there: fn(&Counts) -> bool,
    ) -> f32 {
        concept
            .wordings
            .iter()
            .map(|w| self.share(w, evidence, is_there))
            .fold(0.0, f32::max)
    }

    fn share(&self, wording: &Wording, evidence: &Evidence, is_there: fn(&Counts) -> bool) -> f32 {
        let idf = |w: &usize| self.query.words[*w].idf;
        let all: f32 = wording.words.iter().map(idf).sum();
        let there: f32 = wording
            .words
            .iter()
            .filter(|w| is_there(&evidence.counts[**w]))
            .map(idf)
            .sum();
        if all > 0.0 { there / all } else { 0.0 }
    }

    fn bigrams(&self, counts: &[u16], length: f32, mean: f32, b: f32) -> f32 {
        let length = 1.0 - b + b * length / mean;
        let score = |(count, pair): (&u16, &Word)| {
            let frequency = f32::from(*count) / length;
            pair.idf * frequency / (self.ranking.saturation + frequency)
        };
        counts
            .iter()
            .zip(&self.query.bigrams)
            .filter(|(count, _)| **count > 0)
            .map(score)
            .sum::<f32>()
            / self.all_bigrams
    }

    /// How many characters query and question share: the Dice coefficient.
    fn characters(&self, evidence: &Evidence) -> f32 {
        let shared = self
            .query
            .characters
            .iter()
            .filter(|c| evidence.characters.contains(c))
            .count();
        let all = self.query.characters.len() + evidence.characters.len();
        if all > 0 {
            2.0 * shared as f32 / all as f32
        } else {
            0.0
        }
    }

    /// The share of what the question says that is words of the query.
    fn focus(&self, evidence: &Evidence) -> f32 {
        let (mut matched, mut all) = (0.0, 0.0);
        for word in &evidence.question {
            let weight = if word.is_filler {
                word.idf * self.ranking.filler
            } else {
                word.idf
            };
            all += weight;
            matched += word.in_query * weight;
        }
        if all > 0.0 { matched / all } else { 0.0 }
    }
}
