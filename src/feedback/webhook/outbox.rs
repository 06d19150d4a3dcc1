//! The outbox: a message is stored in the same transaction as its record, so neither exists without the other. A
//! separate task sends messages.

use super::config::Webhook;
use super::message::Notification;
use crate::feedback::database::{StoreError, column_of};
use crate::feedback::event::{Event, EventKind};
use crate::feedback::placeholders::placeholders;
use crate::feedback::record::{Ask, Rating};
use crate::feedback::secrets::masked;
use sqlx::{AnyConnection, AssertSqlSafe};
use std::time::Duration;

/// The systems to notify, and the address of the pages that messages link to.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// The systems to notify.
    pub webhooks: Vec<Webhook>,
    /// Address of the service, without a trailing slash.
    pub base_url: String,
    /// How long a message about a bad rating is held back, because visitors add their reasons in a second request or
    /// change their mind.
    pub hold_ratings: Duration,
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            webhooks: Vec::new(),
            base_url: String::new(),
            hold_ratings: Duration::from_mins(1),
        }
    }
}

impl Outbox {
    /// Stores the messages about these events.
    pub(in crate::feedback) async fn enqueue(
        &self,
        connection: &mut AnyConnection,
        events: &[Event<'_>],
    ) -> Result<(), StoreError> {
        if self.webhooks.is_empty() {
            return Ok(());
        }
        for event in events {
            match *event {
                Event::Asked { number, ask } => {
                    self.put(connection, || self.about_ask(number, ask), EventKind::Ask)
                        .await?;
                }
                Event::Rated { number, rating } if rating.helpful => {
                    withdraw(connection, EventKind::BadRating, number).await?;
                }
                Event::Rated { number, rating } => {
                    let about = || self.about_rating(number, rating);
                    self.put(connection, about, EventKind::BadRating).await?;
                }
            }
        }
        Ok(())
    }

    /// Stores a message for each webhook that subscribes to this kind of event. A record has one message: a newer
    /// message replaces it unless sending it was tried already.
    async fn put(
        &self,
        connection: &mut AnyConnection,
        about: impl FnOnce() -> Notification,
        kind: EventKind,
    ) -> Result<(), StoreError> {
        let wanting: Vec<&Webhook> = self
            .webhooks
            .iter()
            .filter(|webhook| webhook.events.contains(&kind))
            .collect();
        if wanting.is_empty() {
            return Ok(());
        }
        let notification = about();
        let body = serde_json::to_string(&notification)
            .map_err(|error| StoreError::Unusable(error.to_string()))?;
        if has_message(connection, kind, notification.number).await? {
            return replace(connection, kind, notification.number, &body).await;
        }
        let at = column_of(notification.at);
        let due = at + self.hold(kind);
        for webhook in wanting {
            sqlx::query(
                "INSERT INTO deliveries (at, webhook, event, record, body, state, attempts, next_at, error)
                 VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, '')",
            )
            .bind(at)
            .bind(&webhook.name)
            .bind(kind.code())
            .bind(notification.number)
            .bind(&body)
            .bind(due)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// Milliseconds for which a message is held back.
    fn hold(&self, kind: EventKind) -> i64 {
        match kind {
            EventKind::Ask => 0,
            EventKind::BadRating => {
                i64::try_from(self.hold_ratings.as_millis()).unwrap_or(i64::MAX / 2)
            }
        }
    }

    fn about_ask(&self, number: i64, ask: &Ask) -> Notification {
        Notification {
            event: EventKind::Ask,
            number,
            at: ask.at,
            subject: masked(&ask.question),
            detail: String::new(),
            link: format!("{}/admin/inbox?kind=ask", self.base_url),
        }
    }

    fn about_rating(&self, number: i64, rating: &Rating) -> Notification {
        let detail = format!("{} {}", rating.reason_codes(), masked(&rating.comment));
        Notification {
            event: EventKind::BadRating,
            number,
            at: rating.at,
            subject: rating.question_id.clone(),
            detail: detail.trim().to_owned(),
            link: format!("{}/admin/inbox?kind=rating", self.base_url),
        }
    }
}

/// Whether there is a message about this record, in any state.
async fn has_message(
    connection: &mut AnyConnection,
    kind: EventKind,
    number: i64,
) -> Result<bool, StoreError> {
    let messages: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM deliveries WHERE event = $1 AND record = $2")
            .bind(kind.code())
            .bind(number)
            .fetch_one(connection)
            .await?;
    Ok(messages > 0)
}

/// Replaces the text of the message about a record, unless sending it was tried already.
async fn replace(
    connection: &mut AnyConnection,
    kind: EventKind,
    number: i64,
    body: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE deliveries SET body = $3 WHERE event = $1 AND record = $2 AND state = 'waiting' AND attempts = 0",
    )
    .bind(kind.code())
    .bind(number)
    .bind(body)
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the messages about a record that were not delivered yet.
async fn withdraw(
    connection: &mut AnyConnection,
    kind: EventKind,
    number: i64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM deliveries WHERE event = $1 AND record = $2 AND state = 'waiting'")
        .bind(kind.code())
        .bind(number)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes all messages about these records, delivered or not.
pub(in crate::feedback) async fn forget(
    connection: &mut AnyConnection,
    kind: EventKind,
    numbers: &[i64],
) -> Result<(), StoreError> {
    let sql = format!(
        "DELETE FROM deliveries WHERE event = '{}' AND record IN {}",
        kind.code(),
        placeholders(1, numbers.len())
    );
    let mut forget = sqlx::query(AssertSqlSafe(sql));
    for number in numbers {
        forget = forget.bind(number);
    }
    forget.execute(connection).await?;
    Ok(())
}
