//! What visitors send and what experts make of it: ratings, asks, the query log, the store that keeps them, the reports
//! over them, and what ranking learns.
//!
//! A record on its way:
//! - [`record`] says what may be in it; [`Store::keep`] queues it, and it is acknowledged only once it is on disk;
//! - `apply` writes it to the tables and returns events, about which `webhook::outbox` stores messages to other systems;
//! - experts see it by [`inbox`] and [`reports`], ranking learns from it by `learning`, [`transfer`] exports it, and
//!   [`erasure`] erases it.
//!
//! Below all of these lie `database` (SQLite or PostgreSQL) and `schema` (the tables). Nothing here knows HTTP or how
//! documents are searched.

mod apply;
pub mod audit;
mod counters;
mod database;
pub mod deliveries;
pub mod erasure;
mod event;
pub mod experts;
pub mod inbox;
mod latency;
mod learning;
mod placeholders;
pub mod record;
pub mod reports;
mod schema;
pub mod secrets;
mod similar;
mod store;
pub mod transfer;
mod visitor;
pub mod webhook;

pub use database::StoreError;
pub use erasure::Retention;
pub use event::EventKind;
pub use learning::{Learning, Quality};
pub use record::{Ask, BadField, Click, QueryRecord, Rating, Reason};
pub use similar::{Group, group};
pub use store::{OpenError, Store, private_file, without_password};
pub(crate) use visitor::network;
pub use visitor::{Visitor, VisitorKey};

/// Something to keep.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A rating of an answer; replaces the visitor's earlier one.
    Rating(Rating),
    /// A question for the experts.
    Ask(Ask),
    /// A search that was answered.
    Query(QueryRecord),
    /// A hit that was opened.
    Click(Click),
}

/// Names one sending: sent again, it is answered as before and kept once. See
/// draft-ietf-httpapi-idempotency-key-header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The sender's key.
    pub key: String,
    /// Hash of what was sent: the same key with other content is an error.
    pub fingerprint: String,
}

/// What was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Number of the record within its kind.
    pub number: i64,
    /// Whether it replaced an earlier one.
    pub replaced: bool,
    /// Whether it had been kept before, under the same key.
    pub repeated: bool,
}

impl Receipt {
    /// The receipt of a record that is new.
    fn new(number: i64) -> Self {
        Self {
            number,
            replaced: false,
            repeated: false,
        }
    }
}
