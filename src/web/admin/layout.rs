//! The layout of the pages for experts: menu, name, and that nobody else may cache them.

use crate::web::locale::Locale;
use crate::web::pages::frame::Frame;
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
        locale: Locale,
        expert: &str,
        here: &'static str,
    ) -> (Frame, Self) {
        let frame = Frame::without_address(state, locale);
        let expert = expert.to_owned();
        (frame, Self { expert, here })
    }

    /// The menu: path and name.
    #[expect(clippy::unused_self, reason = "called on the layout by its template")]
    pub(super) fn menu(&self, frame: &Frame) -> [(&'static str, &'static str); 5] {
        let t = |chinese, english| frame.t(chinese, english);
        [
            ("/admin", t("概览", "Overview")),
            ("/admin/inbox", t("收件箱", "Inbox")),
            ("/admin/answers", t("解答", "Answers")),
            ("/admin/queries", t("没有答案的搜索", "Unanswered")),
            ("/admin/audit", t("记录", "Log")),
        ]
    }
}

/// A page that only its expert may see: without a policy, it is not cached.
pub(super) fn private(template: &impl Template) -> Result<Response, Refusal> {
    Ok(Html(template.render()?).into_response())
}

/// A time in UTC, to the minute.
pub(super) fn shown_time(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds)
        .unwrap_or_default()
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}
