//! `POST /api/v1/feedback`, `/api/v1/asks` and `/api/v1/clicks`: what visitors send.

use crate::feedback::Reason;
use crate::web::body::JsonBody;
use crate::web::extract::LONGEST_QUERY;
use crate::web::intake::{KeptRating, SentAsk, SentRating};
use crate::web::locale::Locale;
use crate::web::problem::{ApiRefusal, Problem};
use crate::web::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A rating of an answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RatingBody {
    /// Document id; this or `grade_id`.
    question_id: Option<String>,
    /// Grade id of the document.
    grade_id: Option<String>,
    /// `helpful` or `unhelpful`.
    #[schema(pattern = "^(helpful|unhelpful)$")]
    rating: String,
    /// Why it did not help: `off_topic`, `outdated`, `steps_fail`, `unclear`, `other`.
    #[serde(default)]
    reasons: Vec<String>,
    /// In the visitor's words, 2,000 characters at most.
    #[schema(max_length = 2_000)]
    #[serde(default)]
    comment: String,
    /// The query that led to the answer.
    #[serde(default)]
    query: String,
    /// Address of the page it was shown on.
    #[serde(default)]
    page: String,
    /// Language of the visitor.
    #[serde(default)]
    language: String,
}

/// A rating that was kept.
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
    /// As kept.
    comment: String,
    /// Whether it replaced the visitor's earlier rating of this answer.
    replaced: bool,
}

/// A question for the experts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskBody {
    /// The question, 4 to 4,000 characters.
    #[schema(min_length = 4, max_length = 4_000)]
    question: String,
    /// How to reach the visitor, 200 characters at most.
    #[schema(max_length = 200)]
    #[serde(default)]
    contact: String,
    /// Tag the visitor asked under.
    #[serde(default)]
    tag: String,
    /// Category the visitor asked under.
    #[serde(default)]
    category: String,
    /// Address of the page it was asked on.
    #[serde(default)]
    page: String,
    /// Language of the visitor.
    #[serde(default)]
    language: String,
    /// The visitor was told that the question looks as if it held a secret, and means it.
    #[serde(default)]
    secrets_confirmed: bool,
}

/// An ask that was kept.
#[derive(Serialize, ToSchema)]
pub(super) struct AskResponse {
    /// Number of the ask, for talking about it.
    number: i64,
}

/// A hit that was opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClickBody {
    /// The query it was found by.
    query: String,
    /// Document id.
    question_id: String,
    /// Place among the hits, from 1; what was shown is known here and counts.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 4_294_967_295_i64)]
    #[expect(dead_code, reason = "part of the contract; the log knows the place")]
    rank: Option<u32>,
    /// Address of the page.
    #[serde(default)]
    #[expect(dead_code, reason = "part of the contract; nothing needs it yet")]
    page: Option<String>,
}

/// Say whether an answer helped. A visitor's second rating of an answer replaces the first. Nothing is kept twice under
/// one `Idempotency-Key`.
#[utoipa::path(
    post,
    path = "/api/v1/feedback",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe; a new one for each rating")),
    request_body = RatingBody,
    responses(
        (status = 201, description = "Kept", body = RatingResponse),
        (status = 400, description = "The body is no JSON of this form", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Sent from an origin that is not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not come in time", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field cannot be used, the problem names it; or the key was used for something else", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much from one address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Cannot be kept now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn rate(
    State(state): State<AppState>,
    locale: Locale,
    JsonBody(body, sender): JsonBody<RatingBody>,
) -> Result<(StatusCode, Json<RatingResponse>), ApiRefusal> {
    let sent = SentRating {
        question_id: body.question_id,
        grade_id: body.grade_id,
        rating: body.rating,
        reasons: body.reasons,
        comment: body.comment,
        query: body.query,
        page: body.page,
        language: body.language,
        honeypot: String::new(),
    };
    let kept = state.keep_rating(sent, &sender).await;
    let KeptRating {
        receipt,
        question_id,
        helpful,
        reasons,
        comment,
    } = kept.map_err(|refusal| ApiRefusal(refusal, locale))?;
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

/// Hand a question that found no answer to the experts.
#[utoipa::path(
    post,
    path = "/api/v1/asks",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes sending again safe; a new one for each ask")),
    request_body = AskBody,
    responses(
        (status = 201, description = "Kept", body = AskResponse),
        (status = 400, description = "The body is no JSON of this form", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Sent from an origin that is not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not come in time", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A field cannot be used, the problem names it; `looks_secret` when the question may hold a secret; or the key was used for something else", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much from one address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Cannot be kept now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn ask(
    State(state): State<AppState>,
    locale: Locale,
    JsonBody(body, sender): JsonBody<AskBody>,
) -> Result<(StatusCode, Json<AskResponse>), ApiRefusal> {
    let sent = SentAsk {
        question: body.question,
        contact: body.contact,
        tag: body.tag,
        category: body.category,
        page: body.page,
        language: body.language,
        secrets_confirmed: body.secrets_confirmed,
        honeypot: String::new(),
    };
    let kept = state.keep_ask(sent, &sender).await;
    let receipt = kept.map_err(|refusal| ApiRefusal(refusal, locale))?;
    let response = AskResponse {
        number: receipt.number,
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
        (status = 400, description = "The body is no JSON of this form", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Sent from an origin that is not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not come in time", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`Idempotency-Key` cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much from one address", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn click(
    State(state): State<AppState>,
    JsonBody(body, sender): JsonBody<ClickBody>,
) -> StatusCode {
    let query: String = body.query.chars().take(LONGEST_QUERY).collect();
    state.note_click(&query, &body.question_id, &sender.client);
    StatusCode::NO_CONTENT
}
