//! The features of a candidate: what it has of a query, each a number from 0 to about 1.
//!
//! A new feature is one entry in the table below, with its function, and its weight in `weights.toml`. Weighing, summing
//! up, explaining and tuning follow from the table.

use super::evidence::{Evidence, FieldCounts};
use super::numbers::named_numbers;
use super::scorer::Scorer;
use crate::engine::fields::Field;
use crate::engine::vocabulary::word_key;
use serde::ser::{Serialize, SerializeMap, Serializer};

named_numbers! {
    /// A feature.
    enum Feature;
    /// The features of one candidate, or what they weigh.
    struct Features;
    from Candidate;
    /// Words by BM25F, as a share of the best a document could have.
    Words = "words", words;
    /// Pairs of characters in the headline.
    HeadlinePairs = "question_bigrams", headline_pairs;
    /// Pairs of characters in the answer.
    AnswerPairs = "answer_bigrams", answer_pairs;
    /// The share of the query that question, title and labels have.
    QuestionCoverage = "question_coverage", question_coverage;
    /// The share of the query that the document has anywhere.
    Coverage = "coverage", coverage;
    /// Characters that query and headline share.
    Characters = "characters", characters;
    /// The share of the headline that is in the query.
    Focus = "focus", focus;
    /// How near to the query the document is asked in other words, as far as documents say that.
    AskedAs = "asked_as", asked_as;
    /// Whether the headline says the reverse of what is asked, 0 or -1.
    Opposite = "opposite", opposite;
}

/// A candidate beside the query.
pub(crate) struct Candidate<'a> {
    pub(super) scorer: &'a Scorer<'a>,
    pub(super) evidence: &'a Evidence,
}

fn words(candidate: &Candidate<'_>) -> f32 {
    let (scorer, evidence) = (candidate.scorer, candidate.evidence);
    let concepts = scorer.query.concepts.iter();
    let sum = concepts.fold(0.0, |sum, concept| sum + scorer.bm25f(concept, evidence));
    sum / (scorer.coverage.all * (scorer.weights.saturation + 1.0))
}

fn headline_pairs(candidate: &Candidate<'_>) -> f32 {
    let (scorer, evidence) = (candidate.scorer, candidate.evidence);
    let b = scorer.weights.question_length;
    scorer.pairs(&evidence.headline_pairs, evidence, Field::HeadlinePairs, b)
}

fn answer_pairs(candidate: &Candidate<'_>) -> f32 {
    let (scorer, evidence) = (candidate.scorer, candidate.evidence);
    let b = scorer.weights.answer_length;
    scorer.pairs(&evidence.answer_pairs, evidence, Field::AnswerPairs, b)
}

fn question_coverage(candidate: &Candidate<'_>) -> f32 {
    coverage_of(candidate, FieldCounts::is_in_question)
}

fn coverage(candidate: &Candidate<'_>) -> f32 {
    let trust = candidate.scorer.asked_trust;
    let mut coverage = 0.0;
    if trust < 1.0 {
        coverage += (1.0 - trust) * coverage_of(candidate, FieldCounts::is_anywhere);
    }
    if trust > 0.0 {
        coverage += trust * coverage_of(candidate, FieldCounts::is_in_any);
    }
    coverage
}

fn coverage_of(candidate: &Candidate<'_>, is_there: fn(&FieldCounts) -> bool) -> f32 {
    let counts = &candidate.evidence.counts;
    candidate.scorer.coverage.of(|word| is_there(&counts[word]))
}

/// How many characters query and headline share: the Dice coefficient.
fn characters(candidate: &Candidate<'_>) -> f32 {
    let asked = &candidate.scorer.query.characters;
    let there = &candidate.evidence.characters;
    let shared = asked.iter().filter(|c| there.contains(c)).count();
    let all = asked.len() + there.len();
    if all > 0 {
        2.0 * shared as f32 / all as f32
    } else {
        0.0
    }
}

/// The share of what the headline says that is words of the query.
fn focus(candidate: &Candidate<'_>) -> f32 {
    let headline = candidate.evidence.headline.iter().copied();
    candidate.scorer.focus(headline)
}

fn asked_as(candidate: &Candidate<'_>) -> f32 {
    candidate.scorer.asked_trust * candidate.evidence.nearness.all
}

fn opposite(candidate: &Candidate<'_>) -> f32 {
    let headline = &candidate.evidence.headline;
    let has = |word: &String| {
        let key = word_key(word);
        headline.iter().any(|known| known.key == key)
    };
    let says = |side: &[Vec<String>]| side.iter().any(|words| words.iter().all(has));
    let mut pairs = candidate.scorer.query.opposites.iter();
    let is_opposite = pairs.any(|pair| says(&pair.reverse) && !says(&pair.said));
    -f32::from(u8::from(is_opposite))
}

/// How a score came about; the parts sum up to it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ScoreParts {
    /// The weighted features.
    pub features: Features,
    /// What ratings and clicks say of the answer; below 0 when they speak against it.
    pub quality: f32,
}

impl ScoreParts {
    /// The score.
    pub fn total(&self) -> f32 {
        let features = self.features.iter();
        features.fold(0.0, |sum, (_, part)| sum + part) + self.quality
    }
}

impl Serialize for ScoreParts {
    /// One map: the features by name, then the quality.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Feature::ALL.len() + 1))?;
        for (feature, part) in self.features.iter() {
            map.serialize_entry(feature.name(), &part)?;
        }
        map.serialize_entry("quality", &self.quality)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ranking::Weights;

    #[test]
    fn the_parts_sum_up_to_the_score_and_are_written_by_name() {
        let mut features = Features::default();
        features.set(Feature::Words, 0.5);
        features.set(Feature::Focus, 1.0);
        let weights = Weights::default();
        let mut parts = weights.weigh(&features);
        parts.quality = -0.1;
        let expected =
            0.5 * weights.of_feature(Feature::Words) + weights.of_feature(Feature::Focus) - 0.1;
        assert!((parts.total() - expected).abs() < 1e-6);
        let written = serde_json::to_value(parts).unwrap();
        assert_eq!(
            written.as_object().unwrap().len(),
            Feature::ALL.len() + 1,
            "{written}"
        );
        let read: Features =
            serde_json::from_value(serde_json::to_value(features).unwrap()).unwrap();
        assert_eq!(read, features);
    }

    #[test]
    fn unknown_and_missing_names_are_refused() {
        let read = |text: &str| {
            serde_json::from_str::<Features>(text)
                .unwrap_err()
                .to_string()
        };
        assert!(read("{\"words\": 1.0}").contains("missing field `question_bigrams`"));
        let mut all = serde_json::to_value(Features::default()).unwrap();
        all["wrods"] = 1.0.into();
        assert!(read(&all.to_string()).contains("unknown name `wrods`"));
    }
}
