//! What visitors send and what experts make of it: ratings, asks, the query log, the store that keeps them, the reports
//! over them, and what ranking learns.
//!
//! A record: [`record`] says what may be in it, [`Store`] keeps it (acknowledged only when it is on disk), [`inbox`] and
//! [`reports`] show it to experts, [`webhook`] tells other systems of it, [`transfer`] takes it out and in again.
//!
//! Nothing here knows HTTP or how documents are searched.

pub mod experts;
pub mod inbox;
mod prior;
pub mod record;
pub mod reports;
pub mod secrets;
mod similar;
mod store;
pub mod transfer;
mod visitor;
pub mod webhook;

pub use prior::{Opinion, Prior, learn};
pub use record::{Ask, BadField, Click, QueryRecord, Rating, Reason};
pub use similar::{Group, group};
pub use store::{OpenError, Store, StoreError, private_file, without_password};
pub use transfer::Retention;
pub(crate) use visitor::network;
pub use visitor::{Visitor, VisitorKey};

use async_trait::async_trait;

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

/// Takes in what visitors send. The seam: the web knows only this for what it takes in.
#[async_trait]
pub trait FeedbackStore: Send + Sync {
    /// Keeps a record; when this returns, it survives a crash and a power cut.
    ///
    /// # Errors
    /// When the store cannot be written, too much is waiting, or the key was used for something else.
    async fn keep(
        &self,
        record: Record,
        key: Option<IdempotencyKey>,
    ) -> Result<Receipt, StoreError>;

    /// Keeps a record some time soon, unless too much is waiting: for what may be lost.
    fn keep_later(&self, record: Record);

    /// How often the answer was said to have helped, and not to have.
    ///
    /// # Errors
    /// When the store cannot be read.
    async fn counts(&self, question_id: &str) -> Result<(i64, i64), StoreError>;
}
