//! Where records go.

use crate::feedback::counters::Counters;
use sqlx::AnyConnection;

/// The transaction that records are written in, and the counts that they change.
pub(super) struct Target<'t> {
    pub(super) connection: &'t mut AnyConnection,
    pub(super) counters: &'t mut Counters,
}

/// A record with its position in the batch.
pub(super) type Positioned<'r, T> = (usize, &'r T);
