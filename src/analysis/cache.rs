//! A cache of what was made from short runs: documents repeat the same words over and over.

use rustc_hash::FxHashMap;

/// Runs cached by each thread, at most: about two megabytes.
const MOST: usize = 8_192;

/// Values by the run they were made from.
pub(super) struct Cache<V>(FxHashMap<Box<str>, V>);

impl<V> Default for Cache<V> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<V> Cache<V> {
    /// Calls `with` on the cached value of the run, or on the one that `make` returns, which is then cached.
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
        // Clearing everything is cheaper than tracking use: frequent runs are soon cached again.
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
    fn each_run_is_made_once_and_a_full_cache_is_emptied() {
        let (mut cache, mut made) = (Cache::default(), 0);
        for _ in 0..3 {
            for run in ["a", "bc"] {
                let length = || {
                    made += 1;
                    run.len()
                };
                assert_eq!(cache.with(run, length, |length| *length), run.len());
            }
        }
        assert_eq!(made, 2);
        for number in 0..MOST * 2 {
            cache.with(&number.to_string(), || 0, |_| ());
            assert!(cache.0.len() <= MOST);
        }
        assert_eq!(cache.with("a", || 7, |length| *length), 7);
    }
}
