//! `/admin/queries`: what was searched and not found, those of similar wording together, with the nearest documents.

use super::{Desk, Frame, private, shown_time};
use crate::document::DocumentId;
use crate::feedback::Group;
use crate::web::expert::OnPage;
use crate::web::extract::Parameters;
use crate::web::locale::Locale;
use crate::web::pages::{PageRefusal, encode, question_path};
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Days that are looked back.
pub(in crate::web) const DAYS: i64 = 30;
/// Groups on a page; the nearest documents of each are searched for.
const PAGE: usize = 10;
/// Nearest documents shown with a group.
const NEAREST: usize = 3;

#[derive(Template)]
#[template(path = "admin/queries.html")]
struct QueriesPage {
    frame: Frame,
    desk: Desk,
    groups: Vec<ShownGroup>,
    days: i64,
    next: Option<String>,
}

struct ShownGroup {
    group: Group,
    last: String,
    nearest: Vec<(String, String)>,
    draft: String,
}

pub(super) async fn unanswered(
    State(state): State<AppState>,
    locale: Locale,
    OnPage(expert): OnPage,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let store = &state.feedback().map_err(&refuse)?.store;
    let offset = parameters.number("offset").map_err(&refuse)?.unwrap_or(0);
    let groups = store
        .reports()
        .unanswered(DAYS)
        .await
        .map_err(|e| refuse(e.into()))?;
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
    let next = (groups.len() > skipped.saturating_add(PAGE))
        .then(|| format!("/admin/queries?offset={}", skipped + PAGE));
    let groups = state
        .with_engine(move |engine| {
            let shown = groups.into_iter().skip(skipped).take(PAGE).map(|group| {
                let nearest = engine.rank(&group.text, NEAREST)?.documents.into_iter();
                let nearest = nearest.map(|(id, _)| {
                    let document = engine.document(&id)?;
                    let title = document.map_or(id.0.clone(), |d| d.headline().to_owned());
                    Ok((question_path(&DocumentId(id.0)), title))
                });
                Ok(ShownGroup {
                    nearest: nearest.collect::<Result<_, crate::engine::EngineError>>()?,
                    last: shown_time(group.last_at),
                    draft: format!("/admin/draft?q={}", encode(&group.text)),
                    group,
                })
            });
            shown.collect()
        })
        .await
        .map_err(|e| refuse(e.into()))?;
    let (frame, desk) = Desk::new(&state, locale, &expert.name, "/admin/queries");
    let page = QueriesPage {
        frame,
        desk,
        groups,
        days: DAYS,
        next,
    };
    private(&page, &state, locale)
}
