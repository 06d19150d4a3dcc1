//! `/api/v1/admin/*`: what `/admin` shows, for scripts with a token. Lists come as JSON or, with `format=csv`, as CSV.

use crate::feedback::experts::AuditEntry;
use crate::feedback::inbox::{Item, ItemChange, ItemKind, Place};
use crate::feedback::reports::{AnswerFigures, AnswerReport, Day};
use crate::feedback::transfer::Csv;
use crate::web::admin::{answers, audit, inbox, queries};
use crate::web::body::JsonBody;
use crate::web::expert::OnApi;
use crate::web::extract::Parameters;
use crate::web::locale::Locale;
use crate::web::problem::{ApiRefusal, Problem, Refusal};
use crate::web::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Days in figures.
const DAYS: i64 = 30;

/// The last days in figures.
#[derive(Serialize, ToSchema)]
pub(super) struct Overview {
    /// Oldest first.
    items: Vec<Day>,
}

/// Bad ratings and asks.
#[derive(Serialize, ToSchema)]
pub(super) struct Inbox {
    /// Newest first.
    items: Vec<Item>,
    /// For `after`, where there are more.
    next: Option<String>,
}

/// Answers that surely helped least.
#[derive(Serialize, ToSchema)]
pub(super) struct Answers {
    /// Worst first.
    items: Vec<AnswerFigures>,
}

/// A group of queries that no document answers.
#[derive(Serialize, ToSchema)]
pub(super) struct UnansweredGroup {
    /// The most frequent of them.
    text: String,
    /// How often all were asked.
    count: i64,
    /// When one was last asked, in milliseconds since 1970.
    last_at: i64,
    /// The others, most frequent first.
    others: Vec<String>,
}

/// Queries that no document answers.
#[derive(Serialize, ToSchema)]
pub(super) struct Unanswered {
    /// Most asked first.
    items: Vec<UnansweredGroup>,
}

/// What experts did.
#[derive(Serialize, ToSchema)]
pub(super) struct Audit {
    /// Newest first.
    items: Vec<AuditEntry>,
}

/// A list as it is wanted.
fn listed(
    response: impl Serialize,
    parameters: &Parameters,
    locale: Locale,
) -> Result<Response, ApiRefusal> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a list could not be written");
        ApiRefusal(Refusal::Internal, locale)
    };
    let value = serde_json::to_value(response).map_err(|e| failed(&e))?;
    if parameters.get("format") != Some("csv") {
        return Ok(Json(value).into_response());
    }
    let items = value["items"].as_array().cloned().unwrap_or_default();
    let columns: Vec<String> = items
        .first()
        .and_then(Value::as_object)
        .map(|first| first.keys().cloned().collect())
        .unwrap_or_default();
    let mut text = Vec::new();
    let mut csv =
        Csv::new(&mut text, columns.iter().map(String::as_str)).map_err(|e| failed(&e))?;
    for item in &items {
        csv.row(columns.iter().map(|c| &item[c]))
            .map_err(|e| failed(&e))?;
    }
    csv.finish().map_err(|e| failed(&e))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"dayi.csv\"",
        ),
    ];
    Ok((headers, text).into_response())
}

/// The last 30 days in figures.
#[utoipa::path(get, path = "/api/v1/admin/overview", params(("format" = Option<String>, Query, description = "`csv` for CSV")),
    responses((status = 200, description = "Figures by day", body = Overview), (status = 401, description = "No token, no session", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn overview(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let refuse = |refusal| ApiRefusal(refusal, locale);
    let store = &state.feedback().map_err(refuse)?.store;
    let items = store.days(DAYS).await.map_err(|e| refuse(e.into()))?;
    listed(Overview { items }, &parameters, locale)
}

/// Bad ratings and asks.
#[utoipa::path(get, path = "/api/v1/admin/inbox", params(
        ("kind" = Option<String>, Query, description = "`rating` or `ask`"),
        ("state" = Option<String>, Query, description = "`new`, `in_work`, `answered` or `dismissed`"),
        ("assignee" = Option<String>, Query, description = "Only of this expert"),
        ("q" = Option<String>, Query, description = "Only with this in their texts"),
        ("after" = Option<String>, Query, description = "`next` of the list before"),
        ("format" = Option<String>, Query, description = "`csv` for CSV")),
    responses((status = 200, description = "Items, newest first", body = Inbox), (status = 401, description = "No token, no session", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter cannot be used; the problem names it", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn inbox_items(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let refuse = |refusal| ApiRefusal(refusal, locale);
    let filter = inbox::filter(&parameters).map_err(refuse)?;
    let store = &state.feedback().map_err(refuse)?.store;
    let (items, next) = store
        .inbox(&filter, inbox::PAGE)
        .await
        .map_err(|e| refuse(e.into()))?;
    let next = next.map(Place::to_text);
    listed(Inbox { items, next }, &parameters, locale)
}

/// Change the state, the assignee or the note of an item.
#[utoipa::path(patch, path = "/api/v1/admin/inbox/{kind}/{id}", params(
        ("kind" = String, Path, description = "`rating` or `ask`"), ("id" = i64, Path, description = "Number")), request_body = ItemChange,
    responses((status = 200, description = "As it is now", body = Item), (status = 400, description = "The body is no JSON of this form", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No token, no session", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn change_item(
    State(state): State<AppState>,
    locale: Locale,
    OnApi(expert): OnApi,
    Path((kind, id)): Path<(String, i64)>,
    JsonBody(change, _): JsonBody<ItemChange>,
) -> Result<Json<Item>, ApiRefusal> {
    let refuse = |refusal| ApiRefusal(refusal, locale);
    let kind = ItemKind::of_code(&kind).ok_or(refuse(Refusal::NotFound))?;
    let store = &state.feedback().map_err(refuse)?.store;
    let changed = store.change_item(kind, id, &change, &expert.name).await;
    changed.map_err(|e| refuse(e.into()))?;
    let item = store.item(kind, id).await.map_err(|e| refuse(e.into()))?;
    item.map(Json).ok_or(refuse(Refusal::NotFound))
}

/// Answers that surely helped least.
#[utoipa::path(get, path = "/api/v1/admin/answers", params(
        ("offset" = Option<u32>, Query, description = "Answers to skip"), ("format" = Option<String>, Query, description = "`csv` for CSV")),
    responses((status = 200, description = "Worst first", body = Answers), (status = 401, description = "No token, no session", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn worst_answers(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let refuse = |refusal| ApiRefusal(refusal, locale);
    let store = &state.feedback().map_err(refuse)?.store;
    let items = store
        .worst_answers(answers::offset(&parameters), answers::PAGE)
        .await;
    listed(
        Answers {
            items: items.map_err(|e| refuse(e.into()))?,
        },
        &parameters,
        locale,
    )
}

/// All that is known of an answer.
#[utoipa::path(get, path = "/api/v1/admin/answers/{id}", params(("id" = String, Path, description = "Document id")),
    responses((status = 200, description = "Figures, reasons, ratings, queries", body = AnswerReport), (status = 401, description = "No token, no session", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn answer(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    Path(id): Path<String>,
) -> Result<Json<AnswerReport>, ApiRefusal> {
    let refuse = |refusal| ApiRefusal(refusal, locale);
    let store = &state.feedback().map_err(refuse)?.store;
    Ok(Json(
        store
            .answer_report(&id)
            .await
            .map_err(|e| refuse(e.into()))?,
    ))
}

/// Queries of the last 30 days that no document answers, those of similar wording together.
#[utoipa::path(get, path = "/api/v1/admin/queries", params(("format" = Option<String>, Query, description = "`csv` for CSV")),
    responses((status = 200, description = "Most asked first", body = Unanswered), (status = 401, description = "No token, no session", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn unanswered(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let refuse = |refusal| ApiRefusal(refusal, locale);
    let store = &state.feedback().map_err(refuse)?.store;
    let groups = store
        .unanswered(queries::DAYS)
        .await
        .map_err(|e| refuse(e.into()))?;
    let items = groups.into_iter().map(|group| UnansweredGroup {
        text: group.text,
        count: group.count,
        last_at: group.last_at,
        others: group.others,
    });
    listed(
        Unanswered {
            items: items.collect(),
        },
        &parameters,
        locale,
    )
}

/// What experts did.
#[utoipa::path(get, path = "/api/v1/admin/audit", params(
        ("before" = Option<i64>, Query, description = "Only entries with lower numbers"), ("format" = Option<String>, Query, description = "`csv` for CSV")),
    responses((status = 200, description = "Newest first", body = Audit), (status = 401, description = "No token, no session", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn audit_log(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let refuse = |refusal| ApiRefusal(refusal, locale);
    let store = &state.feedback().map_err(refuse)?.store;
    let before = parameters.get("before").and_then(|n| n.parse().ok());
    let items = store
        .audit_log(before, audit::PAGE)
        .await
        .map_err(|e| refuse(e.into()))?;
    listed(Audit { items }, &parameters, locale)
}
