//! `GET /tags/{tag}` and `GET /categories/{category}`: what carries a label, newest first.

use super::error::PageRefusal;
use super::{Frame, ListedQuestion, encode, page};
use crate::engine::{Filter, SearchQuery};
use crate::web::extract::{Parameters, SearchRequest};
use crate::web::locale::Locale;
use crate::web::path::Path;
use crate::web::problem::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Questions on a page.
const PER_PAGE: usize = 20;

#[derive(Template)]
#[template(path = "listing.html")]
struct ListingPage {
    frame: Frame,
    kind: &'static str,
    name: String,
    total: usize,
    questions: Vec<ListedQuestion>,
    previous: Option<String>,
    next: Option<String>,
}

/// Documents with a tag.
pub(in crate::web) async fn tag(
    State(state): State<AppState>,
    locale: Locale,
    Path(tag): Path<String>,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let filter = Filter {
        tags: vec![tag.clone()],
        ..Filter::default()
    };
    let kind = locale.pick("标签", "Tag");
    listing(state, locale, &parameters, filter, kind, tag, "tags").await
}

/// Documents of a category.
pub(in crate::web) async fn category(
    State(state): State<AppState>,
    locale: Locale,
    Path(category): Path<String>,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let filter = Filter {
        category: Some(category.clone()),
        ..Filter::default()
    };
    let kind = locale.pick("分类", "Category");
    listing(
        state,
        locale,
        &parameters,
        filter,
        kind,
        category,
        "categories",
    )
    .await
}

async fn listing(
    state: AppState,
    locale: Locale,
    parameters: &Parameters,
    filter: Filter,
    kind: &'static str,
    name: String,
    folder: &str,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let asked = SearchRequest::try_from(parameters).map_err(|r| refuse(r.into()))?;
    let path = format!("/{folder}/{}", encode(&name));
    let query = SearchQuery {
        filter,
        offset: (asked.page - 1) * PER_PAGE,
        limit: PER_PAGE,
        ..SearchQuery::default()
    };
    let found = state
        .with_engine(move |engine| engine.search(&query))
        .await
        .map_err(|e| refuse(e.into()))?;
    if found.total == 0 {
        return Err(refuse(Refusal::NotFound.into()));
    }
    let link = |page: usize| {
        if page > 1 {
            format!("{path}?page={page}")
        } else {
            path.clone()
        }
    };
    let listed = ListingPage {
        frame: Frame::new(&state, locale, &link(asked.page)),
        kind,
        name,
        total: found.total,
        questions: found
            .hits
            .iter()
            .map(|h| ListedQuestion::of(&h.document))
            .collect(),
        previous: (asked.page > 1).then(|| link(asked.page - 1)),
        next: (asked.page * PER_PAGE < found.total).then(|| link(asked.page + 1)),
    };
    page(&listed, locale).map_err(refuse)
}
