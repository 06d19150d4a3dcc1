//! Where records are written.

use crate::feedback::ask_key::AskKey;
use crate::feedback::counters::Counters;
use sqlx::AnyConnection;

/// The transaction in which records are written, the counters they change, and the key of the addresses of asks.
pub(super) struct Target<'t> {
    pub(super) connection: &'t mut AnyConnection,
    pub(super) counters: &'t mut Counters,
    pub(super) ask_key: &'t AskKey,
}

/// A record with its index in the batch.
pub(super) type Positioned<'r, T> = (usize, &'r T);
