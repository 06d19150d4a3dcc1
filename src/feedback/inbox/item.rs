//! One item of the inbox.

use crate::feedback::database::time_of;
use crate::feedback::record::{Reason, WorkState};
use crate::feedback::secrets::masked;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;
use utoipa::ToSchema;

/// A bad rating or an ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// A rating that said the answer did not help.
    Rating,
    /// A question for the experts.
    Ask,
}

impl ItemKind {
    /// As it is sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Rating => "rating",
            Self::Ask => "ask",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Rating, Self::Ask]
            .into_iter()
            .find(|k| k.code() == code)
    }
}

/// One thing to look at. What looks like a secret is masked in its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Number within its kind.
    pub id: i64,
    /// Milliseconds since 1970, UTC.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// `new`, `in_work`, `answered` or `dismissed`.
    pub state: WorkState,
    /// Who is at it; may be empty.
    pub assignee: String,
    /// What experts wrote to each other.
    pub note: String,
    /// Of a rating: the document.
    pub question_id: Option<String>,
    /// Of a rating: why it did not help.
    pub reasons: Vec<Reason>,
    /// The comment of a rating, the question of an ask.
    pub text: String,
    /// Of a rating: the query that led to the answer.
    pub query: String,
    /// Of an ask: how to reach the visitor.
    pub contact: String,
    /// Of an ask: the tag it was asked under.
    pub tag: String,
    /// The page.
    pub page: String,
    /// Language of the visitor.
    pub language: String,
    /// Of an ask: the id of the document that answers it; may be empty.
    pub answered_by: String,
    /// Of an ask: why it was closed, as its sender reads it; may be empty.
    pub closed_because: String,
    /// Of an ask: the wording in which all visitors see it; empty while they do not.
    pub released: String,
    /// Of an ask: how many others have the same question.
    pub me_too: i64,
    /// Changes with what experts can change: a change that names it is refused when somebody else was faster.
    pub version: String,
}

/// The columns of a rating that [`read`] needs.
pub(super) const RATING_COLUMNS: &str = "id, at, state, assignee, note, question_id, reasons, comment AS text, query, '' AS contact, '' AS tag, page, language, '' AS answered_by, '' AS closed_because, '' AS released, CAST(0 AS BIGINT) AS me_too";
/// The columns of an ask that [`read`] needs.
pub(super) const ASK_COLUMNS: &str = "id, at, state, assignee, note, '' AS question_id, '' AS reasons, question AS text, '' AS query, contact, tag, page, language, answered_by, closed_because, released, me_too";

/// The item of a row.
pub(super) fn read(kind: ItemKind, row: &AnyRow) -> Result<Item, sqlx::Error> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let reasons = text("reasons")?;
    let item = Item {
        kind,
        id: row.try_get("id")?,
        at: time_of(row.try_get("at")?),
        version: String::new(),
        state: WorkState::from_code(&text("state")?).unwrap_or(WorkState::New),
        assignee: text("assignee")?,
        note: text("note")?,
        question_id: Some(text("question_id")?).filter(|id| !id.is_empty()),
        reasons: Reason::from_codes(&reasons),
        text: masked(&text("text")?),
        query: masked(&text("query")?),
        contact: text("contact")?,
        tag: text("tag")?,
        page: text("page")?,
        language: text("language")?,
        answered_by: text("answered_by")?,
        closed_because: text("closed_because")?,
        released: text("released")?,
        me_too: row.try_get("me_too")?,
    };
    Ok(item.with_version())
}

impl Item {
    /// The texts that experts can change, each with its name in the audit log.
    pub(super) fn work(&self) -> [(&'static str, &str); 5] {
        [
            ("assignee", &self.assignee),
            ("note", &self.note),
            ("answered by", &self.answered_by),
            ("closed because", &self.closed_because),
            ("released", &self.released),
        ]
    }

    /// The item with the version of what experts can change as it is now.
    pub(super) fn with_version(self) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.state.code().as_bytes());
        for (_, text) in self.work() {
            hasher.update(b"\n").update(text.as_bytes());
        }
        let version = hasher.finalize().to_hex()[..16].to_owned();
        Self { version, ..self }
    }
}
