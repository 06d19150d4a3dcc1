//! `/asks`: the asks that experts released, for all who have the same question.

use super::pager::{Pager, page_path};
use crate::document::DocumentId;
use crate::engine::{Engine, EngineError};
use crate::feedback::asks::ReleasedAsk;
use crate::feedback::record::WorkState;
use crate::texts::Texts;
use crate::web::body::{FormBody, first_value};
use crate::web::frame::{Frame, page as respond};
use crate::web::labels::ask_state_label;
use crate::web::links::question_path;
use crate::web::me_too;
use crate::web::parameters::{Parameters, Raw};
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use serde::Deserialize;

/// Asks on a page.
const PER_PAGE: usize = 20;

#[derive(Template)]
#[template(path = "asks.html")]
struct AsksPage {
    frame: Frame,
    asks: Vec<ShownAsk>,
    pager: Pager,
}

struct ShownAsk {
    ask: ReleasedAsk,
    /// ISO date, UTC.
    date: String,
    state: String,
    /// Address and title of the document that answers it, where an expert named one that is still there.
    answer: Option<(String, String)>,
    /// Whether the visitor has just said that the question is theirs, too.
    is_counted: bool,
}

/// Parameters of the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct AsksParameters {
    page: Raw,
    /// The ask for which the visitor was counted.
    counted: Raw,
}

/// The list, newest first.
pub(in crate::web) async fn asks(
    State(state): State<AppState>,
    texts: Texts,
    Parameters { sent, source }: Parameters<AsksParameters>,
) -> Result<Response, Refusal> {
    let page = source.positive("page", &sent.page)?.unwrap_or(1);
    let counted = sent.counted.text().and_then(|n| n.parse().ok());
    let skip = (page - 1).saturating_mul(PER_PAGE);
    let store = &state.feedback()?.store;
    let (asks, total) = store.asks().released(skip, PER_PAGE).await?;
    let pager = Pager::new(page, PER_PAGE, total, |page| page_path("/asks", page));
    let pager = pager.ok_or(Refusal::NotFound)?;
    let words = texts.clone();
    let read = move |engine: &dyn Engine| {
        let shown = asks
            .into_iter()
            .map(|ask| shown(engine, ask, counted, &words));
        shown.collect::<Result<Vec<_>, _>>()
    };
    let shown = AsksPage {
        asks: state.with_engine(read).await?,
        pager,
        frame: Frame::new(&state, texts.clone(), &page_path("/asks", page)),
    };
    respond(&shown, &texts)
}

fn shown(
    engine: &dyn Engine,
    ask: ReleasedAsk,
    counted: Option<i64>,
    texts: &Texts,
) -> Result<ShownAsk, EngineError> {
    let answer = match ask.answered_by.as_str() {
        "" => None,
        id => engine.document(&DocumentId(id.to_owned()))?,
    };
    Ok(ShownAsk {
        date: ask.at.strftime("%Y-%m-%d").to_string(),
        state: ask_state_label(ask.state, texts),
        answer: answer.map(|document| {
            let title = document.headline().to_owned();
            (question_path(&document.id), title)
        }),
        is_counted: counted == Some(ask.number),
        ask,
    })
}

/// The button of an ask in the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct MeTooForm {
    /// The page of the list that it is on.
    #[serde(deserialize_with = "first_value")]
    page: String,
}

/// `POST /asks/{number}/me-too`: the visitor has the same question.
pub(in crate::web) async fn count(
    State(state): State<AppState>,
    Path(number): Path<i64>,
    FormBody(form, sender): FormBody<MeTooForm>,
) -> Result<Redirect, Refusal> {
    me_too::count(&state, number, &sender).await?;
    let page: usize = form.page.parse().unwrap_or(1);
    let list = format!("/asks?page={page}&counted={number}#ask-{number}");
    Ok(Redirect::to(&list))
}
