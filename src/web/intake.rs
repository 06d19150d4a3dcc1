//! Takes in what visitors send, the same for the API and for the forms of pages: limits, checks, storage.

use super::client::{Client, Sender};
use super::refusal::Refusal;
use super::response_cache::Searched;
use super::state::{AppState, Feedback};
use crate::document::{DocumentId, DocumentNames, GradeId};
use crate::engine::AnswerState;
use crate::feedback::record::{
    BadField, FieldProblem, LONGEST_COMMENT, LONGEST_CONTACT, LONGEST_LABEL, LONGEST_PAGE,
    LONGEST_QUERY, LONGEST_QUESTION, MOST_SHOWN, SHORTEST_QUESTION, SearchOutcome, checked_text,
    trimmed,
};
use crate::feedback::reports::RatingCounts;
use crate::feedback::text::{Shortened, cleaned, has_words, shortened};
use crate::feedback::{
    Ask, Click, IdempotencyKey, QueryRecord, Rating, Reason, Receipt, Record, Visitor, secrets,
};
use jiff::Timestamp;
use serde::Deserialize;
use std::time::Duration;
use utoipa::ToSchema;

/// Characters of an idempotency key, at most.
const LONGEST_KEY: usize = 255;

/// A rating of an answer, as the API takes it. The form of a page is read more leniently and turned into this.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RatingBody)]
pub(super) struct SentRating {
    /// Document id; this or `grade_id`.
    pub(super) question_id: Option<String>,
    /// Grade id of the document.
    pub(super) grade_id: Option<String>,
    /// `helpful` or `unhelpful`.
    #[schema(pattern = "^(helpful|unhelpful)$")]
    pub(super) rating: String,
    /// Why it did not help: `off_topic`, `outdated`, `steps_fail`, `unclear`, `other`.
    #[serde(default)]
    pub(super) reasons: Vec<String>,
    /// In the visitor's words, 2,000 characters at most.
    #[schema(max_length = 2_000)]
    #[serde(default)]
    pub(super) comment: String,
    /// The query that led to the answer.
    #[serde(default)]
    pub(super) query: String,
    /// Address of the page it was shown on.
    #[serde(default)]
    pub(super) page: String,
    /// Language of the visitor.
    #[serde(default)]
    pub(super) language: String,
    /// A field of our form that no person sees: only programs fill it.
    #[serde(skip)]
    pub(super) honeypot: String,
}

/// A question for the experts, as the API takes it. The form of a page is read more leniently and turned into this.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AskBody)]
pub(super) struct SentAsk {
    /// The question, at least 4 characters and some words. Of more than 16 KB the beginning and the end are kept.
    #[schema(min_length = 4)]
    pub(super) question: String,
    /// How to reach the visitor, 200 characters at most.
    #[schema(max_length = 200)]
    #[serde(default)]
    pub(super) contact: String,
    /// Tag the visitor asked under.
    #[serde(default)]
    pub(super) tag: String,
    /// Category the visitor asked under.
    #[serde(default)]
    pub(super) category: String,
    /// Address of the page it was asked on.
    #[serde(default)]
    pub(super) page: String,
    /// Language of the visitor.
    #[serde(default)]
    pub(super) language: String,
    /// The visitor was told that the question looks as if it held a secret, and means it.
    #[serde(default)]
    pub(super) secrets_confirmed: bool,
    /// A field of our form that no person sees: only programs fill it.
    #[serde(skip)]
    pub(super) honeypot: String,
}

/// A rating that was stored.
pub(super) struct StoredRating {
    pub(super) receipt: Receipt,
    pub(super) question_id: DocumentId,
    pub(super) helpful: bool,
    pub(super) reasons: Vec<Reason>,
    pub(super) comment: String,
}

/// Checks and stores a rating.
pub(super) async fn rate(
    state: &AppState,
    sent: SentRating,
    sender: &Sender,
) -> Result<StoredRating, Refusal> {
    let feedback = state.feedback()?;
    let visitor = feedback.visitor(&sender.client);
    state.limits.feedback(&visitor.network)?;
    let helpful = is_helpful(&sent.rating)?;
    let mut reasons = reasons(&sent.reasons)?;
    if helpful {
        reasons.clear();
    }
    let comment = checked_text("comment", &cleaned(&sent.comment), LONGEST_COMMENT)?;
    let rated = rated(state, &sent)?;
    state.limits.rating(&visitor.network, &rated.id.0)?;
    let rating = Rating {
        at: Timestamp::now(),
        visitor,
        question_id: rated.id.0.clone(),
        grade_id: rated.grade.map(|grade| grade.0),
        helpful,
        reasons: reasons.clone(),
        comment: comment.clone(),
        query: trimmed(&sent.query, LONGEST_QUERY),
        page: trimmed(&sent.page, LONGEST_PAGE),
        language: trimmed(&sent.language, LONGEST_LABEL),
    };
    let fingerprint = format!(
        "rating\n{}\n{helpful}\n{}\n{comment}",
        rating.question_id,
        rating.reason_codes()
    );
    let key = idempotency_key(feedback, sender, &fingerprint)?;
    let receipt = if sent.honeypot.is_empty() {
        store(state, Record::Rating(rating), key).await?
    } else {
        pretended()
    };
    Ok(StoredRating {
        receipt,
        question_id: rated.id,
        helpful,
        reasons,
        comment,
    })
}

fn is_helpful(rating: &str) -> Result<bool, Refusal> {
    match rating {
        "helpful" => Ok(true),
        "unhelpful" => Ok(false),
        _ => Err(Refusal::not_one_of("rating", "`helpful`, `unhelpful`")),
    }
}

/// The reasons of these codes, each once and in order.
fn reasons(codes: &[String]) -> Result<Vec<Reason>, Refusal> {
    let reasons: Option<Vec<Reason>> = codes.iter().map(|code| Reason::from_code(code)).collect();
    let allowed = "`off_topic`, `outdated`, `steps_fail`, `unclear`, `other`";
    let mut reasons = reasons.ok_or_else(|| Refusal::not_one_of("reasons", allowed))?;
    reasons.sort_unstable();
    reasons.dedup();
    Ok(reasons)
}

/// The document that is rated, by the name it was sent under.
fn rated(state: &AppState, sent: &SentRating) -> Result<DocumentNames, Refusal> {
    let found = state.look_up(|engine| match (&sent.question_id, &sent.grade_id) {
        (Some(id), _) => engine.names_of_id(&DocumentId(id.clone())),
        (None, Some(grade)) => engine.names_of_grade(&GradeId(grade.clone())),
        (None, None) => Ok(None),
    })?;
    found.ok_or(Refusal::UnknownQuestion)
}

/// A question that was stored.
pub(super) struct StoredAsk {
    pub(super) number: i64,
    /// Characters of its middle that were left out, because it was too long.
    pub(super) left_out: usize,
    /// The secret of the address at which its sender follows it; none for an ask of a version before.
    pub(super) secret: Option<String>,
}

/// Checks and stores a question for the experts.
pub(super) async fn ask(
    state: &AppState,
    sent: SentAsk,
    sender: &Sender,
) -> Result<StoredAsk, Refusal> {
    let feedback = state.feedback()?;
    let visitor = feedback.visitor(&sender.client);
    state.limits.feedback(&visitor.network)?;
    let Shortened {
        text: question,
        left_out,
    } = question(&sent.question)?;
    let contact = checked_text("contact", &cleaned(&sent.contact), LONGEST_CONTACT)?;
    if !sent.secrets_confirmed && secrets::looks_secret(&question) {
        return Err(Refusal::LooksSecret);
    }
    let fingerprint = format!("ask\n{question}\n{contact}");
    let key = idempotency_key(feedback, sender, &fingerprint)?;
    let ask = Ask {
        at: Timestamp::now(),
        visitor,
        question,
        contact,
        tag: trimmed(&sent.tag, LONGEST_LABEL),
        category: trimmed(&sent.category, LONGEST_LABEL),
        page: trimmed(&sent.page, LONGEST_PAGE),
        language: trimmed(&sent.language, LONGEST_LABEL),
    };
    let receipt = if sent.honeypot.is_empty() {
        store(state, Record::Ask(ask), key).await?
    } else {
        pretended()
    };
    let secret = feedback.store.asks().secret_of(receipt.number).await;
    Ok(StoredAsk {
        number: receipt.number,
        left_out,
        // The ask is stored, whether its sender can be told the address or not.
        secret: secret.unwrap_or_else(|error| {
            tracing::warn!(error = %crate::error_chain(&error), "the address of an ask could not be read");
            None
        }),
    })
}

/// The question as it is kept: what people paste is cleaned and shortened rather than refused.
fn question(sent: &str) -> Result<Shortened, Refusal> {
    let refused = |problem| {
        let field = "question";
        Err(BadField { field, problem }.into())
    };
    let question = cleaned(sent);
    if question.chars().count() < SHORTEST_QUESTION {
        return refused(FieldProblem::TooShort(SHORTEST_QUESTION));
    }
    if !has_words(&question) {
        return refused(FieldProblem::NoWords);
    }
    Ok(shortened(&question, LONGEST_QUESTION))
}

/// Stores a record within the time that a request may take.
pub(super) async fn store(
    state: &AppState,
    record: Record,
    key: Option<IdempotencyKey>,
) -> Result<Receipt, Refusal> {
    let patience = Duration::from_secs(state.config.request_timeout_seconds);
    let storing = state.feedback()?.store.keep(record, key);
    match tokio::time::timeout(patience, storing).await {
        Ok(receipt) => Ok(receipt?),
        Err(_) => Err(Refusal::StoreUnavailable),
    }
}

/// How often visitors said that an answer helped, and that it did not. None while the store cannot be read, which stops
/// no page.
pub(super) async fn counts(state: &AppState, question_ids: &[String]) -> Option<RatingCounts> {
    let feedback = state.feedback().ok()?;
    let counts = feedback.store.reports().counts(question_ids).await;
    counts
        .inspect_err(|error| {
            tracing::warn!(error = %crate::error_chain(error), "the feedback store could not be read");
        })
        .ok()
}

/// Logs that a visitor opened a hit of a search.
pub(super) fn log_click(state: &AppState, query: &str, question_id: &str, client: &Client) {
    let Ok(feedback) = state.feedback() else {
        return;
    };
    let visitor = feedback.visitor(client);
    let is_wanted = state.config.query_log > 0.0 && !query.trim().is_empty();
    if is_wanted && state.limits.click(&visitor.network) {
        feedback.store.keep_later(Record::Click(Click {
            at: Timestamp::now(),
            visitor,
            query: trimmed(query, LONGEST_QUERY),
            question_id: question_id.to_owned(),
        }));
    }
}

/// Logs a search and the hits that were shown for it, for as large a part of all searches as the configuration says.
pub(super) fn log_query(
    state: &AppState,
    text: &str,
    searched: &Searched,
    took: Duration,
    client: &Client,
) {
    let (Ok(feedback), text) = (state.feedback(), trimmed(text, LONGEST_QUERY)) else {
        return;
    };
    let visitor = feedback.visitor(client);
    let is_sampled = sample_position(&visitor, &text) < state.config.query_log;
    if text.is_empty() || !is_sampled || !state.limits.query(&visitor.network) {
        return;
    }
    feedback.store.keep_later(Record::Query(QueryRecord {
        at: Timestamp::now(),
        visitor,
        text,
        total: searched.total as i64,
        outcome: outcome_of(searched.answer_state),
        took_micros: i64::try_from(took.as_micros()).unwrap_or(i64::MAX),
        shown: searched.shown.iter().take(MOST_SHOWN).cloned().collect(),
        times: 1,
    }));
}

/// An answer state as the query log has it.
fn outcome_of(state: AnswerState) -> SearchOutcome {
    match state {
        AnswerState::Answered => SearchOutcome::Answered,
        AnswerState::Related => SearchOutcome::Related,
        AnswerState::None => SearchOutcome::None,
    }
}

impl Feedback {
    pub(super) fn visitor(&self, client: &Client) -> Visitor {
        self.visitors
            .visitor(client.address, &client.browser, Timestamp::now())
    }
}

fn idempotency_key(
    feedback: &Feedback,
    sender: &Sender,
    fingerprint: &str,
) -> Result<Option<IdempotencyKey>, Refusal> {
    let Some(key) = &sender.key else {
        return Ok(None);
    };
    let key = checked_text("Idempotency-Key", key, LONGEST_KEY)?;
    let Client { address, browser } = &sender.client;
    Ok(Some(IdempotencyKey {
        key: feedback.senders.own(*address, browser, &key),
        fingerprint: blake3::hash(fingerprint.as_bytes()).to_hex().to_string(),
    }))
}

/// The receipt for a program that filled the honeypot: nothing was stored.
fn pretended() -> Receipt {
    Receipt {
        number: 0,
        replaced: false,
        repeated: false,
    }
}

/// The position of a visitor's query between 0 and 1, always the same one for the same query, so that a query is logged
/// together with its clicks or not at all.
fn sample_position(visitor: &Visitor, text: &str) -> f64 {
    let hash = blake3::hash(format!("{}\n{text}", visitor.network).as_bytes());
    let [a, b, c, d, ..] = *hash.as_bytes();
    f64::from(u32::from_le_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}
