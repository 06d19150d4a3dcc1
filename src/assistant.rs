//! A language model behind the chat protocol that Ollama, vLLM, llama.cpp, LM Studio and the clouds speak
//! (`POST /v1/chat/completions` of the `OpenAI` API).

use crate::http_client::header::{HeaderMap, RETRY_AFTER};
use crate::http_client::{Client, RequestError, StatusCode, http_client, problem_of, read_at_most};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// Bytes of an answer that are read. A model that does not stop is cut off here.
const LONGEST_ANSWER: usize = 256 * 1024;
/// Characters of a server's own words in an error.
const LONGEST_SAID: usize = 200;
/// Longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);
/// Bytes of a file with a key, at most.
const LONGEST_KEY: usize = 4096;

/// Where a model is, and how it is asked.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Address up to and with `/v1`.
    pub(crate) url: String,
    /// Name of the model, as the server knows it.
    pub(crate) model: String,
    /// What the server asks for before it answers, if anything.
    pub(crate) key: Option<String>,
    /// How long one answer may take.
    pub(crate) patience: Duration,
    /// Tokens of one answer, at most.
    pub(crate) answer_tokens: u32,
}

/// Why a model gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// No answer will come, whatever is asked: the key or the model is wrong, or there is no such service.
    #[error("{0}")]
    Hopeless(String),
    /// The server has too much to do. It may answer after this long.
    #[error("{said}")]
    Busy {
        /// What was answered.
        said: String,
        /// How long to wait; none where the server does not say.
        pause: Option<Duration>,
    },
    /// Another try may help.
    #[error("{0}")]
    Failed(String),
    /// The server refuses this one request.
    #[error("{0}")]
    Refused(String),
}

/// A model that can be asked. Clones share connections.
#[derive(Debug, Clone)]
pub(crate) struct Assistant {
    client: Client,
    settings: Settings,
}

/// What is read of an answer.
#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Spoken,
}

#[derive(Deserialize)]
struct Spoken {
    content: Option<String>,
}

impl Assistant {
    /// A model at this address.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub(crate) fn new(settings: Settings) -> anyhow::Result<Self> {
        let client = http_client(settings.patience)?;
        Ok(Self { client, settings })
    }

    /// Asks once, without what was said before.
    ///
    /// # Errors
    /// Says why there is no answer, and whether another try may help.
    pub(crate) async fn ask(&self, prompt: &str) -> Result<String, Failure> {
        let url = format!("{}/chat/completions", self.settings.url);
        let body = request_body(&self.settings.model, self.settings.answer_tokens, prompt);
        let mut request = self.client.post(url).json(&body);
        if let Some(key) = &self.settings.key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await.map_err(|error| failed(&error))?;
        let status = response.status();
        let pause = pause_of(response.headers(), Timestamp::now());
        let read = read_at_most(response, LONGEST_ANSWER).await;
        let text = read.map_err(|error| failed(&error))?;
        if status.is_success() {
            return answer_in(&text);
        }
        Err(self.refusal(status, pause, &text))
    }

    fn refusal(&self, status: StatusCode, pause: Option<Duration>, text: &str) -> Failure {
        let said = format!("the server answered {}{}", status.as_u16(), said_in(text));
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::Hopeless(format!(
                "{said}; expected another key in `assistant.key_file`"
            )),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Failure::Hopeless(format!(
                "{said}; expected the chat protocol below `{}` and a model `{}`",
                self.settings.url, self.settings.model
            )),
            status if status.is_redirection() => Failure::Hopeless(format!(
                "{said}; expected the address to which that leads in `assistant.url`"
            )),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Failure::Busy { said, pause }
            }
            status if status.is_server_error() => Failure::Failed(said),
            _ => Failure::Refused(said),
        }
    }
}

/// The body of a request, also for files of requests.
pub(crate) fn request_body(model: &str, answer_tokens: u32, prompt: &str) -> Value {
    json!({
        "model": model,
        "messages": [{ "role": "user", "content": prompt }],
        "max_tokens": answer_tokens,
        "temperature": 0.7,
    })
}

/// What a model said, from the body of a response.
///
/// # Errors
/// When the text is no response of this protocol, or an empty one.
pub(crate) fn answer_in(text: &str) -> Result<String, Failure> {
    let completion: Completion = serde_json::from_str(text).map_err(|_| {
        Failure::Failed("the answer is cut off, or not of the chat protocol".to_owned())
    })?;
    let first = completion.choices.into_iter().next();
    let content = first.and_then(|choice| choice.message.content);
    content
        .filter(|content| !content.trim().is_empty())
        .ok_or_else(|| Failure::Failed("the answer is empty".to_owned()))
}

/// The key in a file, on its only line.
///
/// # Errors
/// When the file cannot be read or holds no key.
pub(crate) fn key_in(path: &Path) -> anyhow::Result<String> {
    use anyhow::Context;
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read `{shown}`; expected a key on one line"))?;
    let key = text.trim();
    let is_key = !key.is_empty() && key.len() <= LONGEST_KEY && !key.contains(char::is_whitespace);
    anyhow::ensure!(is_key, "`{shown}` holds no key; expected one on one line");
    Ok(key.to_owned())
}

fn failed(error: &RequestError) -> Failure {
    let problem = problem_of(error);
    Failure::Failed(if problem.starts_with("the ") {
        problem.to_owned()
    } else {
        format!("the server {problem}")
    })
}

/// How long a server asks to wait: seconds, or a date (RFC 9110, section 10.2.3).
fn pause_of(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = value.trim().parse().ok().or_else(|| {
        let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        u64::try_from(date.as_second() - now.as_second()).ok()
    })?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

/// What a server says of an error, in front of which stands a colon.
fn said_in(text: &str) -> String {
    let json: Option<Value> = serde_json::from_str(text).ok();
    let message = json.as_ref().and_then(|json| {
        let error = json.get("error").unwrap_or(json);
        error.get("message").unwrap_or(error).as_str()
    });
    let line = message
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default();
    let said: String = line
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_SAID)
        .collect();
    if said.is_empty() {
        said
    } else {
        format!(": {said}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_and_what_is_none_is_said() {
        let answer = answer_in(r#"{"choices":[{"message":{"role":"assistant","content":"[]"}}]}"#);
        assert_eq!(answer.as_deref(), Ok("[]"));
        for wrong in [
            "",
            "{\"choices\":[{\"message\":{\"conte",
            "<html>",
            "{\"choices\":[]}",
            r#"{"choices":[{"message":{"content":null}}]}"#,
            r#"{"choices":[{"message":{"content":"  "}}]}"#,
        ] {
            assert!(
                matches!(answer_in(wrong), Err(Failure::Failed(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_pause_is_seconds_or_a_date_and_never_endless() {
        let now: Timestamp = "2026-12-01T08:00:00Z".parse().unwrap();
        let pause = |value: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
            pause_of(&headers, now).map(|pause| pause.as_secs())
        };
        assert_eq!(pause("7"), Some(7));
        assert_eq!(pause("Tue, 01 Dec 2026 08:00:30 GMT"), Some(30));
        assert_eq!(pause("999999"), Some(120));
        assert_eq!(pause("soon"), None);
        assert_eq!(pause_of(&HeaderMap::new(), now), None);
    }

    #[test]
    fn the_words_of_a_server_are_short_and_on_one_line() {
        assert_eq!(said_in(r#"{"error":{"message":"no\nquota"}}"#), ": no");
        assert_eq!(said_in(r#"{"error":"bad"}"#), ": bad");
        assert_eq!(said_in("<html>"), "");
        let long = json!({"message": "好".repeat(500)}).to_string();
        assert_eq!(said_in(&long).chars().count(), LONGEST_SAID + 2);
    }
}
