//! Compresses a cached response once and caches the compressed body with it: compressing takes many times as long as
//! sending a cached response, and every browser asks for it.

use super::response_cache::CachedResponse;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use brotli::enc::BrotliEncoderParams;
use futures_util::FutureExt;
use std::sync::Arc;
use tower_http::compression::CompressionBody;

/// Takes the compressed body from the cached response, or stores it there the first time.
pub(super) fn once(response: Response<CompressionBody<Body>>) -> Response {
    let (mut head, body) = response.into_parts();
    let body = Body::new(body);
    let Some(cached) = head.extensions.remove::<Arc<CachedResponse>>() else {
        return Response::from_parts(head, body);
    };
    let encoding = head.headers.get(header::CONTENT_ENCODING);
    let Some(cell) = encoding.and_then(|encoding| cached.compressed(encoding)) else {
        return Response::from_parts(head, body);
    };
    let compressed = if let Some(before) = cell.get() {
        before.clone()
    } else if let Some(smallest) = smallest(&cached, encoding) {
        cell.get_or_init(|| smallest).clone()
    // The whole body is in memory, so this is ready at once.
    } else if let Some(Ok(now)) = to_bytes(body, usize::MAX).now_or_never() {
        cell.get_or_init(|| Bytes::copy_from_slice(&now)).clone()
    } else {
        head.headers.remove(header::CONTENT_ENCODING);
        cached.body()
    };
    Response::from_parts(head, Body::from(compressed))
}

/// The body of a lasting response as small as Brotli makes it: a tenth smaller than what is quick enough for a search.
fn smallest(cached: &CachedResponse, encoding: Option<&HeaderValue>) -> Option<Bytes> {
    let is_brotli = encoding.is_some_and(|encoding| encoding == "br");
    if !is_brotli || !cached.is_lasting {
        return None;
    }
    let parameters = BrotliEncoderParams::default();
    let mut compressed = Vec::new();
    let written = brotli::BrotliCompress(&mut cached.body().as_ref(), &mut compressed, &parameters);
    written.ok().map(|_| compressed.into())
}
