//! Imports exported lines into a store that may have records already. Each line is imported once. If a visitor rated
//! an answer twice, the newer rating wins. Nobody is notified of imported records.

use super::{Row, Transfer, TransferError};
use crate::feedback::apply::apply;
use crate::feedback::counters::Counters;
use crate::feedback::database::{PATIENT, StoreError, column_of, in_time};
use crate::feedback::receipt::IMPORTED;
use crate::feedback::record::{
    Ask, BadField, LONGEST_COMMENT, LONGEST_CONTACT, LONGEST_LABEL, LONGEST_PAGE, LONGEST_QUERY,
    LONGEST_QUESTION, MOST_SHOWN, QueryRecord, Rating, Reason, SearchOutcome, WorkState,
    checked_text, trimmed,
};
use crate::feedback::text::{cleaned, shortened};
use crate::feedback::visitor::Visitor;
use crate::feedback::{IdempotencyKey, Record};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sqlx::{AnyConnection, AssertSqlSafe};
use std::io::BufRead;

/// Characters of the id of a document, at most.
const LONGEST_ID: usize = 200;
/// What one row counts, at most.
const MOST_TIMES: i64 = 1_000_000;
/// Lines imported in one transaction.
const BATCH: usize = 1_000;

/// The columns that identify a record: they do not depend on the store, and experts do not change them.
const IDENTITY: [&str; 13] = [
    "table",
    "at",
    "visitor",
    "network",
    "question_id",
    "helpful",
    "reasons",
    "comment",
    "query",
    "question",
    "contact",
    "text",
    "shown",
];

/// A line that can be imported.
struct Line {
    record: Record,
    row: Row,
    key: IdempotencyKey,
}

impl Transfer<'_> {
    /// Imports exported ratings, asks or queries. Returns how many were new. A record that was imported before is
    /// skipped, and so is a rating that is older than the visitor's stored one.
    ///
    /// # Errors
    /// Names the first line that cannot be used; the lines before it stay imported.
    pub async fn import(&self, from: impl BufRead) -> Result<u64, TransferError> {
        let mut added = 0;
        let mut batch = Vec::with_capacity(BATCH);
        let mut lines = from.lines().zip(1..);
        loop {
            let next = lines.next().map(|(line, number)| read(&line?, number));
            match next {
                Some(Ok(None)) => continue,
                Some(Ok(Some(line))) => batch.push(line),
                Some(Err(error)) => {
                    self.import_batch(&batch).await?;
                    return Err(error);
                }
                None => return Ok(added + self.import_batch(&batch).await?),
            }
            if batch.len() == BATCH {
                added += self.import_batch(&batch).await?;
                batch.clear();
            }
        }
    }

    async fn import_batch(&self, batch: &[Line]) -> Result<u64, StoreError> {
        in_time(PATIENT, self.import_together(batch)).await
    }

    async fn import_together(&self, batch: &[Line]) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let mut counters = Counters::default();
        let mut added = 0;
        for line in batch {
            if is_outdated(&mut transaction, &line.record).await? {
                continue;
            }
            let sent = [(&line.record, Some(&line.key))];
            let applied = apply(&mut transaction, &mut counters, &self.ask_key, &sent).await?;
            for outcome in applied.outcomes {
                let receipt = outcome?;
                if !receipt.repeated {
                    added += 1;
                    restore_work(&mut transaction, &line.row, receipt.number).await?;
                }
            }
        }
        counters.add_to(&mut transaction).await?;
        self.database.commit(transaction).await?;
        Ok(added)
    }
}

/// Reads a line; `None` if it is empty.
fn read(line: &str, number: usize) -> Result<Option<Line>, TransferError> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    let bad = |problem: &str| TransferError::Line {
        line: number,
        problem: problem.to_owned(),
        expected: "a line of `dayi feedback export`",
    };
    let row: Row = serde_json::from_str(line).map_err(|e| bad(&e.to_string()))?;
    let record = record(&row).ok_or_else(|| bad("lacks something"))?;
    let record = checked(record).map_err(|problem| bad(&problem.to_string()))?;
    let identity = IDENTITY.map(|name| row.get(name).unwrap_or(&Value::Null).to_string());
    let hash = blake3::hash(identity.join("\n").as_bytes()).to_hex();
    let key = IdempotencyKey {
        key: format!("{IMPORTED}{hash}"),
        fingerprint: hash.to_string(),
    };
    Ok(Some(Line { record, row, key }))
}

/// Whether the store has a later rating of the answer by the visitor.
async fn is_outdated(connection: &mut AnyConnection, record: &Record) -> Result<bool, StoreError> {
    let Record::Rating(rating) = record else {
        return Ok(false);
    };
    let newer: Option<i64> = sqlx::query_scalar(
        "SELECT at FROM ratings WHERE visitor = $1 AND question_id = $2 AND at >= $3",
    )
    .bind(&rating.visitor.id)
    .bind(&rating.question_id)
    .bind(column_of(rating.at))
    .fetch_optional(connection)
    .await?;
    Ok(newer.is_some())
}

/// Imports what happened to the record after it was sent: the work of experts on it, or the hit that was opened.
async fn restore_work(
    connection: &mut AnyConnection,
    row: &Row,
    number: i64,
) -> Result<(), StoreError> {
    match row.get("table").and_then(Value::as_str) {
        Some("ratings") => restore_state(connection, "ratings", row, number).await,
        Some("asks") => {
            restore_state(connection, "asks", row, number).await?;
            restore_following(connection, row, number).await
        }
        _ => restore_click(connection, row, number).await,
    }
}

async fn restore_click(
    connection: &mut AnyConnection,
    row: &Row,
    number: i64,
) -> Result<(), StoreError> {
    if let Some(clicked) = row.get("clicked").and_then(Value::as_str) {
        sqlx::query("UPDATE queries SET clicked = $2, rank = $3 WHERE id = $1")
            .bind(number)
            .bind(trimmed(clicked, LONGEST_ID))
            .bind(row.get("rank").and_then(Value::as_i64))
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn restore_state(
    connection: &mut AnyConnection,
    table: &str,
    row: &Row,
    number: i64,
) -> Result<(), StoreError> {
    let state = WorkState::from_code(text(row, "state")).unwrap_or(WorkState::New);
    let sql = format!("UPDATE {table} SET state = $2, assignee = $3, note = $4 WHERE id = $1");
    sqlx::query(AssertSqlSafe(sql))
        .bind(number)
        .bind(state.code())
        .bind(trimmed(text(row, "assignee"), LONGEST_LABEL))
        .bind(comment(row, "note"))
        .execute(connection)
        .await?;
    Ok(())
}

/// Imports what visitors see of an ask. Its address stays what it was.
async fn restore_following(
    connection: &mut AnyConnection,
    row: &Row,
    number: i64,
) -> Result<(), StoreError> {
    let me_too = row.get("me_too").and_then(Value::as_i64).unwrap_or(0);
    sqlx::query(
        "UPDATE asks SET answered_by = $2, closed_because = $3, released = $4, me_too = $5, secret_hash = $6 WHERE id = $1",
    )
    .bind(number)
    .bind(trimmed(text(row, "answered_by"), LONGEST_PAGE))
    .bind(comment(row, "closed_because"))
    .bind(comment(row, "released"))
    .bind(me_too.clamp(0, MOST_TIMES))
    .bind(trimmed(text(row, "secret_hash"), LONGEST_LABEL))
    .execute(connection)
    .await?;
    Ok(())
}

/// A text of an exported line; empty where there is none.
fn text<'r>(row: &'r Row, name: &str) -> &'r str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A text of an expert, as long as one may be.
fn comment(row: &Row, name: &str) -> String {
    cleaned(text(row, name))
        .chars()
        .take(LONGEST_COMMENT)
        .collect()
}

/// The record of an exported line.
fn record(row: &Row) -> Option<Record> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| row.get(name).and_then(Value::as_i64);
    let at = Timestamp::from_millisecond(number("at")?).ok()?;
    let hash = |name: &str| text(name).map(|hash| trimmed(&hash, LONGEST_LABEL));
    let visitor = || {
        let network = hash("network").or_else(|| hash("visitor"))?;
        Some(Visitor {
            id: hash("visitor").unwrap_or_else(|| network.clone()),
            network,
        })
    };
    Some(match row.get("table")?.as_str()? {
        "ratings" => Record::Rating(Rating {
            at,
            visitor: visitor()?,
            question_id: text("question_id")?,
            grade_id: hash("grade_id"),
            helpful: number("helpful")? != 0,
            reasons: Reason::from_codes(&text("reasons")?),
            comment: text("comment")?,
            query: text("query")?,
            page: text("page")?,
            language: text("language")?,
        }),
        "asks" => Record::Ask(Ask {
            at,
            visitor: visitor()?,
            question: text("question")?,
            contact: text("contact")?,
            tag: text("tag")?,
            category: text("category")?,
            page: text("page")?,
            language: text("language")?,
        }),
        "queries" => Record::Query(QueryRecord {
            at,
            visitor: visitor()?,
            text: text("text")?,
            total: number("total")?.max(0),
            outcome: SearchOutcome::from_code(&text("answer_state")?)?,
            took_micros: number("took_micros")?.max(0),
            shown: text("shown")?
                .lines()
                .take(MOST_SHOWN)
                .map(|id| trimmed(id, LONGEST_ID))
                .collect(),
            times: number("times").unwrap_or(1).clamp(1, MOST_TIMES),
        }),
        _ => return None,
    })
}

/// How far ahead of this machine's clock a record may be.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// Why a record is not imported.
#[derive(Debug, thiserror::Error)]
enum Unfit {
    #[error("`at` is {0}, before 2000 or in the future")]
    Time(Timestamp),
    #[error("`question_id` is no id of a document")]
    QuestionId,
    #[error(transparent)]
    Field(#[from] BadField),
}

/// The record, as the service itself would have taken it: an import brings nothing that cannot be sent.
fn checked(record: Record) -> Result<Record, Unfit> {
    let at = match &record {
        Record::Rating(rating) => rating.at,
        Record::Ask(ask) => ask.at,
        Record::Query(query) => query.at,
        Record::Click(click) => click.at,
        Record::MeToo(one) => one.at,
    };
    // 2000-01-01: before there was anything to record.
    if at.as_second() < 946_684_800 || at > Timestamp::now() + AHEAD {
        return Err(Unfit::Time(at));
    }
    Ok(match record {
        Record::Rating(rating) => {
            let is_id = |c: char| !c.is_control();
            let length = rating.question_id.chars().count();
            if !(1..=LONGEST_ID).contains(&length) || !rating.question_id.chars().all(is_id) {
                return Err(Unfit::QuestionId);
            }
            Record::Rating(Rating {
                comment: checked_text("comment", &cleaned(&rating.comment), LONGEST_COMMENT)?,
                query: trimmed(&rating.query, LONGEST_QUERY),
                page: trimmed(&rating.page, LONGEST_PAGE),
                language: trimmed(&rating.language, LONGEST_LABEL),
                ..rating
            })
        }
        Record::Ask(ask) => Record::Ask(Ask {
            question: shortened(&cleaned(&ask.question), LONGEST_QUESTION).text,
            contact: checked_text("contact", &cleaned(&ask.contact), LONGEST_CONTACT)?,
            tag: trimmed(&ask.tag, LONGEST_LABEL),
            category: trimmed(&ask.category, LONGEST_LABEL),
            page: trimmed(&ask.page, LONGEST_PAGE),
            language: trimmed(&ask.language, LONGEST_LABEL),
            ..ask
        }),
        Record::Query(query) => Record::Query(QueryRecord {
            text: trimmed(&query.text, LONGEST_QUERY),
            ..query
        }),
        Record::Click(click) => Record::Click(click),
        Record::MeToo(one) => Record::MeToo(one),
    })
}
