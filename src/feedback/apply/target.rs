//! Where records are written.

use crate::feedback::counters::Counters;
use sqlx::AnyConnection;

/// The transaction in which records are written, and the counters they change.
pub(super) struct Target<'t> {
    pub(super) connection: &'t mut AnyConnection,
    pub(super) counters: &'t mut Counters,
}

/// A record with its index in the batch.
pub(super) type Positioned<'r, T> = (usize, &'r T);
