//! The store over SQLite or PostgreSQL, both through sqlx with the same statements.

mod apply;
mod counters;
mod open;
mod rows;
mod writer;

pub(super) use apply::{Applying, BUCKET_GROWTH};
pub(super) use counters::Counters;
pub use open::{OpenError, private_file, without_password};

use super::{FeedbackStore, IdempotencyKey, Receipt, Record, VisitorKey};
use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Transaction};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{Semaphore, mpsc, oneshot};

/// Which database is behind the store: where the two differ, which is seldom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// How a transaction begins that will write. SQLite's default begins as a reader and may fail when it first writes.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// A transaction that will write. One at a time, whoever writes: counts are read, changed and written back.
    pub(super) async fn write(
        self,
        connection: &mut AnyConnection,
    ) -> Result<Transaction<'_, Any>, sqlx::Error> {
        let mut transaction = connection.begin_with(self.begin()).await?;
        if self == Self::Postgres {
            sqlx::query(
                "SELECT CASE WHEN pg_advisory_xact_lock(7239201) IS NULL THEN 0 ELSE 1 END",
            )
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction)
    }

    /// Whether the database is well and does not take what was sent: a value that is none to it, a row that breaks a rule.
    fn refuses_the_record(self, error: &dyn sqlx::error::DatabaseError) -> bool {
        let code = error.code().unwrap_or_default();
        match self {
            // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH; the rest of an extended code is above the low byte.
            Self::Sqlite => code
                .parse::<u32>()
                .is_ok_and(|c| matches!(c & 0xff, 18..=20)),
            // Data exceptions and broken rules.
            Self::Postgres => code.starts_with("22") || code.starts_with("23"),
        }
    }
}

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is locked, or its disk is full.
    #[error("the feedback store is not available")]
    Unavailable(#[source] sqlx::Error),
    /// More is waiting to be written than can be soon.
    #[error("too much is waiting for the feedback store")]
    Overloaded,
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// What was read back makes no sense, such as a line of an import.
    #[error("{0}")]
    Unusable(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error)
    }
}

/// Records waiting to be written, at most; more are refused at once.
const LONGEST_QUEUE: usize = 4_096;
/// Part of the queue that what may be lost leaves free.
const RESERVED: usize = LONGEST_QUEUE / 2;

/// Passwords checked at once: each check takes a core and 19 MiB.
const SIGN_INS: usize = 2;

/// Keeps what visitors send. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) pool: AnyPool,
    pub(super) kind: Kind,
    queue: mpsc::Sender<writer::Job>,
    /// Passwords that are checked at once.
    pub(super) sign_ins: Arc<Semaphore>,
    secrets: open::Secrets,
    lost: Arc<AtomicU64>,
}

impl Store {
    /// The key that turns addresses into visitors.
    pub fn visitor_key(&self, changes_daily: bool) -> VisitorKey {
        if changes_daily {
            VisitorKey::Daily(Arc::new(Mutex::new(self.secrets.daily)))
        } else {
            VisitorKey::Fixed(self.secrets.fixed)
        }
    }

    /// Puts today's visitor key in the place of the one before, which is then gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn turn_visitor_key(&self) -> Result<(), StoreError> {
        open::daily_key(&self.pool).await?;
        Ok(())
    }

    /// Records for [`FeedbackStore::keep_later`] that found the queue too long.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Writes what is waiting, and closes the connections.
    pub async fn close(self) {
        let (said, written) = oneshot::channel();
        if self.queue.send(writer::Job::Flush(said)).await.is_ok() {
            // Without an answer the writer has ended, and nothing is waiting.
            let _ = written.await;
        }
        self.pool.close().await;
    }
}

#[async_trait]
impl FeedbackStore for Store {
    async fn keep(
        &self,
        record: Record,
        key: Option<IdempotencyKey>,
    ) -> Result<Receipt, StoreError> {
        let (reply, kept) = oneshot::channel();
        let job = writer::Job::Keep {
            record: Box::new(record),
            key,
            reply: Some(reply),
        };
        self.queue
            .try_send(job)
            .map_err(|_| StoreError::Overloaded)?;
        kept.await.unwrap_or(Err(StoreError::Overloaded))
    }

    fn keep_later(&self, record: Record) {
        let job = writer::Job::Keep {
            record: Box::new(record),
            key: None,
            reply: None,
        };
        if self.queue.capacity() <= RESERVED || self.queue.try_send(job).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    async fn counts(&self, question_id: &str) -> Result<(i64, i64), StoreError> {
        let counts = sqlx::query_as::<_, (i64, i64)>(
            "SELECT helpful, unhelpful FROM answers WHERE question_id = $1",
        )
        .bind(question_id)
        .fetch_optional(&self.pool)
        .await?;
        Ok(counts.unwrap_or_default())
    }
}

/// Milliseconds since 1970, now.
pub(super) fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

/// The day of a time, as an ISO date in UTC.
pub(super) fn day(at: i64) -> String {
    Timestamp::from_millisecond(at)
        .unwrap_or_default()
        .strftime("%Y-%m-%d")
        .to_string()
}
