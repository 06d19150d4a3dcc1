//! A refusal as a page: what was wrong, and the search box to go on.

use super::frame::Frame;
use crate::web::locale::Locale;
use crate::web::problem;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    title: &'static str,
    detail: String,
}

/// The page of a refusal.
pub(in crate::web) fn error_page(refusal: &Refusal, state: &AppState, locale: Locale) -> String {
    let (status, _) = refusal.status_and_code();
    let title = problem::title(refusal, locale);
    let page = ErrorPage {
        frame: Frame::without_address(state, locale),
        status: status.as_u16(),
        title,
        detail: problem::detail(refusal, locale),
    };
    page.render().unwrap_or_else(|_| title.to_owned())
}
