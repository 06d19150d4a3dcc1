//! What a query was understood as, for `--explain`.

use serde::Serialize;

/// Where a wording of a concept came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// As typed.
    Typed,
    /// A part of what was typed.
    Part,
    /// The site's words say it means the same.
    Synonym,
    /// A known Latin word that what was typed comes near to.
    Correction,
    /// A known Chinese word that sounds the same.
    Homophone,
    /// The Chinese word that pinyin spells.
    Pinyin,
}

/// One concept of a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnderstoodConcept {
    /// What was typed.
    pub typed: String,
    /// How much it tells; larger for rarer words.
    pub weight: f32,
    /// The wordings it is looked for in.
    pub wordings: Vec<(String, Origin)>,
}

/// A query understood.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Understanding {
    /// In the order of the query.
    pub concepts: Vec<UnderstoodConcept>,
}
