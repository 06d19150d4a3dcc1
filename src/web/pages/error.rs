//! Refusals as pages: what was wrong, and the search box to go on.

use super::{Frame, PageRefusalCause};
use crate::web::locale::Locale;
use crate::web::problem::{ApiRefusal, Refusal};
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{Html, IntoResponse, Response};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    title: &'static str,
    detail: String,
}

/// A refusal on its way out of a page handler.
pub(in crate::web) struct PageRefusal {
    cause: PageRefusalCause,
    state: Box<AppState>,
    locale: Locale,
}

impl PageRefusal {
    pub(in crate::web) fn new(
        cause: impl Into<PageRefusalCause>,
        state: &AppState,
        locale: Locale,
    ) -> Self {
        Self {
            cause: cause.into(),
            state: Box::new(state.clone()),
            locale,
        }
    }
}

impl IntoResponse for PageRefusal {
    fn into_response(self) -> Response {
        let Self {
            cause,
            state,
            locale,
        } = self;
        let refusal = match cause {
            PageRefusalCause::Refused(refusal) => refusal,
            PageRefusalCause::Template(error) => {
                tracing::error!(%error, "a page could not be rendered");
                Refusal::Internal
            }
        };
        let (status, _) = refusal.status_and_code();
        let mut frame = Frame::new(&state, locale, "");
        frame.canonical.clear();
        let page = ErrorPage {
            frame,
            status: status.as_u16(),
            title: refusal.title(locale),
            detail: refusal.detail(locale),
        };
        let body = page
            .render()
            .unwrap_or_else(|_| refusal.title(locale).to_owned());
        let mut response = (status, Html(body)).into_response();
        refusal.add_headers(&mut response);
        response
    }
}

/// What no route takes: a problem under `/api`, a page elsewhere.
pub(in crate::web) async fn not_found(
    State(state): State<AppState>,
    locale: Locale,
    uri: Uri,
) -> Response {
    refused(Refusal::NotFound, &state, locale, &uri)
}

/// A route that is there, asked by another method.
pub(in crate::web) async fn method_not_allowed(
    State(state): State<AppState>,
    locale: Locale,
    uri: Uri,
) -> Response {
    refused(Refusal::MethodNotAllowed, &state, locale, &uri)
}

/// A refusal as who asked for this address can read it.
pub(in crate::web) fn refused(
    refusal: Refusal,
    state: &AppState,
    locale: Locale,
    uri: &Uri,
) -> Response {
    if uri.path().starts_with("/api/") {
        ApiRefusal(refusal, locale).into_response()
    } else {
        PageRefusal::new(refusal, state, locale).into_response()
    }
}
