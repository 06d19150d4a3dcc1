//! `/ask`: a question for the experts, for who found no answer.

use super::error::PageRefusal;
use super::{Frame, page};
use crate::web::body::FormBody;
use crate::web::extract::Parameters;
use crate::web::intake::SentAsk;
use crate::web::locale::Locale;
use crate::web::problem::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "ask.html")]
struct AskPage {
    frame: Frame,
    question: String,
    contact: String,
    /// Whether what looks like a secret must be confirmed.
    secret: bool,
    problem: Option<String>,
    /// Once it was kept.
    number: Option<i64>,
}

impl AskPage {
    fn new(state: &AppState, locale: Locale) -> Self {
        let mut frame = Frame::new(state, locale, "");
        frame.canonical.clear();
        Self {
            frame,
            question: String::new(),
            contact: String::new(),
            secret: false,
            problem: None,
            number: None,
        }
    }
}

/// `GET /ask?q=`: the form, with what was searched; `GET /ask?number=`: the thanks.
pub(in crate::web) async fn form(
    State(state): State<AppState>,
    locale: Locale,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let mut shown = AskPage::new(&state, locale);
    shown.question = parameters.query_text();
    shown.number = parameters.get("number").and_then(|n| n.parse().ok());
    page(&shown, locale).map_err(|cause| PageRefusal::new(cause, &state, locale))
}

/// `POST /ask`: the form, filled in. What cannot be taken is shown again with what is wrong; nothing typed is lost.
pub(in crate::web) async fn send(
    State(state): State<AppState>,
    locale: Locale,
    FormBody(mut fields, sender): FormBody,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let (question, contact) = (fields.take("question"), fields.take("contact"));
    let sent = SentAsk {
        question: question.clone(),
        contact: contact.clone(),
        language: locale.tag().to_owned(),
        secrets_confirmed: fields.take("secrets_confirmed") == "true",
        honeypot: fields.take("website"),
        ..SentAsk::default()
    };
    let refusal = match state.keep_ask(sent, &sender).await {
        Ok(kept) => {
            return Ok(Redirect::to(&format!("/ask?number={}", kept.number)).into_response());
        }
        Err(refusal) => refusal,
    };
    let mut shown = AskPage::new(&state, locale);
    shown.secret = refusal == Refusal::LooksSecret;
    shown.problem = Some(refusal.detail(locale));
    shown.question = question;
    shown.contact = contact;
    let mut response = page(&shown, locale).map_err(refuse)?;
    let (status, _) = refusal.status_and_code();
    *response.status_mut() = status;
    refusal.add_headers(&mut response);
    Ok(response)
}
