//! What was made of short runs: documents say the same words over and over.

use rustc_hash::FxHashMap;

/// Runs that are remembered, at most, by each thread: about two megabytes.
const MOST: usize = 8_192;

/// What was made of some runs.
pub(super) struct Remembered<V>(FxHashMap<Box<str>, V>);

impl<V> Default for Remembered<V> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<V> Remembered<V> {
    /// Calls `with` for what `make` makes of the run, or has made of it before.
    pub(super) fn with<R>(
        &mut self,
        run: &str,
        make: impl FnOnce() -> V,
        with: impl FnOnce(&V) -> R,
    ) -> R {
        if let Some(known) = self.0.get(run) {
            return with(known);
        }
        let new = make();
        let result = with(&new);
        // Those that are said often are soon there again.
        if self.0.len() == MOST {
            self.0.clear();
        }
        self.0.insert(run.into(), new);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_is_made_once_and_the_oldest_are_forgotten() {
        let (mut remembered, mut made) = (Remembered::default(), 0);
        for _ in 0..3 {
            for run in ["a", "bc"] {
                let length = || {
                    made += 1;
                    run.len()
                };
                assert_eq!(remembered.with(run, length, |length| *length), run.len());
            }
        }
        assert_eq!(made, 2);
        for number in 0..MOST * 2 {
            remembered.with(&number.to_string(), || 0, |_| ());
            assert!(remembered.0.len() <= MOST);
        }
        assert_eq!(remembered.with("a", || 7, |length| *length), 7);
    }
}
