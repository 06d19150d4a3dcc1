//! `/admin/inbox`: bad ratings and asks, with their states.

use super::layout::{AdminLayout, private, shown_time};
use crate::document::DocumentId;
use crate::engine::Engine;
use crate::feedback::inbox::{Item, ItemChange, ItemKind};
use crate::feedback::record::WorkState;
use crate::texts::Texts;
use crate::web::body::FormBody;
use crate::web::draft::ask_draft_id;
use crate::web::expert::OnPage;
use crate::web::frame::Frame;
use crate::web::item_change;
use crate::web::labels::{reason_labels, state_label};
use crate::web::links::encode;
use crate::web::lists::List;
use crate::web::lists::inbox::{Inbox, InboxCursor, InboxParameters, PAGE};
use crate::web::parameters::{Parameters, Raw};
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/inbox.html")]
struct InboxPage {
    frame: Frame,
    layout: AdminLayout,
    items: Vec<ShownItem>,
    kind: String,
    state: String,
    assignee: String,
    text: String,
    kinds: Vec<(&'static str, String)>,
    states: Vec<(&'static str, String)>,
    keys: Vec<(&'static str, String)>,
    csv: String,
    next: Option<String>,
}

struct ShownItem {
    item: Item,
    at: String,
    title: String,
    reasons: String,
    url: String,
    draft: String,
    /// The published document that was written up from an open ask: its id and title.
    written_up: Option<(String, String)>,
    /// Whether visitors see it among the questions of others.
    is_seen_by_all: bool,
}

pub(super) async fn inbox(
    State(state): State<AppState>,
    texts: Texts,
    OnPage(expert): OnPage,
    parameters: Parameters<InboxParameters>,
) -> Result<Response, Refusal> {
    let list = Inbox::try_from(&parameters)?;
    let after = InboxCursor::of(&parameters)?;
    let store = &state.feedback()?.store;
    let found = list.page(store, after, PAGE).await?;
    let own = |raw: &Raw| raw.text().unwrap_or_default().to_owned();
    let sent = &parameters.sent;
    let (kind, work, assignee, text) = (
        own(&sent.kind),
        own(&sent.state),
        own(&sent.assignee),
        own(&sent.q),
    );
    let query = format!(
        "kind={}&state={}&assignee={}&q={}",
        encode(&kind),
        encode(&work),
        encode(&assignee),
        encode(&text)
    );
    let (frame, layout) = AdminLayout::new(&state, texts, &expert.name, "/admin/inbox");
    let (rows, words) = (found.rows, frame.texts.clone());
    let titled = move |engine: &dyn Engine| {
        let shown = rows.into_iter().map(|item| shown(item, engine, &words));
        Ok(shown.collect())
    };
    let items = state.with_engine(titled).await?;
    let page = InboxPage {
        items,
        kinds: vec![
            ("", frame.t("inbox-kind-all")),
            ("rating", frame.t("inbox-kind-ratings")),
            ("ask", frame.t("inbox-kind-asks")),
        ],
        states: WorkState::ALL
            .into_iter()
            .map(|s| (s.code(), state_label(s, &frame.texts)))
            .collect(),
        keys: vec![
            ("j k", frame.t("inbox-key-move")),
            ("1 2 3 4", frame.t("inbox-key-state")),
            ("m", frame.t("inbox-key-mine")),
            ("n", frame.t("inbox-key-note")),
            ("a", frame.t("inbox-tell")),
            ("o", frame.t("inbox-key-open")),
            ("w", frame.t("inbox-key-write-up")),
            ("/", frame.t("inbox-key-find")),
        ],
        csv: format!("/api/v1/admin/inbox?format=csv&{query}"),
        next: found
            .next
            .map(|cursor| format!("/admin/inbox?{query}&after={}", cursor.to_text())),
        kind,
        state: work,
        assignee,
        text,
        frame,
        layout,
    };
    private(&page)
}

fn shown(item: Item, engine: &dyn Engine, texts: &Texts) -> ShownItem {
    let id = item.question_id.clone().unwrap_or_default();
    let document = engine.document(&DocumentId(id.clone())).ok().flatten();
    ShownItem {
        at: shown_time(item.at),
        title: match (item.kind, document) {
            (ItemKind::Rating, Some(document)) => document.headline().to_owned(),
            (ItemKind::Rating, None) => id.clone(),
            (ItemKind::Ask, _) => String::new(),
        },
        reasons: reason_labels(&item.reasons, texts),
        url: format!("/admin/answers/{}", encode(&id)),
        draft: format!("/admin/draft?ask={}", item.id),
        written_up: written_up(&item, engine),
        is_seen_by_all: !item.released.is_empty() && item.state != WorkState::Dismissed,
        item,
    }
}

/// The document that has the id of the draft of this ask, until the ask is answered or closed.
fn written_up(item: &Item, engine: &dyn Engine) -> Option<(String, String)> {
    let is_open = matches!(item.state, WorkState::New | WorkState::InWork);
    if item.kind != ItemKind::Ask || !is_open {
        return None;
    }
    let id = DocumentId(ask_draft_id(item.id, &item.text));
    let document = engine.document(&id).ok().flatten()?;
    let title = document.headline().to_owned();
    Some((document.id.0, title))
}

/// A form of an item. Each has some of its fields; what it does not have stays.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ItemForm {
    state: String,
    assignee: Option<String>,
    note: Option<String>,
    answered_by: Option<String>,
    closed_because: Option<String>,
    released: Option<String>,
    version: String,
    /// The list that the form was shown in.
    back: String,
}

pub(super) async fn change(
    State(state): State<AppState>,
    OnPage(expert): OnPage,
    Path((kind, id)): Path<(String, String)>,
    FormBody(form, _): FormBody<ItemForm>,
) -> Result<Redirect, Refusal> {
    let change = ItemChange {
        state: WorkState::from_code(&form.state),
        assignee: form.assignee,
        note: form.note,
        answered_by: form.answered_by,
        closed_because: form.closed_because,
        released: form.released,
        version: Some(form.version).filter(|v| !v.is_empty()),
    };
    item_change::change(&state, (&kind, &id), change, &expert.name).await?;
    // Only back to one of our lists: an address from a form is not to be trusted.
    let is_ours = form.back.starts_with("/admin/inbox?") && !form.back.contains(['\r', '\n']);
    let back = if is_ours { &form.back } else { "/admin/inbox" };
    Ok(Redirect::to(back))
}
