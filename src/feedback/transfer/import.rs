//! Imports exported lines into a store that may have records already. Each line is imported once. If a visitor rated
//! an answer twice, the newer rating wins. Nobody is notified of imported records.

use super::{Row, Transfer, TransferError};
use crate::feedback::apply::apply;
use crate::feedback::counters::Counters;
use crate::feedback::database::{StoreError, column_of};
use crate::feedback::record::{Ask, QueryRecord, Rating, Reason, SearchOutcome, WorkState};
use crate::feedback::visitor::Visitor;
use crate::feedback::{IdempotencyKey, Record};
use jiff::Timestamp;
use serde_json::Value;
use sqlx::AnyConnection;
use std::io::BufRead;

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
        let mut transaction = self.database.begin_write().await?;
        let mut counters = Counters::default();
        let mut added = 0;
        for line in batch {
            if is_outdated(&mut transaction, &line.record).await? {
                continue;
            }
            let sent = [(&line.record, Some(&line.key))];
            let applied = apply(&mut transaction, &mut counters, &sent).await?;
            for outcome in applied.outcomes {
                let receipt = outcome?;
                if !receipt.repeated {
                    added += 1;
                    restore_work(&mut transaction, &line.row, receipt.number).await?;
                }
            }
        }
        counters.add_to(&mut transaction).await?;
        transaction.commit().await?;
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
    let identity = IDENTITY.map(|name| row.get(name).unwrap_or(&Value::Null).to_string());
    let hash = blake3::hash(identity.join("\n").as_bytes()).to_hex();
    let key = IdempotencyKey {
        key: format!("import:{hash}"),
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
    let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let statement = match text("table") {
        "ratings" => "UPDATE ratings SET state = $2, assignee = $3, note = $4 WHERE id = $1",
        "asks" => "UPDATE asks SET state = $2, assignee = $3, note = $4 WHERE id = $1",
        _ => {
            if let Some(clicked) = row.get("clicked").and_then(Value::as_str) {
                sqlx::query("UPDATE queries SET clicked = $2, rank = $3 WHERE id = $1")
                    .bind(number)
                    .bind(clicked)
                    .bind(row.get("rank").and_then(Value::as_i64))
                    .execute(connection)
                    .await?;
            }
            return Ok(());
        }
    };
    let state = WorkState::from_code(text("state")).unwrap_or(WorkState::New);
    sqlx::query(statement)
        .bind(number)
        .bind(state.code())
        .bind(text("assignee"))
        .bind(text("note"))
        .execute(connection)
        .await?;
    Ok(())
}

/// The record of an exported line.
fn record(row: &Row) -> Option<Record> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| row.get(name).and_then(Value::as_i64);
    let at = Timestamp::from_millisecond(number("at")?).ok()?;
    let visitor = || {
        let network = text("network").or_else(|| text("visitor"))?;
        Some(Visitor {
            id: text("visitor").unwrap_or_else(|| network.clone()),
            network,
        })
    };
    Some(match row.get("table")?.as_str()? {
        "ratings" => Record::Rating(Rating {
            at,
            visitor: visitor()?,
            question_id: text("question_id")?,
            grade_id: text("grade_id"),
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
            total: number("total")?,
            outcome: SearchOutcome::from_code(&text("answer_state")?)?,
            took_micros: number("took_micros")?,
            shown: text("shown")?.lines().map(str::to_owned).collect(),
        }),
        _ => return None,
    })
}
