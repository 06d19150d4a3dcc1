//! What operators and visitors change while the engine answers: weights, pins, quality.

use super::model::Quality;
use super::ranking::Weights;
use super::results::Pins;
use arc_swap::{ArcSwap, Guard};
use std::sync::Arc;

/// One state of the tuning; a request reads one state from its beginning to its end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tuned {
    pub(crate) weights: Arc<Weights>,
    pub(crate) pins: Arc<Pins>,
    pub(crate) quality: Arc<Quality>,
    /// How often anything of it was replaced.
    pub(crate) revision: u64,
}

/// The tuning of an engine, replaced part by part while requests go on.
#[derive(Default)]
pub(crate) struct Tuning(ArcSwap<Tuned>);

impl Tuning {
    /// The state as of now.
    pub(crate) fn load(&self) -> Guard<Arc<Tuned>> {
        self.0.load()
    }

    /// Replaces the constants of ranking.
    pub(crate) fn set_weights(&self, weights: Weights) {
        let weights = Arc::new(weights);
        self.change(|tuned| tuned.weights = Arc::clone(&weights));
    }

    /// Replaces the rules of a maintainer.
    pub(crate) fn set_pins(&self, pins: Pins) {
        let pins = Arc::new(pins);
        self.change(|tuned| tuned.pins = Arc::clone(&pins));
    }

    /// Replaces what is known of the quality of answers.
    pub(crate) fn set_quality(&self, quality: Quality) {
        let quality = Arc::new(quality);
        self.change(|tuned| tuned.quality = Arc::clone(&quality));
    }

    fn change(&self, change: impl Fn(&mut Tuned)) {
        self.0.rcu(|before| {
            let mut tuned = Tuned::clone(before);
            change(&mut tuned);
            tuned.revision += 1;
            tuned
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_another_revision_and_leaves_the_rest() {
        let tuning = Tuning::default();
        tuning.set_quality(Quality::from([("a".to_owned(), 0.5)]));
        tuning.set_weights(Weights::from_named([("floor", 0.9)].into_iter()));
        let tuned = tuning.load();
        assert_eq!((tuned.revision, tuned.quality.len()), (2, 1));
        assert!((tuned.weights.floor - 0.9).abs() < 1e-6);
    }
}
