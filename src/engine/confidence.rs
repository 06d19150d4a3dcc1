//! How sure an engine is of its best hit, as numbers that a calibration turns into an answer state.

use serde::Serialize;

/// What the best hit has of the query. Shares are of the query's weight, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Confidence {
    /// Found in the question of the hit.
    pub question_coverage: f32,
    /// Found anywhere in the hit.
    pub coverage: f32,
    /// In no document at all.
    pub unknown: f32,
    /// The most telling name (product, identifier, Latin word) that the hit's question lacks; 1 is as telling as can be.
    pub name_not_asked: f32,
    /// The most telling name that the whole hit lacks.
    pub name_missing: f32,
    /// BM25F of the hit as a share of the best possible.
    pub words: f32,
    /// Pairs of characters found in the question of the hit.
    pub question_bigrams: f32,
    /// Characters that query and the hit's question share.
    pub characters: f32,
    /// The share of the hit's question that is in the query.
    pub focus: f32,
    /// How far the hit is before the next, as a share of its score.
    pub margin: f32,
    /// Natural logarithm of the number of concepts asked.
    pub length: f32,
}

impl Confidence {
    /// Every number in the order of the fields.
    pub fn numbers(&self) -> [f32; 11] {
        let Self {
            question_coverage,
            coverage,
            unknown,
            name_not_asked,
            name_missing,
            words,
            question_bigrams,
            characters,
            focus,
            margin,
            length,
        } = *self;
        [
            question_coverage,
            coverage,
            unknown,
            name_not_asked,
            name_missing,
            words,
            question_bigrams,
            characters,
            focus,
            margin,
            length,
        ]
    }
}
