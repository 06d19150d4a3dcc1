//! Tells other systems of asks and bad ratings: kept with the record itself, signed, sent again with growing pauses, and
//! set aside for a look when that does not help.

mod message;
mod put;
mod send;

pub use message::Form;
pub(super) use put::{forget, of_ask, of_rating, put, withdraw};
pub use send::deliver;

use super::store::{Store, StoreError, now};
use serde::{Deserialize, Serialize};
use std::path::Path;
use utoipa::ToSchema;

/// A system to tell.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Name in lists and logs.
    pub name: String,
    /// Where it takes messages.
    pub url: String,
    /// Which form it takes them in.
    #[serde(default)]
    pub form: Form,
    /// What messages are signed with; for Slack there is none.
    #[serde(default)]
    pub secret: String,
    /// What it is told of; everything unless given.
    #[serde(default = "all_events")]
    pub events: Vec<Event>,
}

/// Whom to tell of what is kept, and where experts look at it.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// The systems to tell.
    pub webhooks: Vec<Webhook>,
    /// Address of the service, without a slash at its end.
    pub base_url: String,
    /// How long a bad rating is held back, in milliseconds: visitors say why in a second sending, or think better of it.
    pub hold_ratings: i64,
}

impl Outbox {
    /// The systems that want to be told of this.
    pub(super) fn wanting(&self, event: Event) -> impl Iterator<Item = &Webhook> {
        let wants = move |webhook: &&Webhook| webhook.events.contains(&event);
        self.webhooks.iter().filter(wants)
    }

    /// Whether any does.
    pub(super) fn is_wanted(&self, event: Event) -> bool {
        self.wanting(event).next().is_some()
    }
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            webhooks: Vec::new(),
            base_url: String::new(),
            hold_ratings: 60_000,
        }
    }
}

/// Something to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A question for the experts.
    Ask,
    /// A rating that said the answer did not help.
    BadRating,
}

impl Event {
    /// As it is sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::BadRating => "bad_rating",
        }
    }
}

fn all_events() -> Vec<Event> {
    vec![Event::Ask, Event::BadRating]
}

/// The file of webhooks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    webhook: Vec<Webhook>,
}

/// Why the file of webhooks cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadWebhooks(String);

/// Reads the webhooks of a TOML file: `[[webhook]]` with `name`, `url`, `form`, `secret`, `events`. No file, none.
///
/// # Errors
/// Says where and what is wrong, without any secret.
pub fn read(path: &Path) -> Result<Vec<Webhook>, BadWebhooks> {
    let shown = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(BadWebhooks(format!("{shown}: cannot be read: {error}"))),
    };
    let file: File = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |s| {
            text[..s.start.min(text.len())].matches('\n').count() + 1
        });
        BadWebhooks(format!(
            "{shown}:{line}: {}; expected [[webhook]] with name, url, form, secret and events",
            error.message()
        ))
    })?;
    for (at, webhook) in file.webhook.iter().enumerate() {
        let Webhook { name, url, .. } = webhook;
        let problem = if name.trim().is_empty() {
            "`name` is empty"
        } else if !url.starts_with("https://") && !url.starts_with("http://") {
            "`url` is no address; expected https://…"
        } else if file.webhook[..at].iter().any(|w| w.name == *name) {
            "the name is there twice"
        } else {
            continue;
        };
        return Err(BadWebhooks(format!(
            "{shown}: webhook {} (`{name}`): {problem}",
            at + 1
        )));
    }
    Ok(file.webhook)
}

/// A message on its way, or set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Delivery {
    /// Number.
    pub id: i64,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    /// Name of the webhook.
    pub webhook: String,
    /// `ask` or `bad_rating`.
    pub event: String,
    /// `waiting` or `dead`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last try failed.
    pub error: String,
}

impl Store {
    /// Messages that wait or were set aside, newest first, before the number `before`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn deliveries(
        &self,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let rows: Vec<(i64, i64, String, String, String, i64, String)> = sqlx::query_as(
            "SELECT id, at, webhook, event, state, attempts, error FROM deliveries
             WHERE state <> 'delivered' AND id < $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let delivery = |(id, at, webhook, event, state, attempts, error)| Delivery {
            id,
            at,
            webhook,
            event,
            state,
            attempts,
            error,
        };
        Ok(rows.into_iter().map(delivery).collect())
    }

    /// Has a message that was set aside sent again; `false` when there is none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn send_again(&self, id: i64, expert: &str) -> Result<bool, StoreError> {
        let changed = sqlx::query(
            "UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = $2 WHERE id = $1 AND state = 'dead'",
        )
        .bind(id)
        .bind(now())
        .execute(&self.pool)
        .await?;
        if changed.rows_affected() == 0 {
            return Ok(false);
        }
        self.audit(expert, "send again", &format!("delivery {id}"), "")
            .await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<Webhook>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("webhooks.toml");
        std::fs::write(&path, text).unwrap();
        read(&path).map_err(|e| e.to_string().replace(&path.display().to_string(), "w.toml"))
    }

    #[test]
    fn a_file_is_read_and_its_faults_are_named() {
        let read = read_text(
            "[[webhook]]\nname = \"chat\"\nurl = \"https://x.example\"\nform = \"feishu\"\n",
        )
        .unwrap();
        assert_eq!((read[0].form, read[0].events.len()), (Form::Feishu, 2));
        for (text, problem) in [
            (
                "[[webhook]]\nname = \"a\"\nurl = \"x\"\n",
                "w.toml: webhook 1 (`a`): `url` is no address; expected https://…",
            ),
            (
                "[[webhook]]\nname = \"a\"\n\nurl = \"https://x\"\nforms = 1\n",
                "w.toml:5: unknown field `forms`, expected one of `name`, `url`, `form`, `secret`, `events`; expected [[webhook]] with name, url, form, secret and events",
            ),
        ] {
            assert_eq!(read_text(text).unwrap_err(), problem);
        }
    }
}
