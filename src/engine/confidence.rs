//! How sure an engine is of its best hits, as numbers, and the calibration that turns them into an answer state.
//!
//! Two logistic regressions, fitted by `cargo run --release --example calibrate` to the outcomes in
//! `eval/calibration.jsonl`: whether no document answers, and whether the first hit does.

use super::AnswerState;
use serde::{Deserialize, Serialize};

/// From this probability that no document answers, the visitor is told so.
pub const NONE_FROM: f32 = 0.4;
/// From this probability that the first hit answers, it is shown as the answer.
pub const ANSWERED_FROM: f32 = 0.7;
/// Intercept and weights, in the order of [`Confidence::numbers`].
const NONE: [f32; 7] = [2.423, -5.330, -0.024, -1.407, -2.269, 4.680, -3.286];
const ANSWERED: [f32; 7] = [-2.771, 7.358, 1.359, -2.089, 1.518, -1.795, 2.122];

/// What the first hits have of the query. Shares are of the query's weight, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Confidence {
    /// BM25F of the first hit as a share of the best possible.
    pub words: f32,
    /// The share of the query that the question of one of the first hits has.
    pub question_coverage: f32,
    /// The share of the query that one of the first hits has.
    pub coverage: f32,
    /// How much of the query one of the first hits has, counted in words that no other document has.
    pub matched: f32,
    /// The most telling name (product, identifier, Latin word) that no question of the first hits has; 1 is as telling
    /// as can be.
    pub name_missing: f32,
    /// Characters that query and question of the first hit share.
    pub characters: f32,
}

impl Confidence {
    /// Every number in the order of the fields.
    pub fn numbers(&self) -> [f32; 6] {
        let Self {
            words,
            question_coverage,
            coverage,
            matched,
            name_missing,
            characters,
        } = *self;
        [
            words,
            question_coverage,
            coverage,
            matched,
            name_missing,
            characters,
        ]
    }

    /// The probability that no document answers.
    pub fn none(&self) -> f32 {
        logistic(&NONE, self)
    }

    /// The probability that the first hit answers.
    pub fn answered(&self) -> f32 {
        logistic(&ANSWERED, self)
    }

    /// The state that these probabilities stand for.
    pub fn state(&self) -> AnswerState {
        if self.none() >= NONE_FROM {
            AnswerState::None
        } else if self.answered() >= ANSWERED_FROM {
            AnswerState::Answered
        } else {
            AnswerState::Related
        }
    }
}

fn logistic(weights: &[f32; 7], confidence: &Confidence) -> f32 {
    let weighted = weights[1..]
        .iter()
        .zip(confidence.numbers())
        .map(|(weight, number)| weight * number);
    1.0 / (1.0 + (-(weights[0] + weighted.sum::<f32>())).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One query of the sets that the calibration was fitted to.
    #[derive(Deserialize)]
    struct Row {
        unanswerable: bool,
        first_is_relevant: bool,
        confidence: Confidence,
    }

    fn rows() -> Vec<Row> {
        let lines = include_str!("../../eval/calibration.jsonl").lines();
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
