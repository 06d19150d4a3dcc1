//! `/admin`: what experts see and change. Every page needs a session; everything here is also under `/api/v1/admin`.

pub(super) mod answers;
pub(super) mod audit;
mod chart;
pub(super) mod draft;
pub(super) mod inbox;
mod login;
mod overview;
pub(super) mod queries;

use super::locale::Locale;
use super::pages::{Frame, PageRefusal, PageRefusalCause};
use super::problem::Refusal;
use super::state::AppState;
use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;

/// The pages.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/admin", get(overview::overview))
        .route("/admin/login", get(login::form).post(login::sign_in))
        .route("/admin/logout", post(login::sign_out))
        .route("/admin/inbox", get(inbox::inbox))
        .route("/admin/inbox/{kind}/{id}", post(inbox::change))
        .route("/admin/answers", get(answers::worst))
        .route("/admin/answers/{id}", get(answers::answer))
        .route("/admin/queries", get(queries::unanswered))
        .route("/admin/draft", get(draft::draft))
        .route("/admin/audit", get(audit::audit))
        .route("/admin/deliveries/{id}", post(audit::send_again))
}

/// What every page of an expert needs.
struct Desk {
    expert: String,
    /// Path of the page in the menu.
    here: &'static str,
}

impl Desk {
    fn new(state: &AppState, locale: Locale, expert: &str, here: &'static str) -> (Frame, Self) {
        let mut frame = Frame::new(state, locale, here);
        frame.canonical.clear();
        let desk = Self {
            expert: expert.to_owned(),
            here,
        };
        (frame, desk)
    }

    /// The menu: path and name.
    #[expect(clippy::unused_self, reason = "called on the desk by its template")]
    fn menu(&self, frame: &Frame) -> [(&'static str, &'static str); 5] {
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

/// A page that nobody but who asked may keep.
fn private(
    template: &impl Template,
    state: &AppState,
    locale: Locale,
) -> Result<Response, PageRefusal> {
    let html = template
        .render()
        .map_err(|error| PageRefusal::new(PageRefusalCause::from(error), state, locale))?;
    Ok(Html(html).into_response())
}

fn refusing(state: &AppState, locale: Locale) -> impl Fn(Refusal) -> PageRefusal {
    move |refusal| PageRefusal::new(refusal, state, locale)
}

/// A time in UTC, to the minute.
fn shown_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M").to_string()
}
