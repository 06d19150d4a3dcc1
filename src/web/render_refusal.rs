//! Renders refusals: as problem+json under `/api/`, as a page elsewhere, in the language of the request. Handlers only
//! return a [`Refusal`].

use super::locale::Locale;
use super::pages;
use super::problem;
use super::refusal::Refusal;
use super::state::AppState;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// Who would read a refusal of a request.
pub(super) struct Reader {
    locale: Locale,
    is_program: bool,
}

impl Reader {
    /// The reader of what answers `request`.
    pub(super) fn of_request(request: &Request) -> Self {
        Self {
            locale: Locale::of_headers(request.headers()),
            is_program: request.uri().path().starts_with("/api/"),
        }
    }
}

/// Writes the body of a refusal. Any other response stays as it is.
pub(super) fn render(mut response: Response, reader: &Reader, state: &AppState) -> Response {
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else {
        return response;
    };
    let Reader { locale, is_program } = *reader;
    let (content_type, body) = if is_program {
        ("application/problem+json", problem::body(&refusal, locale))
    } else {
        let page = pages::error_page(&refusal, state, locale);
        ("text/html; charset=utf-8", page.into())
    };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if is_program {
        let language = HeaderValue::from_static(locale.tag());
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    refusal.add_headers(headers);
    *response.body_mut() = Body::from(body);
    response
}
