//! `/admin`: what experts see and change. Every page needs a session; everything here is also under `/api/v1/admin`.

mod answers;
mod audit;
mod chart;
mod draft;
mod inbox;
mod layout;
mod login;
mod overview;
mod queries;

use super::state::AppState;
use axum::Router;
use axum::routing::{get, post};

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
        .route(
            "/admin/answers/{id}/asked-as",
            post(answers::change_askings),
        )
        .route("/admin/queries", get(queries::unanswered))
        .route("/admin/draft", get(draft::draft))
        .route("/admin/audit", get(audit::audit))
        .route("/admin/deliveries/{id}", post(audit::send_again))
}
