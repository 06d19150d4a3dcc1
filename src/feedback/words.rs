//! What experts change of a site's words while it serves: rows over the files, which stay as they are. Each change is in the
//! audit log, and can be undone.

use super::audit;
use super::database::{Database, StoreError, WRITE, column_of, in_time, time_of};
use super::record::{BadField, FieldProblem, checked_text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Changes of one document's words, at most.
const MOST_OF_A_SUBJECT: usize = 500;
const SHORTEST_TEXT: usize = 2;
/// Characters of a question, at most.
pub const LONGEST_TEXT: usize = 200;
const LONGEST_SUBJECT: usize = 500;
/// The kind of rows that say how documents are asked.
const ASKED_AS: &str = "asked_as";

/// What an expert did with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WordChange {
    /// It counts from now on.
    Added,
    /// It does not count any more, whatever the files say.
    Removed,
}

impl WordChange {
    fn code(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// A change of an expert that was not undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangedWord {
    /// Number, growing.
    pub id: i64,
    /// Milliseconds since 1970, UTC.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// Who.
    pub expert: String,
    /// The id of the document.
    pub subject: String,
    /// The question.
    pub text: String,
    /// What was done with it.
    pub change: WordChange,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum WordError {
    /// A text cannot be used.
    #[error(transparent)]
    Field(#[from] BadField),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for WordError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

type Row = (i64, i64, String, String, String, String);

/// The changes of words in the store.
#[derive(Debug, Clone, Copy)]
pub struct Words<'s> {
    pub(super) database: &'s Database,
}

impl Words<'_> {
    /// Notes that a document is asked so, or is not, and writes an entry to the audit log.
    ///
    /// # Errors
    /// When a text cannot be used, there are too many changes of the document, or the store cannot be written.
    pub async fn change(
        &self,
        subject: &str,
        text: &str,
        change: WordChange,
        expert: &str,
    ) -> Result<(), WordError> {
        let subject = checked_text("id", subject, LONGEST_SUBJECT)?;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = checked_text("text", &text, LONGEST_TEXT)?;
        if text.chars().count() < SHORTEST_TEXT {
            let problem = FieldProblem::TooShort(SHORTEST_TEXT);
            return Err(WordError::Field(BadField {
                field: "text",
                problem,
            }));
        }
        if self.of(&subject).await?.len() >= MOST_OF_A_SUBJECT {
            return Err(StoreError::Full("changes of the questions of one document").into());
        }
        in_time(WRITE, self.insert(&subject, &text, change, expert)).await
    }

    async fn insert(
        &self,
        subject: &str,
        text: &str,
        change: WordChange,
        expert: &str,
    ) -> Result<(), WordError> {
        let mut transaction = self.database.begin_write().await?;
        sqlx::query(
            "INSERT INTO words (at, expert, kind, subject, text, change) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(column_of(Timestamp::now()))
        .bind(expert)
        .bind(ASKED_AS)
        .bind(subject)
        .bind(text)
        .bind(change.code())
        .execute(&mut *transaction)
        .await?;
        let action = format!("question {}", change.code());
        audit::record(&mut *transaction, expert, &action, subject, text).await?;
        self.database.commit(transaction).await?;
        Ok(())
    }

    /// Undoes a change of a document; `false` where there is none of this number.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn undo(&self, subject: &str, id: i64, expert: &str) -> Result<bool, WordError> {
        in_time(WRITE, self.take_back(subject, id, expert)).await
    }

    async fn take_back(&self, subject: &str, id: i64, expert: &str) -> Result<bool, WordError> {
        let mut transaction = self.database.begin_write().await?;
        let undone = sqlx::query(
            "UPDATE words SET undone_at = $3, undone_by = $4 WHERE id = $1 AND subject = $2 AND undone_at = 0",
        )
        .bind(id)
        .bind(subject)
        .bind(column_of(Timestamp::now()))
        .bind(expert)
        .execute(&mut *transaction)
        .await?;
        if undone.rows_affected() == 0 {
            return Ok(false);
        }
        let detail = format!("change {id}");
        audit::record(
            &mut *transaction,
            expert,
            "question undone",
            subject,
            &detail,
        )
        .await?;
        self.database.commit(transaction).await?;
        Ok(true)
    }

    /// The changes of one document, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn of(&self, subject: &str) -> Result<Vec<ChangedWord>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, at, expert, subject, text, change FROM words
             WHERE kind = $1 AND subject = $2 AND undone_at = 0 ORDER BY id",
        )
        .bind(ASKED_AS)
        .bind(subject)
        .fetch_all(&self.database.pool)
        .await?;
        Ok(rows.into_iter().map(changed).collect())
    }

    /// The changes of all documents, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn all(&self) -> Result<Vec<ChangedWord>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, at, expert, subject, text, change FROM words
             WHERE kind = $1 AND undone_at = 0 ORDER BY id",
        )
        .bind(ASKED_AS)
        .fetch_all(&self.database.pool)
        .await?;
        Ok(rows.into_iter().map(changed).collect())
    }

    /// What is different after each change: the newest row, and how many were undone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn revision(&self) -> Result<(i64, i64), StoreError> {
        let revision = sqlx::query_as(
            "SELECT COALESCE(MAX(id), 0), COUNT(CASE WHEN undone_at > 0 THEN 1 END) FROM words",
        )
        .fetch_one(&self.database.pool)
        .await?;
        Ok(revision)
    }
}

fn changed((id, at, expert, subject, text, change): Row) -> ChangedWord {
    ChangedWord {
        id,
        at: time_of(at),
        expert,
        subject,
        text,
        change: if change == WordChange::Removed.code() {
            WordChange::Removed
        } else {
            WordChange::Added
        },
    }
}
