//! The language of a request: what a visitor chose, by the address or earlier, else what the browser asks for.

use super::body::{SearchForm, first_value};
use super::state::AppState;
use crate::texts::{Catalog, Texts, is_related};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, REFERER, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use serde::Deserialize;
use std::convert::Infallible;

/// Name of the cookie, and of the parameter.
const COOKIE: &str = "dayi_lang";
const PARAMETER: &str = "lang";
/// How long a choice lasts.
const REMEMBERED_FOR: Duration = Duration::days(365);

impl FromRequestParts<AppState> for Texts {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(texts_for(&parts.uri, &parts.headers, state))
    }
}

/// The texts that a request is answered with.
pub(super) fn texts_for(uri: &Uri, headers: &HeaderMap, state: &AppState) -> Texts {
    let catalog = state.texts.current();
    let offered = offered(&catalog, &state.config.site_languages);
    let chosen = || named_in(uri).and_then(|tag| language(&offered, tag));
    let remembered = || {
        let cookies = CookieJar::from_headers(headers);
        let tag = cookies.get(COOKIE)?.value();
        language(&offered, tag)
    };
    let header = headers.get(ACCEPT_LANGUAGE);
    let header = header.and_then(|value| value.to_str().ok());
    let asked_for = || negotiate(header.unwrap_or_default(), &offered);
    let texts = chosen().or_else(remembered).or_else(asked_for);
    texts.unwrap_or(catalog.default_language()).clone()
}

/// The languages that visitors are offered, the default one first.
pub(super) fn offered<'a>(catalog: &'a Catalog, tags: &[String]) -> Vec<&'a Texts> {
    let named = tags.iter().filter_map(|tag| catalog.language(tag));
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        catalog.languages().iter().collect()
    } else {
        named
    }
}

/// The value of `lang` in an address.
fn named_in(uri: &Uri) -> Option<&str> {
    let pairs = uri.query()?.split('&');
    let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
    pairs.find_map(|(name, value)| (name == PARAMETER).then_some(value))
}

/// Remembers a language that an address names.
pub(super) async fn remember(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let cookie = named_in(request.uri()).and_then(|tag| cookie_of(tag, &state));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
    response
}

/// A choice in the footer.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    #[serde(deserialize_with = "first_value")]
    lang: String,
}

/// `POST /language`: remembers a language and leads back.
pub(super) async fn choose(
    State(state): State<AppState>,
    headers: HeaderMap,
    SearchForm(chosen): SearchForm<Chosen>,
) -> Response {
    let cookie = cookie_of(&chosen.lang, &state);
    let mut response = Redirect::to(&page_before(&headers)).into_response();
    let headers = response.headers_mut();
    headers.extend(cookie.map(|cookie| (SET_COOKIE, cookie)));
    response
}

/// The page from which a form was sent, by its path and without its language, so that it never leads to another site.
fn page_before(headers: &HeaderMap) -> String {
    let referer = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let Some(uri) = referer.and_then(|value| value.parse::<Uri>().ok()) else {
        return "/".to_owned();
    };
    // Two slashes would begin the name of a host.
    let path = format!("/{}", uri.path().trim_start_matches(['/', '\\']));
    let pairs = uri.query().unwrap_or_default().split('&');
    let others = pairs.filter(|pair| pair.split('=').next() != Some(PARAMETER) && !pair.is_empty());
    let query: Vec<&str> = others.collect();
    if query.is_empty() {
        path
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

/// The cookie that remembers the language of a tag, if that is offered.
fn cookie_of(tag: &str, state: &AppState) -> Option<HeaderValue> {
    let catalog = state.texts.current();
    let texts = language(&offered(&catalog, &state.config.site_languages), tag)?;
    let cookie = Cookie::build((COOKIE, texts.tag().to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.config.base_url.starts_with("https://"))
        .max_age(REMEMBERED_FOR);
    HeaderValue::from_str(&cookie.build().to_string()).ok()
}

/// A language tag as a header's value.
pub(super) fn content_language(texts: &Texts) -> HeaderValue {
    // Tags are checked when files of texts are read: letters, digits and hyphens.
    HeaderValue::from_str(texts.tag()).unwrap_or(HeaderValue::from_static("und"))
}

/// The best language of an `Accept-Language` header (RFC 9110, 12.5.4), the first one offered if it names none of them.
fn negotiate<'a>(header: &str, offered: &[&'a Texts]) -> Option<&'a Texts> {
    let mut best = (0.0_f32, offered.first().copied());
    for item in header.split(',') {
        let (range, parameters) = item.split_once(';').unwrap_or((item, ""));
        let quality = parameters.trim().strip_prefix("q=");
        let quality = quality.map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        if let Some(texts) = language(offered, range.trim())
            && quality > best.0
        {
            best = (quality, Some(texts));
        }
    }
    best.1
}

/// The texts in the language of this tag, or in one with the same first part.
fn language<'a>(offered: &[&'a Texts], tag: &str) -> Option<&'a Texts> {
    let exact = offered.iter().find(|t| t.tag().eq_ignore_ascii_case(tag));
    let related = || offered.iter().find(|t| is_related(t.tag(), tag));
    exact.or_else(related).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_wins_and_the_first_one_offered_is_the_default() {
        let catalog = Catalog::embedded();
        for (languages, header, tag) in [
            ("", "", "zh-CN"),
            ("", "de", "zh-CN"),
            ("", "en-US,en;q=0.9", "en"),
            ("", "en;q=0.5, zh-TW;q=0.9", "zh-CN"),
            ("", "fr, en;q=0.1", "en"),
            ("", "en;q=x", "zh-CN"),
            ("en", "zh-CN", "en"),
            ("en,zh-CN", "de", "en"),
            ("xx", "", "zh-CN"),
        ] {
            let languages: Vec<String> = languages.split(',').map(str::to_owned).collect();
            let offered = offered(&catalog, &languages);
            let texts = negotiate(header, &offered);
            assert_eq!(texts.map(Texts::tag), Some(tag), "{header} {languages:?}");
        }
    }

    #[test]
    fn a_choice_leads_back_to_the_page_before_and_nowhere_else() {
        for (referer, path) in [
            (
                "https://qa.example.org/search?q=a%26b&lang=en&page=2",
                "/search?q=a%26b&page=2",
            ),
            ("https://qa.example.org/questions/x?lang=en", "/questions/x"),
            ("https://evil.example//evil.example/a", "/evil.example/a"),
            ("https://evil.example", "/"),
            ("no address", "/"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(REFERER, HeaderValue::from_str(referer).unwrap());
            assert_eq!(page_before(&headers), path, "{referer}");
        }
        assert_eq!(page_before(&HeaderMap::new()), "/");
    }
}
