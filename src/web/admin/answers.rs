//! `/admin/answers`: answers that surely helped least, and all that is known of one.

use super::{Desk, Frame, private, shown_time};
use crate::document::DocumentId;
use crate::engine::Engine;
use crate::feedback::reports::{AnswerFigures, AnswerReport};
use crate::web::expert::OnPage;
use crate::web::extract::Parameters;
use crate::web::locale::Locale;
use crate::web::pages::feedback::reason_label;
use crate::web::pages::{PageRefusal, encode, question_path};
use crate::web::state::AppState;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

/// Answers on a page.
pub(in crate::web) const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "admin/answers.html")]
struct AnswersPage {
    frame: Frame,
    desk: Desk,
    answers: Vec<(String, String, AnswerFigures)>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/answer.html")]
struct AnswerPage {
    frame: Frame,
    desk: Desk,
    title: String,
    url: String,
    /// Whether the document is still there.
    is_there: bool,
    report: AnswerReport,
    reasons: Vec<(&'static str, i64)>,
    ratings: Vec<ShownRating>,
}

struct ShownRating {
    at: String,
    helpful: bool,
    reasons: String,
    comment: String,
    query: String,
}

/// How many to skip, of a list's parameters.
pub(in crate::web) fn offset(parameters: &Parameters) -> i64 {
    parameters
        .get("offset")
        .and_then(|n| n.parse().ok())
        .filter(|n| *n >= 0)
        .unwrap_or(0)
}

pub(super) async fn worst(
    State(state): State<AppState>,
    locale: Locale,
    OnPage(expert): OnPage,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let store = &state.feedback().map_err(&refuse)?.store;
    let offset = offset(&parameters);
    let found = store
        .worst_answers(offset, PAGE)
        .await
        .map_err(|e| refuse(e.into()))?;
    let is_full = found.len() as i64 == PAGE;
    let answers = state
        .with_engine(move |engine| {
            let titled = found.into_iter().map(|figures| {
                let document = engine.document(&DocumentId(figures.question_id.clone()))?;
                let title =
                    document.map_or(figures.question_id.clone(), |d| d.headline().to_owned());
                Ok((
                    format!("/admin/answers/{}", encode(&figures.question_id)),
                    title,
                    figures,
                ))
            });
            titled.collect()
        })
        .await
        .map_err(|e| refuse(e.into()))?;
    let (frame, desk) = Desk::new(&state, locale, &expert.name, "/admin/answers");
    let page = AnswersPage {
        frame,
        desk,
        answers,
        next: is_full.then(|| format!("/admin/answers?offset={}", offset + PAGE)),
    };
    private(&page, &state, locale)
}

pub(super) async fn answer(
    State(state): State<AppState>,
    locale: Locale,
    OnPage(expert): OnPage,
    Path(id): Path<String>,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let store = &state.feedback().map_err(&refuse)?.store;
    let report = store
        .answer_report(&id)
        .await
        .map_err(|e| refuse(e.into()))?;
    let wanted = DocumentId(id.clone());
    let document = state
        .with_engine(move |engine: &dyn Engine| engine.document(&wanted))
        .await
        .map_err(|e| refuse(e.into()))?;
    let ratings = report.ratings.iter().map(|rating| {
        let reasons: Vec<&str> = rating
            .reasons
            .iter()
            .map(|r| reason_label(*r, locale))
            .collect();
        ShownRating {
            at: shown_time(rating.at),
            helpful: rating.helpful,
            reasons: reasons.join(locale.pick("、", ", ")),
            comment: rating.comment.clone(),
            query: rating.query.clone(),
        }
    });
    let (frame, desk) = Desk::new(&state, locale, &expert.name, "/admin/answers");
    let page = AnswerPage {
        frame,
        desk,
        url: question_path(&DocumentId(id.clone())),
        is_there: document.is_some(),
        title: document.map_or(id, |d| d.headline().to_owned()),
        reasons: report
            .reasons
            .iter()
            .map(|(r, n)| (reason_label(*r, locale), *n))
            .collect(),
        ratings: ratings.collect(),
        report,
    };
    private(&page, &state, locale)
}
