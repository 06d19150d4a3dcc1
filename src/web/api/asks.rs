//! `GET /api/v1/asks/{secret}`: what became of an ask, for its sender; `POST /api/v1/asks/{number}/me-too`: the same
//! question of another visitor.

use super::refused::{CountRefused, DocumentRefused};
use crate::document::DocumentId;
use crate::engine::Engine;
use crate::feedback::record::WorkState;
use crate::web::body::refuse_cross_site;
use crate::web::cache::CachePolicy;
use crate::web::client::Sender;
use crate::web::links::question_path;
use crate::web::me_too;
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of an ask.
#[derive(Serialize, ToSchema)]
pub(super) struct AskStatus {
    /// Number of the ask.
    number: i64,
    /// Milliseconds since 1970, UTC.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    #[schema(value_type = i64)]
    at: Timestamp,
    /// `new`, `in_work`, `answered` or `dismissed`.
    state: WorkState,
    /// The question; what looks like a secret is masked.
    question: String,
    /// Once it is answered, the document that answers it, where an expert named one that is still there.
    answer: Option<AnswerOfAsk>,
    /// Once it is dismissed, why; empty where the expert did not say.
    reason: String,
}

/// A document that answers an ask.
#[derive(Serialize, ToSchema)]
pub(super) struct AnswerOfAsk {
    /// Document id.
    id: String,
    /// Path of its page on this site.
    url: String,
    /// Headline.
    title: String,
}

/// How many others have a question.
#[derive(Serialize, ToSchema)]
pub(super) struct MeTooResponse {
    /// Number of the ask.
    number: i64,
    /// Visitors, each once.
    me_too: i64,
}

/// What became of an ask, by the secret at the end of its `receipt_url`.
#[utoipa::path(
    get,
    path = "/api/v1/asks/{secret}",
    params(("secret" = String, Path, description = "Last part of `receipt_url`")),
    responses(
        (status = 200, description = "As it is now", body = AskStatus),
        DocumentRefused,
    )
)]
pub(super) async fn status(
    State(state): State<AppState>,
    Path(secret): Path<String>,
) -> Result<(Extension<CachePolicy>, Json<AskStatus>), Refusal> {
    let found = state.feedback()?.store.asks().with_secret(&secret).await?;
    let ask = found.ok_or(Refusal::NotFound)?;
    let status = AskStatus {
        number: ask.number,
        at: ask.at,
        state: ask.state,
        question: ask.question,
        answer: answer(&state, ask.answered_by).await?,
        reason: ask.closed_because,
    };
    Ok((Extension(CachePolicy::OneVisitor), Json(status)))
}

async fn answer(state: &AppState, id: String) -> Result<Option<AnswerOfAsk>, Refusal> {
    if id.is_empty() {
        return Ok(None);
    }
    let id = DocumentId(id);
    let read = move |engine: &dyn Engine| engine.document(&id);
    let document = state.with_engine(read).await?;
    Ok(document.map(|document| AnswerOfAsk {
        url: question_path(&document.id),
        title: document.headline().to_owned(),
        id: document.id.0,
    }))
}

/// Say that you have the same question as an ask that an expert released. Each visitor counts once.
#[utoipa::path(
    post,
    path = "/api/v1/asks/{number}/me-too",
    params(("number" = i64, Path, description = "Number of the ask")),
    responses(
        (status = 200, description = "Counted, now or before", body = MeTooResponse),
        CountRefused,
    )
)]
pub(super) async fn me_too(
    State(state): State<AppState>,
    sender: Sender,
    Path(number): Path<i64>,
    headers: HeaderMap,
) -> Result<Json<MeTooResponse>, Refusal> {
    refuse_cross_site(&headers, &state, &state.config.cors_origins)?;
    let me_too = me_too::count(&state, number, &sender).await?;
    Ok(Json(MeTooResponse { number, me_too }))
}
