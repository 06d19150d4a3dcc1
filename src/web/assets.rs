//! Styles, pictures and scripts of pages, under addresses that change with their content.

use super::brand::Asset;
use super::cache::CachePolicy;
use super::path::Path;
use super::pictures::forbid_all;
use super::state::AppState;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

/// `GET /assets/{version}/{name}`.
pub(super) async fn asset(
    State(state): State<AppState>,
    Path((version, name)): Path<(String, String)>,
) -> Response {
    if let Some(asset) = state.brand.at(&format!("/assets/{version}/{name}")) {
        return served(asset, CachePolicy::Forever);
    }
    // A page of the version before still gets a stylesheet, but not one to cache.
    if name == "dayi.css" {
        return served(&state.brand.stylesheet, CachePolicy::Revalidate);
    }
    StatusCode::NOT_FOUND.into_response()
}

/// `GET /favicon.svg` and `GET /favicon.ico`, for those who ask without reading the page.
pub(super) async fn icon(State(state): State<AppState>) -> Redirect {
    Redirect::temporary(&state.brand.icon.path)
}

/// `GET /manifest.webmanifest`.
pub(super) async fn manifest(State(state): State<AppState>) -> Response {
    state.brand.manifest.response()
}

fn served(asset: &Asset, policy: CachePolicy) -> Response {
    let mut response = asset.response.response();
    response.extensions_mut().insert(policy);
    if asset.media_type.starts_with("image/") {
        forbid_all(&mut response);
        // The widget shows the logo on other pages.
        let policy = HeaderName::from_static("cross-origin-resource-policy");
        let everywhere = HeaderValue::from_static("cross-origin");
        response.headers_mut().insert(policy, everywhere);
    }
    response
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
    let mut response = script.response();
    response.extensions_mut().insert(policy_for(is_current));
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

/// A response may be cached for ever under an address that names the current version.
fn policy_for(current: bool) -> CachePolicy {
    if current {
        CachePolicy::Forever
    } else {
        CachePolicy::Revalidate
    }
}
