//! The constants of ranking, with their names. Their reasons and defaults are in `weights.toml`.

use super::features::{Feature, Features, ScoreParts};
use crate::engine::fields::{Field, PerField};
use crate::engine::query::WordingWeights;
use serde::de::Error;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The text with the defaults and the reason of each constant.
pub const DEFAULTS: &str = include_str!("weights.toml");

static DEFAULT: LazyLock<Weights> = LazyLock::new(|| {
    let table = toml::from_str(DEFAULTS).expect("the defaults are tested");
    Weights::from_table(table).expect("the defaults are tested")
});

/// Constants of ranking. Weights have no unit; only their ratios matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "`weights.toml` says what each is for")]
pub struct Weights {
    pub window: f32,
    pub floor: f32,
    pub question_weight: f32,
    pub title_weight: f32,
    pub labels_weight: f32,
    pub answer_weight: f32,
    pub references_weight: f32,
    pub asked_as_weight: f32,
    pub asked_coverage: f32,
    pub asked_characters: f32,
    pub asked_focus: f32,
    pub asked_second: f32,
    pub meaning_asked: f32,
    pub saturation: f32,
    pub question_length: f32,
    pub answer_length: f32,
    pub synonym: f32,
    pub meaning: f32,
    pub meaning_from: f32,
    pub learned: f32,
    pub correction: f32,
    pub homophone: f32,
    pub pinyin: f32,
    pub part: f32,
    pub product: f32,
    pub name: f32,
    pub everyday: f32,
    pub filler: f32,
    pub filler_share: f32,
    pub quality: f32,
    /// The weight of each feature, by the name of the feature.
    #[serde(skip)]
    features: Features,
}

impl Weights {
    /// Reads the constants from a table with all of them, those of features among the others.
    fn from_table(mut table: toml::Table) -> Result<Self, toml::de::Error> {
        let mut features = Features::default();
        for feature in Feature::ALL {
            let weight = table.remove(feature.name());
            let weight = weight.ok_or_else(|| toml::de::Error::missing_field(feature.name()))?;
            features.set(*feature, weight.try_into()?);
        }
        let mut weights: Self = table.try_into()?;
        weights.features = features;
        Ok(weights)
    }

    fn to_table(&self) -> toml::Table {
        let mut table = toml::Table::try_from(self).unwrap_or_default();
        for (feature, weight) in self.features.iter() {
            table.insert(feature.name().to_owned(), f64::from(weight).into());
        }
        table
    }

    /// Every constant by name.
    pub fn named(&self) -> Vec<(String, f64)> {
        let table = self.to_table().into_iter();
        let number = |value: toml::Value| value.as_float().unwrap_or_default();
        table.map(|(name, value)| (name, number(value))).collect()
    }

    /// The defaults with these constants replaced; unknown names are ignored.
    pub fn from_named<'n>(constants: impl Iterator<Item = (&'n str, f64)>) -> Self {
        let mut table = Self::default().to_table();
        for (name, value) in constants {
            if let Some(known) = table.get_mut(name) {
                *known = toml::Value::Float(value);
            }
        }
        Self::from_table(table).unwrap_or_default()
    }

    /// The weight of a feature.
    pub fn of_feature(&self, feature: Feature) -> f32 {
        self.features.get(feature)
    }

    /// Each feature times its weight.
    pub(crate) fn weigh(&self, features: &Features) -> ScoreParts {
        let mut parts = ScoreParts::default();
        for (feature, value) in features.iter() {
            let part = value * self.of_feature(feature);
            parts.features.set(feature, part);
        }
        parts
    }

    /// The constants that parsing needs over documents whose askings count by `asked_trust`.
    pub(crate) fn of_wordings(&self, asked_trust: f32) -> WordingWeights {
        WordingWeights {
            synonym: self.synonym,
            meaning: self.meaning + asked_trust * (self.meaning_asked - self.meaning),
            meaning_from: self.meaning_from,
            learned: self.learned,
            correction: self.correction,
            homophone: self.homophone,
            pinyin: self.pinyin,
            part: self.part,
            product: self.product,
            name: self.name,
            everyday: self.everyday,
            filler: self.filler,
            filler_share: self.filler_share,
        }
    }

    /// How much a word counts in each field; 0 in fields of pairs.
    pub(crate) fn of_fields(&self) -> PerField<f32> {
        PerField::from_fn(|field| match field {
            Field::Question => self.question_weight,
            Field::Title => self.title_weight,
            Field::Labels => self.labels_weight,
            Field::Answer => self.answer_weight,
            Field::References => self.references_weight,
            Field::AskedAs => self.asked_as_weight,
            Field::HeadlinePairs | Field::AnswerPairs => 0.0,
        })
    }
}

impl Default for Weights {
    fn default() -> Self {
        DEFAULT.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_name_every_constant() {
        let constants = Weights::default().named();
        let table: toml::Table = toml::from_str(DEFAULTS).unwrap();
        let names: Vec<&String> = constants.iter().map(|(name, _)| name).collect();
        assert_eq!(names, table.keys().collect::<Vec<_>>());
    }

    #[test]
    fn constants_are_replaced_by_name() {
        let weights =
            Weights::from_named([("words", 2.5), ("floor", 0.5), ("wrods", 1.0)].into_iter());
        assert!((weights.of_feature(Feature::Words) - 2.5).abs() < f32::EPSILON);
        assert!((weights.floor - 0.5).abs() < f32::EPSILON);
        let kept = Weights::default();
        assert!((weights.synonym - kept.synonym).abs() < f32::EPSILON);
    }
}
