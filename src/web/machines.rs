//! What machines read: Markdown, llms.txt, feed, sitemap, robots, OpenSearch, health and figures.

use super::cache::CachePolicy;
use super::locale::Locale;
use super::pages::question_path;
use super::problem::{ApiRefusal, Refusal};
use super::state::AppState;
use crate::document::{Document, DocumentId};
use crate::engine::EngineError;
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write;

/// Newest answers in the feed.
const FEED_ENTRIES: usize = 30;
/// Addresses a sitemap may hold (sitemaps.org).
const SITEMAP_ENTRIES: usize = 50_000;
/// Questions named in llms.txt: a reader with a limited window.
const LLMS_ENTRIES: usize = 2_000;
/// Characters of a short name (OpenSearch 1.1).
const SHORT_NAME: usize = 16;

struct Entry {
    title: String,
    url: String,
    date: String,
    answer_html: String,
}

#[derive(Template)]
#[template(path = "feed.xml", escape = "html")]
struct Feed<'a> {
    site_name: &'a str,
    base_url: &'a str,
    updated: String,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "sitemap.xml", escape = "html")]
struct Sitemap<'a> {
    base_url: &'a str,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "opensearch.xml", escape = "html")]
struct OpenSearch<'a> {
    site_name: &'a str,
    short_name: String,
    base_url: &'a str,
}

#[derive(Template)]
#[template(path = "llms.txt", escape = "none")]
struct Llms<'a> {
    site_name: &'a str,
    base_url: &'a str,
    entries: Vec<Entry>,
}

/// The newest documents, as entries; `with_answers` renders them whole.
async fn newest(state: &AppState, limit: usize, with_answers: bool) -> Result<Vec<Entry>, Refusal> {
    let found = state
        .with_engine(move |engine| {
            let documents = engine.newest(limit)?;
            Ok::<_, EngineError>(
                documents
                    .into_iter()
                    .map(|d| Entry::of(&d, with_answers))
                    .collect(),
            )
        })
        .await?;
    Ok(found)
}

impl Entry {
    fn of(document: &Document, with_answer: bool) -> Self {
        Self {
            title: document.headline().to_owned(),
            url: question_path(&document.id),
            date: document.date.map(|d| d.to_string()).unwrap_or_default(),
            answer_html: if with_answer {
                document.answer_html().as_str().to_owned()
            } else {
                String::new()
            },
        }
    }
}

fn typed(
    content_type: &'static str,
    body: Result<String, askama::Error>,
    locale: Locale,
) -> Result<Response, ApiRefusal> {
    let body = body.map_err(|error| {
        tracing::error!(%error, "a template failed");
        ApiRefusal(Refusal::Internal, locale)
    })?;
    let mut response = body.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.extensions_mut().insert(CachePolicy::Revalidate);
    Ok(response)
}

pub(super) async fn feed(
    State(state): State<AppState>,
    locale: Locale,
) -> Result<Response, ApiRefusal> {
    let mut entries = newest(&state, FEED_ENTRIES, true)
        .await
        .map_err(|r| ApiRefusal(r, locale))?;
    // Atom requires a date for each entry.
    entries.retain(|entry| !entry.date.is_empty());
    let updated = entries
        .first()
        .map_or_else(|| "1970-01-01".to_owned(), |e| e.date.clone());
    let feed = Feed {
        site_name: &state.config.site_name.value,
        base_url: &state.config.base_url.value,
        updated,
        entries,
    };
    typed("application/atom+xml; charset=utf-8", feed.render(), locale)
}

pub(super) async fn sitemap(
    State(state): State<AppState>,
    locale: Locale,
) -> Result<Response, ApiRefusal> {
    let entries = newest(&state, SITEMAP_ENTRIES, false)
        .await
        .map_err(|r| ApiRefusal(r, locale))?;
    let sitemap = Sitemap {
        base_url: &state.config.base_url.value,
        entries,
    };
    typed("application/xml; charset=utf-8", sitemap.render(), locale)
}

pub(super) async fn opensearch(
    State(state): State<AppState>,
    locale: Locale,
) -> Result<Response, ApiRefusal> {
    let site_name = &state.config.site_name.value;
    let short_name = site_name.chars().take(SHORT_NAME).collect();
    let description = OpenSearch {
        site_name,
        short_name,
        base_url: &state.config.base_url.value,
    };
    typed(
        "application/opensearchdescription+xml; charset=utf-8",
        description.render(),
        locale,
    )
}

pub(super) async fn llms(
    State(state): State<AppState>,
    locale: Locale,
) -> Result<Response, ApiRefusal> {
    let entries = newest(&state, LLMS_ENTRIES, false)
        .await
        .map_err(|r| ApiRefusal(r, locale))?;
    let llms = Llms {
        site_name: &state.config.site_name.value,
        base_url: &state.config.base_url.value,
        entries,
    };
    typed("text/markdown; charset=utf-8", llms.render(), locale)
}

pub(super) async fn robots(
    State(state): State<AppState>,
    locale: Locale,
) -> Result<Response, ApiRefusal> {
    let base_url = &state.config.base_url.value;
    let rules = format!(
        "User-agent: *\nDisallow: /search\nDisallow: /admin\nDisallow: /user/\n\nSitemap: {base_url}/sitemap.xml\n"
    );
    typed("text/plain; charset=utf-8", Ok(rules), locale)
}

/// A document as Markdown: question, answer, references.
pub(super) async fn question_markdown(state: &AppState, id: &str) -> Result<Response, Refusal> {
    let id = DocumentId(id.to_owned());
    let found = state
        .with_engine(move |engine| engine.document(&id))
        .await?;
    let document = found.ok_or(Refusal::NotFound)?;
    let mut response = markdown(&document, &state.config.base_url.value).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/markdown; charset=utf-8"),
    );
    response.extensions_mut().insert(CachePolicy::Revalidate);
    Ok(response)
}

fn markdown(document: &Document, base_url: &str) -> String {
    let mut text = format!("# {}\n\n", document.headline());
    if document.question != document.headline() {
        let _ = write!(text, "{}\n\n", document.question);
    }
    let _ = writeln!(text, "{}", document.answer);
    if !document.references.is_empty() {
        text.push_str("\n## 参考链接\n\n");
        for reference in &document.references {
            let _ = match &reference.url {
                Some(url) => writeln!(text, "* [{}]({url})", reference.text),
                None => writeln!(text, "* {}", reference.text),
            };
        }
    }
    let _ = write!(text, "\n<{base_url}{}>\n", question_path(&document.id));
    text
}

pub(super) async fn openapi() -> Response {
    let mut response = Json(super::openapi_document()).into_response();
    response.extensions_mut().insert(CachePolicy::Revalidate);
    response
}

/// The process runs.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// There is an index to answer from.
pub(super) async fn readyz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if state.engine.status().up_to_date {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "indexing\n")
    }
}

pub(super) async fn metrics(State(state): State<AppState>) -> Response {
    let lost = state.feedback().map_or(0, |feedback| feedback.store.lost());
    let text = state.metrics.render(&state.engine.status(), lost);
    let content_type =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    ([(header::CONTENT_TYPE, content_type)], text).into_response()
}
