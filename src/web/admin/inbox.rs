//! `/admin/inbox`: bad ratings and asks, with their states.

use super::{Desk, Frame, private, shown_time};
use crate::engine::Engine;
use crate::feedback::inbox::{Cursor, InboxFilter, Item, ItemChange, ItemKind};
use crate::feedback::record::{BadField, FieldProblem, WorkState};
use crate::web::body::FormBody;
use crate::web::expert::OnPage;
use crate::web::extract::Parameters;
use crate::web::locale::Locale;
use crate::web::pages::feedback::reason_label;
use crate::web::pages::{PageRefusal, encode};
use crate::web::path::Path;
use crate::web::problem::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

/// Items on a page.
pub(in crate::web) const PAGE: usize = 30;

#[derive(Template)]
#[template(path = "admin/inbox.html")]
struct InboxPage {
    frame: Frame,
    desk: Desk,
    items: Vec<ShownItem>,
    kind: String,
    state: String,
    assignee: String,
    text: String,
    kinds: Vec<(&'static str, &'static str)>,
    states: Vec<(&'static str, &'static str)>,
    keys: Vec<(&'static str, &'static str)>,
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
}

/// The filter of a list's parameters.
pub(in crate::web) fn filter(parameters: &Parameters) -> Result<InboxFilter, Refusal> {
    let one_of = |name, allowed| {
        Refusal::from(BadField {
            field: name,
            problem: FieldProblem::NotOneOf(allowed),
        })
    };
    let kind = parameters
        .one("kind")
        .map(|code| ItemKind::from_code(code).ok_or_else(|| one_of("kind", "`rating`, `ask`")));
    let state = parameters.one("state").map(|code| {
        let allowed = "`new`, `in_work`, `answered`, `dismissed`";
        WorkState::from_code(code).ok_or_else(|| one_of("state", allowed))
    });
    let after = parameters.one("after").map(|text| {
        Cursor::from_text(text)
            .ok_or_else(|| one_of("after", "the places that a list gave as `next`"))
    });
    Ok(InboxFilter {
        kind: kind.transpose()?,
        state: state.transpose()?,
        assignee: parameters.get("assignee").map(str::to_owned),
        text: parameters.get("q").map(str::to_owned),
        after: after.transpose()?,
    })
}

/// The item that an address names.
pub(in crate::web) fn numbered(kind: &str, id: &str) -> Option<(ItemKind, i64)> {
    Some((ItemKind::from_code(kind)?, id.parse().ok()?))
}

/// A state in words.
pub(in crate::web) fn state_label(state: WorkState, locale: Locale) -> &'static str {
    match state {
        WorkState::New => locale.pick("新", "new"),
        WorkState::InWork => locale.pick("处理中", "in work"),
        WorkState::Answered => locale.pick("已解答", "answered"),
        WorkState::Dismissed => locale.pick("不处理", "dismissed"),
    }
}

pub(super) async fn inbox(
    State(state): State<AppState>,
    locale: Locale,
    OnPage(expert): OnPage,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let filter = filter(&parameters).map_err(&refuse)?;
    let store = &state.feedback().map_err(&refuse)?.store;
    let (items, next) = store
        .inbox()
        .page(&filter, PAGE)
        .await
        .map_err(|e| refuse(e.into()))?;
    let own = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    let (kind, work, assignee, text) = (own("kind"), own("state"), own("assignee"), own("q"));
    let query = format!(
        "kind={}&state={}&assignee={}&q={}",
        encode(&kind),
        encode(&work),
        encode(&assignee),
        encode(&text)
    );
    let (frame, desk) = Desk::new(&state, locale, &expert.name, "/admin/inbox");
    let items = state
        .with_engine(move |engine| {
            Ok(items
                .into_iter()
                .map(|item| shown(item, engine, locale))
                .collect())
        })
        .await
        .map_err(|e| refuse(e.into()))?;
    let page = InboxPage {
        items,
        kinds: vec![
            ("", frame.t("全部", "All")),
            ("rating", frame.t("差评", "Bad ratings")),
            ("ask", frame.t("提问", "Asks")),
        ],
        states: WorkState::ALL
            .into_iter()
            .map(|s| (s.code(), state_label(s, locale)))
            .collect(),
        keys: vec![
            ("j k", frame.t("下一个、上一个", "next, previous")),
            ("1 2 3 4", frame.t("设状态并保存", "set the state and save")),
            ("m", frame.t("由我负责", "assign to me")),
            ("n", frame.t("写备注", "write a note")),
            ("o", frame.t("打开解答", "open the answer")),
            ("w", frame.t("写成文档", "write it up")),
            ("/", frame.t("查找", "find")),
        ],
        csv: format!("/api/v1/admin/inbox?format=csv&{query}"),
        next: next.map(|place| format!("/admin/inbox?{query}&after={}", place.to_text())),
        kind,
        state: work,
        assignee,
        text,
        frame,
        desk,
    };
    private(&page, &state, locale)
}

fn shown(item: Item, engine: &dyn Engine, locale: Locale) -> ShownItem {
    let id = item.question_id.clone().unwrap_or_default();
    let document = engine
        .document(&crate::document::DocumentId(id.clone()))
        .ok()
        .flatten();
    let reasons: Vec<&str> = item
        .reasons
        .iter()
        .map(|r| reason_label(*r, locale))
        .collect();
    ShownItem {
        at: shown_time(item.at),
        title: match (item.kind, document) {
            (ItemKind::Rating, Some(document)) => document.headline().to_owned(),
            (ItemKind::Rating, None) => id.clone(),
            (ItemKind::Ask, _) => String::new(),
        },
        reasons: reasons.join(locale.pick("、", ", ")),
        url: format!("/admin/answers/{}", encode(&id)),
        draft: format!("/admin/draft?ask={}", item.id),
        item,
    }
}

pub(super) async fn change(
    State(state): State<AppState>,
    locale: Locale,
    OnPage(expert): OnPage,
    Path((kind, id)): Path<(String, String)>,
    FormBody(mut fields, _): FormBody,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let (kind, id) = numbered(&kind, &id).ok_or_else(|| refuse(Refusal::NotFound))?;
    let change = ItemChange {
        state: WorkState::from_code(&fields.take("state")),
        assignee: Some(fields.take("assignee")),
        note: Some(fields.take("note")),
        version: Some(fields.take("version")).filter(|v| !v.is_empty()),
    };
    let back = fields.take("back");
    let store = &state.feedback().map_err(&refuse)?.store;
    let changed = store.inbox().change(kind, id, &change, &expert.name).await;
    changed.map_err(|e| refuse(e.into()))?;
    // Only back to a list of ours: an address from a form is not to be trusted.
    let to = Some(back).filter(|b| b.starts_with("/admin/inbox?") && !b.contains(['\r', '\n']));
    Ok(Redirect::to(to.as_deref().unwrap_or("/admin/inbox")).into_response())
}
