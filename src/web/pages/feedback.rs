//! The form under each answer, and the old feedback link. A GET never records anything.

use super::error::PageRefusal;
use super::{Frame, PageRefusalCause, encode, page, question_path};
use crate::document::{Document, DocumentId, GradeId};
use crate::feedback::Reason;
use crate::feedback::record::{LONGEST_LABEL, trimmed};
use crate::web::body::FormBody;
use crate::web::extract::Parameters;
use crate::web::intake::SentRating;
use crate::web::locale::Locale;
use crate::web::path::Path;
use crate::web::problem::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

/// A form that rates an answer.
pub(super) struct RatingForm {
    pub(super) action: String,
    /// Code, words, whether it is ticked.
    pub(super) reasons: Vec<(&'static str, &'static str, bool)>,
    /// Whether what was not good is asked at once.
    pub(super) open: bool,
    /// The query that led to the answer, where it is known.
    pub(super) query: String,
    pub(super) comment: String,
    /// Why it was not taken.
    pub(super) problem: Option<String>,
}

impl RatingForm {
    pub(super) fn of(id: &DocumentId, locale: Locale, open: bool) -> Self {
        Self {
            action: format!("{}/feedback", question_path(id)),
            reasons: Reason::ALL
                .into_iter()
                .map(|reason| (reason.code(), reason_label(reason, locale), false))
                .collect(),
            open,
            query: String::new(),
            comment: String::new(),
            problem: None,
        }
    }

    /// The form of a page that was opened from the results for `query`.
    pub(super) fn after(mut self, query: Option<String>) -> Self {
        self.query = query.unwrap_or_default();
        self
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
    let shown_grade = trimmed(grade, LONGEST_LABEL);
    let grade = GradeId(grade.to_owned());
    let found = state
        .with_engine(move |engine| match engine.names_of_grade(&grade)? {
            Some(names) => engine.document(&names.id),
            None => Ok(None),
        })
        .await
        .map_err(|e| refuse(e.into()))?;
    let document = found.ok_or_else(|| refuse(Refusal::UnknownGrade(shown_grade).into()))?;
    empty_form(&document, &state, locale).map_err(refuse)
}

/// `GET /questions/{id}/feedback`: the form by itself, for who comes back to where a filled-in one was shown again.
pub(in crate::web) async fn form(
    State(state): State<AppState>,
    locale: Locale,
    Path(id): Path<String>,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let document = find(DocumentId(id), &state).await.map_err(refuse)?;
    empty_form(&document, &state, locale).map_err(refuse)
}

async fn find(id: DocumentId, state: &AppState) -> Result<Document, PageRefusalCause> {
    let found = state
        .with_engine(move |engine| engine.document(&id))
        .await?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

fn empty_form(
    document: &Document,
    state: &AppState,
    locale: Locale,
) -> Result<Response, PageRefusalCause> {
    let form = RatingForm::of(&document.id, locale, true);
    page(
        &FeedbackPage::of(document, state, locale, Some(form)),
        locale,
    )
}

/// `POST /questions/{id}/feedback`: the form, filled in. What cannot be taken is shown again with what is wrong; nothing
/// typed is lost.
pub(in crate::web) async fn rate(
    State(state): State<AppState>,
    locale: Locale,
    Path(id): Path<String>,
    FormBody(mut fields, sender): FormBody,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let id = DocumentId(id);
    let (reasons, comment) = (fields.all("reasons"), fields.take("comment"));
    let query = fields.take("query");
    let sent = SentRating {
        question_id: Some(id.0.clone()),
        grade_id: None,
        rating: fields.take("rating"),
        reasons: reasons.clone(),
        comment: comment.clone(),
        query: query.clone(),
        page: format!("{}{}", state.config.base_url, question_path(&id)),
        language: locale.tag().to_owned(),
        honeypot: fields.take("website"),
    };
    let refusal = match state.keep_rating(sent, &sender).await {
        Ok(kept) => {
            // Loading the thanks again sends nothing again.
            let thanks = format!("/feedback/thanks?id={}", encode(&kept.question_id.0));
            return Ok(Redirect::to(&thanks).into_response());
        }
        Err(refusal) => refusal,
    };
    let wanted = id.clone();
    let found = state
        .with_engine(move |engine| engine.document(&wanted))
        .await;
    let Ok(Some(document)) = found else {
        return Err(refuse(refusal.into()));
    };
    let mut form = RatingForm::of(&id, locale, true).after(Some(query));
    for (code, _, ticked) in &mut form.reasons {
        *ticked = reasons.iter().any(|r| r == code);
    }
    form.comment = comment;
    form.problem = Some(refusal.detail(locale));
    let shown = FeedbackPage::of(&document, &state, locale, Some(form));
    let mut response = page(&shown, locale).map_err(refuse)?;
    *response.status_mut() = refusal.status_and_code().0;
    refusal.add_headers(&mut response);
    Ok(response)
}

/// `GET /feedback/thanks?id=`.
pub(in crate::web) async fn thanks(
    State(state): State<AppState>,
    locale: Locale,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let id = DocumentId(parameters.get("id").unwrap_or_default().to_owned());
    let document = find(id, &state).await.map_err(refuse)?;
    page(&FeedbackPage::of(&document, &state, locale, None), locale).map_err(refuse)
}
