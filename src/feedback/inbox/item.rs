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
    /// Changes with state, assignee and note: a change that names it is refused when somebody else was faster.
    pub version: String,
}

/// The columns of a rating that [`read`] needs.
pub(super) const RATING_COLUMNS: &str = "id, at, state, assignee, note, question_id, reasons, comment AS text, query, '' AS contact, '' AS tag, page, language";
/// The columns of an ask that [`read`] needs.
pub(super) const ASK_COLUMNS: &str = "id, at, state, assignee, note, '' AS question_id, '' AS reasons, question AS text, '' AS query, contact, tag, page, language";

/// The item of a row.
pub(super) fn read(kind: ItemKind, row: &AnyRow) -> Result<Item, sqlx::Error> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let reasons = text("reasons")?;
    let state = WorkState::from_code(&text("state")?).unwrap_or(WorkState::New);
    let (assignee, note) = (text("assignee")?, text("note")?);
    Ok(Item {
        kind,
        id: row.try_get("id")?,
        at: time_of(row.try_get("at")?),
        version: version(state, &assignee, &note),
        state,
        assignee,
        note,
        question_id: Some(text("question_id")?).filter(|id| !id.is_empty()),
        reasons: Reason::from_codes(&reasons),
        text: masked(&text("text")?),
        query: masked(&text("query")?),
        contact: text("contact")?,
        tag: text("tag")?,
        page: text("page")?,
        language: text("language")?,
    })
}

/// A hash of the fields that experts can change.
pub(super) fn version(state: WorkState, assignee: &str, note: &str) -> String {
    let seen = format!("{}\n{assignee}\n{note}", state.code());
    blake3::hash(seen.as_bytes()).to_hex()[..16].to_owned()
}
