//! `/admin/queries`: what was searched and not found, those of similar wording together, with the nearest documents.

use super::layout::{AdminLayout, private, shown_time};
use crate::engine::{Engine, EngineError};
use crate::feedback::words::LONGEST_TEXT;
use crate::texts::Texts;
use crate::web::expert::OnPage;
use crate::web::frame::Frame;
use crate::web::links::{encode, question_path};
use crate::web::lists::List;
use crate::web::lists::answers::AnswersParameters;
use crate::web::lists::unanswered::{DAYS, Unanswered, UnansweredGroup};
use crate::web::parameters::Parameters;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Groups on a page; the nearest documents of each are searched for.
const PAGE: usize = 10;
/// Nearest documents shown with a group.
const NEAREST: usize = 3;

#[derive(Template)]
#[template(path = "admin/queries.html")]
struct QueriesPage {
    frame: Frame,
    layout: AdminLayout,
    groups: Vec<ShownGroup>,
    days: i64,
    next: Option<String>,
}

struct ShownGroup {
    group: UnansweredGroup,
    last: String,
    nearest: Vec<Nearest>,
    draft: String,
    /// Whether the search is short enough to be another way to ask.
    may_be_asked: bool,
}

/// A document that comes near to answering a search.
struct Nearest {
    url: String,
    title: String,
    /// Where it is sent that the search should find the document.
    change: String,
}

pub(super) async fn unanswered(
    State(state): State<AppState>,
    texts: Texts,
    OnPage(expert): OnPage,
    Parameters { sent, source }: Parameters<AnswersParameters>,
) -> Result<Response, Refusal> {
    let store = &state.feedback()?.store;
    let offset = source.number("offset", &sent.offset)?;
    let offset = offset.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let found = Unanswered.page(store, offset, PAGE).await?;
    let rows = found.rows;
    let with_nearest = move |engine: &dyn Engine| {
        let shown = rows.into_iter().map(|group| shown(group, engine));
        shown.collect()
    };
    let groups = state.with_engine(with_nearest).await?;
    let (frame, layout) = AdminLayout::new(&state, texts, &expert.name, "/admin/queries");
    private(&QueriesPage {
        frame,
        layout,
        groups,
        days: DAYS,
        next: found.next.map(|n| format!("/admin/queries?offset={n}")),
    })
}

/// A group with the documents that come nearest to answering it.
fn shown(group: UnansweredGroup, engine: &dyn Engine) -> Result<ShownGroup, EngineError> {
    let nearest = engine.rank(&group.text, NEAREST)?.documents.into_iter();
    let nearest = nearest.map(|(id, _)| {
        let document = engine.document(&id)?;
        let title = document.map_or(id.0.clone(), |d| d.headline().to_owned());
        Ok(Nearest {
            url: question_path(&id),
            change: format!("/admin/answers/{}/asked-as", encode(&id.0)),
            title,
        })
    });
    Ok(ShownGroup {
        nearest: nearest.collect::<Result<_, EngineError>>()?,
        last: shown_time(group.last_at),
        draft: format!("/admin/draft?q={}", encode(&group.text)),
        may_be_asked: group.text.chars().count() <= LONGEST_TEXT,
        group,
    })
}
