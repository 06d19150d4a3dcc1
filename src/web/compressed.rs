//! What the layer of compression made of an answer, kept with it: compressing takes many times as long as giving a kept
//! answer, and every browser asks for it.

use super::kept::Answer;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header;
use axum::response::Response;
use futures_util::FutureExt;
use std::sync::Arc;
use tower_http::compression::CompressionBody;

/// The response with the body that its answer was compressed to before, or is now.
pub(super) fn once(response: Response<CompressionBody<Body>>) -> Response {
    let (mut head, body) = response.into_parts();
    let body = Body::new(body);
    let Some(answer) = head.extensions.remove::<Arc<Answer>>() else {
        return Response::from_parts(head, body);
    };
    let encoding = head.headers.get(header::CONTENT_ENCODING);
    let Some(place) = encoding.and_then(|encoding| answer.compressed(encoding)) else {
        return Response::from_parts(head, body);
    };
    let compressed = if let Some(before) = place.get() {
        before.clone()
    // All of the answer is there: nothing is waited for.
    } else if let Some(Ok(now)) = to_bytes(body, usize::MAX).now_or_never() {
        place.get_or_init(|| Bytes::copy_from_slice(&now)).clone()
    } else {
        head.headers.remove(header::CONTENT_ENCODING);
        answer.body()
    };
    Response::from_parts(head, Body::from(compressed))
}
