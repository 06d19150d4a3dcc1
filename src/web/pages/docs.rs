//! `GET /docs`: the API for people.

use crate::texts::Texts;
use crate::web::api::DocumentedOperation;
use crate::web::api::docs_page;
use crate::web::frame::{Frame, page};
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage {
    frame: Frame,
    operations: Vec<DocumentedOperation>,
}

/// The page.
pub(in crate::web) async fn docs(
    State(state): State<AppState>,
    texts: Texts,
) -> Result<Response, Refusal> {
    let shown = DocsPage {
        frame: Frame::new(&state, texts.clone(), "/docs"),
        operations: docs_page(&state.config.base_url),
    };
    page(&shown, &texts)
}
