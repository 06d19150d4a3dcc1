//! The two languages a visitor can read: which one a request gets, and every text in both.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use std::convert::Infallible;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Locale {
    /// Simplified Chinese.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Locale {
    /// BCP 47 tag, for `lang` and `Content-Language`.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// `chinese` or `english`, whichever this is.
    pub(super) fn pick<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// The language of a request with these headers.
    pub(super) fn of_headers(headers: &HeaderMap) -> Self {
        let header = headers.get(ACCEPT_LANGUAGE);
        let header = header.and_then(|v| v.to_str().ok()).unwrap_or_default();
        Self::negotiate(header)
    }

    /// Best of an `Accept-Language` header (RFC 9110, 12.5.4); Chinese when neither language is asked for.
    pub(super) fn negotiate(header: &str) -> Self {
        let mut best = (0.0_f32, Self::Chinese);
        for item in header.split(',') {
            let (range, parameters) = item.split_once(';').unwrap_or((item, ""));
            let quality = parameters
                .trim()
                .strip_prefix("q=")
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            let language = match range
                .trim()
                .split('-')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
                .as_str()
            {
                "zh" => Self::Chinese,
                "en" => Self::English,
                _ => continue,
            };
            if quality > best.0 {
                best = (quality, language);
            }
        }
        best.1
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Locale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of_headers(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_wins_and_chinese_is_the_default() {
        for (header, locale) in [
            ("", Locale::Chinese),
            ("de", Locale::Chinese),
            ("en-US,en;q=0.9", Locale::English),
            ("en;q=0.5, zh-TW;q=0.9", Locale::Chinese),
            ("fr, en;q=0.1", Locale::English),
            ("en;q=x", Locale::Chinese),
        ] {
            assert_eq!(Locale::negotiate(header), locale, "{header}");
        }
    }
}
