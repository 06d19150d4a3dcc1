//! Whether records can be written, for the log and for `/metrics`.

use crate::feedback::database::StoreError;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Pause between two errors of the log, however many records are refused meanwhile.
const BETWEEN_ERRORS: Duration = Duration::from_secs(10);

/// What became of the last records.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<Option<Failure>>);

/// Nothing has been written since.
#[derive(Debug, Clone, Copy)]
struct Failure {
    since: Instant,
    said: Instant,
    /// Records refused since it was said.
    records: usize,
}

impl Health {
    /// Records were written.
    pub(super) fn wrote(&self) {
        let ended = self.lock().take();
        if let Some(failure) = ended {
            let seconds = failure.since.elapsed().as_secs();
            tracing::info!(seconds, "feedback is kept again");
        }
    }

    /// So many records could not be written.
    pub(super) fn failed(&self, records: usize, error: &StoreError) {
        let now = Instant::now();
        let mut failure = self.lock();
        let is_first = failure.is_none();
        let failure = failure.get_or_insert(Failure {
            since: now,
            said: now,
            records: 0,
        });
        failure.records += records;
        if is_first || now.duration_since(failure.said) >= BETWEEN_ERRORS {
            let seconds = now.duration_since(failure.since).as_secs();
            tracing::error!(error = %crate::error_chain(error), records = failure.records, seconds, "feedback could not be kept");
            failure.said = now;
            failure.records = 0;
        }
    }

    /// For how long records could not be written; zero while they can.
    pub(super) fn unwritten_for(&self) -> Duration {
        self.lock()
            .map_or(Duration::ZERO, |failure| failure.since.elapsed())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Failure>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_without_writing_counts_from_the_first_failure_to_the_next_success() {
        let health = Health::default();
        assert_eq!(health.unwritten_for(), Duration::ZERO);
        health.failed(1, &StoreError::Overloaded);
        let first = health.unwritten_for();
        assert!(first > Duration::ZERO);
        health.failed(2, &StoreError::Overloaded);
        assert!(health.unwritten_for() >= first);
        health.wrote();
        assert_eq!(health.unwritten_for(), Duration::ZERO);
    }
}
