//! Sends the messages of the outbox.

use super::config::Webhook;
use super::message::{Form, Message, Notification, message};
use super::state::DeliveryState;
use crate::feedback::database::{Database, StoreError, column_of};
use crate::http_client::{Client, http_client, problem_of, read_at_most};
use crate::texts::SharedTexts;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Pause between looks into the outbox. DingTalk accepts 20 messages a minute for each group.
const POLL: Duration = Duration::from_secs(3);
/// Attempts before a message is set aside: with the pauses between them, about nine hours.
const MOST_ATTEMPTS: i64 = 12;
/// Pause after the first failure, in milliseconds; doubled after each.
const FIRST_PAUSE: i64 = 5_000;
/// Longest pause, in milliseconds.
const LONGEST_PAUSE: i64 = 2 * 60 * 60 * 1_000;
/// Bytes of a reply that are read.
const LONGEST_ANSWER: usize = 16 * 1024;
/// How long a system may take to reply.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a message is one process's, in milliseconds: longer than sending it takes. After that others send it, because
/// the process may have ended.
const LEASE: i64 = 60_000;

/// Sends waiting messages for as long as it is polled. Each system has its own task, so a system that does not reply
/// delays no other. Ends only by panicking, when one of the tasks has panicked.
pub(in crate::feedback) async fn deliver(
    database: Database,
    webhooks: Vec<Webhook>,
    texts: SharedTexts,
) {
    if let Err(error) = set_aside_unknown(&database, &webhooks).await {
        tracing::warn!(error = %crate::error_chain(&error), "messages of webhooks that are gone could not be set aside");
    }
    if webhooks.is_empty() {
        return std::future::pending().await;
    }
    let client = match http_client(TIMEOUT) {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(error = %crate::error_chain(&error), "no webhook gets a message");
            return std::future::pending().await;
        }
    };
    let mut tasks = JoinSet::new();
    for webhook in webhooks {
        tasks.spawn(deliver_to(
            database.clone(),
            Arc::new(webhook),
            client.clone(),
            texts.clone(),
        ));
    }
    tasks.join_all().await;
}

/// Sets aside messages whose webhook is not configured any more, so that experts see them.
async fn set_aside_unknown(database: &Database, webhooks: &[Webhook]) -> Result<(), StoreError> {
    let waiting: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT webhook FROM deliveries WHERE state = 'waiting'")
            .fetch_all(&database.pool)
            .await?;
    for name in waiting
        .into_iter()
        .filter(|name| webhooks.iter().all(|w| w.name != *name))
    {
        tracing::warn!(
            webhook = name,
            "its messages are set aside: it is not configured any more"
        );
        sqlx::query(
            "UPDATE deliveries SET state = 'dead', error = 'no webhook is called so any more'
             WHERE state = 'waiting' AND webhook = $1",
        )
        .bind(name)
        .execute(&database.pool)
        .await?;
    }
    Ok(())
}

async fn deliver_to(database: Database, webhook: Arc<Webhook>, client: Client, texts: SharedTexts) {
    loop {
        if let Err(error) = deliver_due(&database, &webhook, &client, &texts).await {
            tracing::warn!(webhook = webhook.name, error = %crate::error_chain(&error), "a webhook waits for the feedback store");
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Sends the messages that are due, as many as the system accepts at once.
async fn deliver_due(
    database: &Database,
    webhook: &Webhook,
    client: &Client,
    texts: &SharedTexts,
) -> Result<(), StoreError> {
    let due: Vec<(i64, String, i64, i64)> = sqlx::query_as(
        "SELECT id, body, attempts, next_at FROM deliveries WHERE webhook = $1 AND state = 'waiting' AND next_at <= $2
         ORDER BY next_at, id LIMIT $3",
    )
    .bind(&webhook.name)
    .bind(column_of(Timestamp::now()))
    .bind(webhook.form.messages_at_once())
    .fetch_all(&database.pool)
    .await?;
    for (id, body, attempts, next_at) in due {
        if !claim(database, id, next_at).await? {
            continue;
        }
        let outcome = attempt(webhook, client, id, &body, texts).await;
        let attempts = attempts + 1;
        let (state, error) = match outcome {
            Ok(()) => (DeliveryState::Delivered, String::new()),
            Err(error) if attempts >= MOST_ATTEMPTS => {
                tracing::warn!(webhook = webhook.name, error, "a message is set aside");
                (DeliveryState::Dead, error)
            }
            Err(error) => (DeliveryState::Waiting, error),
        };
        sqlx::query("UPDATE deliveries SET state = $2, attempts = $3, next_at = $4, error = $5 WHERE id = $1")
            .bind(id)
            .bind(state.code())
            .bind(attempts)
            .bind(column_of(Timestamp::now()) + pause(attempts))
            .bind(error)
            .execute(&database.pool)
            .await?;
    }
    Ok(())
}

/// Makes a message that is due at `next_at` that of this process alone; `false` if another process was faster.
async fn claim(database: &Database, id: i64, next_at: i64) -> Result<bool, StoreError> {
    let claimed = sqlx::query(
        "UPDATE deliveries SET next_at = $3 WHERE id = $1 AND next_at = $2 AND state = 'waiting'",
    )
    .bind(id)
    .bind(next_at)
    .bind(column_of(Timestamp::now()) + LEASE)
    .execute(&database.pool)
    .await?;
    Ok(claimed.rows_affected() == 1)
}

/// Sends one message; an error says what went wrong.
async fn attempt(
    webhook: &Webhook,
    client: &Client,
    id: i64,
    body: &str,
    texts: &SharedTexts,
) -> Result<(), String> {
    let notification: Notification =
        serde_json::from_str(body).map_err(|error| format!("the message is damaged: {error}"))?;
    // Experts read the message, whatever language the visitor has.
    let catalog = texts.current();
    let message = message(
        webhook,
        &notification,
        id,
        Timestamp::now(),
        catalog.default_language(),
    );
    send(client, webhook.form, message).await
}

/// Milliseconds to wait after this many failures.
fn pause(attempts: i64) -> i64 {
    let doubled = u32::try_from(attempts - 1).map_or(u32::MAX, |n| n.min(20));
    FIRST_PAUSE.saturating_mul(1 << doubled).min(LONGEST_PAUSE)
}

/// Sends a message. Errors do not contain the URL, because it may contain a secret.
async fn send(client: &Client, form: Form, message: Message) -> Result<(), String> {
    let mut request = client.post(&message.url).body(message.body);
    for (name, value) in message.headers {
        request = request.header(name, value);
    }
    let sent = request.send().await;
    let response = sent.map_err(|error| problem_of(&error).to_owned())?;
    if !response.status().is_success() {
        return Err(format!("answered {}", response.status().as_u16()));
    }
    let answer = read_at_most(response, LONGEST_ANSWER).await;
    match form.rejection(&answer.unwrap_or_default()) {
        Some(reason) => Err(format!("refused: {reason}")),
        None => Ok(()),
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
