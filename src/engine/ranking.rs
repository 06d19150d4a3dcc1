//! The constants of ranking, with their names; their reasons and defaults are in `ranking.toml`.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The text with the defaults and the reason of each constant.
pub const DEFAULTS: &str = include_str!("ranking.toml");

static DEFAULT: LazyLock<Ranking> =
    LazyLock::new(|| toml::from_str(DEFAULTS).expect("the defaults are tested"));

/// Constants of ranking. Weights have no unit; only their ratios matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "`ranking.toml` says what each is for")]
pub struct Ranking {
    pub window: f32,
    pub floor: f32,
    pub question_weight: f32,
    pub title_weight: f32,
    pub labels_weight: f32,
    pub answer_weight: f32,
    pub references_weight: f32,
    pub saturation: f32,
    pub question_length: f32,
    pub answer_length: f32,
    pub synonym: f32,
    pub correction: f32,
    pub homophone: f32,
    pub pinyin: f32,
    pub part: f32,
    pub product: f32,
    pub filler: f32,
    pub filler_share: f32,
    pub words: f32,
    pub question_bigrams: f32,
    pub answer_bigrams: f32,
    pub question_coverage: f32,
    pub coverage: f32,
    pub characters: f32,
    pub focus: f32,
    pub quality: f32,
}

impl Ranking {
    /// Every constant by name.
    pub fn named(&self) -> Vec<(String, f64)> {
        let table = toml::Table::try_from(self).unwrap_or_default();
        let number = |value: &toml::Value| value.as_float().unwrap_or_default();
        table
            .iter()
            .map(|(name, value)| (name.clone(), number(value)))
            .collect()
    }

    /// The defaults with these constants in their place; names that are no constant are passed over.
    pub fn of_named<'n>(constants: impl Iterator<Item = (&'n str, f64)>) -> Self {
        let mut table = toml::Table::try_from(Self::default()).unwrap_or_default();
        for (name, value) in constants {
            if let Some(known) = table.get_mut(name) {
                *known = toml::Value::Float(value);
            }
        }
        table.try_into().unwrap_or_default()
    }
}

impl Default for Ranking {
    fn default() -> Self {
        DEFAULT.clone()
    }
}

/// How a score came about; the parts sum up to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ScoreParts {
    /// Words by BM25F, as a share of the best a document could have.
    pub words: f32,
    /// Pairs of characters in the question.
    pub question_bigrams: f32,
    /// Pairs of characters in the answer.
    pub answer_bigrams: f32,
    /// The share of the query found in the question.
    pub question_coverage: f32,
    /// The share of the query found anywhere.
    pub coverage: f32,
    /// Characters that query and question share.
    pub characters: f32,
    /// The share of the question found in the query.
    pub focus: f32,
    /// What ratings and clicks say of the answer; below 0 when they speak against it.
    pub quality: f32,
}

impl ScoreParts {
    /// The score.
    pub fn total(&self) -> f32 {
        let Self {
            words,
            question_bigrams,
            answer_bigrams,
            question_coverage,
            coverage,
            characters,
            focus,
            quality,
        } = self;
        words
            + question_bigrams
            + answer_bigrams
            + question_coverage
            + coverage
            + characters
            + focus
            + quality
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_name_every_constant() {
        assert!(Ranking::default().window >= 10.0);
    }
}
