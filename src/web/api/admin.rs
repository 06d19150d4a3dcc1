//! `/api/v1/admin/*`: what `/admin` shows, for scripts with a token. Lists come as JSON, page by page, or with
//! `format=csv` as CSV, whole.

use super::refused::{ChangeRefused, ExpertRefused};
use crate::feedback::audit::AuditEntry;
use crate::feedback::deliveries::Delivery;
use crate::feedback::inbox::{Item, ItemChange, ItemKind};
use crate::feedback::record::checked_text;
use crate::feedback::reports::{AnswerFigures, AnswerReport, Day};
use crate::web::askings::{self, Asking, AskingChange};
use crate::web::body::{ExpertBody, refuse_cross_site};
use crate::web::draft::{self, DraftParameters};
use crate::web::expert::OnApi;
use crate::web::item_change;
use crate::web::lists::answers::{self, AnswersParameters, LONGEST_PATH_ID, WorstAnswers};
use crate::web::lists::audit::{self, AuditLog};
use crate::web::lists::days::{LastDays, last_days};
use crate::web::lists::deliveries::Deliveries;
use crate::web::lists::inbox::{self, Inbox, InboxCursor, InboxParameters};
use crate::web::lists::ratings::RatingsOf;
use crate::web::lists::unanswered::{Unanswered, UnansweredGroup};
use crate::web::lists::{BeforeParameters, Format, FormatParameters, List, Page, csv};
use crate::web::parameters::Parameters;
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// The last days in figures.
#[derive(Serialize, ToSchema)]
pub(super) struct Overview {
    /// Bad ratings that nobody has looked at.
    new_ratings: i64,
    /// Asks that nobody has looked at.
    new_asks: i64,
    /// Oldest first.
    items: Vec<Day>,
}

/// Queries that no document answers.
#[derive(Serialize, ToSchema)]
pub(super) struct UnansweredQueries {
    /// Most asked first.
    items: Vec<UnansweredGroup>,
}

/// A list as it is wanted: a page of `limit` rows as JSON, or all of it as CSV.
async fn listed<L: List<Cursor: Serialize>>(
    state: &AppState,
    list: L,
    format: Format,
    after: Option<L::Cursor>,
    limit: usize,
) -> Result<Response, Refusal> {
    let store = &state.feedback()?.store;
    match format {
        Format::Json => Ok(Json(list.page(store, after, limit).await?).into_response()),
        Format::Csv => csv(list, store, after).await,
    }
}

/// The last 30 days in figures.
#[utoipa::path(get, path = "/api/v1/admin/overview", tag = "admin", security(("token" = [])), params(FormatParameters),
    responses((status = 200, description = "Figures by day", content((Overview = "application/json"), (String = "text/csv"))), ExpertRefused))]
pub(super) async fn overview(
    State(state): State<AppState>,
    _: OnApi,
    Parameters { sent, source }: Parameters<FormatParameters>,
) -> Result<Response, Refusal> {
    let store = &state.feedback()?.store;
    if Format::of(source, &sent.format)? == Format::Csv {
        return csv(LastDays, store, None).await;
    }
    let items = last_days(store).await?;
    let (new_ratings, new_asks) = store.inbox().open_items().await?;
    let overview = Overview {
        new_ratings,
        new_asks,
        items,
    };
    Ok(Json(overview).into_response())
}

/// Bad ratings and asks.
#[utoipa::path(get, path = "/api/v1/admin/inbox", tag = "admin", security(("token" = [])), params(InboxParameters),
    responses((status = 200, description = "Items, newest first", content((Page<Item, String> = "application/json"), (String = "text/csv"))), ExpertRefused))]
pub(super) async fn inbox_items(
    State(state): State<AppState>,
    _: OnApi,
    parameters: Parameters<InboxParameters>,
) -> Result<Response, Refusal> {
    let list = Inbox::try_from(&parameters)?;
    let after = InboxCursor::of(&parameters)?;
    let format = Format::of(parameters.source, &parameters.sent.format)?;
    listed(&state, list, format, after, inbox::PAGE).await
}

/// Change an item: its state, assignee and note, and of an ask what its sender is told and what all visitors see.
#[utoipa::path(patch, path = "/api/v1/admin/inbox/{kind}/{id}", tag = "admin", security(("token" = [])), params(
        ("kind" = inline(ItemKind), Path, description = "What it is"), ("id" = i64, Path, description = "Number")), request_body = ItemChange,
    responses((status = 200, description = "As it is now", body = Item), ChangeRefused, ExpertRefused))]
pub(super) async fn change_item(
    State(state): State<AppState>,
    OnApi(expert): OnApi,
    Path((kind, id)): Path<(String, String)>,
    ExpertBody(change): ExpertBody<ItemChange>,
) -> Result<Json<Item>, Refusal> {
    let item = item_change::change(&state, (&kind, &id), change, &expert.name).await?;
    Ok(Json(item))
}

/// Answers that surely helped least.
#[utoipa::path(get, path = "/api/v1/admin/answers", tag = "admin", security(("token" = [])), params(AnswersParameters),
    responses((status = 200, description = "Worst first", content((Page<AnswerFigures, i64> = "application/json"), (String = "text/csv"))), ExpertRefused))]
pub(super) async fn worst_answers(
    State(state): State<AppState>,
    _: OnApi,
    Parameters { sent, source }: Parameters<AnswersParameters>,
) -> Result<Response, Refusal> {
    let offset = source.number("offset", &sent.offset)?;
    let format = Format::of(source, &sent.format)?;
    listed(&state, WorstAnswers, format, offset, answers::PAGE).await
}

/// All that is known of an answer; as CSV, its ratings.
#[utoipa::path(get, path = "/api/v1/admin/answers/{id}", tag = "admin", security(("token" = [])), params(("id" = String, Path, description = "Document id"), FormatParameters),
    responses((status = 200, description = "Figures, reasons, ratings, queries", content((AnswerReport = "application/json"), (String = "text/csv"))), ExpertRefused))]
pub(super) async fn answer_report(
    State(state): State<AppState>,
    _: OnApi,
    Path(id): Path<String>,
    Parameters { sent, source }: Parameters<FormatParameters>,
) -> Result<Response, Refusal> {
    let id = checked_text("id", &id, LONGEST_PATH_ID)?;
    let store = &state.feedback()?.store;
    match Format::of(source, &sent.format)? {
        Format::Json => Ok(Json(store.reports().answer_report(&id).await?).into_response()),
        Format::Csv => csv(RatingsOf(id), store, None).await,
    }
}

/// The questions that a document is asked as.
#[derive(Serialize, ToSchema)]
pub(super) struct Askings {
    /// In the order in which they are searched, then those that experts refused.
    items: Vec<Asking>,
}

/// In which other words a document is asked, and who wrote each.
#[utoipa::path(get, path = "/api/v1/admin/answers/{id}/asked-as", tag = "admin", security(("token" = [])), params(("id" = String, Path, description = "Document id")),
    responses((status = 200, description = "Questions", body = Askings), ExpertRefused))]
pub(super) async fn askings(
    State(state): State<AppState>,
    _: OnApi,
    Path(id): Path<String>,
) -> Result<Json<Askings>, Refusal> {
    let items = askings::of_document(&state, &id).await?;
    Ok(Json(Askings { items }))
}

/// Add a question that a document is asked as, or refuse one, over the files. Searches follow within seconds.
#[utoipa::path(post, path = "/api/v1/admin/answers/{id}/asked-as", tag = "admin", security(("token" = [])), params(("id" = String, Path, description = "Document id")), request_body = AskingChange,
    responses((status = 200, description = "As they are now", body = Askings), ChangeRefused, ExpertRefused))]
pub(super) async fn change_askings(
    State(state): State<AppState>,
    OnApi(expert): OnApi,
    Path(id): Path<String>,
    ExpertBody(change): ExpertBody<AskingChange>,
) -> Result<Json<Askings>, Refusal> {
    askings::change(&state, &id, &change, &expert.name).await?;
    let items = askings::of_document(&state, &id).await?;
    Ok(Json(Askings { items }))
}

/// Undo a change of a question.
#[utoipa::path(delete, path = "/api/v1/admin/answers/{id}/asked-as/{change}", tag = "admin", security(("token" = [])),
    params(("id" = String, Path, description = "Document id"), ("change" = i64, Path, description = "Number of the change")),
    responses((status = 204, description = "It is undone"),
        (status = 403, description = "Sent from another site", body = crate::web::problem::Problem, content_type = "application/problem+json"), ExpertRefused))]
pub(super) async fn undo_asking(
    State(state): State<AppState>,
    OnApi(expert): OnApi,
    Path((id, change)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    refuse_cross_site(&headers, &state, &[])?;
    askings::undo(&state, &id, &change, &expert.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Queries of the last 30 days that no document answers, those of similar wording together.
#[utoipa::path(get, path = "/api/v1/admin/queries", tag = "admin", security(("token" = [])), params(FormatParameters),
    responses((status = 200, description = "Most asked first", content((UnansweredQueries = "application/json"), (String = "text/csv"))), ExpertRefused))]
pub(super) async fn unanswered(
    State(state): State<AppState>,
    _: OnApi,
    Parameters { sent, source }: Parameters<FormatParameters>,
) -> Result<Response, Refusal> {
    let store = &state.feedback()?.store;
    if Format::of(source, &sent.format)? == Format::Csv {
        return csv(Unanswered, store, None).await;
    }
    let items = Unanswered.page(store, None, usize::MAX).await?.rows;
    Ok(Json(UnansweredQueries { items }).into_response())
}

/// An ask or a query as a document in Markdown, with the answer left to write.
#[utoipa::path(get, path = "/api/v1/admin/draft", tag = "admin", security(("token" = [])), params(DraftParameters),
    responses((status = 200, description = "The draft", body = String, content_type = "text/markdown"), ExpertRefused))]
pub(super) async fn draft_document(
    State(state): State<AppState>,
    _: OnApi,
    parameters: Parameters<DraftParameters>,
) -> Result<Response, Refusal> {
    draft::written(&state, &parameters).await
}

/// What experts did.
#[utoipa::path(get, path = "/api/v1/admin/audit", tag = "admin", security(("token" = [])), params(BeforeParameters),
    responses((status = 200, description = "Newest first", content((Page<AuditEntry, i64> = "application/json"), (String = "text/csv"))), ExpertRefused))]
pub(super) async fn audit_log(
    State(state): State<AppState>,
    _: OnApi,
    Parameters { sent, source }: Parameters<BeforeParameters>,
) -> Result<Response, Refusal> {
    let before = source.number("before", &sent.before)?;
    let format = Format::of(source, &sent.format)?;
    listed(&state, AuditLog, format, before, audit::PAGE).await
}

/// Messages to other systems that wait, or were set aside after many tries.
#[utoipa::path(get, path = "/api/v1/admin/deliveries", tag = "admin", security(("token" = [])), params(BeforeParameters),
    responses((status = 200, description = "Newest first", content((Page<Delivery, i64> = "application/json"), (String = "text/csv"))), ExpertRefused))]
pub(super) async fn deliveries(
    State(state): State<AppState>,
    _: OnApi,
    Parameters { sent, source }: Parameters<BeforeParameters>,
) -> Result<Response, Refusal> {
    let before = source.number("before", &sent.before)?;
    let format = Format::of(source, &sent.format)?;
    listed(&state, Deliveries, format, before, audit::PAGE).await
}

/// Send a message again that was set aside.
#[utoipa::path(post, path = "/api/v1/admin/deliveries/{id}", tag = "admin", security(("token" = [])),
    params(("id" = i64, Path, description = "Number")),
    responses((status = 204, description = "It waits to be sent"),
        (status = 403, description = "Sent from another site", body = crate::web::problem::Problem, content_type = "application/problem+json"), ExpertRefused))]
pub(super) async fn send_again(
    State(state): State<AppState>,
    OnApi(expert): OnApi,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    refuse_cross_site(&headers, &state, &[])?;
    let id = id.parse().map_err(|_| Refusal::NotFound)?;
    if state
        .feedback()?
        .store
        .deliveries()
        .send_again(id, &expert.name)
        .await?
    {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::NotFound)
    }
}
