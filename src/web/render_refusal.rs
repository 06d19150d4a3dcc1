//! Renders refusals in the language of the request: as problem+json for programs, as a page for people. Handlers only
//! return a [`Refusal`].

use super::error_page::error_page;
use super::language::{content_language, texts_for};
use super::problem;
use super::refusal::{ReadByPrograms, Refusal};
use super::state::AppState;
use crate::texts::Texts;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// Who would read a refusal of a request.
pub(super) struct Reader {
    texts: Texts,
    calls_api: bool,
}

impl Reader {
    /// The reader of what answers `request`.
    pub(super) fn of_request(request: &Request, state: &AppState) -> Self {
        Self {
            texts: texts_for(request.uri(), request.headers(), state),
            calls_api: request.uri().path().starts_with("/api/"),
        }
    }
}

/// Writes the body of a refusal. Any other response stays as it is.
pub(super) fn render(mut response: Response, reader: &Reader, state: &AppState) -> Response {
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else {
        return response;
    };
    let marked = response.extensions_mut().remove::<ReadByPrograms>();
    let Reader { texts, calls_api } = reader;
    let is_program = *calls_api || marked.is_some();
    let (content_type, body) = if is_program {
        ("application/problem+json", problem::body(&refusal, texts))
    } else {
        let page = error_page(&refusal, state, texts.clone());
        ("text/html; charset=utf-8", page.into())
    };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if is_program {
        headers.insert(header::CONTENT_LANGUAGE, content_language(texts));
    }
    refusal.add_headers(headers);
    *response.body_mut() = Body::from(body);
    response
}
