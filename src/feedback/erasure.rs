//! Erases records that are too old or too many, and the records of a person who asks for it.

mod bounds;
mod forget;
mod log;

pub use bounds::Full;

use super::counters::Counters;
use super::database::{Database, StoreError, WRITE, column_of, days_ago, in_time};
use super::receipt::IMPORTED;
use forget::{ASK, RATING};
use jiff::Timestamp;

/// Days during which a request may be repeated under its key, and after which a delivered message is deleted.
const DAYS_OF_KEYS: i64 = 7;
/// Days after which messages that were set aside are deleted, and failed sign-ins.
const DAYS_OF_FAILURES: i64 = 30;
/// Rows deleted in one transaction, at most, because other writers wait until it ends.
const AT_ONCE: i64 = 2_000;

/// Days after which records are erased; 0 means never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Ratings.
    pub ratings: u64,
    /// Asks.
    pub asks: u64,
    /// The query log.
    pub queries: u64,
    /// The audit log.
    pub audit: u64,
}

// Each statement deletes rows older than `$1`, `$2` of them at most.
const OLD_QUERIES: &str =
    "DELETE FROM queries WHERE id IN (SELECT id FROM queries WHERE at < $1 ORDER BY at LIMIT $2)";
const OLD_MESSAGES: &str = "DELETE FROM deliveries WHERE id IN
    (SELECT id FROM deliveries WHERE state = 'delivered' AND at < $1 ORDER BY id LIMIT $2)";
const OLD_DEAD_MESSAGES: &str = "DELETE FROM deliveries WHERE id IN
    (SELECT id FROM deliveries WHERE state = 'dead' AND at < $1 ORDER BY id LIMIT $2)";
const OLD_OPENED: &str = "DELETE FROM opened WHERE (network, question_id, clicked) IN
    (SELECT network, question_id, clicked FROM opened WHERE at < $1 ORDER BY at LIMIT $2)";
const OLD_ACTIONS: &str =
    "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 ORDER BY at LIMIT $2)";
const OLD_FAILED_SIGN_INS: &str = "DELETE FROM audit WHERE id IN
    (SELECT id FROM audit WHERE action = 'sign-in failed' AND at < $1 ORDER BY id LIMIT $2)";

/// Erases from the store. What is erased is gone from the files of a SQLite store as well.
#[derive(Debug, Clone, Copy)]
pub struct Erasure<'s> {
    pub(super) database: &'s Database,
}

impl Erasure<'_> {
    /// Erases the asks of a person, with all that refers to them: messages to other systems, and what experts noted.
    /// Returns the number of asks. Case is ignored in contacts.
    ///
    /// # Errors
    /// When the store cannot be written, or when it was, but its file may still hold what was erased.
    pub async fn of_contact(&self, contact: &str) -> Result<u64, StoreError> {
        let erased = in_time(WRITE, async {
            let mut transaction = self.database.begin_write().await?;
            let erased: Vec<i64> = sqlx::query_scalar(
                "DELETE FROM asks WHERE lower(contact) = lower($1) RETURNING id",
            )
            .bind(contact.trim())
            .fetch_all(&mut *transaction)
            .await?;
            forget::references(&mut transaction, ASK, &erased).await?;
            self.database.commit(transaction).await?;
            Ok::<_, StoreError>(erased.len() as u64)
        })
        .await?;
        log::truncate(self.database).await?;
        Ok(erased)
    }

    /// Erases records that are too old; returns how many.
    ///
    /// # Errors
    /// When the store cannot be written, or when it was, but its file may still hold what was erased.
    pub async fn of_old(&self, retention: Retention) -> Result<u64, StoreError> {
        let Retention {
            ratings,
            asks,
            queries,
            audit,
        } = retention;
        let mut erased = 0;
        if let Some(oldest) = oldest(ratings) {
            erased += self.erase_ratings(oldest).await?;
        }
        if let Some(oldest) = oldest(asks) {
            erased += self.erase_asks(oldest).await?;
        }
        if let Some(oldest) = oldest(queries) {
            erased += self.delete_old(OLD_QUERIES, oldest).await?;
            self.delete_old(OLD_OPENED, oldest).await?;
        }
        if let Some(oldest) = oldest(audit) {
            self.delete_old(OLD_ACTIONS, oldest).await?;
        }
        let oldest = days_ago(DAYS_OF_KEYS);
        let old_keys = format!(
            "DELETE FROM idempotency WHERE key IN
             (SELECT key FROM idempotency WHERE at < $1 AND key NOT LIKE '{IMPORTED}%' ORDER BY at LIMIT $2)"
        );
        self.delete_old(&old_keys, oldest).await?;
        self.delete_old(OLD_MESSAGES, oldest).await?;
        let oldest = days_ago(DAYS_OF_FAILURES);
        self.delete_old(OLD_DEAD_MESSAGES, oldest).await?;
        self.delete_old(OLD_FAILED_SIGN_INS, oldest).await?;
        // Also when nothing was erased now: the last time it may not have succeeded.
        log::truncate(self.database).await?;
        Ok(erased)
    }

    async fn delete_old(&self, statement: &str, oldest: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let gone = sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(column_of(oldest))
                .bind(AT_ONCE)
                .execute(&self.database.pool)
                .await?
                .rows_affected();
            deleted += gone;
            if gone < AT_ONCE as u64 {
                return Ok(deleted);
            }
        }
    }

    /// Erases asks, and what refers to them.
    async fn erase_asks(&self, oldest: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let gone = in_time(WRITE, self.erase_some_asks(oldest)).await?;
            deleted += gone;
            if gone < AT_ONCE as u64 {
                return Ok(deleted);
            }
        }
    }

    async fn erase_some_asks(&self, oldest: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let gone: Vec<i64> = sqlx::query_scalar(
            "DELETE FROM asks WHERE id IN (SELECT id FROM asks WHERE at < $1 ORDER BY at LIMIT $2) RETURNING id",
        )
        .bind(column_of(oldest))
        .bind(AT_ONCE)
        .fetch_all(&mut *transaction)
        .await?;
        forget::references(&mut transaction, ASK, &gone).await?;
        self.database.commit(transaction).await?;
        Ok(gone.len() as u64)
    }

    /// Erases ratings, with what refers to them, and subtracts them from the counts of their answers.
    async fn erase_ratings(&self, oldest: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let gone = in_time(WRITE, self.erase_some_ratings(oldest)).await?;
            deleted += gone;
            if gone < AT_ONCE as u64 {
                return Ok(deleted);
            }
        }
    }

    async fn erase_some_ratings(&self, oldest: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let gone: Vec<(i64, String, i64)> = sqlx::query_as(
            "DELETE FROM ratings WHERE id IN (SELECT id FROM ratings WHERE at < $1 ORDER BY at LIMIT $2)
             RETURNING id, question_id, helpful",
        )
        .bind(column_of(oldest))
        .bind(AT_ONCE)
        .fetch_all(&mut *transaction)
        .await?;
        let mut counters = Counters::default();
        for (_, question_id, helpful) in &gone {
            let counts = counters.answer(question_id);
            if *helpful == 0 {
                counts.unhelpful -= 1;
            } else {
                counts.helpful -= 1;
            }
        }
        counters.add_to(&mut transaction).await?;
        let numbers: Vec<i64> = gone.iter().map(|(number, ..)| *number).collect();
        forget::references(&mut transaction, RATING, &numbers).await?;
        self.database.commit(transaction).await?;
        Ok(gone.len() as u64)
    }
}

/// The time before which records are too old; `None` if no record is ever too old.
fn oldest(days: u64) -> Option<Timestamp> {
    (days > 0).then(|| days_ago(i64::try_from(days).unwrap_or(i64::MAX)))
}
