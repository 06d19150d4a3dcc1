//! What visitors send, checked and kept: the same for the API and for the forms of pages.

use super::api::FeedbackCounts;
use super::client::Client;
use super::kept::Searched;
use super::problem::Refusal;
use super::state::{AppState, Feedback};
use crate::document::{DocumentId, DocumentNames, GradeId};
use crate::engine::AnswerState;
use crate::feedback::record::{
    BadField, FieldProblem, LONGEST_COMMENT, LONGEST_CONTACT, LONGEST_LABEL, LONGEST_PAGE,
    LONGEST_QUERY, LONGEST_QUESTION, SHORTEST_QUESTION, SearchOutcome, checked_text, trimmed,
};
use crate::feedback::reports::RatingCounts;
use crate::feedback::{
    Ask, Click, IdempotencyKey, QueryRecord, Rating, Reason, Receipt, Record, Visitor, secrets,
};
use jiff::Timestamp;
use std::time::Duration;

/// Characters of an idempotency key, at most.
const LONGEST_KEY: usize = 255;

/// A rating as it was sent.
#[derive(Debug, Default)]
pub(super) struct SentRating {
    pub(super) question_id: Option<String>,
    pub(super) grade_id: Option<String>,
    pub(super) rating: String,
    pub(super) reasons: Vec<String>,
    pub(super) comment: String,
    pub(super) query: String,
    pub(super) page: String,
    pub(super) language: String,
    /// A field that no person sees: who fills it is a program.
    pub(super) honeypot: String,
}

/// An ask as it was sent.
#[derive(Debug, Default)]
pub(super) struct SentAsk {
    pub(super) question: String,
    pub(super) contact: String,
    pub(super) tag: String,
    pub(super) category: String,
    pub(super) page: String,
    pub(super) language: String,
    /// What looks like a secret was shown to the visitor, and is meant.
    pub(super) secrets_confirmed: bool,
    pub(super) honeypot: String,
}

/// A rating that was kept.
pub(super) struct KeptRating {
    pub(super) receipt: Receipt,
    pub(super) question_id: DocumentId,
    pub(super) helpful: bool,
    pub(super) reasons: Vec<Reason>,
    pub(super) comment: String,
}

/// A sender of feedback, with the header that makes sending again safe.
pub(super) struct Sender {
    pub(super) client: Client,
    /// `Idempotency-Key`.
    pub(super) key: Option<String>,
}

impl AppState {
    /// Keeps a rating.
    pub(super) async fn keep_rating(
        &self,
        sent: SentRating,
        sender: &Sender,
    ) -> Result<KeptRating, Refusal> {
        let feedback = self.feedback()?;
        let visitor = feedback.visitor(&sender.client);
        self.limits.feedback(&visitor.network)?;
        let helpful = match sent.rating.as_str() {
            "helpful" => true,
            "unhelpful" => false,
            _ => return Err(not_one_of("rating", "`helpful`, `unhelpful`").into()),
        };
        let reasons: Option<Vec<Reason>> = sent
            .reasons
            .iter()
            .map(|code| Reason::from_code(code))
            .collect();
        let allowed = "`off_topic`, `outdated`, `steps_fail`, `unclear`, `other`";
        let mut reasons = reasons.ok_or_else(|| not_one_of("reasons", allowed))?;
        reasons.sort_unstable();
        reasons.dedup();
        if helpful {
            reasons.clear();
        }
        let comment = checked_text("comment", &sent.comment, LONGEST_COMMENT)?;
        let rated = self.rated(&sent)?;
        self.limits.rating(&visitor.network, &rated.id.0)?;
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
        let key = idempotency_key(sender.key.as_deref(), &fingerprint)?;
        let receipt = if sent.honeypot.is_empty() {
            feedback.keep(self, Record::Rating(rating), key).await?
        } else {
            pretended()
        };
        Ok(KeptRating {
            receipt,
            question_id: rated.id,
            helpful,
            reasons,
            comment,
        })
    }

    /// What is rated, by the name it was sent under.
    fn rated(&self, sent: &SentRating) -> Result<DocumentNames, Refusal> {
        let found = self.look_up(|engine| match (&sent.question_id, &sent.grade_id) {
            (Some(id), _) => engine.names_of_id(&DocumentId(id.clone())),
            (None, Some(grade)) => engine.names_of_grade(&GradeId(grade.clone())),
            (None, None) => Ok(None),
        })?;
        found.ok_or(Refusal::UnknownQuestion)
    }

    /// Keeps a question for the experts.
    pub(super) async fn keep_ask(
        &self,
        sent: SentAsk,
        sender: &Sender,
    ) -> Result<Receipt, Refusal> {
        let feedback = self.feedback()?;
        let visitor = feedback.visitor(&sender.client);
        self.limits.feedback(&visitor.network)?;
        let question = checked_text("question", &sent.question, LONGEST_QUESTION)?;
        if question.chars().count() < SHORTEST_QUESTION {
            return Err(BadField {
                field: "question",
                problem: FieldProblem::TooShort(SHORTEST_QUESTION),
            }
            .into());
        }
        let contact = checked_text("contact", &sent.contact, LONGEST_CONTACT)?;
        if !sent.secrets_confirmed && secrets::looks_secret(&question) {
            return Err(Refusal::LooksSecret);
        }
        let fingerprint = format!("ask\n{question}\n{contact}");
        let key = idempotency_key(sender.key.as_deref(), &fingerprint)?;
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
        if !sent.honeypot.is_empty() {
            return Ok(pretended());
        }
        feedback.keep(self, Record::Ask(ask), key).await
    }

    /// What visitors say of an answer; nothing while the store cannot be read, which stops no page.
    pub(super) async fn feedback_counts(&self, question_id: &str) -> Option<FeedbackCounts> {
        let feedback = self.feedback().ok()?;
        match feedback.store.reports().counts(question_id).await {
            Ok(RatingCounts { helpful, unhelpful }) => Some(FeedbackCounts { helpful, unhelpful }),
            Err(error) => {
                tracing::warn!(error = %crate::error_chain(&error), "the feedback store could not be read");
                None
            }
        }
    }

    /// Notes that a visitor opened what a search had found.
    pub(super) fn note_click(&self, query: &str, question_id: &str, client: &Client) {
        let Ok(feedback) = self.feedback() else {
            return;
        };
        let visitor = feedback.visitor(client);
        let is_wanted = self.config.query_log > 0.0 && !query.trim().is_empty();
        if is_wanted && self.limits.click(&visitor.network) {
            feedback.store.keep_later(Record::Click(Click {
                at: Timestamp::now(),
                visitor,
                query: trimmed(query, LONGEST_QUERY),
                question_id: question_id.to_owned(),
            }));
        }
    }

    /// Notes a search and what was shown for it, as often as the configuration wants.
    pub(super) fn note_query(
        &self,
        text: &str,
        searched: &Searched,
        took: Duration,
        client: &Client,
    ) {
        let (Ok(feedback), text) = (self.feedback(), trimmed(text, LONGEST_QUERY)) else {
            return;
        };
        let visitor = feedback.visitor(client);
        let is_sampled = share_of(&visitor, &text) < self.config.query_log;
        if text.is_empty() || !is_sampled || !self.limits.query() {
            return;
        }
        feedback.store.keep_later(Record::Query(QueryRecord {
            at: Timestamp::now(),
            visitor,
            text,
            total: searched.total as i64,
            outcome: outcome_of(searched.answer_state),
            took_micros: i64::try_from(took.as_micros()).unwrap_or(i64::MAX),
            shown: searched.shown.clone(),
        }));
    }
}

impl Feedback {
    pub(super) fn visitor(&self, client: &Client) -> Visitor {
        self.visitors
            .visitor(client.address, &client.browser, Timestamp::now())
    }

    async fn keep(
        &self,
        state: &AppState,
        record: Record,
        key: Option<IdempotencyKey>,
    ) -> Result<Receipt, Refusal> {
        let patience = Duration::from_secs(state.config.request_timeout_seconds);
        match tokio::time::timeout(patience, self.store.keep(record, key)).await {
            Ok(kept) => Ok(kept?),
            Err(_) => Err(Refusal::StoreUnavailable),
        }
    }
}

/// An answer state as the query log has it.
fn outcome_of(state: AnswerState) -> SearchOutcome {
    match state {
        AnswerState::Answered => SearchOutcome::Answered,
        AnswerState::Related => SearchOutcome::Related,
        AnswerState::None => SearchOutcome::None,
    }
}

fn not_one_of(field: &'static str, allowed: &'static str) -> BadField {
    BadField {
        field,
        problem: FieldProblem::NotOneOf(allowed),
    }
}

fn idempotency_key(
    key: Option<&str>,
    fingerprint: &str,
) -> Result<Option<IdempotencyKey>, Refusal> {
    let Some(key) = key else {
        return Ok(None);
    };
    Ok(Some(IdempotencyKey {
        // Apart from those of imports.
        key: format!(
            "sent:{}",
            checked_text("Idempotency-Key", key, LONGEST_KEY)?
        ),
        fingerprint: blake3::hash(fingerprint.as_bytes()).to_hex().to_string(),
    }))
}

/// What a program that fills every field is told.
fn pretended() -> Receipt {
    Receipt {
        number: 0,
        replaced: false,
        repeated: false,
    }
}

/// Where a visitor's query falls between 0 and 1: the same query falls there again, so that its clicks are kept with it.
fn share_of(visitor: &Visitor, text: &str) -> f64 {
    let hash = blake3::hash(format!("{}\n{text}", visitor.network).as_bytes());
    let [a, b, c, d, ..] = *hash.as_bytes();
    f64::from(u32::from_le_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}
