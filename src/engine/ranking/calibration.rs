//! The calibration of answer states, read from `calibration.toml`.

use super::confidence::Confidence;
use serde::{Deserialize, Deserializer};
use std::sync::LazyLock;

/// The calibration that ships.
pub static CALIBRATION: LazyLock<Calibration> = LazyLock::new(|| {
    toml::from_str(include_str!("calibration.toml")).expect("the calibration is tested")
});

/// From signals to an answer state.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// From this probability that no document answers, the state is `none`.
    pub none_from: f32,
    /// From this probability that the first hit answers, the state is `answered`.
    pub answered_from: f32,
    /// The probability that no document answers.
    pub none: Logistic,
    /// The probability that the first hit answers.
    pub answered: Logistic,
}

/// A logistic regression over the signals.
#[derive(Debug, Clone)]
pub struct Logistic {
    intercept: f32,
    weights: Confidence,
}

impl Logistic {
    /// The probability that these signals stand for.
    pub fn probability(&self, signals: &Confidence) -> f32 {
        let weighted = self.weights.iter().zip(signals.iter());
        let sum: f32 = weighted
            .map(|((_, weight), (_, signal))| weight * signal)
            .sum();
        1.0 / (1.0 + (-(self.intercept + sum)).exp())
    }
}

impl<'de> Deserialize<'de> for Logistic {
    /// A table with `intercept` and a weight for each signal.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let mut table = toml::Table::deserialize(deserializer)?;
        let intercept = table.remove("intercept");
        let intercept = intercept.ok_or_else(|| D::Error::missing_field("intercept"))?;
        Ok(Self {
            intercept: intercept.try_into().map_err(D::Error::custom)?,
            weights: table.try_into().map_err(D::Error::custom)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calibration_names_every_signal() {
        for threshold in [CALIBRATION.none_from, CALIBRATION.answered_from] {
            assert!((0.5..1.0).contains(&threshold), "{threshold}");
        }
        let nothing = Confidence::default();
        assert!(CALIBRATION.none.probability(&nothing) > 0.9);
        assert!(CALIBRATION.answered.probability(&nothing) < 0.1);
    }

    #[test]
    fn a_misspelt_signal_is_refused() {
        let text = include_str!("calibration.toml").replacen("matched", "mached", 1);
        let error = toml::from_str::<Calibration>(&text)
            .unwrap_err()
            .to_string();
        assert!(error.contains("missing field `matched`"), "{error}");
    }
}
