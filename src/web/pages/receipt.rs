//! `GET /asks/{secret}`: what becomes of an ask, for its sender.

use super::ask::shortened;
use crate::document::DocumentId;
use crate::engine::{Engine, EngineError};
use crate::feedback::asks::FollowedAsk;
use crate::feedback::record::WorkState;
use crate::texts::Texts;
use crate::web::cache::CachePolicy;
use crate::web::frame::{Frame, language_of, page};
use crate::web::labels::ask_state_label;
use crate::web::links::{question_path, receipt_path, search_path};
use crate::web::parameters::{Parameters, Raw};
use crate::web::passage::ShownPassage;
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

/// Characters of the question by which an answer is searched that was not named, at most.
const LONGEST_SEARCHED: usize = 200;

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    frame: Frame,
    ask: FollowedAsk,
    /// ISO date, UTC.
    date: String,
    steps: [Step; 3],
    /// The document that answers, where an expert named one that is still there.
    answer: Option<Answer>,
    /// The results for the question, where no document was named.
    search: String,
    /// Path of this page, and its address as it is passed on.
    path: String,
    address: String,
    /// Whether the visitor comes from the form.
    sent: bool,
    shortened: Option<String>,
}

/// A step of the work on an ask.
struct Step {
    label: String,
    is_reached: bool,
    is_current: bool,
}

/// The document that answers, with the part of it that does.
struct Answer {
    url: String,
    title: String,
    passage: Option<Passage>,
}

struct Passage {
    lang: &'static str,
    html: String,
    url: String,
}

/// Parameters of the page: that the ask was just sent, and how much of it was left out.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct ReceiptParameters {
    sent: Raw,
    left_out: Raw,
}

/// The page; who has the address sees it, and nobody else is told of it.
pub(in crate::web) async fn receipt(
    State(state): State<AppState>,
    texts: Texts,
    Path(secret): Path<String>,
    Parameters { sent, .. }: Parameters<ReceiptParameters>,
) -> Result<Response, Refusal> {
    let found = state.feedback()?.store.asks().with_secret(&secret).await?;
    let ask = found.ok_or(Refusal::NotFound)?;
    let path = receipt_path(&secret);
    let beginning: String = ask.question.chars().take(LONGEST_SEARCHED).collect();
    let shown = ReceiptPage {
        date: ask.at.strftime("%Y-%m-%d").to_string(),
        steps: steps(ask.state, &texts),
        answer: answer(&state, &ask).await?,
        search: search_path(&beginning),
        address: state.config.address(&path),
        path,
        sent: sent.sent.text() == Some("true"),
        shortened: shortened(&sent.left_out, &texts),
        ask,
        frame: Frame::without_address(&state, texts.clone()),
    };
    let mut response = page(&shown, &texts)?;
    response.extensions_mut().insert(CachePolicy::OneVisitor);
    for (name, value) in [
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// The steps of the work, the last of which is how it ended or would best end.
fn steps(state: WorkState, texts: &Texts) -> [Step; 3] {
    let end = match state {
        WorkState::Dismissed => WorkState::Dismissed,
        _ => WorkState::Answered,
    };
    let all = [WorkState::New, WorkState::InWork, end];
    let current = all.iter().position(|step| *step == state);
    std::array::from_fn(|at| Step {
        label: ask_state_label(all[at], texts),
        is_reached: Some(at) <= current,
        is_current: Some(at) == current,
    })
}

/// The document that answers an ask, with the passage that is about the question.
async fn answer(state: &AppState, ask: &FollowedAsk) -> Result<Option<Answer>, Refusal> {
    if ask.answered_by.is_empty() {
        return Ok(None);
    }
    let (id, question) = (DocumentId(ask.answered_by.clone()), ask.question.clone());
    let shared = state.clone();
    let read = move |engine: &dyn Engine| shown_answer(engine, &id, &question, &shared);
    Ok(state.with_engine(read).await?)
}

fn shown_answer(
    engine: &dyn Engine,
    id: &DocumentId,
    question: &str,
    state: &AppState,
) -> Result<Option<Answer>, EngineError> {
    let Some(document) = engine.document(id)? else {
        return Ok(None);
    };
    let passage = engine.passage(question, &document.id)?;
    let passage = match passage {
        Some(passage) => {
            let shown = ShownPassage::of(engine, &document, &passage, state)?;
            Some(Passage {
                lang: language_of(&passage.text),
                url: shown.path(&document),
                html: shown.html.as_str().to_owned(),
            })
        }
        None => None,
    };
    Ok(Some(Answer {
        url: question_path(&document.id),
        title: document.headline().to_owned(),
        passage,
    }))
}
