//! The file of webhooks: which systems are notified of which events.

use super::message::Form;
use crate::feedback::event::EventKind;
use serde::Deserialize;
use std::path::Path;

/// A system to notify.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Name shown in lists and logs.
    pub name: String,
    /// URL that messages are sent to.
    pub url: String,
    /// The form of messages.
    #[serde(default)]
    pub form: Form,
    /// The key that signs messages; Slack needs none.
    #[serde(default)]
    pub secret: String,
    /// Events it is notified of; all events by default.
    #[serde(default = "all_events")]
    pub events: Vec<EventKind>,
}

fn all_events() -> Vec<EventKind> {
    EventKind::ALL.to_vec()
}

/// The content of the file.
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

/// Reads the webhooks of a TOML file: `[[webhook]]` with `name`, `url`, `form`, `secret`, `events`. A missing file
/// means no webhooks.
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
        let before = error
            .span()
            .map_or("", |span| &text[..span.start.min(text.len())]);
        let line = before.matches('\n').count() + 1;
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
