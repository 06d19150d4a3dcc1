//! A list as it is wanted: a page of it as JSON, or all of it as CSV, page after page while it is sent.

use crate::feedback::StoreError;
use crate::feedback::transfer::Csv;
use crate::web::extract::Parameters;
use crate::web::problem::Refusal;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use serde::Serialize;
use serde_json::Value;
use std::io;
use utoipa::ToSchema;

/// A page of a list, and where the next one begins.
pub(super) type Page<T, P> = (Vec<T>, Option<P>);

/// The form of a list.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "describes a parameter in the OpenAPI document")]
pub(super) enum Format {
    /// A page of it.
    Json,
    /// All of it.
    Csv,
}

/// Whether a list is wanted as CSV.
pub(super) fn wants_csv(parameters: &Parameters) -> Result<bool, Refusal> {
    match parameters.one("format") {
        None | Some("json") => Ok(false),
        Some("csv") => Ok(true),
        Some(other) => Err(Refusal::BadParameter {
            name: "format",
            value: other.chars().take(40).collect(),
            expected: ("json 或 csv", "`json` or `csv`"),
        }),
    }
}

/// A list as JSON.
pub(super) fn json(list: impl Serialize) -> Response {
    Json(list).into_response()
}

/// A list as CSV: a head of `columns`, the first page, and what `next` gives for each place after it. A store that fails
/// on the way breaks the answer off, so that half a list is not taken for a whole one.
pub(super) fn csv<T, P, N, F>(
    columns: &'static [&'static str],
    first: Page<T, P>,
    next: N,
) -> Response
where
    T: Serialize,
    P: Send + 'static,
    N: Fn(P) -> F + Send + 'static,
    F: Future<Output = Result<Page<T, P>, StoreError>> + Send + 'static,
{
    let (items, place) = first;
    let head = rows(columns, &items, true);
    let rest = stream::try_unfold(place, move |place| {
        let page = place.map(&next);
        async move {
            let Some(page) = page else { return Ok(None) };
            let (items, place) = page.await.map_err(io::Error::other)?;
            Ok(Some((rows(columns, &items, false)?, place)))
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
    (headers, body).into_response()
}

/// All of a list that has one page.
pub(super) fn csv_of<T: Serialize>(columns: &'static [&'static str], items: Vec<T>) -> Response {
    csv(columns, (items, None::<()>), |()| async {
        Ok((Vec::<T>::new(), None))
    })
}

fn rows<T: Serialize>(columns: &[&str], items: &[T], with_head: bool) -> io::Result<Bytes> {
    let mut text = Vec::new();
    let mut csv = if with_head {
        Csv::new(&mut text, columns.iter().copied())?
    } else {
        Csv::continued(&mut text)
    };
    for item in items {
        let item = serde_json::to_value(item)?;
        let cell = |column: &&str| item.get(*column).cloned().unwrap_or(Value::Null);
        let cells: Vec<Value> = columns.iter().map(cell).collect();
        csv.row(cells.iter())?;
    }
    csv.finish()?;
    Ok(text.into())
}
