//! Bodies of requests that change something: who may send them, how long they may be, and how they are read.

use super::client::Client;
use super::intake::Sender;
use super::locale::Locale;
use super::pages::PageRefusal;
use super::problem::{ApiRefusal, Refusal};
use super::state::AppState;
use crate::feedback::record::{BadField, FieldProblem};
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Bytes of a body, at most: the longest texts in it, each character escaped.
const LARGEST_BODY: usize = 64 * 1024;

/// A JSON body, and who sent it. Pages of other origins may send it when they are allowed to call the API.
pub(super) struct JsonBody<T>(pub(super) T, pub(super) Sender);

/// A JSON body for `/api/v1/admin`, which pages of other origins may never send.
pub(super) struct ExpertBody<T>(pub(super) T);

/// The fields of a form of our own pages, and who sent it.
pub(super) struct FormBody(pub(super) Fields, pub(super) Sender);

/// Fields by name, in the order they were sent.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of `name`, empty where there is none.
    pub(super) fn take(&mut self, name: &str) -> String {
        let found = self.0.iter_mut().find(|(n, _)| n == name);
        found
            .map(|(_, value)| std::mem::take(value))
            .unwrap_or_default()
    }

    /// All values of `name`.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let named = self.0.iter().filter(|(n, _)| n == name);
        named.map(|(_, value)| value.clone()).collect()
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for JsonBody<T> {
    type Rejection = ApiRefusal;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiRefusal> {
        let (sender, locale, request) = sent(request, state).await;
        let allowed = &state.config.cors_origins;
        let body = json(request, state, allowed, locale).await;
        let body = body.map_err(|refusal| ApiRefusal(refusal, locale))?;
        let sender = sender.map_err(|refusal| ApiRefusal(refusal, locale))?;
        Ok(Self(body, sender))
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for ExpertBody<T> {
    type Rejection = ApiRefusal;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiRefusal> {
        let (_, locale, request) = sent(request, state).await;
        let body = json(request, state, &[], locale).await;
        Ok(Self(body.map_err(|refusal| ApiRefusal(refusal, locale))?))
    }
}

async fn json<T: DeserializeOwned>(
    request: Request,
    state: &AppState,
    allowed: &[String],
    locale: Locale,
) -> Result<T, Refusal> {
    refuse_cross_site(request.headers(), state, allowed)?;
    if content_type(request.headers()) != "application/json" {
        let problem = locale.pick("应为 application/json", "expected application/json");
        return Err(Refusal::BadBody(problem.to_owned()));
    }
    let bytes = bytes(request, state, locale).await?;
    serde_json::from_slice(&bytes).map_err(|error| Refusal::BadBody(error.to_string()))
}

impl FromRequest<AppState> for FormBody {
    type Rejection = PageRefusal;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, PageRefusal> {
        let (sender, locale, request) = sent(request, state).await;
        let fields = form_fields(request, state, locale).await;
        let fields = fields.map_err(|refusal| PageRefusal::new(refusal, state, locale))?;
        let sender = sender.map_err(|refusal| PageRefusal::new(refusal, state, locale))?;
        Ok(Self(fields, sender))
    }
}

async fn form_fields(
    request: Request,
    state: &AppState,
    locale: Locale,
) -> Result<Fields, Refusal> {
    refuse_cross_site(request.headers(), state, &[])?;
    if content_type(request.headers()) != "application/x-www-form-urlencoded" {
        let problem = locale.pick("应为表单", "expected a form");
        return Err(Refusal::BadBody(problem.to_owned()));
    }
    let bytes = bytes(request, state, locale).await?;
    Ok(Fields(
        form_urlencoded::parse(&bytes).into_owned().collect(),
    ))
}

async fn sent(request: Request, state: &AppState) -> (Result<Sender, Refusal>, Locale, Request) {
    let (mut parts, body) = request.into_parts();
    let Ok(client) = Client::from_request_parts(&mut parts, state).await;
    let Ok(locale) = Locale::from_request_parts(&mut parts, state).await;
    let key = parts.headers.get("idempotency-key").map(|value| {
        let text = value.to_str().unwrap_or_default().trim();
        let bad = BadField {
            field: "Idempotency-Key",
            problem: FieldProblem::NotOneOf("the keys that can be read: 1 to 255 ASCII characters"),
        };
        Some(text.to_owned()).filter(|t| !t.is_empty()).ok_or(bad)
    });
    let sender = match key.transpose() {
        Ok(key) => Ok(Sender { client, key }),
        Err(bad) => Err(bad.into()),
    };
    (sender, locale, Request::from_parts(parts, body))
}

/// The whole body, if it comes in the time that a request may take.
async fn bytes(request: Request, state: &AppState, locale: Locale) -> Result<Bytes, Refusal> {
    let patience = Duration::from_secs(state.config.request_timeout_seconds);
    let read = tokio::time::timeout(patience, to_bytes(request.into_body(), LARGEST_BODY));
    let read = read.await.map_err(|_| Refusal::TooSlow)?;
    read.map_err(|_| {
        let problem = locale.pick(
            "不完整，或超过 64 KB",
            "it is incomplete, or longer than 64 KB",
        );
        Refusal::BadBody(problem.to_owned())
    })
}

fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE);
    let text = value.and_then(|v| v.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim()
}

/// Refuses what a browser sends for a page of another site, by its `Origin` or, without one, `Sec-Fetch-Site`. Programs
/// send neither.
pub(super) fn refuse_cross_site(
    headers: &HeaderMap,
    state: &AppState,
    allowed: &[String],
) -> Result<(), Refusal> {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("null"));
    let is_ours = match text("origin") {
        Some(origin) => {
            let host = text("host").unwrap_or_default();
            let own = [format!("http://{host}"), format!("https://{host}")];
            own.iter().any(|o| o == origin)
                || origin_of(&state.config.base_url) == origin
                || allowed.iter().any(|a| a == "*" || a == origin)
        }
        None => !matches!(text("sec-fetch-site"), Some("cross-site" | "same-site")),
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
