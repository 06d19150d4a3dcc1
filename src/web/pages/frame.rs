//! What pages have in common: the frame around them, links to questions and tags, and how a page is sent.

use crate::document::Document;
use crate::web::links::{encode, question_path};
use crate::web::locale::Locale;
use crate::web::refusal::Refusal;
use crate::web::response_cache::CachedResponse;
use crate::web::state::AppState;
use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use std::sync::Arc;

/// What every page needs.
pub(in crate::web) struct Frame {
    pub(in crate::web) locale: Locale,
    pub(in crate::web) site_name: String,
    /// Absolute address of this page, for `rel=canonical`; empty where there is none.
    pub(in crate::web) canonical: String,
    /// What stands in the search box.
    pub(in crate::web) query: String,
}

impl Frame {
    pub(in crate::web) fn new(state: &AppState, locale: Locale, path: &str) -> Self {
        let canonical = format!("{}{path}", state.config.base_url.value);
        Self {
            locale,
            site_name: state.config.site_name.value.clone(),
            canonical,
            query: String::new(),
        }
    }

    /// The frame of a page that has no address of its own.
    pub(in crate::web) fn without_address(state: &AppState, locale: Locale) -> Self {
        let mut frame = Self::new(state, locale, "");
        frame.canonical.clear();
        frame
    }

    /// The Chinese or the English text.
    pub(in crate::web) fn t<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        self.locale.pick(chinese, english)
    }

    pub(in crate::web) fn lang(&self) -> &'static str {
        self.locale.tag()
    }
}

/// A document in a list of questions.
pub(in crate::web) struct ListedQuestion {
    pub(in crate::web) url: String,
    pub(in crate::web) title: String,
    pub(in crate::web) date: String,
    pub(in crate::web) tags: Vec<TagLink>,
}

/// A label and the page that lists its documents.
pub(in crate::web) struct TagLink {
    pub(in crate::web) name: String,
    pub(in crate::web) url: String,
}

/// Tags shown with a question in a list, at most.
const MOST_LISTED_TAGS: usize = 4;

impl ListedQuestion {
    pub(in crate::web) fn of_document(document: &Document) -> Self {
        Self {
            url: question_path(&document.id),
            title: document.headline().to_owned(),
            date: document.date.map(|d| d.to_string()).unwrap_or_default(),
            tags: document
                .tags
                .iter()
                .take(MOST_LISTED_TAGS)
                .map(|t| TagLink::of_tag(t))
                .collect(),
        }
    }
}

impl TagLink {
    pub(in crate::web) fn of_tag(tag: &str) -> Self {
        Self {
            name: tag.to_owned(),
            url: format!("/tags/{}", encode(tag)),
        }
    }
}

/// Whether most of a text is Chinese; English documents get `lang="en"`.
pub(super) fn language_of(text: &str) -> &'static str {
    let chinese = text
        .chars()
        .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
        .count();
    if chinese * 8 > text.chars().filter(|c| c.is_alphanumeric()).count() {
        "zh-CN"
    } else {
        "en"
    }
}

/// A rendered page that a browser may revalidate.
pub(in crate::web) fn page(template: &impl Template, locale: Locale) -> Result<Response, Refusal> {
    Ok(page_response(
        &Arc::new(CachedResponse::page(template)?),
        locale,
    ))
}

/// A cached page in this language.
pub(in crate::web) fn page_response(page: &Arc<CachedResponse>, locale: Locale) -> Response {
    let mut response = page.response();
    let headers = response.headers_mut();
    let language = HeaderValue::from_static(locale.tag());
    headers.insert(header::CONTENT_LANGUAGE, language);
    let vary = HeaderValue::from_static("accept-language");
    headers.insert(header::VARY, vary);
    response
}
