//! What is not to be kept any longer: by age, or because a person asks for it.

use crate::feedback::store::{Counters, Store, StoreError, now};
use crate::feedback::webhook::{self, Event};

const DAY: i64 = 24 * 60 * 60 * 1_000;
/// How long a sending may be repeated under its key, and a message that arrived is remembered, in milliseconds.
const KEYS_KEPT: i64 = 7 * DAY;
/// Rows deleted with one transaction: others who write wait only so long.
const AT_ONCE: i64 = 2_000;

/// Days after which records are forgotten; 0 keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Ratings.
    pub ratings: u64,
    /// Asks.
    pub asks: u64,
    /// The query log.
    pub queries: u64,
}

/// Deletes a part of what is older than `$1`, `$2` rows at most.
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

impl Store {
    /// Forgets the asks of a person, with what other systems were to be told of them and what experts noted; how many
    /// there were. Upper and lower case of a contact are the same.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn erase(&self, contact: &str) -> Result<u64, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = self.kind.write(&mut connection).await?;
        let erased: Vec<i64> =
            sqlx::query_scalar("DELETE FROM asks WHERE lower(contact) = lower($1) RETURNING id")
                .bind(contact.trim())
                .fetch_all(&mut *transaction)
                .await?;
        for number in &erased {
            webhook::forget(&mut transaction, Event::Ask, *number).await?;
            sqlx::query("UPDATE audit SET detail = '' WHERE target = $1")
                .bind(format!("ask {number}"))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(erased.len() as u64)
    }

    /// Forgets what is older than it is to be kept; how many records.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn forget(&self, retention: Retention) -> Result<u64, StoreError> {
        let Retention {
            ratings,
            asks,
            queries,
        } = retention;
        let mut forgotten = 0;
        if let Some(oldest) = oldest(ratings) {
            forgotten += self.forget_ratings(oldest).await?;
        }
        if let Some(oldest) = oldest(asks) {
            forgotten += self.delete_old(OLD_ASKS, oldest).await?;
        }
        if let Some(oldest) = oldest(queries) {
            forgotten += self.delete_old(OLD_QUERIES, oldest).await?;
            self.delete_old(OLD_OPENED, oldest).await?;
        }
        let oldest = now() - KEYS_KEPT;
        self.delete_old(OLD_KEYS, oldest).await?;
        self.delete_old(OLD_MESSAGES, oldest).await?;
        Ok(forgotten)
    }

    async fn delete_old(&self, statement: &'static str, oldest: i64) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let gone = sqlx::query(statement)
                .bind(oldest)
                .bind(AT_ONCE)
                .execute(&self.pool)
                .await?
                .rows_affected();
            deleted += gone;
            if gone < AT_ONCE as u64 {
                return Ok(deleted);
            }
        }
    }

    /// Ratings count in the figures of their answers, which forget them in the same transaction.
    async fn forget_ratings(&self, oldest: i64) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let mut connection = self.pool.acquire().await?;
            let mut transaction = self.kind.write(&mut connection).await?;
            let gone: Vec<(String, i64)> = sqlx::query_as(
                "DELETE FROM ratings WHERE id IN (SELECT id FROM ratings WHERE at < $1 ORDER BY at LIMIT $2)
                 RETURNING question_id, helpful",
            )
            .bind(oldest)
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

/// The time before which records are too old; nothing when all are kept.
fn oldest(days: u64) -> Option<i64> {
    let days = i64::try_from(days).unwrap_or(i64::MAX / DAY);
    (days > 0).then(|| now().saturating_sub(days.saturating_mul(DAY)))
}
