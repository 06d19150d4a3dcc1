//! Who is signed in: by the cookie of a session, or by a token in the `Authorization` header.

use super::locale::Locale;
use super::problem::{ApiRefusal, Refusal};
use super::state::AppState;
use crate::feedback::experts::{CredentialKind, Expert, SESSION};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

/// Name of the session's cookie. Visitors get none.
const COOKIE: &str = "dayi_session";

/// An expert on a page of `/admin`; others are sent to sign in.
pub(super) struct OnPage(pub(super) Expert);

/// An expert or a script on `/api/v1/admin`.
pub(super) struct OnApi(pub(super) Expert);

impl FromRequestParts<AppState> for OnPage {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        match signed_in(&parts.headers, state).await {
            Ok(Some(expert)) => Ok(Self(expert)),
            Ok(None) => Err(Redirect::to("/admin/login").into_response()),
            Err(refusal) => {
                let Ok(locale) = Locale::from_request_parts(parts, state).await;
                Err(super::pages::PageRefusal::new(refusal, state, locale).into_response())
            }
        }
    }
}

impl FromRequestParts<AppState> for OnApi {
    type Rejection = ApiRefusal;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiRefusal> {
        let Ok(locale) = Locale::from_request_parts(parts, state).await;
        let refuse = |refusal| ApiRefusal(refusal, locale);
        let expert = signed_in(&parts.headers, state).await.map_err(refuse)?;
        expert.map(Self).ok_or(refuse(Refusal::SignInFirst))
    }
}

async fn signed_in(headers: &HeaderMap, state: &AppState) -> Result<Option<Expert>, Refusal> {
    let store = &state.feedback()?.store;
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok());
    if let Some(token) = authorization.and_then(|text| text.strip_prefix("Bearer ")) {
        return Ok(store
            .experts()
            .with_secret(token.trim(), CredentialKind::Token)
            .await?);
    }
    match session(headers) {
        Some(secret) => Ok(store
            .experts()
            .with_secret(secret, CredentialKind::Session)
            .await?),
        None => Ok(None),
    }
}

/// The secret in the cookie.
pub(super) fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let mut pairs = cookies
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// The cookie that keeps a session; without a secret, the one that ends it.
pub(super) fn cookie(secret: Option<&str>, state: &AppState) -> HeaderValue {
    let is_secure = state.config.base_url.starts_with("https://");
    let secure = if is_secure { "; Secure" } else { "" };
    let seconds = secret.map_or(0, |_| SESSION.as_secs());
    let text = format!(
        "{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}",
        secret.unwrap_or_default()
    );
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}
