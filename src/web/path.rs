//! The parts of a path that a route names.

use super::locale::Locale;
use super::pages::refused;
use super::problem::Refusal;
use super::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;

/// Parts of the path as text or numbers. What is none, such as bytes that are no UTF-8, names nothing that is there.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for Path<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let Ok(locale) = Locale::from_request_parts(parts, state).await;
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(named)) => Ok(Self(named)),
            Err(_) => Err(refused(Refusal::NotFound, state, locale, &parts.uri)),
        }
    }
}
