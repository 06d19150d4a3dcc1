//! How sure an engine is of its best hits: signals of the first hits, and the calibration that turns them into an answer
//! state.

use super::answer_state::AnswerState;
use super::calibration::CALIBRATION;
use super::evidence::Evidence;
use super::features::Feature;
use super::found::{Found, Judged};
use super::numbers::named_numbers;
use super::scorer::Scorer;
use crate::engine::query::Concept;

/// Hits that are looked at: another than the first may be the answer.
const LOOKED_AT: usize = 5;
/// Matched words of a query, as specific as can be, that speak for an answer as much as any number of them.
const ENOUGH: f32 = 2.0;

named_numbers! {
    /// A signal. Shares are of the query's weight, 0 to 1.
    enum Signal;
    /// What the first hits have of a query.
    struct Confidence;
    from FirstHits;
    /// BM25F of the first hit as a share of the best possible.
    Words = "words", words;
    /// How much of the query one of the first hits has, counted in words that no other document has, up to
    /// `ENOUGH`. A longer text has more words that are matched by chance.
    Matched = "matched", matched;
    /// The largest share of the query's weight that one concept has which no question of the first hits has.
    Missing = "missing", missing;
    /// The specificity of the most specific name (product, identifier, Latin word) that no question of the first hits has.
    NameMissing = "name_missing", name_missing;
    /// The share of the first hit's question that is in the query, as the headline or the nearest asking has it.
    Focus = "focus", focus;
}

/// The first hits of a query.
pub(crate) struct FirstHits<'a> {
    scorer: &'a Scorer<'a>,
    first: &'a Judged,
    looked_at: Vec<&'a Evidence>,
    /// Sum of the weights of what is asked, filler left out.
    asked_weight: f32,
}

/// How sure a query's best hits, best first, are. `None` where nothing was found, and where nothing but filler is asked.
pub(crate) fn confidence<D>(scorer: &Scorer<'_>, found: &[Found<D>]) -> Option<Confidence> {
    let first = found.first()?.judged.as_ref()?;
    if scorer.query.is_only_filler {
        return None;
    }
    let looked_at = found.iter().take(LOOKED_AT);
    let looked_at = looked_at.filter_map(|f| f.judged.as_ref());
    let asked_weight: f32 = asked(scorer).map(|c| c.weight).sum();
    Some(Confidence::compute(&FirstHits {
        scorer,
        first,
        looked_at: looked_at.map(|judged| &judged.evidence).collect(),
        asked_weight: asked_weight.max(f32::MIN_POSITIVE),
    }))
}

fn asked<'a>(scorer: &Scorer<'a>) -> impl Iterator<Item = &'a Concept> {
    scorer.query.concepts.iter().filter(|c| !c.is_filler)
}

/// What is asked, each with its share.
fn asked_with<'a>(
    scorer: &Scorer<'a>,
    shares: impl Iterator<Item = f32>,
) -> impl Iterator<Item = (&'a Concept, f32)> {
    let concepts = scorer.query.concepts.iter().zip(shares);
    concepts.filter(|(concept, _)| !concept.is_filler)
}

fn words(hits: &FirstHits<'_>) -> f32 {
    hits.first.features.get(Feature::Words)
}

fn focus(hits: &FirstHits<'_>) -> f32 {
    let of_headline = hits.first.features.get(Feature::Focus);
    of_headline.max(hits.first.evidence.nearness.focus)
}

fn matched(hits: &FirstHits<'_>) -> f32 {
    let of_one = |evidence: &&Evidence| -> f32 {
        let is_there = |word: usize| evidence.counts[word].is_in_any();
        let shares = hits.scorer.coverage.weighted_shares(is_there);
        let matched = asked_with(hits.scorer, shares);
        matched
            .map(|(c, share)| c.specificity * share.min(1.0))
            .sum()
    };
    hits.looked_at
        .iter()
        .map(of_one)
        .fold(0.0, f32::max)
        .min(ENOUGH)
}

fn missing(hits: &FirstHits<'_>) -> f32 {
    let of_one = |evidence: &&Evidence| {
        let is_there = |word: usize| evidence.is_asked(word);
        let shares = hits.scorer.coverage.weighted_shares(is_there);
        let missing = asked_with(hits.scorer, shares);
        let missing = missing.map(|(c, share)| c.weight * (1.0 - share.min(1.0)));
        missing.fold(0.0, f32::max) / hits.asked_weight
    };
    hits.looked_at.iter().map(of_one).fold(1.0, f32::min)
}

fn name_missing(hits: &FirstHits<'_>) -> f32 {
    let missing = |evidence: &&Evidence| {
        let is_there = |word: usize| evidence.is_asked(word);
        let shares = hits.scorer.coverage.shares(is_there);
        let names = asked_with(hits.scorer, shares).filter(|(c, _)| c.is_name());
        names
            .map(|(c, share)| c.specificity * (1.0 - share))
            .fold(0.0, f32::max)
    };
    hits.looked_at.iter().map(missing).fold(1.0, f32::min)
}

impl Confidence {
    /// The probability that no document answers.
    pub fn none(&self) -> f32 {
        CALIBRATION.none.probability(self)
    }

    /// The probability that the first hit answers.
    pub fn answered(&self) -> f32 {
        CALIBRATION.answered.probability(self)
    }

    /// The state that these probabilities stand for.
    pub fn state(&self) -> AnswerState {
        if self.none() >= CALIBRATION.none_from {
            AnswerState::None
        } else if self.answered() >= CALIBRATION.answered_from {
            AnswerState::Answered
        } else {
            AnswerState::Related
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    /// One query of the sets that the calibration was fitted to.
    #[derive(Deserialize)]
    struct Row {
        documents: String,
        kind: String,
        unanswerable: bool,
        first_is_relevant: bool,
        confidence: Confidence,
    }

    /// The queries that were judged over the documents they are asked of.
    fn rows() -> Vec<Row> {
        let lines = include_str!("../../../eval/calibration.jsonl").lines();
        let rows = lines.map(|line| serde_json::from_str(line).unwrap());
        rows.filter(|row: &Row| row.kind == "judged").collect()
    }

    /// Precision and recall of `none` over the queries that were asked of these documents.
    fn none(documents: &str) -> (f64, f64) {
        let rows: Vec<Row> = rows()
            .into_iter()
            .filter(|r| r.documents == documents)
            .collect();
        let is_none = |row: &&Row| row.confidence.state() == AnswerState::None;
        let said: Vec<&Row> = rows.iter().filter(is_none).collect();
        let right = said.iter().filter(|r| r.unanswerable).count() as f64;
        let unanswerable = rows.iter().filter(|r| r.unanswerable).count() as f64;
        (right / said.len() as f64, right / unanswerable)
    }

    #[test]
    fn visitors_whose_answer_is_there_are_rarely_told_that_it_is_not() {
        let (precision, recall) = none("corpus");
        assert!(precision >= 0.85 && recall >= 0.7, "{precision} {recall}");
        // Most of these ask of the site's own products what no document says: hard to tell from what some document says.
        let (precision, recall) = none("both");
        assert!(precision >= 0.8 && recall >= 0.4, "{precision} {recall}");
    }

    #[test]
    fn what_other_documents_answer_is_mostly_known_to_be_no_answer_here() {
        let lines = include_str!("../../../eval/calibration.jsonl").lines();
        let rows = lines.map(|line| serde_json::from_str::<Row>(line).unwrap());
        let foreign: Vec<Row> = rows.filter(|row| row.kind == "foreign").collect();
        let of = |state: AnswerState| {
            let those = foreign.iter().filter(|r| r.confidence.state() == state);
            those.count() as f64 / foreign.len() as f64
        };
        assert!(of(AnswerState::None) >= 0.7, "{}", of(AnswerState::None));
        assert!(
            of(AnswerState::Answered) <= 0.01,
            "{}",
            of(AnswerState::Answered)
        );
    }

    #[test]
    fn what_is_shown_as_the_answer_mostly_is() {
        let rows = rows();
        let said: Vec<&Row> = rows
            .iter()
            .filter(|r| r.confidence.state() == AnswerState::Answered)
            .collect();
        let right = said.iter().filter(|r| r.first_is_relevant).count() as f64;
        assert!(
            right / said.len() as f64 >= 0.85 && said.len() * 3 > rows.len(),
            "{right} of {}",
            said.len()
        );
    }
}
