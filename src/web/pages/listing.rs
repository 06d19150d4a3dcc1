//! `GET /tags/{tag}` and `GET /categories/{category}`: what carries a label, newest first.

use crate::engine::{Filter, SearchQuery};
use crate::texts::Texts;
use crate::web::frame::{Frame, ListedQuestion, page};
use crate::web::links::encode;
use crate::web::parameters::Parameters;
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::search_request::{SearchParameters, SearchRequest};
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
    kind: String,
    name: String,
    total: usize,
    questions: Vec<ListedQuestion>,
    previous: Option<String>,
    next: Option<String>,
}

/// Documents with a tag.
pub(in crate::web) async fn tag(
    State(state): State<AppState>,
    texts: Texts,
    Path(tag): Path<String>,
    parameters: Parameters<SearchParameters>,
) -> Result<Response, Refusal> {
    let filter = Filter {
        tags: vec![tag.clone()],
        ..Filter::default()
    };
    let kind = texts.text("tag");
    listing(state, texts, &parameters, filter, kind, tag, "tags").await
}

/// Documents of a category.
pub(in crate::web) async fn category(
    State(state): State<AppState>,
    texts: Texts,
    Path(category): Path<String>,
    parameters: Parameters<SearchParameters>,
) -> Result<Response, Refusal> {
    let filter = Filter {
        category: Some(category.clone()),
        ..Filter::default()
    };
    let kind = texts.text("category");
    listing(
        state,
        texts,
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
    texts: Texts,
    parameters: &Parameters<SearchParameters>,
    filter: Filter,
    kind: String,
    name: String,
    folder: &str,
) -> Result<Response, Refusal> {
    let asked = SearchRequest::try_from(parameters)?;
    let path = format!("/{folder}/{}", encode(&name));
    let query = SearchQuery {
        filter,
        offset: (asked.page - 1) * PER_PAGE,
        limit: PER_PAGE,
        ..SearchQuery::default()
    };
    let found = state
        .with_engine(move |engine| engine.search(&query))
        .await?;
    if found.total == 0 {
        return Err(Refusal::NotFound);
    }
    let link = |page: usize| {
        if page > 1 {
            format!("{path}?page={page}")
        } else {
            path.clone()
        }
    };
    let listed = ListingPage {
        frame: Frame::new(&state, texts.clone(), &link(asked.page)),
        kind,
        name,
        total: found.total,
        questions: found
            .hits
            .iter()
            .map(|h| ListedQuestion::of_document(&h.document))
            .collect(),
        previous: (asked.page > 1).then(|| link(asked.page - 1)),
        next: (asked.page * PER_PAGE < found.total).then(|| link(asked.page + 1)),
    };
    page(&listed, &texts)
}
