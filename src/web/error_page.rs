//! A refusal as a page: what was wrong, and the search box to go on.

use super::frame::Frame;
use super::problem;
use super::refusal::Refusal;
use super::state::AppState;
use crate::texts::Texts;
use askama::Template;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    title: String,
    detail: String,
}

/// The page of a refusal.
pub(super) fn error_page(refusal: &Refusal, state: &AppState, texts: Texts) -> String {
    let (status, _) = refusal.status_and_code();
    let title = problem::title(refusal, &texts);
    let page = ErrorPage {
        detail: problem::detail(refusal, &texts),
        frame: Frame::without_address(state, texts),
        status: status.as_u16(),
        title,
    };
    page.render().unwrap_or(page.title)
}
