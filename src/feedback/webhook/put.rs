//! Messages are put beside the record they tell of, in the same transaction: neither is there without the other.

use super::message::Told;
use super::{Event, Outbox};
use crate::feedback::Rating;
use crate::feedback::secrets::masked;
use crate::feedback::store::StoreError;
use sqlx::AnyConnection;

/// Puts a message for each webhook that wants the event. A record is told of once: while the message waits for its first
/// try it takes what is newer.
pub(in crate::feedback) async fn put(
    connection: &mut AnyConnection,
    outbox: &Outbox,
    told: &Told,
) -> Result<(), StoreError> {
    let body =
        serde_json::to_string(told).map_err(|error| StoreError::Unusable(error.to_string()))?;
    let hold = match told.event {
        Event::Ask => 0,
        Event::BadRating => outbox.hold_ratings,
    };
    let there: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM deliveries WHERE event = $1 AND record = $2")
            .bind(told.event.code())
            .bind(told.number)
            .fetch_one(&mut *connection)
            .await?;
    if there > 0 {
        sqlx::query(
            "UPDATE deliveries SET body = $3 WHERE event = $1 AND record = $2 AND state = 'waiting' AND attempts = 0",
        )
        .bind(told.event.code())
        .bind(told.number)
        .bind(body)
        .execute(connection)
        .await?;
        return Ok(());
    }
    for webhook in outbox.wanting(told.event) {
        sqlx::query(
            "INSERT INTO deliveries (at, webhook, event, record, body, state, attempts, next_at, error)
             VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, '')",
        )
        .bind(told.at)
        .bind(&webhook.name)
        .bind(told.event.code())
        .bind(told.number)
        .bind(&body)
        .bind(told.at + hold)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Takes back what nobody was told yet.
pub(in crate::feedback) async fn withdraw(
    connection: &mut AnyConnection,
    event: Event,
    number: i64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM deliveries WHERE event = $1 AND record = $2 AND state = 'waiting'")
        .bind(event.code())
        .bind(number)
        .execute(connection)
        .await?;
    Ok(())
}

/// Forgets all messages about a record, whatever became of them.
pub(in crate::feedback) async fn forget(
    connection: &mut AnyConnection,
    event: Event,
    number: i64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM deliveries WHERE event = $1 AND record = $2")
        .bind(event.code())
        .bind(number)
        .execute(connection)
        .await?;
    Ok(())
}

/// What is told of a kept ask.
pub(in crate::feedback) fn of_ask(number: i64, at: i64, question: &str, base_url: &str) -> Told {
    Told {
        event: Event::Ask,
        number,
        at,
        subject: masked(question),
        detail: String::new(),
        link: format!("{base_url}/admin/inbox?kind=ask"),
    }
}

/// What is told of a kept bad rating.
pub(in crate::feedback) fn of_rating(number: i64, rating: &Rating, base_url: &str) -> Told {
    let comment = masked(&rating.comment);
    Told {
        event: Event::BadRating,
        number,
        at: rating.at,
        subject: rating.question_id.clone(),
        detail: format!("{} {comment}", rating.reason_codes())
            .trim()
            .to_owned(),
        link: format!("{base_url}/admin/inbox?kind=rating"),
    }
}
