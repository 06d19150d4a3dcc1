//! `GET /`: the search box, the newest questions, the tags.

use super::error::PageRefusal;
use super::{Frame, ListedQuestion, TagLink, page_of, rendered};
use crate::engine::SearchQuery;
use crate::web::locale::Locale;
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
    newest: Vec<ListedQuestion>,
    tags: Vec<(TagLink, u64)>,
}

/// The home page.
pub(in crate::web) async fn home(
    State(state): State<AppState>,
    locale: Locale,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let key = state.kept_key("home", locale, "");
    if let Some(answer) = state.kept(key.as_ref()) {
        return Ok(page_of(&answer, locale));
    }
    let query = SearchQuery {
        limit: NEWEST,
        ..SearchQuery::default()
    };
    let found = state
        .with_engine(move |engine| engine.search(&query))
        .await
        .map_err(|e| refuse(e.into()))?;
    let home = HomePage {
        frame: Frame::new(&state, locale, "/"),
        documents: found.total,
        newest: found
            .hits
            .iter()
            .map(|h| ListedQuestion::of(&h.document))
            .collect(),
        tags: found
            .facets
            .tags
            .iter()
            .take(TAGS)
            .map(|t| (TagLink::of(&t.value), t.count))
            .collect(),
    };
    let answer = rendered(&home).map_err(refuse)?;
    Ok(page_of(&state.keep(key, answer), locale))
}
