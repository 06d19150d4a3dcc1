//! The task that sends what waits.

use super::message::{Message, Told, message};
use super::{Event, Webhook};
use crate::feedback::store::{Store, StoreError, now};
use sqlx::AnyConnection;
use std::time::Duration;

/// How often the store is looked into for messages.
const LOOK: Duration = Duration::from_secs(2);
/// Tries before a message is set aside: with the pauses between them, about nine hours.
const MOST_ATTEMPTS: i64 = 12;
/// Pause after the first failure, in milliseconds; doubled after each.
const FIRST_PAUSE: i64 = 5_000;
/// Pauses do not grow beyond this, in milliseconds.
const LONGEST_PAUSE: i64 = 2 * 60 * 60 * 1_000;
/// Messages looked at in one turn.
const TURN: i64 = 20;
/// How long a system may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Puts a message for each webhook that wants the event beside the record, in the same transaction.
pub(in crate::feedback) async fn put(
    connection: &mut AnyConnection,
    webhooks: &[Webhook],
    told: &Told,
) -> Result<(), StoreError> {
    for webhook in webhooks.iter().filter(|w| w.events.contains(&told.event)) {
        let body =
            serde_json::to_string(told).map_err(|error| StoreError::Unusable(error.to_string()))?;
        sqlx::query(
            "INSERT INTO deliveries (at, webhook, event, body, state, attempts, next_at, error)
             VALUES ($1, $2, $3, $4, 'waiting', 0, $1, '')",
        )
        .bind(told.at)
        .bind(&webhook.name)
        .bind(told.event.code())
        .bind(body)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Sends what waits, for ever.
pub async fn deliver(store: Store, webhooks: Vec<Webhook>) {
    if webhooks.is_empty() {
        return;
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .build()
        .into();
    loop {
        if let Err(error) = turn(&store, &webhooks, &agent).await {
            tracing::warn!(error = %crate::error_chain(&error), "webhooks wait for the feedback store");
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn turn(store: &Store, webhooks: &[Webhook], agent: &ureq::Agent) -> Result<(), StoreError> {
    let waiting: Vec<(i64, String, String, i64)> = sqlx::query_as(
        "SELECT id, webhook, body, attempts FROM deliveries WHERE state = 'waiting' AND next_at <= $1 ORDER BY id LIMIT $2",
    )
    .bind(now())
    .bind(TURN)
    .fetch_all(&store.pool)
    .await?;
    for (id, name, body, attempts) in waiting {
        let outcome = match (
            webhooks.iter().find(|w| w.name == name),
            serde_json::from_str::<Told>(&body),
        ) {
            (Some(webhook), Ok(told)) => {
                let message = message(webhook, &told, id, now() / 1_000);
                let agent = agent.clone();
                tokio::task::spawn_blocking(move || send(&agent, &message))
                    .await
                    .unwrap_or_else(|panic| Err(panic.to_string()))
            }
            (None, _) => Err(format!("no webhook is called `{name}` any more")),
            (_, Err(error)) => Err(format!("the message is damaged: {error}")),
        };
        let attempts = attempts + 1;
        let (state, error) = match outcome {
            Ok(()) => ("delivered", String::new()),
            Err(error) if attempts >= MOST_ATTEMPTS => {
                tracing::warn!(webhook = name, error, "a message is set aside");
                ("dead", error)
            }
            Err(error) => ("waiting", error),
        };
        sqlx::query("UPDATE deliveries SET state = $2, attempts = $3, next_at = $4, error = $5 WHERE id = $1")
            .bind(id)
            .bind(state)
            .bind(attempts)
            .bind(now() + pause(attempts))
            .bind(error)
            .execute(&store.pool)
            .await?;
    }
    Ok(())
}

/// Milliseconds to wait after so many failures.
fn pause(attempts: i64) -> i64 {
    let doubled = u32::try_from(attempts - 1).map_or(u32::MAX, |n| n.min(20));
    FIRST_PAUSE.saturating_mul(1 << doubled).min(LONGEST_PAUSE)
}

/// Sends a message. What went wrong is told without the address, which may hold a secret.
fn send(agent: &ureq::Agent, message: &Message) -> Result<(), String> {
    let mut request = agent.post(&message.url);
    for (name, value) in &message.headers {
        request = request.header(*name, value);
    }
    match request.send(&message.body) {
        Ok(response) if response.status().is_success() => Ok(()),
        Ok(response) => Err(format!("answered {}", response.status().as_u16())),
        Err(ureq::Error::StatusCode(status)) => Err(format!("answered {status}")),
        Err(ureq::Error::Timeout(_)) => Err("did not answer in time".to_owned()),
        Err(ureq::Error::HostNotFound) => Err("the host is not known".to_owned()),
        Err(ureq::Error::ConnectionFailed | ureq::Error::Io(_)) => {
            Err("cannot be reached".to_owned())
        }
        Err(_) => Err("the request failed".to_owned()),
    }
}

/// What is told of a kept ask.
pub(in crate::feedback) fn of_ask(number: i64, at: i64, question: &str, base_url: &str) -> Told {
    Told {
        event: Event::Ask,
        number,
        at,
        subject: crate::feedback::secrets::masked(question),
        detail: String::new(),
        link: format!("{base_url}/admin/inbox?kind=ask"),
    }
}

/// What is told of a kept bad rating.
pub(in crate::feedback) fn of_rating(
    number: i64,
    rating: &crate::feedback::Rating,
    base_url: &str,
) -> Told {
    let comment = crate::feedback::secrets::masked(&rating.comment);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit() {
        assert_eq!(
            [1, 2, 3, 12, 60].map(pause),
            [5_000, 10_000, 20_000, LONGEST_PAUSE, LONGEST_PAUSE]
        );
    }
}
