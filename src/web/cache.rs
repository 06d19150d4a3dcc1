//! HTTP caching: a handler names its policy, one middleware writes the headers and answers 304.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum_extra::headers::{ETag, HeaderMapExt, IfNoneMatch};

/// How browsers may cache a response. Put into its extensions; without a policy, the response is not cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CachePolicy {
    /// Revalidated each time; answered 304 when nothing changed.
    Revalidate,
    /// Cached for ever: the address changes with the content.
    Forever,
    /// Cached nowhere: it holds what one visitor did.
    OneVisitor,
}

impl CachePolicy {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Revalidate => "public, max-age=0, must-revalidate",
            Self::Forever => "public, max-age=31536000, immutable",
            Self::OneVisitor => "private, no-store",
        })
    }
}

/// Bytes of a body that gets an `ETag`, at most. Every page and response of the API is smaller.
const LARGEST_TAGGED: usize = 16 * 1024 * 1024;

/// What a request says about caching.
pub(super) struct Conditions {
    is_read: bool,
    if_none_match: Option<IfNoneMatch>,
}

impl Conditions {
    /// The conditions of `request`.
    pub(super) fn of_request(request: &Request) -> Self {
        Self {
            is_read: matches!(*request.method(), Method::GET | Method::HEAD),
            if_none_match: request.headers().typed_get(),
        }
    }

    /// Writes `Cache-Control` and, where a response has none yet, `ETag`; answers conditional requests.
    pub(super) async fn apply(self, response: Response) -> Response {
        let policy = response.extensions().get::<CachePolicy>().copied();
        let Some(policy) = policy.filter(|_| self.is_read && response.status() == StatusCode::OK)
        else {
            return without_caching(response);
        };
        if policy == CachePolicy::OneVisitor {
            let mut response = without_caching(response);
            let headers = response.headers_mut();
            headers.insert(header::CACHE_CONTROL, policy.header());
            return response;
        }
        let Some(mut response) = tagged(response).await else {
            return without_caching(Response::new(Body::empty()));
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, policy.header());
        let tag = headers.typed_get::<ETag>();
        let is_known = self
            .if_none_match
            .zip(tag)
            .is_some_and(|(known, tag)| !known.precondition_passes(&tag));
        if is_known {
            headers.remove(header::CONTENT_LENGTH);
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.body_mut() = Body::empty();
        }
        response
    }
}

/// The response with its `ETag`; none when its body cannot be read.
async fn tagged(response: Response) -> Option<Response> {
    if response.headers().contains_key(header::ETAG) {
        return Some(response);
    }
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body, LARGEST_TAGGED).await.ok()?;
    head.headers.insert(header::ETAG, tag(&bytes));
    Some(Response::from_parts(head, Body::from(bytes)))
}

/// The `ETag` of a body. It is weak, because the body may be sent compressed.
pub(super) fn tag(body: &[u8]) -> HeaderValue {
    let hash = blake3::hash(body).to_hex();
    HeaderValue::from_str(&format!("W/\"{}\"", &hash[..20]))
        .unwrap_or_else(|_| HeaderValue::from_static("W/\"\""))
}

fn without_caching(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(header::ETAG);
    response
}
