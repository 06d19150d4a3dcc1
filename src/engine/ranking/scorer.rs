//! What the features of a query's candidates are computed with.

use super::coverage::Coverage;
use super::evidence::{Evidence, FieldCounts, HeadlineWord};
use super::features::{Candidate, Features};
use super::weights::Weights;
use crate::engine::fields::{Field, PerField};
use crate::engine::query::{Concept, ParsedQuery, Word, Wording};
use crate::engine::statistics::Statistics;

/// Scores the candidates of one query.
pub(crate) struct Scorer<'a> {
    pub(super) query: &'a ParsedQuery,
    pub(super) weights: &'a Weights,
    mean_lengths: PerField<f32>,
    field_weights: PerField<f32>,
    /// See [`Statistics::asked_trust`].
    pub(crate) asked_trust: f32,
    /// How much of the query something covers.
    pub(super) coverage: Coverage,
    /// Sum of the pairs' weights: what a document could have at most.
    pairs_weight: f32,
}

impl<'a> Scorer<'a> {
    /// A scorer for candidates from documents whose fields have these mean lengths.
    pub(crate) fn new(
        query: &'a ParsedQuery,
        statistics: &Statistics,
        weights: &'a Weights,
    ) -> Self {
        let pairs_weight: f32 = query.pairs.iter().map(|pair| pair.idf).sum();
        let asked_trust = statistics.asked_trust();
        let mut field_weights = weights.of_fields();
        field_weights[Field::AskedAs] *= asked_trust;
        Self {
            query,
            weights,
            mean_lengths: statistics.mean_lengths,
            asked_trust,
            field_weights,
            coverage: Coverage::new(query),
            pairs_weight: pairs_weight.max(f32::MIN_POSITIVE),
        }
    }

    /// The features of a candidate.
    pub(crate) fn features(&self, evidence: &Evidence) -> Features {
        Features::compute(&Candidate {
            scorer: self,
            evidence,
        })
    }

    /// The share of what a question says that is words of the query.
    pub(super) fn focus(&self, words: impl Iterator<Item = HeadlineWord>) -> f32 {
        let (mut matched, mut all) = (0.0, 0.0);
        for word in words {
            let weight = if word.is_filler {
                word.idf * self.weights.filler
            } else {
                word.idf
            };
            all += weight;
            matched += word.in_query * weight;
        }
        if all > 0.0 { matched / all } else { 0.0 }
    }

    /// BM25F (Robertson and Zaragoza 2009, section 3.5) of a concept's best wording.
    pub(super) fn bm25f(&self, concept: &Concept, evidence: &Evidence) -> f32 {
        let wordings = concept.wordings.iter();
        let best = wordings
            .map(|wording| self.bm25f_of_wording(wording, evidence))
            .fold(0.0, f32::max);
        let limit = concept.weight * (self.weights.saturation + 1.0);
        (best * concept.weight_factor).min(limit)
    }

    fn bm25f_of_wording(&self, wording: &Wording, evidence: &Evidence) -> f32 {
        let (mut sum, mut found, mut all) = (0.0, 0.0, 0.0);
        for w in &wording.words {
            let idf = self.query.words[*w].idf;
            let frequency = self.frequency(&evidence.counts[*w], evidence);
            all += idf;
            if frequency > 0.0 {
                found += idf;
                sum += idf * (self.weights.saturation + 1.0) * frequency
                    / (self.weights.saturation + frequency);
            }
        }
        // Half a wording is less than half of what it says.
        if all > 0.0 {
            wording.weight * sum * found / all
        } else {
            0.0
        }
    }

    /// How often a document has a word, weighted by field and by the length of the field.
    fn frequency(&self, counts: &FieldCounts, evidence: &Evidence) -> f32 {
        let mut frequency = 0.0;
        for (field, count) in counts.iter() {
            let b = match field {
                Field::Question => self.weights.question_length,
                Field::Answer => self.weights.answer_length,
                _ => 0.0,
            };
            let length = 1.0 - b + b * evidence.lengths[field] / self.mean_lengths[field];
            frequency += self.field_weights[field] * f32::from(count) / length;
        }
        frequency
    }

    /// BM25 of the query's pairs in a field, as a share of what a document could have. `b` is how much the length counts.
    pub(super) fn pairs(&self, counts: &[u16], evidence: &Evidence, field: Field, b: f32) -> f32 {
        let length = 1.0 - b + b * evidence.lengths[field] / self.mean_lengths[field];
        let score = |(count, pair): (&u16, &Word)| {
            let frequency = f32::from(*count) / length;
            pair.idf * frequency / (self.weights.saturation + frequency)
        };
        let found = counts.iter().zip(&self.query.pairs);
        let found = found.filter(|(count, _)| **count > 0);
        found.map(score).sum::<f32>() / self.pairs_weight
    }
}
