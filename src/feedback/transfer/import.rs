//! Exported lines into a store beside what is there: each once, and of two ratings by one visitor the newer.

use super::{Row, TransferError};
use crate::feedback::record::{Ask, QueryRecord, Rating, Reason, WorkState};
use crate::feedback::store::{Applying, Counters, Store, StoreError};
use crate::feedback::visitor::Visitor;
use crate::feedback::webhook::Outbox;
use crate::feedback::{IdempotencyKey, Record};
use serde_json::Value;
use sqlx::AnyConnection;
use std::io::BufRead;

/// Lines taken in with one transaction.
const BATCH: usize = 1_000;

/// What tells a record from another of its kind, whatever experts made of it since and wherever it is kept.
const TELLING: [&str; 13] = [
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

/// A line that can be taken in.
struct Line {
    record: Record,
    row: Row,
    key: IdempotencyKey,
}

impl Store {
    /// Takes exported ratings, asks or queries in beside what is there. A record that was taken in before, or is older
    /// than what the visitor said since, is passed over; how many were new.
    ///
    /// # Errors
    /// Names the first line that cannot be used; those before it are kept.
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
                    self.take_in(&batch).await?;
                    return Err(error);
                }
                None => return Ok(added + self.take_in(&batch).await?),
            }
            if batch.len() == BATCH {
                added += self.take_in(&batch).await?;
                batch.clear();
            }
        }
    }

    async fn take_in(&self, batch: &[Line]) -> Result<u64, StoreError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = self.kind.write(&mut connection).await?;
        let mut counters = Counters::default();
        let outbox = Outbox::default();
        let mut added = 0;
        for line in batch {
            if is_outdated(&mut transaction, &line.record).await? {
                continue;
            }
            let mut applying = Applying {
                connection: &mut transaction,
                counters: &mut counters,
                outbox: &outbox,
            };
            let outcomes = applying.apply(&[(&line.record, Some(&line.key))]).await?;
            for outcome in outcomes {
                let receipt = outcome?;
                if !receipt.repeated {
                    added += 1;
                    set_rest(&mut transaction, &line.row, receipt.number).await?;
                }
            }
        }
        counters.add_to(&mut transaction).await?;
        transaction.commit().await?;
        Ok(added)
    }
}

/// Nothing for an empty line.
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
    let telling = TELLING.map(|name| row.get(name).unwrap_or(&Value::Null).to_string());
    let hash = blake3::hash(telling.join("\n").as_bytes()).to_hex();
    let key = IdempotencyKey {
        key: format!("import:{hash}"),
        fingerprint: hash.to_string(),
    };
    Ok(Some(Line { record, row, key }))
}

/// Whether the visitor has rated the answer since.
async fn is_outdated(connection: &mut AnyConnection, record: &Record) -> Result<bool, StoreError> {
    let Record::Rating(rating) = record else {
        return Ok(false);
    };
    let newer: Option<i64> = sqlx::query_scalar(
        "SELECT at FROM ratings WHERE visitor = $1 AND question_id = $2 AND at >= $3",
    )
    .bind(&rating.visitor.id)
    .bind(&rating.question_id)
    .bind(rating.at)
    .fetch_optional(connection)
    .await?;
    Ok(newer.is_some())
}

/// Brings along what came after the record: what experts made of it, which hit was opened.
async fn set_rest(
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
    let state = WorkState::of_code(text("state")).unwrap_or(WorkState::New);
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
    let visitor = || {
        let network = text("network").or_else(|| text("visitor"))?;
        Some(Visitor {
            id: text("visitor").unwrap_or_else(|| network.clone()),
            network,
        })
    };
    Some(match row.get("table")?.as_str()? {
        "ratings" => Record::Rating(Rating {
            at: number("at")?,
            visitor: visitor()?,
            question_id: text("question_id")?,
            grade_id: text("grade_id"),
            helpful: number("helpful")? != 0,
            reasons: Reason::of_codes(&text("reasons")?),
            comment: text("comment")?,
            query: text("query")?,
            page: text("page")?,
            language: text("language")?,
        }),
        "asks" => Record::Ask(Ask {
            at: number("at")?,
            visitor: visitor()?,
            question: text("question")?,
            contact: text("contact")?,
            tag: text("tag")?,
            category: text("category")?,
            page: text("page")?,
            language: text("language")?,
        }),
        "queries" => Record::Query(QueryRecord {
            at: number("at")?,
            visitor: visitor()?,
            text: text("text")?,
            total: number("total")?,
            answer_state: ["answered", "related", "none"]
                .into_iter()
                .find(|s| Some(*s) == row.get("answer_state").and_then(Value::as_str))?,
            took_micros: number("took_micros")?,
            shown: text("shown")?.lines().map(str::to_owned).collect(),
        }),
        _ => return None,
    })
}
