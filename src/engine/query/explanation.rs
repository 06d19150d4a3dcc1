//! What a query was understood as, for `--explain` and `explain=true`.

use serde::Serialize;

/// Where a wording of a concept came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// As typed.
    Typed,
    /// A part of what was typed.
    Part,
    /// Another spelling of what was typed: `Wi-Fi` for `wifi`.
    Spelling,
    /// A longer version that begins with the typed one.
    Version,
    /// A synonym by the site's words.
    Synonym,
    /// A term for an everyday wording, by the thesaurus.
    Meaning,
    /// A word of headlines, learned from how documents are asked.
    Learned,
    /// A known Latin word near to the one that was typed.
    Correction,
    /// A known Chinese word that sounds like the one that was typed.
    Homophone,
    /// The Chinese word that pinyin spells.
    Pinyin,
}

impl Origin {
    /// Whether the wording is a guess at what was meant.
    pub(crate) fn is_guess(self) -> bool {
        matches!(self, Self::Correction | Self::Homophone | Self::Pinyin)
    }
}

/// One concept of a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnderstoodConcept {
    /// What was typed.
    pub typed: String,
    /// How much the concept says; larger for rarer words.
    pub weight: f32,
    /// Whether it names a product that some document names, too.
    pub names_product: bool,
    /// The wordings that documents are searched for, with their origins.
    pub wordings: Vec<(String, Origin)>,
}

/// What a query was understood as.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Understanding {
    /// In the order of the query.
    pub concepts: Vec<UnderstoodConcept>,
}

impl Understanding {
    /// Whether a word was taken for a mistyped one. Pinyin is no error.
    pub fn has_correction(&self) -> bool {
        let is_correction = |(_, origin): &(String, Origin)| {
            matches!(origin, Origin::Correction | Origin::Homophone)
        };
        let is_known =
            |(_, origin): &(String, Origin)| matches!(origin, Origin::Typed | Origin::Spelling);
        self.concepts.iter().any(|concept| {
            concept.wordings.iter().any(is_correction) && !concept.wordings.iter().any(is_known)
        })
    }
}
