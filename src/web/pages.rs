//! HTML pages, complete without JavaScript. One file per kind of page.

pub(in crate::web) mod ask;
mod docs;
mod embed;
mod error;
pub(in crate::web) mod feedback;
mod home;
mod listing;
mod question;
mod results;

pub(super) use docs::docs;
pub(super) use embed::embed;
pub(super) use error::{PageRefusal, method_not_allowed, not_found, refused};
pub(super) use home::home;
pub(super) use listing::{category, tag};
pub(super) use question::{question, question_with_slash};
pub(super) use results::results;

use super::kept::Answer;
use super::locale::Locale;
use super::problem::Refusal;
use super::state::AppState;
use crate::document::{Document, DocumentId};
use askama::Template;
use axum::http::header;
use axum::response::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;

/// All but the unreserved characters of RFC 3986.
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Text as a part of a path or the value of a parameter.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, PATH_SEGMENT).to_string()
}

/// The path of a document's page.
pub(super) fn question_path(id: &DocumentId) -> String {
    format!("/questions/{}", encode(&id.0))
}

/// The path of the search for a text.
pub(super) fn search_path(text: &str) -> String {
    format!("/search?q={}", encode(text))
}

/// What every page needs.
pub(super) struct Frame {
    pub(super) locale: Locale,
    pub(super) site_name: String,
    /// Absolute address of this page, for `rel=canonical`; empty where there is none.
    pub(super) canonical: String,
    /// What stands in the search box.
    pub(super) query: String,
}

impl Frame {
    pub(super) fn new(state: &AppState, locale: Locale, path: &str) -> Self {
        let canonical = format!("{}{path}", state.config.base_url);
        Self {
            locale,
            site_name: state.config.site_name.clone(),
            canonical,
            query: String::new(),
        }
    }

    /// The Chinese or the English text.
    pub(super) fn t<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        self.locale.pick(chinese, english)
    }

    pub(super) fn lang(&self) -> &'static str {
        self.locale.tag()
    }
}

/// A document in a list of questions.
pub(super) struct ListedQuestion {
    pub(super) url: String,
    pub(super) title: String,
    pub(super) date: String,
    pub(super) tags: Vec<TagLink>,
}

/// A label and the page that lists its documents.
pub(super) struct TagLink {
    pub(super) name: String,
    pub(super) url: String,
}

/// Tags shown with a question in a list, at most.
const MOST_LISTED_TAGS: usize = 4;

impl ListedQuestion {
    fn of(document: &Document) -> Self {
        Self {
            url: question_path(&document.id),
            title: document.headline().to_owned(),
            date: document.date.map(|d| d.to_string()).unwrap_or_default(),
            tags: document
                .tags
                .iter()
                .take(MOST_LISTED_TAGS)
                .map(|t| TagLink::of(t))
                .collect(),
        }
    }
}

impl TagLink {
    fn of(tag: &str) -> Self {
        Self {
            name: tag.to_owned(),
            url: format!("/tags/{}", encode(tag)),
        }
    }
}

/// Whether most of a text is Chinese; English documents get `lang="en"`.
fn language_of(text: &str) -> &'static str {
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
fn page(template: &impl Template, locale: Locale) -> Result<Response, PageRefusalCause> {
    Ok(page_of(&Arc::new(rendered(template)?), locale))
}

/// A page before it is sent.
fn rendered(template: &impl Template) -> Result<Answer, PageRefusalCause> {
    let body = template.render()?;
    Ok(Answer::new(body, "text/html; charset=utf-8"))
}

fn page_of(answer: &Arc<Answer>, locale: Locale) -> Response {
    let mut response = answer.response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_LANGUAGE,
        header::HeaderValue::from_static(locale.tag()),
    );
    headers.insert(
        header::VARY,
        header::HeaderValue::from_static("accept-language"),
    );
    response
}

/// Why a page could not be given.
pub(super) enum PageRefusalCause {
    /// The visitor's request cannot be met.
    Refused(Refusal),
    /// The template failed: ours.
    Template(askama::Error),
}

impl From<askama::Error> for PageRefusalCause {
    fn from(error: askama::Error) -> Self {
        Self::Template(error)
    }
}

impl From<Refusal> for PageRefusalCause {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<super::state::Unavailable> for PageRefusalCause {
    fn from(why: super::state::Unavailable) -> Self {
        Self::Refused(why.into())
    }
}
