//! Messages to other systems, for the experts: those on their way, and those set aside after many tries.

use super::audit::AuditLog;
use super::database::{Database, StoreError, column_of, time_of};
use super::webhook::{DeliveryState, Webhook, send};
use crate::texts::SharedTexts;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A message on its way, or set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Delivery {
    /// Number.
    pub id: i64,
    /// Milliseconds since 1970, UTC.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// Name of the webhook.
    pub webhook: String,
    /// `ask` or `bad_rating`.
    pub event: String,
    /// `waiting` or `dead`.
    #[schema(value_type = String)]
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last try failed.
    pub error: String,
}

/// The messages of the store.
#[derive(Debug, Clone, Copy)]
pub struct Deliveries<'s> {
    pub(super) database: &'s Database,
}

/// A row of a message: number, time, webhook, event, state, attempts, error.
type Row = (i64, i64, String, String, String, i64, String);

impl Deliveries<'_> {
    /// Messages that wait or were set aside, newest first, before the number `before`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn page(&self, before: Option<i64>, limit: i64) -> Result<Vec<Delivery>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, at, webhook, event, state, attempts, error FROM deliveries
             WHERE state <> 'delivered' AND id < $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(&self.database.pool)
        .await?;
        Ok(rows.into_iter().map(delivery).collect())
    }

    /// Lets a message that was set aside be sent again; `false` when there is none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn send_again(&self, id: i64, expert: &str) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = $2 WHERE id = $1 AND state = 'dead'",
        )
        .bind(id)
        .bind(column_of(Timestamp::now()))
        .execute(&self.database.pool)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        let log = AuditLog {
            database: self.database,
        };
        log.record(expert, "send again", &format!("delivery {id}"), "")
            .await?;
        Ok(true)
    }

    /// Sends messages to these systems, in the default language of `texts`, for as long as it is polled.
    pub async fn deliver(&self, webhooks: Vec<Webhook>, texts: SharedTexts) {
        send::deliver(self.database.clone(), webhooks, texts).await;
    }
}

fn delivery((id, at, webhook, event, state, attempts, error): Row) -> Delivery {
    Delivery {
        id,
        at: time_of(at),
        webhook,
        event,
        state: DeliveryState::from_code(&state).unwrap_or(DeliveryState::Waiting),
        attempts,
        error,
    }
}
