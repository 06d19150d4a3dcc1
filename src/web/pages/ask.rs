//! `/ask`: a question for the experts, for who found no answer.

use super::error::PageRefusal;
use super::{Frame, page};
use crate::feedback::record::{LONGEST_LABEL, trimmed};
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
    /// Scope of the search that found no answer.
    tag: String,
    category: String,
    /// Makes sending the form twice safe.
    key: String,
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
            tag: String::new(),
            category: String::new(),
            key: String::new(),
            secret: false,
            problem: None,
            number: None,
        }
    }
}

/// A key that no other form has; none where the system has no random numbers.
fn fresh_key() -> String {
    let mut random = [0; 16];
    if getrandom::fill(&mut random).is_err() {
        return String::new();
    }
    format!("{:032x}", u128::from_le_bytes(random))
}

/// `GET /ask?q=`: the form, with what was searched; `GET /ask?number=`: the thanks.
pub(in crate::web) async fn form(
    State(state): State<AppState>,
    locale: Locale,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let mut shown = AskPage::new(&state, locale);
    shown.question = parameters.query_text();
    let scope = |name| trimmed(parameters.get(name).unwrap_or_default(), LONGEST_LABEL);
    (shown.tag, shown.category) = (scope("tag"), scope("category"));
    shown.key = fresh_key();
    shown.number = parameters.get("number").and_then(|n| n.parse().ok());
    page(&shown, locale).map_err(|cause| PageRefusal::new(cause, &state, locale))
}

/// `POST /ask`: the form, filled in. What cannot be taken is shown again with what is wrong; nothing typed is lost.
pub(in crate::web) async fn send(
    State(state): State<AppState>,
    locale: Locale,
    FormBody(mut fields, mut sender): FormBody,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let (question, contact) = (fields.take("question"), fields.take("contact"));
    let (tag, category, key) = (
        fields.take("tag"),
        fields.take("category"),
        fields.take("key"),
    );
    sender.key = Some(key.clone()).filter(|key| !key.is_empty());
    let sent = SentAsk {
        question: question.clone(),
        contact: contact.clone(),
        tag: tag.clone(),
        category: category.clone(),
        page: format!("{}/ask", state.config.base_url),
        language: locale.tag().to_owned(),
        secrets_confirmed: fields.take("secrets_confirmed") == "true",
        honeypot: fields.take("website"),
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
    (shown.tag, shown.category) = (tag, category);
    // What was used for another text is no good any more.
    shown.key = if refusal == Refusal::KeyReused {
        fresh_key()
    } else {
        key
    };
    let mut response = page(&shown, locale).map_err(refuse)?;
    let (status, _) = refusal.status_and_code();
    *response.status_mut() = status;
    refusal.add_headers(&mut response);
    Ok(response)
}
