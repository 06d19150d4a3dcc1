//! Styles and icons in the binary, under addresses that change with their content.

use super::cache::CachePolicy;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;

const STYLESHEET: &str = include_str!("../../assets/dayi.css");
const SEARCH_BOX: &str = include_str!("../../assets/search-box.js");
const FAVICON: &str = include_str!("../../assets/favicon.svg");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = blake3::hash(STYLESHEET.as_bytes()).to_hex();
    format!("/assets/{}/dayi.css", &hash[..12])
});

static SEARCH_BOX_VERSION: LazyLock<String> =
    LazyLock::new(|| blake3::hash(SEARCH_BOX.as_bytes()).to_hex()[..12].to_owned());

/// Where the search box of this binary is.
pub(super) fn search_box_path() -> String {
    format!("/search-box.js?v={}", *SEARCH_BOX_VERSION)
}

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

/// `GET /search-box.js`: for the pages of other sites too. Kept for ever under the address that names its content, asked
/// again under the plain one.
pub(super) async fn search_box(uri: Uri) -> Response {
    let current = uri
        .query()
        .is_some_and(|q| q == format!("v={}", *SEARCH_BOX_VERSION));
    let policy = if current {
        CachePolicy::Forever
    } else {
        CachePolicy::Revalidate
    };
    let mut response = embedded(SEARCH_BOX, "text/javascript; charset=utf-8", policy);
    // Modules of another origin are fetched by the rules of CORS; this one holds nothing of a visitor.
    response.headers_mut().insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    response.headers_mut().insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
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
