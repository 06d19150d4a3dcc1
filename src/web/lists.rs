//! The lists that experts read, each written once: the API gives a page of a list as JSON or the whole list as CSV, and
//! the pages of `/admin` show the same rows.

pub(super) mod answers;
pub(super) mod audit;
pub(super) mod days;
pub(super) mod deliveries;
pub(super) mod inbox;
pub(super) mod ratings;
pub(super) mod unanswered;

use super::parameters::{Raw, Source};
use super::refusal::{Expected, Refusal};
use crate::feedback::transfer::Csv;
use crate::feedback::{Store, StoreError};
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io;
use utoipa::{IntoParams, ToSchema};

/// Rows read at once for a CSV.
const CSV_PAGE: usize = 1_000;

/// A list that is read page after page.
pub(super) trait List: Clone + Send + Sync + 'static {
    /// One entry.
    type Row: Serialize + Send + Sync;
    /// Where the next page begins.
    type Cursor: Send + 'static;
    /// The fields of a row that a CSV has, in order.
    const COLUMNS: &'static [&'static str];

    /// At most `limit` rows, from the start or from a cursor that an earlier page gave.
    fn page(
        &self,
        store: &Store,
        after: Option<Self::Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<Self::Row, Self::Cursor>, StoreError>> + Send;
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<R, C> {
    /// The rows.
    #[serde(rename = "items")]
    pub(super) rows: Vec<R>,
    /// Where the next page begins; nothing after the last one.
    pub(super) next: Option<C>,
}

impl<R, C> Page<R, C> {
    /// A page of at most `limit` rows; after a full one there may be more, behind its last row.
    pub(super) fn new(rows: Vec<R>, limit: usize, cursor: impl FnOnce(&R) -> C) -> Self {
        let is_full = rows.len() >= limit;
        let next = rows.last().filter(|_| is_full).map(cursor);
        Self { rows, next }
    }
}

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "lowercase")]
pub(super) enum Format {
    /// A page of it.
    Json,
    /// All of it.
    Csv,
}

impl Format {
    /// The form that the parameter `format` asks for.
    pub(super) fn of(source: Source, raw: &Raw) -> Result<Self, Refusal> {
        let read = |value: &str| match value {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        };
        let format = source.check("format", raw, Expected::ListFormat, read)?;
        Ok(format.unwrap_or(Self::Json))
    }
}

/// Parameters of a list that has one page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct FormatParameters {
    /// `json` unless given
    #[param(inline, value_type = Option<Format>)]
    pub(super) format: Raw,
}

/// Parameters of a list that is newest first.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct BeforeParameters {
    /// Only entries with lower numbers
    #[param(value_type = Option<i64>, minimum = 0)]
    pub(super) before: Raw,
    /// `json` unless given
    #[param(inline, value_type = Option<Format>)]
    pub(super) format: Raw,
}

/// A list from a cursor on as CSV, page after page while it is sent. If the store fails on the way, the response breaks
/// off, so that half a list is not taken for a whole one.
pub(super) async fn csv<L: List>(
    list: L,
    store: &Store,
    after: Option<L::Cursor>,
) -> Result<Response, Refusal> {
    let Page { rows, next } = list.page(store, after, CSV_PAGE).await?;
    let head = written::<L>(&rows, true);
    let store = store.clone();
    let rest = stream::try_unfold(next, move |after| {
        let (list, store) = (list.clone(), store.clone());
        async move {
            let Some(after) = after else { return Ok(None) };
            let page = list.page(&store, Some(after), CSV_PAGE).await;
            let Page { rows, next } = page.map_err(io::Error::other)?;
            Ok(Some((written::<L>(&rows, false)?, next)))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"dayi.csv\"",
        ),
    ];
    let body = Body::from_stream(stream::iter([head]).chain(rest));
    Ok((headers, body).into_response())
}

/// Rows as lines of a CSV.
fn written<L: List>(rows: &[L::Row], with_head: bool) -> io::Result<Bytes> {
    let mut text = Vec::new();
    let mut csv = if with_head {
        Csv::new(&mut text, L::COLUMNS.iter().copied())?
    } else {
        Csv::continued(&mut text)
    };
    for row in rows {
        let row = serde_json::to_value(row)?;
        let cell = |column: &&str| row.get(*column).cloned().unwrap_or(Value::Null);
        let cells: Vec<Value> = L::COLUMNS.iter().map(cell).collect();
        csv.row(cells.iter())?;
    }
    csv.finish()?;
    Ok(text.into())
}
