//! Responses cached in memory for as long as the same request would get the same one: until documents, words, pins,
//! ranking or the known quality of answers change. Whole responses are cached, so that a popular question costs a look-up.

use super::cache::{CachePolicy, tag};
use super::refusal::Refusal;
use crate::engine::{AnswerState, SearchResults};
use crate::texts::Texts;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::{Arc, OnceLock};

/// Bytes of all responses together with their compressed forms, at most.
const MOST_BYTES: u64 = 24 * 1024 * 1024;
/// About as many responses fill them.
const RESPONSES: usize = 4_000;
/// Bytes of one response, at most; a feed of long answers is below it. Larger ones would push too many others out.
const LARGEST: usize = 512 * 1024;
/// Bytes of a cached request, at most: nobody asks longer ones twice.
pub(super) const LONGEST_REQUEST: usize = 1_024;
/// About as many headers as a response has in the end.
const HEADERS: usize = 14;
/// Bytes of an entry beside its texts.
const OVERHEAD: u64 = 256;

/// All cached responses.
pub(super) struct ResponseCache(Cache<CacheKey, Arc<CachedResponse>, Size>);

/// What a response depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CacheKey {
    /// Changes with the documents and everything else that the engine answers from.
    pub(super) revision: u64,
    pub(super) route: &'static str,
    /// Texts and language of the response; none where it is the same in all languages.
    pub(super) texts: Option<TextsKey>,
    pub(super) request: String,
}

/// Names the texts of a language at a revision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct TextsKey {
    tag: String,
    revision: u64,
}

impl From<&Texts> for TextsKey {
    fn from(texts: &Texts) -> Self {
        Self {
            tag: texts.tag().to_owned(),
            revision: texts.revision(),
        }
    }
}

/// A response as it is sent.
pub(super) struct CachedResponse {
    body: Bytes,
    /// The body's `ETag`.
    tag: HeaderValue,
    pub(super) content_type: &'static str,
    /// The compressed body, once a client has asked for it.
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
    /// Whether it is sent so often that it is compressed as small as it gets, however long that takes.
    pub(super) is_lasting: bool,
    /// Of a search: for the query log.
    pub(super) searched: Option<Searched>,
}

/// What the query log records of a search.
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
struct Size;

impl Weighter<CacheKey, Arc<CachedResponse>> for Size {
    fn weight(&self, key: &CacheKey, response: &Arc<CachedResponse>) -> u64 {
        // Compressed twice, a text takes about half its size.
        let bodies = response.body.len() * 3 / 2;
        (key.request.len() + bodies) as u64 + OVERHEAD
    }
}

impl Default for ResponseCache {
    fn default() -> Self {
        Self(Cache::with_weighter(RESPONSES, MOST_BYTES, Size))
    }
}

impl ResponseCache {
    /// The response of this key.
    pub(super) fn get(&self, key: &CacheKey) -> Option<Arc<CachedResponse>> {
        self.0.get(key)
    }

    /// Caches a response under its key, unless it is too large.
    pub(super) fn insert(
        &self,
        key: Option<CacheKey>,
        response: CachedResponse,
    ) -> Arc<CachedResponse> {
        let Some(key) = key.filter(|_| response.body.len() <= LARGEST) else {
            return Arc::new(response);
        };
        // The buffer that a body was written to has spare capacity, which would stay allocated.
        let body = Bytes::copy_from_slice(&response.body);
        let response = Arc::new(CachedResponse { body, ..response });
        self.0.insert(key, Arc::clone(&response));
        response
    }
}

impl CachedResponse {
    pub(super) fn new(body: impl Into<Bytes>, content_type: &'static str) -> Self {
        let body = body.into();
        Self {
            tag: tag(&body),
            body,
            content_type,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
            is_lasting: false,
            searched: None,
        }
    }

    /// The same, as every page sends it until the binary or its texts change.
    pub(super) fn lasting(self) -> Self {
        let is_lasting = true;
        Self { is_lasting, ..self }
    }

    /// JSON of the API.
    pub(super) fn json(value: &impl serde::Serialize) -> Result<Self, Refusal> {
        let body = serde_json::to_vec(value).map_err(|_| Refusal::Internal)?;
        Ok(Self::new(body, "application/json"))
    }

    /// A page.
    pub(super) fn page(template: &impl askama::Template) -> Result<Self, Refusal> {
        Ok(Self::new(template.render()?, "text/html; charset=utf-8"))
    }

    /// The same, with what the query log records of its search.
    pub(super) fn with_search(self, searched: Searched) -> Self {
        let searched = Some(searched);
        Self { searched, ..self }
    }

    /// The body as it is sent.
    pub(super) fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// The cell of the body compressed by this `Content-Encoding`.
    pub(super) fn compressed(&self, encoding: &HeaderValue) -> Option<&OnceLock<Bytes>> {
        match encoding.as_bytes() {
            b"br" => Some(&self.brotli),
            b"gzip" => Some(&self.gzip),
            _ => None,
        }
    }

    /// The response to a request; carries itself along for [`compressed`](super::compressed).
    pub(super) fn response(self: &Arc<Self>) -> Response {
        let mut response = Response::new(Body::from(self.body()));
        let headers = response.headers_mut();
        // Reserved at once: growing costs more than the memory.
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
