//! How sure an engine is of its best hits: signals of the first hits, and the calibration that turns them into an answer
//! state.

use super::answer_state::AnswerState;
use super::calibration::CALIBRATION;
use super::evidence::{Evidence, FieldCounts};
use super::features::Feature;
use super::found::{Found, Judged};
use super::numbers::named_numbers;
use super::scorer::Scorer;
use crate::engine::query::Concept;

/// Hits that are looked at: another than the first may be the answer.
const LOOKED_AT: usize = 5;

named_numbers! {
    /// A signal. Shares are of the query's weight, 0 to 1.
    enum Signal;
    /// What the first hits have of a query.
    struct Confidence;
    from FirstHits;
    /// BM25F of the first hit as a share of the best possible.
    Words = "words", words;
    /// The share of the query that the question of one of the first hits has.
    QuestionCoverage = "question_coverage", question_coverage;
    /// The share of the query that one of the first hits has.
    Coverage = "coverage", coverage;
    /// How much of the query one of the first hits has, counted in words that no other document has.
    Matched = "matched", matched;
    /// The specificity of the most specific name (product, identifier, Latin word) that no question of the first hits has.
    NameMissing = "name_missing", name_missing;
    /// Characters that query and headline of the first hit share.
    Characters = "characters", characters;
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

fn words(hits: &FirstHits<'_>) -> f32 {
    hits.first.features.get(Feature::Words)
}

fn characters(hits: &FirstHits<'_>) -> f32 {
    hits.first.features.get(Feature::Characters)
}

fn question_coverage(hits: &FirstHits<'_>) -> f32 {
    hits.most(|evidence| hits.share_of_weight(evidence, FieldCounts::is_in_question))
}

fn coverage(hits: &FirstHits<'_>) -> f32 {
    hits.most(|evidence| hits.share_of_weight(evidence, FieldCounts::is_anywhere))
}

fn matched(hits: &FirstHits<'_>) -> f32 {
    hits.most(|evidence| {
        let share = |c: &Concept| hits.scorer.share(c, evidence, FieldCounts::is_anywhere);
        let concepts = asked(hits.scorer);
        concepts.map(|c| c.specificity * share(c)).sum()
    })
}

fn name_missing(hits: &FirstHits<'_>) -> f32 {
    let missing = |evidence: &&Evidence| {
        let names = asked(hits.scorer).filter(|c| c.is_name());
        let share = |c: &Concept| hits.scorer.share(c, evidence, FieldCounts::is_in_question);
        names
            .map(|c| c.specificity * (1.0 - share(c)))
            .fold(0.0, f32::max)
    };
    hits.looked_at.iter().map(missing).fold(1.0, f32::min)
}

impl FirstHits<'_> {
    fn share_of_weight(&self, evidence: &Evidence, is_there: fn(&FieldCounts) -> bool) -> f32 {
        let share = |c: &Concept| self.scorer.share(c, evidence, is_there);
        let found: f32 = asked(self.scorer).map(|c| c.weight * share(c)).sum();
        found / self.asked_weight
    }

    fn most(&self, of: impl Fn(&Evidence) -> f32) -> f32 {
        self.looked_at.iter().map(|e| of(e)).fold(0.0, f32::max)
    }
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
        unanswerable: bool,
        first_is_relevant: bool,
        confidence: Confidence,
    }

    fn rows() -> Vec<Row> {
        let lines = include_str!("../../../eval/calibration.jsonl").lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn visitors_whose_answer_is_there_are_rarely_told_that_it_is_not() {
        let rows = rows();
        let said: Vec<&Row> = rows
            .iter()
            .filter(|r| r.confidence.state() == AnswerState::None)
            .collect();
        let right = said.iter().filter(|r| r.unanswerable).count() as f64;
        let unanswerable = rows.iter().filter(|r| r.unanswerable).count() as f64;
        assert!(
            right / said.len() as f64 >= 0.85,
            "precision {}",
            right / said.len() as f64
        );
        assert!(
            right / unanswerable >= 0.7,
            "recall {}",
            right / unanswerable
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
