//! The form under each answer, and the old feedback link. A GET never records anything.

use super::error::PageRefusal;
use super::{Frame, encode, page, question_path};
use crate::document::{Document, DocumentId, GradeId};
use crate::feedback::Reason;
use crate::web::body::FormBody;
use crate::web::extract::Parameters;
use crate::web::intake::SentRating;
use crate::web::locale::Locale;
use crate::web::problem::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

/// Where documents of the old service lead for feedback.
pub(in crate::web) const OLD_LINK: &str = "/user/feedbackByEnhancerGradePOJOID";

/// A form that rates an answer.
pub(super) struct RatingForm {
    pub(super) action: String,
    pub(super) reasons: Vec<(&'static str, &'static str)>,
    /// Whether what was not good is asked at once.
    pub(super) open: bool,
}

impl RatingForm {
    pub(super) fn of(id: &DocumentId, locale: Locale, open: bool) -> Self {
        Self {
            action: format!("{}/feedback", question_path(id)),
            reasons: Reason::ALL
                .into_iter()
                .map(|reason| (reason.code(), reason_label(reason, locale)))
                .collect(),
            open,
        }
    }
}

/// A reason in words.
pub(in crate::web) fn reason_label(reason: Reason, locale: Locale) -> &'static str {
    match reason {
        Reason::OffTopic => locale.pick("答非所问", "Answers another question"),
        Reason::Outdated => locale.pick("内容过时", "Out of date"),
        Reason::StepsFail => locale.pick("步骤不可用", "Its steps do not work"),
        Reason::Unclear => locale.pick("看不懂", "Hard to understand"),
        Reason::Other => locale.pick("其他", "Something else"),
    }
}

#[derive(Template)]
#[template(path = "feedback.html")]
struct FeedbackPage {
    frame: Frame,
    heading: &'static str,
    title: String,
    url: String,
    /// Nothing once it was filled in.
    form: Option<RatingForm>,
}

impl FeedbackPage {
    fn of(document: &Document, state: &AppState, locale: Locale, form: Option<RatingForm>) -> Self {
        let mut frame = Frame::new(state, locale, "");
        frame.canonical.clear();
        Self {
            heading: if form.is_some() {
                locale.pick("这个解答有帮助吗？", "Did this answer help?")
            } else {
                locale.pick("谢谢", "Thank you")
            },
            title: document.headline().to_owned(),
            url: question_path(&document.id),
            form,
            frame,
        }
    }
}

/// `GET /user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=N`: the form for that answer.
pub(in crate::web) async fn old_link(
    State(state): State<AppState>,
    locale: Locale,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let grade = parameters.get("enhancerGradePOJOId").unwrap_or_default();
    let grade = GradeId(grade.to_owned());
    let found = state
        .with_engine(move |engine| engine.document_of_grade(&grade))
        .await
        .map_err(|e| refuse(e.into()))?;
    let document = found.ok_or_else(|| refuse(Refusal::NotFound.into()))?;
    let form = RatingForm::of(&document.id, locale, true);
    let shown = FeedbackPage::of(&document, &state, locale, Some(form));
    page(&shown, locale).map_err(refuse)
}

/// `POST /questions/{id}/feedback`: the form, filled in.
pub(in crate::web) async fn rate(
    State(state): State<AppState>,
    locale: Locale,
    Path(id): Path<String>,
    FormBody(mut fields, sender): FormBody,
) -> Result<Response, PageRefusal> {
    let refuse = |refusal: Refusal| PageRefusal::new(refusal, &state, locale);
    let sent = SentRating {
        question_id: Some(id),
        grade_id: None,
        rating: fields.take("rating"),
        reasons: fields.all("reasons"),
        comment: fields.take("comment"),
        query: String::new(),
        page: String::new(),
        language: locale.tag().to_owned(),
        honeypot: fields.take("website"),
    };
    let kept = state.keep_rating(sent, &sender).await.map_err(refuse)?;
    // Loading the thanks again sends nothing again.
    let thanks = format!("/feedback/thanks?id={}", encode(&kept.document.id.0));
    Ok(Redirect::to(&thanks).into_response())
}

/// `GET /feedback/thanks?id=`.
pub(in crate::web) async fn thanks(
    State(state): State<AppState>,
    locale: Locale,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let id = DocumentId(parameters.get("id").unwrap_or_default().to_owned());
    let found = state
        .with_engine(move |engine| engine.document(&id))
        .await
        .map_err(|e| refuse(e.into()))?;
    let document = found.ok_or_else(|| refuse(Refusal::NotFound.into()))?;
    page(&FeedbackPage::of(&document, &state, locale, None), locale).map_err(refuse)
}
