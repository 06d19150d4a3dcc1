//! A draft: an ask or a query as a document to be written, for download from pages and by the API.

mod text;

use super::parameters::{Parameters, Raw};
use super::refusal::Refusal;
use super::state::AppState;
use crate::feedback::inbox::ItemKind;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

/// Parameters of a draft.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct DraftParameters {
    /// Number of the ask
    #[param(value_type = Option<i64>, minimum = 0)]
    ask: Raw,
    /// Or the query
    #[param(value_type = Option<String>)]
    q: Raw,
}

/// The id that the draft of an ask has, and the document that is written from it. It names the text beside the number, as
/// numbers begin anew in a new store.
pub(super) fn ask_draft_id(number: i64, text: &str) -> String {
    let hash = blake3::hash(text.as_bytes()).to_hex();
    format!("ask-{number}-{}", &hash[..6])
}

/// The draft of the ask or the query that the parameters name.
pub(super) async fn written(
    state: &AppState,
    parameters: &Parameters<DraftParameters>,
) -> Result<Response, Refusal> {
    let Parameters { sent, source } = parameters;
    let (name, question, tag) = if let Some(number) = source.number("ask", &sent.ask)? {
        let store = &state.feedback()?.store;
        let item = store.inbox().item(ItemKind::Ask, number).await?;
        let item = item.ok_or(Refusal::NotFound)?;
        (ask_draft_id(number, &item.text), item.text, item.tag)
    } else {
        let text = sent.q.query().text;
        let hash = blake3::hash(text.as_bytes()).to_hex();
        (format!("query-{}", &hash[..8]), text, String::new())
    };
    let answer = state
        .texts
        .current()
        .default_language()
        .text("draft-answer");
    let text = text::document(&name, &question, &tag, &answer);
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/markdown; charset=utf-8".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.md\""),
        ),
    ];
    Ok((headers, text).into_response())
}
