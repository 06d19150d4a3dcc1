//! Styles, scripts and icons in the binary, under addresses that change with their content.

use super::cache::CachePolicy;
use super::response_cache::CachedResponse;
use super::state::AppState;
use axum::extract::Path;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, LazyLock};

const STYLESHEET: &str = include_str!("../../assets/dayi.css");
const FAVICON: &str = include_str!("../../assets/favicon.svg");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = blake3::hash(STYLESHEET.as_bytes()).to_hex();
    format!("/assets/{}/dayi.css", &hash[..12])
});

static SERVED_STYLESHEET: LazyLock<Arc<CachedResponse>> = LazyLock::new(|| {
    Arc::new(CachedResponse::new(STYLESHEET, "text/css; charset=utf-8").lasting())
});

static SERVED_FAVICON: LazyLock<Arc<CachedResponse>> =
    LazyLock::new(|| Arc::new(CachedResponse::new(FAVICON, "image/svg+xml")));

/// Where the stylesheet of this binary is.
pub(super) fn stylesheet_path() -> &'static str {
    &STYLESHEET_PATH
}

/// `GET /assets/{version}/{name}`.
pub(super) async fn asset(Path((version, name)): Path<(String, String)>) -> Response {
    if name != "dayi.css" {
        return StatusCode::NOT_FOUND.into_response();
    }
    // A page from an older binary still gets a stylesheet, but not one to cache.
    embedded(
        &SERVED_STYLESHEET,
        policy_for(STYLESHEET_PATH.contains(&version)),
    )
}

/// `GET /widget.js` and its like: for the pages of other sites too. Cached for ever under the address that names the
/// version, revalidated under the plain one.
pub(super) async fn script(State(state): State<AppState>, uri: Uri) -> Response {
    let scripts = state.scripts();
    let Some(script) = scripts.at(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let version = uri.query().and_then(|query| query.strip_prefix("v="));
    let is_current = version.is_some_and(|version| scripts.is_version(version));
    let mut response = embedded(script, policy_for(is_current));
    // Modules of another origin are fetched by the rules of CORS; these hold nothing of a visitor.
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// `GET /favicon.svg`.
pub(super) async fn favicon() -> Response {
    embedded(&SERVED_FAVICON, CachePolicy::Revalidate)
}

/// A response may be cached for ever under an address that names the current version.
fn policy_for(current: bool) -> CachePolicy {
    if current {
        CachePolicy::Forever
    } else {
        CachePolicy::Revalidate
    }
}

fn embedded(asset: &Arc<CachedResponse>, policy: CachePolicy) -> Response {
    let mut response = asset.response();
    response.extensions_mut().insert(policy);
    response
}
