//! `/admin/audit`: what experts did, and messages to other systems that did not arrive.

use super::layout::{AdminLayout, private, shown_time};
use crate::feedback::audit::AuditEntry;
use crate::feedback::deliveries::Delivery;
use crate::texts::Texts;
use crate::web::body::{FormBody, NoFields};
use crate::web::expert::OnPage;
use crate::web::frame::Frame;
use crate::web::lists::audit::{AuditLog, PAGE};
use crate::web::lists::deliveries::Deliveries;
use crate::web::lists::{BeforeParameters, List};
use crate::web::parameters::Parameters;
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct AuditPage {
    frame: Frame,
    layout: AdminLayout,
    entries: Vec<(String, AuditEntry)>,
    deliveries: Vec<(String, Delivery)>,
    next: Option<String>,
}

pub(super) async fn audit(
    State(state): State<AppState>,
    texts: Texts,
    OnPage(expert): OnPage,
    Parameters { sent, source }: Parameters<BeforeParameters>,
) -> Result<Response, Refusal> {
    let store = &state.feedback()?.store;
    let before = source.number("before", &sent.before)?;
    let entries = AuditLog.page(store, before, PAGE).await?;
    let deliveries = Deliveries.page(store, None, PAGE).await?.rows.into_iter();
    let (frame, layout) = AdminLayout::new(&state, texts, &expert.name, "/admin/audit");
    let next = entries.next.map(|n| format!("/admin/audit?before={n}"));
    let entries = entries.rows.into_iter();
    private(&AuditPage {
        frame,
        layout,
        next,
        entries: entries.map(|e| (shown_time(e.at), e)).collect(),
        deliveries: deliveries.map(|d| (shown_time(d.at), d)).collect(),
    })
}

pub(super) async fn send_again(
    State(state): State<AppState>,
    OnPage(expert): OnPage,
    Path(id): Path<i64>,
    FormBody(NoFields {}, _): FormBody<NoFields>,
) -> Result<Redirect, Refusal> {
    let store = &state.feedback()?.store;
    if store.deliveries().send_again(id, &expert.name).await? {
        Ok(Redirect::to("/admin/audit"))
    } else {
        Err(Refusal::NotFound)
    }
}
