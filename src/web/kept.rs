//! Answers kept in memory for as long as the same request would get the same one: until documents, words, pins, ranking
//! or what is known of quality change. What is kept is what is sent, so that a popular question costs a look-up.

use super::cache::{CachePolicy, tag};
use super::locale::Locale;
use super::state::AppState;
use crate::engine::{AnswerState, SearchResults};
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::{Arc, OnceLock};

/// Bytes of all answers together with their compressed forms, at most.
const MOST_BYTES: u64 = 24 * 1024 * 1024;
/// About how many that are.
const ANSWERS: usize = 4_000;
/// Bytes of one answer, at most, which a feed of long answers still has: larger ones would push too many others out.
const LARGEST: usize = 512 * 1024;
/// Bytes of a request that are compared, at most: nobody asks longer ones twice.
const LONGEST_REQUEST: usize = 1_024;
/// About as many headers as an answer has in the end.
const HEADERS: usize = 14;
/// What an entry takes beside its texts.
const OVERHEAD: u64 = 256;

/// Everything that is kept.
pub(super) struct Kept(Cache<Key, Arc<Answer>, Bulk>);

/// What an answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    revision: u64,
    route: &'static str,
    locale: Locale,
    request: String,
}

/// An answer as it is sent.
pub(super) struct Answer {
    body: Bytes,
    /// The body's `ETag`.
    tag: HeaderValue,
    content_type: &'static str,
    /// The body as it was compressed, once somebody has asked for it so.
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
    /// Of a search, for the log of queries.
    pub(super) searched: Option<Searched>,
}

/// What the log of queries wants to know of a search.
pub(super) struct Searched {
    pub(super) total: usize,
    pub(super) answer_state: AnswerState,
    /// Ids of the hits shown, best first.
    pub(super) shown: Vec<String>,
}

impl From<&SearchResults> for Searched {
    fn from(found: &SearchResults) -> Self {
        let hits = found.hits.iter();
        Self {
            total: found.total,
            answer_state: found.answer_state,
            shown: hits.map(|hit| hit.document.id.0.clone()).collect(),
        }
    }
}

#[derive(Clone)]
struct Bulk;

impl Weighter<Key, Arc<Answer>> for Bulk {
    fn weight(&self, key: &Key, answer: &Arc<Answer>) -> u64 {
        // Compressed twice, a text takes about half its size.
        let bodies = answer.body.len() * 3 / 2;
        (key.request.len() + bodies) as u64 + OVERHEAD
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self(Cache::with_weighter(ANSWERS, MOST_BYTES, Bulk))
    }
}

impl AppState {
    /// The key of an answer as of now; nothing for a request too long to come again, or while nothing is indexed.
    pub(super) fn kept_key(
        &self,
        route: &'static str,
        locale: Locale,
        request: &str,
    ) -> Option<Key> {
        let status = self.engine.status();
        (request.len() <= LONGEST_REQUEST && status.generation > 0).then(|| Key {
            revision: status.revision,
            route,
            locale,
            request: request.to_owned(),
        })
    }

    /// The answer of this key.
    pub(super) fn kept(&self, key: Option<&Key>) -> Option<Arc<Answer>> {
        self.kept.0.get(key?)
    }

    /// Keeps an answer, and gives it to be sent.
    pub(super) fn keep(&self, key: Option<Key>, answer: Answer) -> Arc<Answer> {
        let Some(key) = key.filter(|_| answer.body.len() <= LARGEST) else {
            return Arc::new(answer);
        };
        // What a body grew to while it was written would be kept with it.
        let body = Bytes::copy_from_slice(&answer.body);
        let answer = Arc::new(Answer { body, ..answer });
        self.kept.0.insert(key, Arc::clone(&answer));
        answer
    }
}

impl Answer {
    pub(super) fn new(body: impl Into<Bytes>, content_type: &'static str) -> Self {
        let body = body.into();
        Self {
            tag: tag(&body),
            body,
            content_type,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
            searched: None,
        }
    }

    /// JSON of an API.
    pub(super) fn json(value: &impl serde::Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::new(serde_json::to_vec(value)?, "application/json"))
    }

    /// The body as it is sent.
    pub(super) fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// Where the body is kept as it is compressed by this `Content-Encoding`.
    pub(super) fn compressed(&self, encoding: &HeaderValue) -> Option<&OnceLock<Bytes>> {
        match encoding.as_bytes() {
            b"br" => Some(&self.brotli),
            b"gzip" => Some(&self.gzip),
            _ => None,
        }
    }

    /// The answer to a request; brings itself along, for [`compressed`](super::compressed).
    pub(super) fn response(self: &Arc<Self>) -> Response {
        let mut response = Response::new(Body::from(self.body()));
        let headers = response.headers_mut();
        // Asked for at once, as growing costs more than the room.
        headers.reserve(HEADERS);
        let content_type = HeaderValue::from_static(self.content_type);
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::ETAG, self.tag.clone());
        let extensions = response.extensions_mut();
        extensions.insert(CachePolicy::Revalidate);
        extensions.insert(Arc::clone(self));
        response
    }
}
