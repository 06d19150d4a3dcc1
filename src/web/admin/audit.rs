//! `/admin/audit`: what experts did, and messages to other systems that did not arrive.

use super::{Desk, Frame, private, shown_time};
use crate::feedback::audit::AuditEntry;
use crate::feedback::deliveries::Delivery;
use crate::web::body::FormBody;
use crate::web::expert::OnPage;
use crate::web::extract::Parameters;
use crate::web::locale::Locale;
use crate::web::pages::PageRefusal;
use crate::web::path::Path;
use crate::web::problem::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

/// Entries on a page.
pub(in crate::web) const PAGE: i64 = 100;

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    frame: Frame,
    desk: Desk,
    entries: Vec<(String, AuditEntry)>,
    deliveries: Vec<(String, Delivery)>,
    next: Option<String>,
}

pub(super) async fn audit(
    State(state): State<AppState>,
    locale: Locale,
    OnPage(expert): OnPage,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let store = &state.feedback().map_err(&refuse)?.store;
    let before = parameters.number("before").map_err(&refuse)?;
    let entries = store
        .audit()
        .page(before, PAGE)
        .await
        .map_err(|e| refuse(e.into()))?;
    let deliveries = store
        .deliveries()
        .page(None, PAGE)
        .await
        .map_err(|e| refuse(e.into()))?;
    let last = entries.last().filter(|_| entries.len() as i64 == PAGE);
    let (frame, desk) = Desk::new(&state, locale, &expert.name, "/admin/audit");
    let page = AuditPage {
        frame,
        desk,
        next: last.map(|entry| format!("/admin/audit?before={}", entry.id)),
        entries: entries.into_iter().map(|e| (shown_time(e.at), e)).collect(),
        deliveries: deliveries
            .into_iter()
            .map(|d| (shown_time(d.at), d))
            .collect(),
    };
    private(&page, &state, locale)
}

pub(super) async fn send_again(
    State(state): State<AppState>,
    locale: Locale,
    OnPage(expert): OnPage,
    Path(id): Path<i64>,
    FormBody(..): FormBody,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let store = &state.feedback().map_err(&refuse)?.store;
    let again = store.deliveries().send_again(id, &expert.name).await;
    if !again.map_err(|e| refuse(e.into()))? {
        return Err(refuse(Refusal::NotFound));
    }
    Ok(Redirect::to("/admin/audit").into_response())
}
