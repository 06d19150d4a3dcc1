//! `/ask`: the form that sends a question to the experts.

use crate::feedback::record::{LONGEST_LABEL, trimmed};
use crate::texts::Texts;
use crate::web::body::{FormBody, first_value};
use crate::web::frame::{Frame, page};
use crate::web::intake::{self, SentAsk, StoredAsk};
use crate::web::links::receipt_path;
use crate::web::parameters::{Parameters, Raw};
use crate::web::problem;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// The form, as it is filled in.
pub(super) struct AskForm {
    pub(super) question: String,
    pub(super) contact: String,
    /// Scope of the search that found no answer.
    pub(super) tag: String,
    pub(super) category: String,
    /// Idempotency key, which makes sending the form twice safe; empty where the page is cached for many visitors.
    pub(super) key: String,
    /// Whether the visitor must confirm that the text holds no secret.
    pub(super) secret: bool,
    /// Lines of the question that are shown.
    pub(super) rows: usize,
}

impl Default for AskForm {
    fn default() -> Self {
        Self {
            question: String::new(),
            contact: String::new(),
            tag: String::new(),
            category: String::new(),
            key: String::new(),
            secret: false,
            rows: 8,
        }
    }
}

#[derive(Template)]
#[template(path = "ask.html")]
struct AskPage {
    frame: Frame,
    ask: AskForm,
    problem: Option<String>,
    /// The number of the ask, once it is stored.
    number: Option<i64>,
    /// What the visitor is told of a question that was stored without its middle.
    shortened: Option<String>,
}

impl AskPage {
    fn new(state: &AppState, texts: Texts) -> Self {
        Self {
            frame: Frame::without_address(state, texts),
            ask: AskForm::default(),
            problem: None,
            number: None,
            shortened: None,
        }
    }
}

/// An idempotency key that no other form has; empty if the system gives no random numbers.
fn fresh_key() -> String {
    let mut random = [0; 16];
    if getrandom::fill(&mut random).is_err() {
        return String::new();
    }
    format!("{:032x}", u128::from_le_bytes(random))
}

/// What the visitor is told of a question that was stored without its middle.
pub(super) fn shortened(left_out: &Raw, texts: &Texts) -> Option<String> {
    let count: usize = left_out.text()?.parse().ok()?;
    Some(texts.format("ask-shortened", &[("count", count.into())]))
}

/// Parameters of the form: what was searched and within what, or the number of an ask that was received.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct AskParameters {
    q: Raw,
    tag: Raw,
    category: Raw,
    number: Raw,
    left_out: Raw,
}

/// `GET /ask?q=`: the form, with what was searched; `GET /ask?number=`: the thanks.
pub(in crate::web) async fn form(
    State(state): State<AppState>,
    texts: Texts,
    Parameters { sent, .. }: Parameters<AskParameters>,
) -> Result<Response, Refusal> {
    let scope = |raw: &Raw| trimmed(raw.text().unwrap_or_default(), LONGEST_LABEL);
    let shown = AskPage {
        shortened: shortened(&sent.left_out, &texts),
        ask: AskForm {
            question: sent.q.words(),
            tag: scope(&sent.tag),
            category: scope(&sent.category),
            key: fresh_key(),
            ..AskForm::default()
        },
        number: sent.number.text().and_then(|n| n.parse().ok()),
        ..AskPage::new(&state, texts.clone())
    };
    page(&shown, &texts)
}

/// The page that a sender sees next: the receipt of the ask, which one of a version before does not have.
fn thanks_for(stored: &StoredAsk) -> String {
    let thanks = match &stored.secret {
        Some(secret) => format!("{}?sent=true", receipt_path(secret)),
        None => format!("/ask?number={}", stored.number),
    };
    match stored.left_out {
        0 => thanks,
        left_out => format!("{thanks}&left_out={left_out}"),
    }
}

/// The form as a browser sends it. A site may post a form of its own: further fields are ignored.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct SentForm {
    #[serde(deserialize_with = "first_value")]
    question: String,
    #[serde(deserialize_with = "first_value")]
    contact: String,
    #[serde(deserialize_with = "first_value")]
    tag: String,
    #[serde(deserialize_with = "first_value")]
    category: String,
    /// The idempotency key, which a form cannot send as a header.
    #[serde(deserialize_with = "first_value")]
    key: String,
    /// `true` if the visitor confirmed that the text holds no secret.
    #[serde(deserialize_with = "first_value")]
    secrets_confirmed: String,
    /// A field that no person sees: only programs fill it.
    #[serde(rename = "website", deserialize_with = "first_value")]
    honeypot: String,
}

/// `POST /ask`: the form, filled in. A refused form is shown again with the reason; nothing typed is lost.
pub(in crate::web) async fn send(
    State(state): State<AppState>,
    texts: Texts,
    FormBody(sent, mut sender): FormBody<SentForm>,
) -> Result<Response, Refusal> {
    sender.key = Some(sent.key.clone()).filter(|key| !key.is_empty());
    let mut shown = AskPage {
        ask: AskForm {
            question: sent.question.clone(),
            contact: sent.contact.clone(),
            tag: sent.tag.clone(),
            category: sent.category.clone(),
            key: sent.key.clone(),
            ..AskForm::default()
        },
        ..AskPage::new(&state, texts.clone())
    };
    let sent = SentAsk {
        question: sent.question,
        contact: sent.contact,
        tag: sent.tag,
        category: sent.category,
        page: format!("{}/ask", state.config.base_url),
        language: texts.tag().to_owned(),
        secrets_confirmed: sent.secrets_confirmed == "true",
        honeypot: sent.honeypot,
    };
    let refusal = match intake::ask(&state, sent, &sender).await {
        // A redirect: loading the thanks again sends nothing again.
        Ok(stored) => return Ok(Redirect::to(&thanks_for(&stored)).into_response()),
        Err(refusal) => refusal,
    };
    shown.ask.secret = refusal == Refusal::LooksSecret;
    shown.problem = Some(problem::detail(&refusal, &texts));
    if refusal == Refusal::KeyReused {
        // The key belongs to another text.
        shown.ask.key = fresh_key();
    }
    let mut response = page(&shown, &texts)?;
    *response.status_mut() = refusal.status_and_code().0;
    refusal.add_headers(response.headers_mut());
    Ok(response)
}
