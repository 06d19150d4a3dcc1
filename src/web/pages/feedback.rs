//! The form under each answer, and the old feedback link. A GET never records anything.

use crate::document::{Document, DocumentId, GradeId};
use crate::engine::Engine;
use crate::feedback::Reason;
use crate::feedback::record::{LONGEST_LABEL, trimmed};
use crate::texts::Texts;
use crate::web::body::{FormBody, first_value};
use crate::web::frame::{Frame, page};
use crate::web::intake::{self, SentRating};
use crate::web::labels::reason_label;
use crate::web::links::{encode, question_path};
use crate::web::parameters::{Parameters, Raw};
use crate::web::path::Path;
use crate::web::problem;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// A form that rates an answer.
pub(super) struct RatingForm {
    pub(super) action: String,
    /// The id of the document.
    pub(super) id: String,
    /// The form for the experts, with the query.
    pub(super) ask_url: String,
    /// Code, words, whether it is ticked.
    pub(super) reasons: Vec<(&'static str, String, bool)>,
    /// Whether the reasons are unfolded.
    pub(super) open: bool,
    /// The query that led to the answer, where it is known.
    pub(super) query: String,
    pub(super) comment: String,
    /// Why the form was refused.
    pub(super) problem: Option<String>,
}

impl RatingForm {
    pub(super) fn new(id: &DocumentId, texts: &Texts, open: bool) -> Self {
        Self {
            action: format!("{}/feedback", question_path(id)),
            id: id.0.clone(),
            ask_url: "/ask".to_owned(),
            reasons: Reason::ALL
                .into_iter()
                .map(|reason| (reason.code(), reason_label(reason, texts), false))
                .collect(),
            open,
            query: String::new(),
            comment: String::new(),
            problem: None,
        }
    }

    /// The form on a page that was opened from the results of `query`.
    pub(super) fn after(mut self, query: Option<String>) -> Self {
        self.query = query.unwrap_or_default();
        if !self.query.is_empty() {
            self.ask_url = format!("/ask?q={}", encode(&self.query));
        }
        self
    }
}

#[derive(Template)]
#[template(path = "feedback.html")]
struct FeedbackPage {
    frame: Frame,
    heading: String,
    title: String,
    url: String,
    /// None after the rating is stored.
    form: Option<RatingForm>,
}

impl FeedbackPage {
    fn new(document: &Document, state: &AppState, texts: Texts, form: Option<RatingForm>) -> Self {
        Self {
            heading: texts.text(if form.is_some() {
                "rate-question"
            } else {
                "rated-title"
            }),
            title: document.headline().to_owned(),
            url: question_path(&document.id),
            form,
            frame: Frame::without_address(state, texts),
        }
    }
}

/// Parameters of the old feedback link.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct OldLinkParameters {
    #[serde(rename = "enhancerGradePOJOId")]
    grade_id: Raw,
}

/// The form as a browser sends it. A site may post a form of its own: further fields are ignored.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct SentForm {
    #[serde(deserialize_with = "first_value")]
    rating: String,
    reasons: Vec<String>,
    #[serde(deserialize_with = "first_value")]
    comment: String,
    #[serde(deserialize_with = "first_value")]
    query: String,
    /// A field that no person sees: only programs fill it.
    #[serde(rename = "website", deserialize_with = "first_value")]
    honeypot: String,
}

/// Parameters of the thanks.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct ThanksParameters {
    id: Raw,
}

/// `GET /user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=N`: the form for that answer.
pub(in crate::web) async fn old_link(
    State(state): State<AppState>,
    texts: Texts,
    Parameters { sent, .. }: Parameters<OldLinkParameters>,
) -> Result<Response, Refusal> {
    let grade = sent.grade_id.text().unwrap_or_default();
    let shown_grade = trimmed(grade, LONGEST_LABEL);
    let grade = GradeId(grade.to_owned());
    let read = move |engine: &dyn Engine| match engine.names_of_grade(&grade)? {
        Some(names) => engine.document(&names.id),
        None => Ok(None),
    };
    let found = state.with_engine(read).await?;
    let document = found.ok_or(Refusal::UnknownGrade(shown_grade))?;
    empty_form(&document, &state, &texts)
}

/// `GET /questions/{id}/feedback`: the form by itself, for a visitor who comes back to the address of a refused form.
pub(in crate::web) async fn form(
    State(state): State<AppState>,
    texts: Texts,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let document = find(DocumentId(id), &state).await?;
    empty_form(&document, &state, &texts)
}

async fn find(id: DocumentId, state: &AppState) -> Result<Document, Refusal> {
    let found = state
        .with_engine(move |engine| engine.document(&id))
        .await?;
    found.ok_or(Refusal::NotFound)
}

fn empty_form(document: &Document, state: &AppState, texts: &Texts) -> Result<Response, Refusal> {
    let form = RatingForm::new(&document.id, texts, true);
    let shown = FeedbackPage::new(document, state, texts.clone(), Some(form));
    page(&shown, texts)
}

/// `POST /questions/{id}/feedback`: the form, filled in. A refused form is shown again with the reason; nothing typed is
/// lost.
pub(in crate::web) async fn rate(
    State(state): State<AppState>,
    texts: Texts,
    Path(id): Path<String>,
    FormBody(sent, sender): FormBody<SentForm>,
) -> Result<Response, Refusal> {
    let id = DocumentId(id);
    let mut form = RatingForm::new(&id, &texts, true).after(Some(sent.query.clone()));
    for (code, _, ticked) in &mut form.reasons {
        *ticked = sent.reasons.iter().any(|reason| reason == code);
    }
    form.comment.clone_from(&sent.comment);
    let sent = SentRating {
        question_id: Some(id.0.clone()),
        grade_id: None,
        rating: sent.rating,
        reasons: sent.reasons,
        comment: sent.comment,
        query: sent.query,
        page: format!("{}{}", state.config.base_url, question_path(&id)),
        language: texts.tag().to_owned(),
        honeypot: sent.honeypot,
    };
    let refusal = match intake::rate(&state, sent, &sender).await {
        Ok(stored) => {
            // A redirect: loading the thanks again sends nothing again.
            let thanks = format!("/feedback/thanks?id={}", encode(&stored.question_id.0));
            return Ok(Redirect::to(&thanks).into_response());
        }
        Err(refusal) => refusal,
    };
    let Ok(document) = find(id, &state).await else {
        return Err(refusal);
    };
    form.problem = Some(problem::detail(&refusal, &texts));
    let shown = FeedbackPage::new(&document, &state, texts.clone(), Some(form));
    let mut response = page(&shown, &texts)?;
    *response.status_mut() = refusal.status_and_code().0;
    refusal.add_headers(response.headers_mut());
    Ok(response)
}

/// `GET /feedback/thanks?id=`.
pub(in crate::web) async fn thanks(
    State(state): State<AppState>,
    texts: Texts,
    Parameters { sent, .. }: Parameters<ThanksParameters>,
) -> Result<Response, Refusal> {
    let id = DocumentId(sent.id.text().unwrap_or_default().to_owned());
    let document = find(id, &state).await?;
    page(
        &FeedbackPage::new(&document, &state, texts.clone(), None),
        &texts,
    )
}
