//! The layout of the pages for experts: menu, name, and that nobody else may cache them.

use crate::texts::Texts;
use crate::web::frame::Frame;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;

/// What every page of an expert needs.
pub(super) struct AdminLayout {
    pub(super) expert: String,
    /// Path of the page in the menu.
    pub(super) here: &'static str,
}

impl AdminLayout {
    pub(super) fn new(
        state: &AppState,
        texts: Texts,
        expert: &str,
        here: &'static str,
    ) -> (Frame, Self) {
        let frame = Frame::without_address(state, texts);
        let expert = expert.to_owned();
        (frame, Self { expert, here })
    }

    /// The menu: path and name.
    #[expect(clippy::unused_self, reason = "called on the layout by its template")]
    pub(super) fn menu(&self, frame: &Frame) -> [(&'static str, String); 5] {
        let t = |key| frame.t(key);
        [
            ("/admin", t("admin-overview")),
            ("/admin/inbox", t("admin-inbox")),
            ("/admin/answers", t("admin-answers")),
            ("/admin/queries", t("admin-unanswered")),
            ("/admin/audit", t("admin-log")),
        ]
    }
}

/// A page that only its expert may see: without a policy, it is not cached.
pub(super) fn private(template: &impl Template) -> Result<Response, Refusal> {
    Ok(Html(template.render()?).into_response())
}

/// A time in UTC, to the minute.
pub(super) fn shown_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M").to_string()
}
