//! The language of a request: the texts that it is answered with.

use super::state::AppState;
use crate::texts::{Catalog, Texts};
use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use std::convert::Infallible;

impl FromRequestParts<AppState> for Texts {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(texts_for(&parts.headers, &state.texts.current()))
    }
}

/// The texts that suit `Accept-Language` best; those of the default language when it asks for none that there is.
pub(super) fn texts_for(headers: &HeaderMap, catalog: &Catalog) -> Texts {
    let header = headers.get(ACCEPT_LANGUAGE);
    let header = header.and_then(|value| value.to_str().ok());
    negotiate(header.unwrap_or_default(), catalog).clone()
}

/// A language tag as a header's value.
pub(super) fn content_language(texts: &Texts) -> HeaderValue {
    // Tags are checked when files of texts are read: letters, digits and hyphens.
    HeaderValue::from_str(texts.tag()).unwrap_or(HeaderValue::from_static("und"))
}

/// The best language of an `Accept-Language` header (RFC 9110, 12.5.4).
fn negotiate<'a>(header: &str, catalog: &'a Catalog) -> &'a Texts {
    let mut best = (0.0_f32, catalog.default_language());
    for item in header.split(',') {
        let (range, parameters) = item.split_once(';').unwrap_or((item, ""));
        let quality = parameters.trim().strip_prefix("q=");
        let quality = quality.map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        if let Some(texts) = catalog.language(range.trim())
            && quality > best.0
        {
            best = (quality, texts);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_wins_and_chinese_is_the_default() {
        let catalog = Catalog::embedded();
        for (header, tag) in [
            ("", "zh-CN"),
            ("de", "zh-CN"),
            ("en-US,en;q=0.9", "en"),
            ("en;q=0.5, zh-TW;q=0.9", "zh-CN"),
            ("fr, en;q=0.1", "en"),
            ("en;q=x", "zh-CN"),
        ] {
            assert_eq!(negotiate(header, &catalog).tag(), tag, "{header}");
        }
    }
}
