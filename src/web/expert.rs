//! Who is signed in: by the cookie of a session, or by a token in the `Authorization` header.

mod device;

pub(super) use device::{device, device_cookie};

use super::refusal::Refusal;
use super::state::AppState;
use crate::feedback::experts::{CredentialKind, Expert, SESSION};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use axum_extra::headers::HeaderMapExt;
use axum_extra::headers::authorization::{Authorization, Bearer};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

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
            Err(refusal) => Err(refusal.into_response()),
        }
    }
}

impl FromRequestParts<AppState> for OnApi {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refusal> {
        let expert = signed_in(&parts.headers, state).await?;
        expert.map(Self).ok_or(Refusal::SignInFirst)
    }
}

async fn signed_in(headers: &HeaderMap, state: &AppState) -> Result<Option<Expert>, Refusal> {
    let store = &state.feedback()?.store;
    if let Some(Authorization(bearer)) = headers.typed_get::<Authorization<Bearer>>() {
        return Ok(store
            .experts()
            .with_secret(bearer.token().trim(), CredentialKind::Token)
            .await?);
    }
    match session(&CookieJar::from_headers(headers)) {
        Some(secret) => Ok(store
            .experts()
            .with_secret(secret, CredentialKind::Session)
            .await?),
        None => Ok(None),
    }
}

/// The secret in the cookie.
pub(super) fn session(cookies: &CookieJar) -> Option<&str> {
    cookies.get(COOKIE).map(Cookie::value)
}

/// The cookie that starts a session; without a secret, the one that ends it.
pub(super) fn session_cookie(secret: Option<String>, state: &AppState) -> Cookie<'static> {
    let seconds = secret.as_ref().map_or(0, |_| SESSION.as_secs());
    Cookie::build((COOKIE, secret.unwrap_or_default()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(state.config.base_url.starts_with("https://"))
        .max_age(Duration::seconds(seconds))
        .build()
}
