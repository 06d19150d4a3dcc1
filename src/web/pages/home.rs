//! `GET /`: the search box, the newest questions, the tags; before there is a document, the first steps of a new site.

use crate::engine::{Engine, SearchQuery};
use crate::texts::Texts;
use crate::web::frame::{Frame, ListedQuestion, TagLink, page_response};
use crate::web::refusal::Refusal;
use crate::web::response_cache::CachedResponse;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Newest questions shown.
const NEWEST: usize = 12;
/// Tags shown.
const TAGS: usize = 24;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    documents: usize,
    /// Whether all was read and there is no document.
    is_new: bool,
    newest: Vec<ListedQuestion>,
    tags: Vec<(TagLink, u64)>,
}

/// The home page.
pub(in crate::web) async fn home(
    State(state): State<AppState>,
    texts: Texts,
) -> Result<Response, Refusal> {
    let built = built(&state, texts.clone());
    let page = state.cached("home", Some(&texts), Some(""), built).await?;
    Ok(page_response(&page, &texts))
}

async fn built(state: &AppState, texts: Texts) -> Result<CachedResponse, Refusal> {
    let query = SearchQuery {
        limit: NEWEST,
        ..SearchQuery::default()
    };
    let is_read = state.engine.status().generation > 0;
    let read = move |engine: &dyn Engine| Ok((engine.search(&query)?, engine.common_tags()));
    let (found, common) = state.with_engine(read).await?;
    let newest = found.hits.iter().map(|hit| &hit.document);
    let tags = found.facets.tags.iter();
    let tags = tags.filter(|tag| !common.has(&tag.value)).take(TAGS);
    CachedResponse::page(&HomePage {
        frame: Frame::new(state, texts, "/"),
        documents: found.total,
        is_new: is_read && found.total == 0,
        newest: newest
            .map(|document| ListedQuestion::of_document(document, &common))
            .collect(),
        tags: tags
            .map(|tag| (TagLink::of_tag(&tag.value), tag.count))
            .collect(),
    })
}
