//! Styles and icons in the binary, under addresses that change with their content.

use super::cache::CachePolicy;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;

const STYLESHEET: &str = include_str!("../../assets/dayi.css");
const FAVICON: &str = include_str!("../../assets/favicon.svg");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = blake3::hash(STYLESHEET.as_bytes()).to_hex();
    format!("/assets/{}/dayi.css", &hash[..12])
});

/// Where the stylesheet of this binary is.
pub(super) fn stylesheet_path() -> &'static str {
    &STYLESHEET_PATH
}

/// `GET /assets/{version}/{name}`.
pub(super) async fn asset(Path((version, name)): Path<(String, String)>) -> Response {
    if name != "dayi.css" {
        return StatusCode::NOT_FOUND.into_response();
    }
    // A page from an older binary still gets a stylesheet, but not one to keep.
    let current = STYLESHEET_PATH.contains(&version);
    let policy = if current {
        CachePolicy::Forever
    } else {
        CachePolicy::Revalidate
    };
    embedded(STYLESHEET, "text/css; charset=utf-8", policy)
}

/// `GET /favicon.svg`.
pub(super) async fn favicon() -> Response {
    embedded(FAVICON, "image/svg+xml", CachePolicy::Revalidate)
}

fn embedded(text: &'static str, content_type: &'static str, policy: CachePolicy) -> Response {
    let mut response = text.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.extensions_mut().insert(policy);
    response
}
