//! The task that sends what waits.

use super::message::{Message, Told, message};
use super::{Form, Webhook};
use crate::feedback::store::{Store, StoreError, now};
use std::sync::Arc;
use std::time::Duration;

/// How often the store is looked into for messages. Groups of DingTalk take 20 messages a minute.
const LOOK: Duration = Duration::from_secs(3);
/// Tries before a message is set aside: with the pauses between them, about nine hours.
const MOST_ATTEMPTS: i64 = 12;
/// Pause after the first failure, in milliseconds; doubled after each.
const FIRST_PAUSE: i64 = 5_000;
/// Pauses do not grow beyond this, in milliseconds.
const LONGEST_PAUSE: i64 = 2 * 60 * 60 * 1_000;
/// Bytes of an answer that are looked at.
const LONGEST_ANSWER: u64 = 16 * 1024;
/// How long a system may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends what waits, for ever: each system on a task of its own, so that one that does not answer delays no other.
pub async fn deliver(store: Store, webhooks: Vec<Webhook>) {
    set_aside_unknown(&store, &webhooks).await;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(TIMEOUT))
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into();
    let mut tasks = tokio::task::JoinSet::new();
    for webhook in webhooks {
        tasks.spawn(deliver_to(store.clone(), webhook, agent.clone()));
    }
    tasks.join_all().await;
}

/// Messages for systems that are not configured any more are for experts to look at.
async fn set_aside_unknown(store: &Store, webhooks: &[Webhook]) {
    let waiting: Result<Vec<String>, _> =
        sqlx::query_scalar("SELECT DISTINCT webhook FROM deliveries WHERE state = 'waiting'")
            .fetch_all(&store.pool)
            .await;
    let gone = waiting.unwrap_or_default().into_iter();
    for name in gone.filter(|name| webhooks.iter().all(|w| w.name != *name)) {
        tracing::warn!(
            webhook = name,
            "its messages are set aside: it is not configured any more"
        );
        let set_aside = sqlx::query(
            "UPDATE deliveries SET state = 'dead', error = 'no webhook is called so any more'
             WHERE state = 'waiting' AND webhook = $1",
        );
        if let Err(error) = set_aside.bind(name).execute(&store.pool).await {
            tracing::warn!(error = %crate::error_chain(&error), "they could not be set aside");
        }
    }
}

async fn deliver_to(store: Store, webhook: Webhook, agent: ureq::Agent) {
    let webhook = Arc::new(webhook);
    loop {
        if let Err(error) = turn(&store, &webhook, &agent).await {
            tracing::warn!(webhook = webhook.name, error = %crate::error_chain(&error), "a webhook waits for the feedback store");
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn turn(
    store: &Store,
    webhook: &Arc<Webhook>,
    agent: &ureq::Agent,
) -> Result<(), StoreError> {
    let waiting: Vec<(i64, String, i64)> = sqlx::query_as(
        "SELECT id, body, attempts FROM deliveries WHERE webhook = $1 AND state = 'waiting' AND next_at <= $2
         ORDER BY next_at, id LIMIT $3",
    )
    .bind(&webhook.name)
    .bind(now())
    .bind(webhook.form.messages_in_a_turn())
    .fetch_all(&store.pool)
    .await?;
    for (id, body, attempts) in waiting {
        let outcome = match serde_json::from_str::<Told>(&body) {
            Ok(told) => {
                let message = message(webhook, &told, id, now() / 1_000);
                let (agent, form) = (agent.clone(), webhook.form);
                tokio::task::spawn_blocking(move || send(&agent, form, &message))
                    .await
                    .unwrap_or_else(|panic| Err(panic.to_string()))
            }
            Err(error) => Err(format!("the message is damaged: {error}")),
        };
        let attempts = attempts + 1;
        let (state, error) = match outcome {
            Ok(()) => ("delivered", String::new()),
            Err(error) if attempts >= MOST_ATTEMPTS => {
                tracing::warn!(webhook = webhook.name, error, "a message is set aside");
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
fn send(agent: &ureq::Agent, form: Form, message: &Message) -> Result<(), String> {
    let mut request = agent.post(&message.url);
    for (name, value) in &message.headers {
        request = request.header(*name, value);
    }
    let mut response = request.send(&message.body).map_err(|error| {
        let problem = match error {
            ureq::Error::Timeout(_) => "did not answer in time",
            ureq::Error::HostNotFound => "the host is not known",
            ureq::Error::ConnectionFailed | ureq::Error::Io(_) => "cannot be reached",
            _ => "the request failed",
        };
        problem.to_owned()
    })?;
    if !response.status().is_success() {
        return Err(format!("answered {}", response.status().as_u16()));
    }
    let answer = response.body_mut().with_config().limit(LONGEST_ANSWER);
    let answer = answer.read_to_string().unwrap_or_default();
    match form.refused(&answer) {
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
