//! `GET /pictures/{path}`: pictures of the content folder.

use super::cache::CachePolicy;
use super::path::Path;
use super::refusal::Refusal;
use super::state::AppState;
use crate::document::{Picture, open_picture};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;
use std::fs::File;
use std::io::{self, Read};
use tokio::task::spawn_blocking;

/// Bytes that are read at a time: a picture is never whole in memory.
const CHUNK: u64 = 64 * 1024;
/// Pictures may be drawn, as in SVG, but run nothing and load nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

pub(super) async fn picture(
    State(state): State<AppState>,
    Path(path): Path<String>,
) -> Result<Response, Refusal> {
    let content = state.config.content.clone();
    let opened = spawn_blocking(move || open_picture(&content, &path)).await;
    let opened = opened.map_err(|_| Refusal::Internal)?.map_err(|error| {
        tracing::warn!(%error, "a picture cannot be read");
        Refusal::Internal
    })?;
    let Picture {
        file,
        media_type,
        version: (length, changed),
    } = opened.ok_or(Refusal::NotFound)?;
    let chunks = stream::try_unfold((file, length), |(file, left)| async move {
        let read = spawn_blocking(move || chunk(file, left)).await;
        read.map_err(io::Error::other)?
    });
    let mut response = Response::new(Body::from_stream(chunks));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    let tag = format!("W/\"{length:x}-{changed:x}\"");
    let tag = HeaderValue::from_str(&tag).map_err(|_| Refusal::Internal)?;
    headers.insert(header::ETAG, tag);
    response.extensions_mut().insert(CachePolicy::Revalidate);
    forbid_all(&mut response);
    Ok(response)
}

/// Lets a picture do nothing but be seen.
pub(super) fn forbid_all(response: &mut Response) {
    let policy = HeaderValue::from_static(POLICY);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
}

/// The next bytes of a file of which so many are left, with the rest; `None` at its end. What was written behind them since
/// is left out.
fn chunk(mut file: File, left: u64) -> io::Result<Option<(Bytes, (File, u64))>> {
    let mut bytes = Vec::new();
    let read = Read::by_ref(&mut file)
        .take(left.min(CHUNK))
        .read_to_end(&mut bytes)? as u64;
    Ok((read > 0).then(|| (Bytes::from(bytes), (file, left - read))))
}
