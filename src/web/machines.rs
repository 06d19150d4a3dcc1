//! Routes that machines read: llms.txt, feed, sitemap, robots, OpenSearch, health and metrics.

use super::answer::Place;
use super::api;
use super::cache::CachePolicy;
use super::links::question_path;
use super::parameters::{Parameters, Raw};
use super::refusal::{ForPrograms, Refusal};
use super::response_cache::CachedResponse;
use super::state::AppState;
use super::xml;
use crate::document::{self, Document};
use crate::engine::{Card, Engine, EngineError, SearchQuery};
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::{Date, date};
use serde::Deserialize;
use std::sync::Arc;

/// Newest answers in the feed.
const FEED_ENTRIES: usize = 30;
/// Bytes of Markdown of all answers in the feed together, of one of them at most, and of one that all others left no room
/// for. The feed stays small enough to be cached.
const FEED_BYTES: usize = 128 * 1024;
const LONGEST_IN_FEED: usize = 16 * 1024;
const SHORTEST_IN_FEED: usize = 1_024;
/// Addresses in a part of the sitemap: far fewer than it may hold (50,000, sitemaps.org), so that a part stays cached.
const SITEMAP_ENTRIES: usize = 2_000;
/// Questions listed in llms.txt: its readers have a limited context window.
const LLMS_ENTRIES: usize = 2_000;
/// Characters of a short name (OpenSearch 1.1).
const SHORT_NAME: usize = 16;

/// Name and address of the service.
struct Site {
    name: String,
    base_url: String,
}

impl Site {
    fn new(state: &AppState) -> Self {
        Self {
            name: state.config.site_name.clone(),
            base_url: state.config.base_url.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "feed.xml", escape = "html")]
struct Feed {
    site: Site,
    updated: Date,
    entries: Vec<FeedEntry>,
}

struct FeedEntry {
    title: String,
    url: String,
    published: Option<Date>,
    updated: Date,
    answer_html: String,
    is_whole: bool,
}

/// The sitemap: all documents, or a list of its parts.
#[derive(Template)]
enum Sitemap {
    #[template(path = "sitemap.xml", escape = "html")]
    Addresses {
        site: Site,
        with_home: bool,
        documents: Vec<Card>,
    },
    #[template(path = "sitemap-index.xml", escape = "html")]
    Parts { site: Site, parts: usize },
}

#[derive(Template)]
#[template(path = "opensearch.xml", escape = "html")]
struct OpenSearch {
    site: Site,
    short_name: String,
}

#[derive(Template)]
#[template(path = "llms.txt", escape = "none")]
struct Llms {
    site: Site,
    documents: Vec<Card>,
}

/// A text made of the documents, cached until they change; not found when `read` finds nothing.
async fn written<T: Template + Send + 'static>(
    state: &AppState,
    (route, part): (&'static str, usize),
    content_type: &'static str,
    read: impl FnOnce(&dyn Engine) -> Result<Option<T>, EngineError> + Send + 'static,
) -> Result<Response, ForPrograms> {
    let built = async {
        let found = state.with_engine(read).await?.ok_or(Refusal::NotFound)?;
        let mut text = found.render()?;
        if content_type.contains("xml") {
            text = xml::well_formed(text);
        }
        Ok(CachedResponse::new(text, content_type))
    };
    let part = part.to_string();
    let cached = state.cached(route, None, Some(&part), built).await?;
    Ok(cached.response())
}

pub(super) async fn feed(State(state): State<AppState>) -> Result<Response, ForPrograms> {
    let site = Site::new(&state);
    let shared = state.clone();
    let read = move |engine: &dyn Engine| {
        let newest = SearchQuery {
            limit: FEED_ENTRIES,
            ..SearchQuery::default()
        };
        let mut left = FEED_BYTES;
        let mut entries = Vec::new();
        for hit in engine.search(&newest)?.hits {
            let longest = LONGEST_IN_FEED.min(left).max(SHORTEST_IN_FEED);
            let entry = FeedEntry::new(engine, hit.document, &shared, longest)?;
            left = left.saturating_sub(entry.as_ref().map_or(0, |(_, length)| *length));
            entries.extend(entry.map(|(entry, _)| entry));
        }
        let updated = entries.iter().map(|entry: &FeedEntry| entry.updated).max();
        Ok(Some(Feed {
            site,
            updated: updated.unwrap_or(date(1970, 1, 1)),
            entries,
        }))
    };
    written(
        &state,
        ("feed", 0),
        "application/atom+xml; charset=utf-8",
        read,
    )
    .await
}

impl FeedEntry {
    /// An entry with the beginning of its answer, at most `longest` bytes of Markdown, and the length of that. Atom requires
    /// a date for each entry.
    fn new(
        engine: &dyn Engine,
        mut document: Document,
        state: &AppState,
        longest: usize,
    ) -> Result<Option<(Self, usize)>, EngineError> {
        let Some(updated) = document.changed() else {
            return Ok(None);
        };
        let beginning = document::beginning(&document.answer, longest).len();
        let is_whole = beginning == document.answer.len();
        document.answer.truncate(beginning);
        let place = Place::elsewhere(engine, &document, state)?;
        let entry = Self {
            title: document.headline().to_owned(),
            url: question_path(&document.id),
            published: document.date,
            updated,
            answer_html: document.answer_html(&place).as_str().to_owned(),
            is_whole,
        };
        Ok(Some((entry, beginning)))
    }
}

/// Parameters of the sitemap.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SitemapParameters {
    page: Raw,
}

/// All documents; where they are many, a list of parts, each a page of this address (sitemaps.org).
pub(super) async fn sitemap(
    State(state): State<AppState>,
    Parameters { sent, source }: Parameters<SitemapParameters>,
) -> Result<Response, ForPrograms> {
    let site = Site::new(&state);
    let page = source.positive("page", &sent.page)?;
    let read = move |engine: &dyn Engine| {
        let parts = engine.status().documents.div_ceil(SITEMAP_ENTRIES).max(1);
        if page.is_none() && parts > 1 {
            return Ok(Some(Sitemap::Parts { site, parts }));
        }
        let before = page.unwrap_or(1) - 1;
        if before >= parts {
            return Ok(None);
        }
        Ok(Some(Sitemap::Addresses {
            site,
            with_home: before == 0,
            documents: engine.newest(before * SITEMAP_ENTRIES, SITEMAP_ENTRIES)?,
        }))
    };
    let part = page.unwrap_or(0);
    written(
        &state,
        ("sitemap", part),
        "application/xml; charset=utf-8",
        read,
    )
    .await
}

pub(super) async fn llms(State(state): State<AppState>) -> Result<Response, ForPrograms> {
    let site = Site::new(&state);
    let read = move |engine: &dyn Engine| {
        Ok(Some(Llms {
            site,
            documents: engine.newest(0, LLMS_ENTRIES)?,
        }))
    };
    written(&state, ("llms", 0), "text/markdown; charset=utf-8", read).await
}

pub(super) async fn opensearch(State(state): State<AppState>) -> Result<Response, ForPrograms> {
    let site = Site::new(&state);
    let short_name = site.name.chars().take(SHORT_NAME).collect();
    let description = xml::well_formed(OpenSearch { site, short_name }.render()?);
    let content_type = "application/opensearchdescription+xml; charset=utf-8";
    Ok(Arc::new(CachedResponse::new(description, content_type)).response())
}

pub(super) async fn robots(State(state): State<AppState>) -> Response {
    let base_url = &state.config.base_url;
    let rules = format!(
        "User-agent: *\nDisallow: /search\nDisallow: /admin\nDisallow: /user/\n\nSitemap: {base_url}/sitemap.xml\n"
    );
    Arc::new(CachedResponse::new(rules, "text/plain; charset=utf-8")).response()
}

pub(super) async fn openapi() -> Response {
    let mut response = Json(api::openapi_document()).into_response();
    response.extensions_mut().insert(CachePolicy::Revalidate);
    response
}

/// Liveness: the process runs.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// Readiness: the index is up to date.
pub(super) async fn readyz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if state.engine.status().up_to_date {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "indexing\n")
    }
}

pub(super) async fn metrics(State(state): State<AppState>) -> Response {
    let (lost, unwritten) = state.feedback().map_or_else(
        |_| Default::default(),
        |feedback| (feedback.store.lost(), feedback.store.unwritten_for()),
    );
    let status = state.engine.status();
    let text = state.metrics.render(&status, lost, unwritten);
    let content_type =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    ([(header::CONTENT_TYPE, content_type)], text).into_response()
}
