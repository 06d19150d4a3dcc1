//! Old addresses of documents: those that aliases name, and the ids that documents once had.

use super::links::question_path;
use super::refusal::Refusal;
use super::state::AppState;
use crate::document::alias_key;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// What no route leads to: the document that once had this address, if there is one.
pub(super) async fn moved(
    State(state): State<AppState>,
    method: Method,
    uri: Uri,
) -> Result<Response, Refusal> {
    match alias_key(uri.path()).filter(|_| method.is_safe()) {
        Some(alias) => moved_to(&state, &alias, ""),
        None => Err(Refusal::NotFound),
    }
}

/// A redirect for good to the page of the document that was once known under `alias`, with `ending` behind its address.
pub(super) fn moved_to(state: &AppState, alias: &str, ending: &str) -> Result<Response, Refusal> {
    let found = state.look_up(|engine| engine.once_at(alias)).ok().flatten();
    let id = found.ok_or(Refusal::NotFound)?;
    let path = format!("{}{ending}", question_path(&id));
    let location = HeaderValue::try_from(path).map_err(|_| Refusal::NotFound)?;
    let status = StatusCode::MOVED_PERMANENTLY;
    Ok((status, [(header::LOCATION, location)]).into_response())
}
