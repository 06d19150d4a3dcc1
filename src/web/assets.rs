//! Styles, scripts and icons in the binary, under addresses that change with their content.

use super::cache::CachePolicy;
use super::response_cache::CachedResponse;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::sync::{Arc, LazyLock};

const STYLESHEET: &str = include_str!("../../assets/dayi.css");
const FAVICON: &str = include_str!("../../assets/favicon.svg");

/// The modules of JavaScript by the names under which they import each other.
const SCRIPTS: [(&str, &str); 12] = [
    ("combobox.js", include_str!("../../assets/combobox.js")),
    ("inbox-keys.js", include_str!("../../assets/inbox-keys.js")),
    ("dom.js", include_str!("../../assets/dom.js")),
    ("embed.js", include_str!("../../assets/embed.js")),
    ("options.js", include_str!("../../assets/options.js")),
    ("outbox.js", include_str!("../../assets/outbox.js")),
    ("sanitize.js", include_str!("../../assets/sanitize.js")),
    ("search-box.js", include_str!("../../assets/search-box.js")),
    ("service.js", include_str!("../../assets/service.js")),
    (
        "widget-answer.js",
        include_str!("../../assets/widget-answer.js"),
    ),
    (
        "widget-panel.js",
        include_str!("../../assets/widget-panel.js"),
    ),
    ("widget.js", include_str!("../../assets/widget.js")),
];

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = blake3::hash(STYLESHEET.as_bytes()).to_hex();
    format!("/assets/{}/dayi.css", &hash[..12])
});

/// One version for all modules: a module changes with those it imports.
static SCRIPTS_VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for (name, text) in SCRIPTS {
        hasher.update(name.as_bytes()).update(text.as_bytes());
    }
    hasher.finalize().to_hex()[..12].to_owned()
});

static SERVED_STYLESHEET: LazyLock<Arc<CachedResponse>> =
    LazyLock::new(|| Arc::new(CachedResponse::new(STYLESHEET, "text/css; charset=utf-8")));

static SERVED_FAVICON: LazyLock<Arc<CachedResponse>> =
    LazyLock::new(|| Arc::new(CachedResponse::new(FAVICON, "image/svg+xml")));

/// The modules as they are served: without comments, and each imports the others at the addresses that name this version,
/// so that a page never mixes two versions and keeps all but the first module.
static SERVED_SCRIPTS: LazyLock<Vec<(String, Arc<CachedResponse>)>> = LazyLock::new(|| {
    let served = |text: &str| {
        let text = SCRIPTS
            .iter()
            .fold(without_comments(text), |text, (name, _)| {
                let versioned = format!("\"./{name}?v={}\"", *SCRIPTS_VERSION);
                text.replace(&format!("\"./{name}\""), &versioned)
            });
        Arc::new(CachedResponse::new(text, "text/javascript; charset=utf-8"))
    };
    SCRIPTS
        .iter()
        .map(|(name, text)| (format!("/{name}"), served(text)))
        .collect()
});

/// Where a script of this binary is, by its name.
pub(super) fn script_path(name: &str) -> String {
    format!("/{name}?v={}", *SCRIPTS_VERSION)
}

/// The paths of all scripts.
pub(super) fn script_routes() -> impl Iterator<Item = &'static str> {
    SERVED_SCRIPTS.iter().map(|(path, _)| path.as_str())
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
    embedded(
        &SERVED_STYLESHEET,
        kept_if(STYLESHEET_PATH.contains(&version)),
    )
}

/// `GET /widget.js` and its like: for the pages of other sites too. Kept for ever under the address that names the
/// version, asked again under the plain one.
pub(super) async fn script(uri: Uri) -> Response {
    let Some((_, script)) = SERVED_SCRIPTS.iter().find(|(path, _)| path == uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let current = uri.query().and_then(|q| q.strip_prefix("v=")) == Some(SCRIPTS_VERSION.as_str());
    let mut response = embedded(script, kept_if(current));
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

/// Comments are a third of our modules and nothing to a visitor. Knows only how we write them: lines of `//`, and `/**` up
/// to `*/`, neither of which stands in a string.
fn without_comments(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, comment)) = rest.split_once("/**") {
        code.push_str(before);
        rest = comment
            .split_once("*/")
            .map_or("", |(_, after)| after.trim_start_matches(' '));
    }
    code.push_str(rest);
    code.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .fold(String::with_capacity(code.len()), |text, line| {
            text + line + "\n"
        })
}

fn kept_if(current: bool) -> CachePolicy {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_code_stays() {
        let source =
            "// a\n/** @param {x} */\nf(/** @type {any} */ (x), \"http://a\");\n\n  // b\n  g();\n";
        assert_eq!(without_comments(source), "f((x), \"http://a\");\ng();\n");
    }

    #[test]
    fn modules_import_each_other_at_one_version() {
        for (path, script) in SERVED_SCRIPTS.iter() {
            let body = script.body();
            let text = str::from_utf8(&body).unwrap();
            assert!(!text.contains("/**"), "{path}");
            for (name, _) in SCRIPTS {
                assert!(!text.contains(&format!("\"./{name}\"")), "{path}: {name}");
            }
        }
    }
}
