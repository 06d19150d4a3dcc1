//! The database behind the store: SQLite or PostgreSQL, both through sqlx with the same statements. What differs between
//! the two is here and in [`schema`](super::schema).

mod file;
mod limited;

pub(super) use file::StoreFile;
pub(super) use limited::{Limited, PATIENT, WRITE, in_time};

use jiff::{SignedDuration, Timestamp};
use sqlx::{Any, Transaction};
use std::path::PathBuf;

/// Which database is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

/// The connections to the database. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Database {
    /// Runs single statements, each within a time limit.
    pub(super) pool: Limited,
    pub(super) kind: Kind,
    /// The file of a SQLite store.
    pub(super) file: Option<StoreFile>,
}

impl Database {
    /// Begins a transaction that will write. All writers run one after the other, because counts are read, changed and
    /// written back. To be ended by [`Database::commit`].
    pub(super) async fn begin_write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        self.check_file()?;
        let connections = self.pool.connections();
        match self.kind {
            // SQLite's default begins as a reader and may fail at its first write.
            Kind::Sqlite => Ok(connections.begin_with("BEGIN IMMEDIATE").await?),
            Kind::Postgres => {
                let mut transaction = connections.begin().await?;
                sqlx::query(
                    "SELECT CASE WHEN pg_advisory_xact_lock(7239201) IS NULL THEN 0 ELSE 1 END",
                )
                .execute(&mut *transaction)
                .await?;
                Ok(transaction)
            }
        }
    }

    /// Commits a transaction. What is then acknowledged is in the file that the next start opens.
    pub(super) async fn commit(
        &self,
        transaction: Transaction<'static, Any>,
    ) -> Result<(), StoreError> {
        if let Some(file) = &self.file {
            file.check_with_log()?;
        }
        transaction.commit().await?;
        self.check_file()
    }

    fn check_file(&self) -> Result<(), StoreError> {
        self.file.as_ref().map_or(Ok(()), StoreFile::check)
    }

    /// Begins a transaction that reads everything as of one moment.
    pub(super) async fn begin_snapshot(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        let connections = self.pool.connections();
        match self.kind {
            Kind::Sqlite => connections.begin_with("BEGIN").await,
            Kind::Postgres => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let mut transaction = connections.begin_with(begin).await?;
                // It holds no lock that others wait for, and waits itself for the disk that a backup is written to.
                sqlx::query("SET LOCAL idle_in_transaction_session_timeout = '10min'")
                    .execute(&mut *transaction)
                    .await?;
                Ok(transaction)
            }
        }
    }

    /// The column that names a row of any table by its place.
    pub(super) fn row_place(&self) -> &'static str {
        match self.kind {
            Kind::Sqlite => "rowid",
            Kind::Postgres => "ctid",
        }
    }

    /// Whether the database rejected the record itself: an invalid value or a broken constraint. Otherwise the database
    /// is unavailable, and trying again may help.
    pub(super) fn rejects_the_record(&self, error: &dyn sqlx::error::DatabaseError) -> bool {
        let code = error.code().unwrap_or_default();
        match self.kind {
            // SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH; the rest of an extended code is above the low byte.
            Kind::Sqlite => code
                .parse::<u32>()
                .is_ok_and(|c| matches!(c & 0xff, 18..=20)),
            // Data exceptions and violated constraints.
            Kind::Postgres => code.starts_with("22") || code.starts_with("23"),
        }
    }
}

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, is locked, or its disk is full.
    #[error("the feedback store is not available")]
    Unavailable(#[source] sqlx::Error),
    /// The queue of records to write is full.
    #[error("too much is waiting for the feedback store")]
    Overloaded,
    /// The file of the store is not where it was opened: what is written would be gone with the next start.
    #[error(
        "{} was removed or replaced while dayi had it open; expected the same file: put it back, or restart dayi",
        .0.display()
    )]
    FileGone(PathBuf),
    /// Something was erased, but is still in the log of the SQLite file.
    #[error(
        "it is erased from the tables, but the store was in use all the time, so that its file still has it; run the command again"
    )]
    NotEmptied,
    /// There are so many records of this kind that no more are taken.
    #[error("the store holds as many {0} as it may")]
    Full(&'static str),
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for something else")]
    KeyReused,
    /// Data is invalid, such as a line of an import.
    #[error("{0}")]
    Unusable(String),
}

impl StoreError {
    /// Whether the log says it already, once for many records: an error line for each would let visitors fill the log.
    pub fn is_said(&self) -> bool {
        matches!(
            self,
            Self::Overloaded | Self::Full(_) | Self::Unavailable(sqlx::Error::WorkerCrashed)
        )
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error)
    }
}

/// The time `days` days before another, but not before [`Timestamp::MIN`].
pub(super) fn days_before(time: Timestamp, days: i64) -> Timestamp {
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    time.checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
        .unwrap_or(Timestamp::MIN)
}

/// The time `days` days ago.
pub(super) fn days_ago(days: i64) -> Timestamp {
    days_before(Timestamp::now(), days)
}

/// The day of a time, as an ISO date in UTC.
pub(super) fn iso_day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// A time as a column holds it: milliseconds since 1970.
pub(super) fn column_of(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The time in a column; 1970 if the value is not a valid time.
pub(super) fn time_of(column: i64) -> Timestamp {
    Timestamp::from_millisecond(column).unwrap_or_default()
}
