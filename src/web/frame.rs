//! What pages have in common: the frame around them, links to questions and tags, and how a page is sent.

use super::brand::Brand;
use super::language::{content_language, offered};
use super::links::{encode, question_path};
use super::refusal::Refusal;
use super::response_cache::CachedResponse;
use super::scripts::Scripts;
use super::state::AppState;
use crate::document::Document;
use crate::engine::CommonTags;
use crate::texts::{Argument, Texts};
use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use std::sync::Arc;

/// What every page needs.
pub(super) struct Frame {
    pub(super) texts: Texts,
    scripts: Arc<Scripts>,
    pub(super) brand: Arc<Brand>,
    pub(super) site_name: String,
    /// Address of the service, without a slash at its end.
    pub(super) base_url: String,
    /// The languages offered: tags and their own names; empty where there is no choice.
    pub(super) languages: Vec<(String, String)>,
    /// Absolute address of this page, for `rel=canonical`; empty where there is none.
    pub(super) canonical: String,
    /// What stands in the search box.
    pub(super) query: String,
    /// Within what the search box searches, as names and values of parameters.
    pub(super) within: Vec<(&'static str, String)>,
}

impl Frame {
    pub(super) fn new(state: &AppState, texts: Texts, path: &str) -> Self {
        let canonical = format!("{}{path}", state.config.base_url);
        let catalog = state.texts.current();
        let mut languages = offered(&catalog, &state.config.site_languages);
        if languages.len() < 2 {
            languages.clear();
        }
        let named = |texts: &Texts| (texts.tag().to_owned(), texts.text("language-name"));
        Self {
            scripts: state.scripts(),
            brand: Arc::clone(&state.brand),
            languages: languages.into_iter().map(named).collect(),
            texts,
            site_name: state.config.site_name.clone(),
            base_url: state.config.base_url.clone(),
            canonical,
            query: String::new(),
            within: Vec::new(),
        }
    }

    /// The frame of a page that has no address of its own.
    pub(super) fn without_address(state: &AppState, texts: Texts) -> Self {
        let mut frame = Self::new(state, texts, "");
        frame.canonical.clear();
        frame
    }

    /// The text of `key`.
    pub(super) fn t(&self, key: &str) -> String {
        self.texts.text(key)
    }

    /// The text of `key` about so many things, in its variable `count`.
    pub(super) fn count(&self, key: &str, count: impl Into<Argument<'static>>) -> String {
        self.texts.format(key, &[("count", count.into())])
    }

    /// The text of `key` with a value for one variable.
    pub(super) fn with(&self, key: &str, variable: &str, value: &str) -> String {
        self.texts.format(key, &[(variable, value.into())])
    }

    /// The text of `key` before and after one variable, whose value the template writes with markup.
    pub(super) fn around(&self, key: &str, variable: &str) -> (String, String) {
        let text = self.with(key, variable, MARK);
        let (before, after) = text.split_once(MARK).unwrap_or((&text, ""));
        (before.to_owned(), after.to_owned())
    }

    /// The tag and the category, one of each, that suggestions and the search dialog keep to.
    pub(super) fn scope(&self) -> impl Iterator<Item = &(&'static str, String)> {
        let first = |wanted| self.within.iter().find(|(name, _)| *name == wanted);
        first("tag").into_iter().chain(first("category"))
    }

    pub(super) fn lang(&self) -> &str {
        self.texts.tag()
    }

    /// The query as an input has it, which knows no line breaks and would glue its lines together.
    pub(super) fn query_on_a_line(&self) -> String {
        let lines = self
            .query
            .split(['\r', '\n'])
            .filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join(" ")
    }

    /// The address of a script.
    pub(super) fn script(&self, name: &str) -> String {
        self.scripts.path(name)
    }
}

/// Stands for a value that a template writes with markup; no text has it.
const MARK: &str = "\u{fffc}";

/// A document in a list of questions.
pub(super) struct ListedQuestion {
    pub(super) url: String,
    pub(super) title: String,
    pub(super) date: String,
    /// Text, no links: a reader with a keyboard goes from question to question.
    pub(super) tags: Vec<String>,
}

/// A label and the page that lists its documents.
pub(super) struct TagLink {
    pub(super) name: String,
    pub(super) url: String,
}

/// Tags shown with a question in a list, at most.
const MOST_LISTED_TAGS: usize = 4;

impl ListedQuestion {
    /// The line of a document, without the tags that tell nothing.
    pub(super) fn of_document(document: &Document, common: &CommonTags) -> Self {
        Self {
            url: question_path(&document.id),
            title: document.headline().to_owned(),
            date: document.date.map(|d| d.to_string()).unwrap_or_default(),
            tags: common
                .telling(&document.tags)
                .take(MOST_LISTED_TAGS)
                .map(ToOwned::to_owned)
                .collect(),
        }
    }
}

impl TagLink {
    pub(super) fn of_tag(tag: &str) -> Self {
        Self {
            name: tag.to_owned(),
            url: format!("/tags/{}", encode(tag)),
        }
    }

    pub(super) fn of_category(category: &str, brand: &Brand) -> Self {
        Self {
            name: brand.category_name(category).to_owned(),
            url: format!("/categories/{}", encode(category)),
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
pub(super) fn page(template: &impl Template, texts: &Texts) -> Result<Response, Refusal> {
    Ok(page_response(
        &Arc::new(CachedResponse::page(template)?),
        texts,
    ))
}

/// A cached page in this language.
pub(super) fn page_response(page: &Arc<CachedResponse>, texts: &Texts) -> Response {
    let mut response = page.response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LANGUAGE, content_language(texts));
    let vary = HeaderValue::from_static("accept-language, cookie");
    headers.insert(header::VARY, vary);
    response
}
