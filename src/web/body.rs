//! Bodies of requests that change something: who may send them, how long they may be, and how they are read.

use super::client::Sender;
use super::refusal::{BodyProblem, Refusal};
use super::state::AppState;
use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum_extra::headers::{ContentType, HeaderMapExt, Mime};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

/// Bytes of a body, at most: enough for the longest texts with every character escaped.
const LARGEST_BODY: usize = 160 * 1024;

/// Bytes that a body takes at once from the memory of all bodies.
const STEP: usize = 8 * 1024;

/// A JSON body and its sender. Pages of other origins may send it if `cors_origins` allows them.
pub(super) struct JsonBody<T>(pub(super) T, pub(super) Sender);

/// A JSON body for `/api/v1/admin`, which pages of other origins may never send.
pub(super) struct ExpertBody<T>(pub(super) T);

/// A form of our own pages and its sender. Every field of `T` has a default, so that a form with fields missing is refused
/// by name where the fields are checked.
pub(super) struct FormBody<T>(pub(super) T, pub(super) Sender);

/// A form that searches: it changes nothing, so that every site may have one.
pub(super) struct SearchForm<T>(pub(super) T);

/// A form that is only a button.
#[derive(Deserialize)]
pub(super) struct NoFields {}

/// Reads the first value of a form field. A form may send a name more than once.
pub(super) fn first_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let values = Vec::<String>::deserialize(deserializer)?;
    Ok(values.into_iter().next().unwrap_or_default())
}

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let sender = Sender::from_request_parts(&mut parts, state).await;
        refuse_cross_site(&parts.headers, state, &state.config.cors_origins)?;
        let body = json(&parts.headers, body, state).await?;
        Ok(Self(body, sender?))
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for ExpertBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        refuse_cross_site(&parts.headers, state, &[])?;
        Ok(Self(json(&parts.headers, body, state).await?))
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for FormBody<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refusal> {
        let (mut parts, body) = request.into_parts();
        let sender = Sender::from_request_parts(&mut parts, state).await;
        refuse_cross_site(&parts.headers, state, &[])?;
        Ok(Self(form(&parts.headers, body, state).await?, sender?))
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for SearchForm<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        Ok(Self(form(&parts.headers, body, state).await?))
    }
}

async fn form<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    state: &AppState,
) -> Result<T, Refusal> {
    if !is_of_type(headers, "application/x-www-form-urlencoded") {
        return Err(Refusal::BadBody(BodyProblem::NotForm));
    }
    let bytes = read(body, state).await?;
    serde_html_form::from_bytes(&bytes).map_err(|error| malformed(&error))
}

async fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    state: &AppState,
) -> Result<T, Refusal> {
    if !is_of_type(headers, "application/json") {
        return Err(Refusal::BadBody(BodyProblem::NotJson));
    }
    let bytes = read(body, state).await?;
    serde_json::from_slice(&bytes).map_err(|error| malformed(&error))
}

/// The whole body, if it arrives in the time that a request may take.
async fn read(body: Body, state: &AppState) -> Result<Vec<u8>, Refusal> {
    let patience = Duration::from_secs(state.config.request_timeout_seconds);
    let reading = tokio::time::timeout(patience, collect(body, state));
    reading.await.map_err(|_| Refusal::TooSlow)?
}

/// The whole body. What arrives takes from the memory that all bodies have together: many large bodies that never end leave
/// enough for everything else.
async fn collect(mut body: Body, state: &AppState) -> Result<Vec<u8>, Refusal> {
    let refused = || Refusal::BadBody(BodyProblem::IncompleteOrTooLong);
    let mut held = Vec::new();
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(part) = frame.map_err(|_| refused())?.into_data() else {
            continue;
        };
        let length = bytes.len() + part.len();
        if length > LARGEST_BODY {
            return Err(refused());
        }
        while held.len() * STEP < length {
            held.push(state.body_bytes.take(STEP).ok_or(Refusal::Busy)?);
        }
        // Copied: a part may be a byte of a buffer that stays as long as the part does.
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

fn malformed(error: &impl std::fmt::Display) -> Refusal {
    Refusal::BadBody(BodyProblem::Malformed(error.to_string()))
}

/// Whether the body is of this media type, whatever its parameters.
fn is_of_type(headers: &HeaderMap, essence: &str) -> bool {
    let content_type = headers.typed_get::<ContentType>().map(Mime::from);
    content_type.is_some_and(|mime| mime.essence_str() == essence)
}

/// Refuses requests that a page of another site made a browser send, by `Origin` or, without one, by `Sec-Fetch-Site`.
/// Programs send neither header.
pub(super) fn refuse_cross_site(
    headers: &HeaderMap,
    state: &AppState,
    allowed: &[String],
) -> Result<(), Refusal> {
    let sent = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("null"));
    let is_ours = match sent("origin") {
        Some(origin) => {
            let host = sent("host").unwrap_or_default();
            let own = [format!("http://{host}"), format!("https://{host}")];
            own.iter().any(|o| o == origin)
                || origin_of(&state.config.base_url) == origin
                || allowed.iter().any(|a| a == "*" || a == origin)
        }
        None => !matches!(sent("sec-fetch-site"), Some("cross-site" | "same-site")),
    };
    if is_ours {
        Ok(())
    } else {
        Err(Refusal::CrossSite)
    }
}

/// Scheme, host and port of an address.
fn origin_of(url: &str) -> &str {
    let host_at = url.find("://").map_or(0, |at| at + 3);
    let end = url[host_at..]
        .find('/')
        .map_or(url.len(), |at| host_at + at);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path() {
        assert_eq!(
            origin_of("https://a.example:8443/qa"),
            "https://a.example:8443"
        );
        assert_eq!(origin_of("http://a.example"), "http://a.example");
    }
}
