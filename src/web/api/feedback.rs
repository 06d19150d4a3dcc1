//! `POST /api/v1/feedback`, `/api/v1/asks` and `/api/v1/clicks`: what visitors send.

use super::refused::SendRefused;
use crate::feedback::Reason;
use crate::web::body::JsonBody;
use crate::web::intake::{self, SentAsk, SentRating, StoredAsk, StoredRating};
use crate::web::links::receipt_path;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rating that was stored.
#[derive(Serialize, ToSchema)]
pub(super) struct RatingResponse {
    /// Number of the rating.
    id: i64,
    /// Document id.
    question_id: String,
    /// `helpful` or `unhelpful`.
    rating: &'static str,
    /// Why it did not help.
    reasons: Vec<Reason>,
    /// As stored.
    comment: String,
    /// Whether it replaced the visitor's earlier rating of this answer.
    replaced: bool,
}

/// An ask that was stored.
#[derive(Serialize, ToSchema)]
pub(super) struct AskResponse {
    /// Number of the ask, for talking about it. The same question of the same visitor some minutes later has it, too.
    number: i64,
    /// Characters of its middle that were left out, because it was longer than 16 KB.
    left_out: usize,
    /// Secret address of the page on which its sender sees what becomes of it: absolute where `base_url` is set, a path of
    /// this site otherwise. Nothing for asks of versions before.
    receipt_url: Option<String>,
}

/// A hit that was opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClickBody {
    /// The query it was found by.
    query: String,
    /// Document id.
    question_id: String,
    /// Position among the hits, from 1. The log takes it from the hits that were shown.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    #[expect(dead_code, reason = "part of the contract; the log knows the position")]
    rank: Option<u32>,
    /// Address of the page.
    #[serde(default)]
    #[expect(dead_code, reason = "part of the contract; nothing needs it yet")]
    page: Option<String>,
}

/// Say whether an answer helped. A visitor's second rating of an answer replaces the first. Nothing is kept twice under
/// one `Idempotency-Key` of the same sender.
#[utoipa::path(
    post,
    path = "/api/v1/feedback",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe; a new one for each rating")),
    request_body = SentRating,
    responses(
        (status = 201, description = "Kept", body = RatingResponse),
        SendRefused,
    )
)]
pub(super) async fn rate(
    State(state): State<AppState>,
    JsonBody(sent, sender): JsonBody<SentRating>,
) -> Result<(StatusCode, Json<RatingResponse>), Refusal> {
    let StoredRating {
        receipt,
        question_id,
        helpful,
        reasons,
        comment,
    } = intake::rate(&state, sent, &sender).await?;
    let response = RatingResponse {
        id: receipt.number,
        question_id: question_id.0,
        rating: if helpful { "helpful" } else { "unhelpful" },
        reasons,
        comment,
        replaced: receipt.replaced,
    };
    Ok((StatusCode::CREATED, Json(response)))
}

/// Hand a question that found no answer to the experts. The same question of the same visitor within ten minutes is the
/// same ask.
#[utoipa::path(
    post,
    path = "/api/v1/asks",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe; a new one for each ask")),
    request_body = SentAsk,
    responses(
        (status = 201, description = "Kept", body = AskResponse),
        SendRefused,
    )
)]
pub(super) async fn ask(
    State(state): State<AppState>,
    JsonBody(sent, sender): JsonBody<SentAsk>,
) -> Result<(StatusCode, Json<AskResponse>), Refusal> {
    let StoredAsk {
        number,
        left_out,
        secret,
    } = intake::ask(&state, sent, &sender).await?;
    let response = AskResponse {
        number,
        left_out,
        receipt_url: secret.map(|secret| state.config.address(&receipt_path(&secret))),
    };
    Ok((StatusCode::CREATED, Json(response)))
}

/// Say that a hit of a search was opened. Only counted where searches are logged.
#[utoipa::path(
    post,
    path = "/api/v1/clicks",
    request_body = ClickBody,
    responses(
        (status = 204, description = "Noted, if it can be"),
        SendRefused,
    )
)]
pub(super) async fn click(
    State(state): State<AppState>,
    JsonBody(body, sender): JsonBody<ClickBody>,
) -> StatusCode {
    intake::log_click(&state, &body.query, &body.question_id, &sender.client);
    StatusCode::NO_CONTENT
}
