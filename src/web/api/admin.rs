//! `/api/v1/admin/*`: what `/admin` shows, for scripts with a token. Lists come as JSON, page by page, or with
//! `format=csv` as CSV, whole.

use super::listing::{Format, Page, csv, csv_of, json, wants_csv};

use crate::feedback::audit::AuditEntry;
use crate::feedback::deliveries::Delivery;
use crate::feedback::inbox::{Cursor, Item, ItemChange, ItemKind};
use crate::feedback::record::{WorkState, checked_text};
use crate::feedback::reports::{AnswerFigures, AnswerReport, Day};
use crate::web::admin::answers::{self, LONGEST_PATH_ID};
use crate::web::admin::{audit, draft, inbox, queries};
use crate::web::body::ExpertBody;
use crate::web::expert::OnApi;
use crate::web::extract::Parameters;
use crate::web::locale::Locale;
use crate::web::path::Path;
use crate::web::problem::{ApiRefusal, Problem, Refusal};
use crate::web::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// Days in figures.
const DAYS: i64 = 30;
/// Rows read at once for a CSV.
const CSV_PAGE: i64 = 1_000;

/// What every route here may answer instead.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes answers in the OpenAPI document")]
pub(super) enum Refused {
    /// A parameter cannot be used; the problem names it
    #[response(status = 400, content_type = "application/problem+json")]
    BadParameter(#[to_schema] Problem),
    /// No token, no session
    #[response(status = 401, content_type = "application/problem+json")]
    SignInFirst(#[to_schema] Problem),
    /// There is none
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// A filter cannot be used; the problem names it
    #[response(status = 422, content_type = "application/problem+json")]
    BadField(#[to_schema] Problem),
    /// Too much from one address
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// The feedback store cannot be used now, or too many requests at once
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(#[to_schema] Problem),
}

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

/// Bad ratings and asks.
#[derive(Serialize, ToSchema)]
pub(super) struct Inbox {
    /// Newest first.
    items: Vec<Item>,
    /// For `after`, where there may be more.
    next: Option<String>,
}

/// Answers that surely helped least.
#[derive(Serialize, ToSchema)]
pub(super) struct Answers {
    /// Worst first.
    items: Vec<AnswerFigures>,
    /// For `offset`, where there may be more.
    next: Option<i64>,
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
    /// For `before`, where there may be more.
    next: Option<i64>,
}

/// Messages to other systems that did not arrive.
#[derive(Serialize, ToSchema)]
pub(super) struct Deliveries {
    /// Newest first.
    items: Vec<Delivery>,
    /// For `before`, where there may be more.
    next: Option<i64>,
}

const DAY_COLUMNS: [&str; 8] = [
    "day",
    "answered",
    "related",
    "none",
    "helpful",
    "unhelpful",
    "asks",
    "p95_ms",
];
const ITEM_COLUMNS: [&str; 14] = [
    "kind",
    "id",
    "at",
    "state",
    "assignee",
    "note",
    "question_id",
    "reasons",
    "text",
    "query",
    "contact",
    "tag",
    "page",
    "language",
];
const ANSWER_COLUMNS: [&str; 6] = [
    "question_id",
    "helpful",
    "unhelpful",
    "clicks",
    "skips",
    "worst_bound",
];
const RATING_COLUMNS: [&str; 6] = ["id", "at", "helpful", "reasons", "comment", "query"];
const GROUP_COLUMNS: [&str; 4] = ["text", "count", "last_at", "others"];
const AUDIT_COLUMNS: [&str; 6] = ["id", "at", "expert", "action", "target", "detail"];
const DELIVERY_COLUMNS: [&str; 7] = ["id", "at", "webhook", "event", "state", "attempts", "error"];

/// The last 30 days in figures.
#[utoipa::path(get, path = "/api/v1/admin/overview", tag = "admin", security(("token" = [])),
    params(("format" = inline(Option<Format>), Query, description = "`json` unless given")),
    responses((status = 200, description = "Figures by day", content((Overview = "application/json"), (String = "text/csv"))), Refused))]
pub(super) async fn overview(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let work = async || {
        let store = &state.feedback()?.store;
        let items = store.reports().days(DAYS).await?;
        if wants_csv(&parameters)? {
            return Ok(csv_of(&DAY_COLUMNS, items));
        }
        let (new_ratings, new_asks) = store.inbox().open_items().await?;
        Ok(json(Overview {
            new_ratings,
            new_asks,
            items,
        }))
    };
    work().await.map_err(|refusal| ApiRefusal(refusal, locale))
}

/// Bad ratings and asks.
#[utoipa::path(get, path = "/api/v1/admin/inbox", tag = "admin", security(("token" = [])), params(
        ("kind" = inline(Option<ItemKind>), Query, description = "Only of one kind"),
        ("state" = inline(Option<WorkState>), Query, description = "Only in one state"),
        ("assignee" = Option<String>, Query, description = "Only of this expert"),
        ("q" = Option<String>, Query, description = "Only with this in their texts"),
        ("after" = Option<String>, Query, pattern = "^[0-9]{1,18}-(rating|ask)-[0-9]{1,18}$", description = "`next` of the list before"),
        ("format" = inline(Option<Format>), Query, description = "`json` unless given")),
    responses((status = 200, description = "Items, newest first", content((Inbox = "application/json"), (String = "text/csv"))), Refused))]
pub(super) async fn inbox_items(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let work = async || {
        let filter = inbox::filter(&parameters)?;
        let store = &state.feedback()?.store;
        if wants_csv(&parameters)? {
            let first = store.inbox().page(&filter, CSV_PAGE as usize).await?;
            let store = store.clone();
            return Ok(csv(&ITEM_COLUMNS, first, move |place| {
                let (store, mut filter) = (store.clone(), filter.clone());
                filter.after = Some(place);
                async move { store.inbox().page(&filter, CSV_PAGE as usize).await }
            }));
        }
        let (items, next) = store.inbox().page(&filter, inbox::PAGE).await?;
        let next = next.map(Cursor::to_text);
        Ok(json(Inbox { items, next }))
    };
    work().await.map_err(|refusal| ApiRefusal(refusal, locale))
}

/// Change the state, the assignee or the note of an item.
#[utoipa::path(patch, path = "/api/v1/admin/inbox/{kind}/{id}", tag = "admin", security(("token" = [])), params(
        ("kind" = inline(ItemKind), Path, description = "What it is"), ("id" = i64, Path, description = "Number")), request_body = ItemChange,
    responses((status = 200, description = "As it is now", body = Item),
        (status = 403, description = "Sent from another site", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not come in time", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Somebody else has changed it since this `version`", body = Problem, content_type = "application/problem+json"),
        Refused))]
pub(super) async fn change_item(
    State(state): State<AppState>,
    locale: Locale,
    OnApi(expert): OnApi,
    Path((kind, id)): Path<(String, String)>,
    ExpertBody(change): ExpertBody<ItemChange>,
) -> Result<Json<Item>, ApiRefusal> {
    let work = async || {
        let (kind, id) = inbox::numbered(&kind, &id).ok_or(Refusal::NotFound)?;
        let store = &state.feedback()?.store;
        Ok(store
            .inbox()
            .change(kind, id, &change, &expert.name)
            .await?)
    };
    let item: Result<Item, Refusal> = work().await;
    item.map(Json)
        .map_err(|refusal| ApiRefusal(refusal, locale))
}

/// Answers that surely helped least.
#[utoipa::path(get, path = "/api/v1/admin/answers", tag = "admin", security(("token" = [])), params(
        ("offset" = Option<i64>, Query, minimum = 0, description = "Answers to skip"), ("format" = inline(Option<Format>), Query, description = "`json` unless given")),
    responses((status = 200, description = "Worst first", content((Answers = "application/json"), (String = "text/csv"))), Refused))]
pub(super) async fn worst_answers(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let work = async || {
        let store = &state.feedback()?.store;
        let offset = parameters.number("offset")?.unwrap_or(0);
        let is_csv = wants_csv(&parameters)?;
        let limit = if is_csv { CSV_PAGE } else { answers::PAGE };
        let items = store.reports().worst_answers(offset, limit).await?;
        let next = is_full(&items, limit).then(|| offset.saturating_add(limit));
        if is_csv {
            let store = store.clone();
            return Ok(csv(&ANSWER_COLUMNS, (items, next), move |offset| {
                let store = store.clone();
                async move {
                    let items = store.reports().worst_answers(offset, limit).await?;
                    let next = is_full(&items, limit).then(|| offset + limit);
                    Ok((items, next))
                }
            }));
        }
        Ok(json(Answers { items, next }))
    };
    work().await.map_err(|refusal| ApiRefusal(refusal, locale))
}

/// All that is known of an answer; as CSV, its ratings.
#[utoipa::path(get, path = "/api/v1/admin/answers/{id}", tag = "admin", security(("token" = [])), params(("id" = String, Path, description = "Document id"),
        ("format" = inline(Option<Format>), Query, description = "`json` unless given")),
    responses((status = 200, description = "Figures, reasons, ratings, queries", content((AnswerReport = "application/json"), (String = "text/csv"))), Refused))]
pub(super) async fn answer(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let work = async || {
        let id = checked_text("id", &id, LONGEST_PATH_ID)?;
        let store = &state.feedback()?.store;
        if !wants_csv(&parameters)? {
            return Ok(json(store.reports().answer_report(&id).await?));
        }
        let items = store.reports().ratings_of(&id, None, CSV_PAGE).await?;
        let next = last_place(&items);
        let store = store.clone();
        Ok(csv(&RATING_COLUMNS, (items, next), move |place| {
            let (store, id) = (store.clone(), id.clone());
            async move {
                let items = store
                    .reports()
                    .ratings_of(&id, Some(place), CSV_PAGE)
                    .await?;
                let next = last_place(&items);
                Ok((items, next))
            }
        }))
    };
    work().await.map_err(|refusal| ApiRefusal(refusal, locale))
}

/// Queries of the last 30 days that no document answers, those of similar wording together.
#[utoipa::path(get, path = "/api/v1/admin/queries", tag = "admin", security(("token" = [])),
    params(("format" = inline(Option<Format>), Query, description = "`json` unless given")),
    responses((status = 200, description = "Most asked first", content((Unanswered = "application/json"), (String = "text/csv"))), Refused))]
pub(super) async fn unanswered(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let work = async || {
        let store = &state.feedback()?.store;
        let groups = store.reports().unanswered(queries::DAYS).await?.into_iter();
        let items: Vec<UnansweredGroup> = groups
            .map(|group| UnansweredGroup {
                text: group.text,
                count: group.count,
                last_at: group.last_at.as_millisecond(),
                others: group.others,
            })
            .collect();
        if wants_csv(&parameters)? {
            return Ok(csv_of(&GROUP_COLUMNS, items));
        }
        Ok(json(Unanswered { items }))
    };
    work().await.map_err(|refusal| ApiRefusal(refusal, locale))
}

/// An ask or a query as a document in Markdown, with the answer left to write.
#[utoipa::path(get, path = "/api/v1/admin/draft", tag = "admin", security(("token" = [])), params(
        ("ask" = Option<i64>, Query, minimum = 0, description = "Number of the ask"), ("q" = Option<String>, Query, description = "Or the query")),
    responses((status = 200, description = "The draft", body = String, content_type = "text/markdown"), Refused))]
pub(super) async fn draft_document(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let draft = draft::written(&state, &parameters).await;
    draft.map_err(|refusal| ApiRefusal(refusal, locale))
}

/// What experts did.
#[utoipa::path(get, path = "/api/v1/admin/audit", tag = "admin", security(("token" = [])), params(
        ("before" = Option<i64>, Query, minimum = 0, description = "Only entries with lower numbers"), ("format" = inline(Option<Format>), Query, description = "`json` unless given")),
    responses((status = 200, description = "Newest first", content((Audit = "application/json"), (String = "text/csv"))), Refused))]
pub(super) async fn audit_log(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let work = async || {
        let store = &state.feedback()?.store;
        let before = parameters.number("before")?;
        let is_csv = wants_csv(&parameters)?;
        let limit = if is_csv { CSV_PAGE } else { audit::PAGE };
        let (items, next) = numbered(store.audit().page(before, limit).await?, limit, |e| e.id);
        if is_csv {
            let store = store.clone();
            return Ok(csv(&AUDIT_COLUMNS, (items, next), move |before| {
                let store = store.clone();
                async move {
                    let items = store.audit().page(Some(before), limit).await?;
                    Ok(numbered(items, limit, |e| e.id))
                }
            }));
        }
        Ok(json(Audit { items, next }))
    };
    work().await.map_err(|refusal| ApiRefusal(refusal, locale))
}

/// Messages to other systems that wait, or were set aside after many tries.
#[utoipa::path(get, path = "/api/v1/admin/deliveries", tag = "admin", security(("token" = [])), params(
        ("before" = Option<i64>, Query, minimum = 0, description = "Only messages with lower numbers"), ("format" = inline(Option<Format>), Query, description = "`json` unless given")),
    responses((status = 200, description = "Newest first", content((Deliveries = "application/json"), (String = "text/csv"))), Refused))]
pub(super) async fn deliveries(
    State(state): State<AppState>,
    locale: Locale,
    _: OnApi,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let work = async || {
        let store = &state.feedback()?.store;
        let before = parameters.number("before")?;
        let is_csv = wants_csv(&parameters)?;
        let limit = if is_csv { CSV_PAGE } else { audit::PAGE };
        let (items, next) = numbered(store.deliveries().page(before, limit).await?, limit, |d| {
            d.id
        });
        if is_csv {
            let store = store.clone();
            return Ok(csv(&DELIVERY_COLUMNS, (items, next), move |before| {
                let store = store.clone();
                async move {
                    let items = store.deliveries().page(Some(before), limit).await?;
                    Ok(numbered(items, limit, |d| d.id))
                }
            }));
        }
        Ok(json(Deliveries { items, next }))
    };
    work().await.map_err(|refusal| ApiRefusal(refusal, locale))
}

/// Send a message again that was set aside.
#[utoipa::path(post, path = "/api/v1/admin/deliveries/{id}", tag = "admin", security(("token" = [])),
    params(("id" = i64, Path, description = "Number")),
    responses((status = 204, description = "It waits to be sent"),
        (status = 403, description = "Sent from another site", body = Problem, content_type = "application/problem+json"), Refused))]
pub(super) async fn send_again(
    State(state): State<AppState>,
    locale: Locale,
    OnApi(expert): OnApi,
    Path(id): Path<String>,
    headers: axum::http::HeaderMap,
) -> Result<StatusCode, ApiRefusal> {
    let work = async || {
        crate::web::body::refuse_cross_site(&headers, &state, &[])?;
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
    };
    work().await.map_err(|refusal| ApiRefusal(refusal, locale))
}

/// A page of a list that goes by numbers, and the number behind which the next one begins, where there may be one.
fn numbered<T>(items: Vec<T>, limit: i64, number: fn(&T) -> i64) -> Page<T, i64> {
    let next = items.last().map(number).filter(|_| is_full(&items, limit));
    (items, next)
}

fn is_full<T>(items: &[T], limit: i64) -> bool {
    items.len() as i64 == limit
}

fn last_place(items: &[crate::feedback::reports::RatingLine]) -> Option<(Timestamp, i64)> {
    let last = items.last().filter(|_| is_full(items, CSV_PAGE))?;
    Some((last.at, last.id))
}
