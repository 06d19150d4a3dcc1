//! Erases records that are too old, and the records of a person who asks for it.

use super::counters::Counters;
use super::database::{Database, StoreError, column_of, days_ago};
use super::event::EventKind;
use super::webhook::outbox;
use jiff::Timestamp;

/// Days during which a request may be repeated under its key, and after which a delivered message is deleted.
const DAYS_OF_KEYS: i64 = 7;
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
}

// Each statement deletes rows older than `$1`, `$2` of them at most.
const OLD_ASKS: &str =
    "DELETE FROM asks WHERE id IN (SELECT id FROM asks WHERE at < $1 ORDER BY at LIMIT $2)";
const OLD_QUERIES: &str =
    "DELETE FROM queries WHERE id IN (SELECT id FROM queries WHERE at < $1 ORDER BY at LIMIT $2)";
const OLD_KEYS: &str = "DELETE FROM idempotency WHERE key IN
    (SELECT key FROM idempotency WHERE at < $1 AND key NOT LIKE 'import:%' ORDER BY at LIMIT $2)";
const OLD_MESSAGES: &str = "DELETE FROM deliveries WHERE id IN
    (SELECT id FROM deliveries WHERE state = 'delivered' AND at < $1 ORDER BY id LIMIT $2)";
const OLD_OPENED: &str = "DELETE FROM opened WHERE (network, question_id, clicked) IN
    (SELECT network, question_id, clicked FROM opened WHERE at < $1 ORDER BY at LIMIT $2)";

/// Erases from the store.
#[derive(Debug, Clone, Copy)]
pub struct Erasure<'s> {
    pub(super) database: &'s Database,
}

impl Erasure<'_> {
    /// Erases the asks of a person, with the messages about them to other systems and the notes of experts. Returns
    /// the number of asks. Case is ignored in contacts.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn of_contact(&self, contact: &str) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let erased: Vec<i64> =
            sqlx::query_scalar("DELETE FROM asks WHERE lower(contact) = lower($1) RETURNING id")
                .bind(contact.trim())
                .fetch_all(&mut *transaction)
                .await?;
        for number in &erased {
            outbox::forget(&mut transaction, EventKind::Ask, *number).await?;
            sqlx::query("UPDATE audit SET detail = '' WHERE target = $1")
                .bind(format!("ask {number}"))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(erased.len() as u64)
    }

    /// Erases records that are too old; returns how many.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn of_old(&self, retention: Retention) -> Result<u64, StoreError> {
        let Retention {
            ratings,
            asks,
            queries,
        } = retention;
        let mut erased = 0;
        if let Some(oldest) = oldest(ratings) {
            erased += self.erase_ratings(oldest).await?;
        }
        if let Some(oldest) = oldest(asks) {
            erased += self.delete_old(OLD_ASKS, oldest).await?;
        }
        if let Some(oldest) = oldest(queries) {
            erased += self.delete_old(OLD_QUERIES, oldest).await?;
            self.delete_old(OLD_OPENED, oldest).await?;
        }
        let oldest = days_ago(DAYS_OF_KEYS);
        self.delete_old(OLD_KEYS, oldest).await?;
        self.delete_old(OLD_MESSAGES, oldest).await?;
        Ok(erased)
    }

    async fn delete_old(
        &self,
        statement: &'static str,
        oldest: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let gone = sqlx::query(statement)
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

    /// Erases ratings and subtracts them from the counts of their answers, in one transaction.
    async fn erase_ratings(&self, oldest: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let mut transaction = self.database.begin_write().await?;
            let gone: Vec<(String, i64)> = sqlx::query_as(
                "DELETE FROM ratings WHERE id IN (SELECT id FROM ratings WHERE at < $1 ORDER BY at LIMIT $2)
                 RETURNING question_id, helpful",
            )
            .bind(column_of(oldest))
            .bind(AT_ONCE)
            .fetch_all(&mut *transaction)
            .await?;
            let mut counters = Counters::default();
            for (question_id, helpful) in &gone {
                let counts = counters.answer(question_id);
                if *helpful == 0 {
                    counts.unhelpful -= 1;
                } else {
                    counts.helpful -= 1;
                }
            }
            counters.add_to(&mut transaction).await?;
            transaction.commit().await?;
            deleted += gone.len() as u64;
            if (gone.len() as i64) < AT_ONCE {
                return Ok(deleted);
            }
        }
    }
}

/// The time before which records are too old; `None` if no record is ever too old.
fn oldest(days: u64) -> Option<Timestamp> {
    (days > 0).then(|| days_ago(i64::try_from(days).unwrap_or(i64::MAX)))
}
