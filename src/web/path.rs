//! Typed path parameters.

use super::refusal::Refusal;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// Typed path parameters. A segment that does not parse (not UTF-8, not a number) is answered 404.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let named = axum::extract::Path::from_request_parts(parts, state).await;
        let axum::extract::Path(named) = named.map_err(|_| Refusal::NotFound)?;
        Ok(Self(named))
    }
}
