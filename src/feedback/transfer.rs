//! Out of the store and in again: exports for people and programs, backups of everything, restoring, erasing.
//!
//! An exported line and a line of a backup have the same form: a JSON object with `table` and every column.

mod lines;
mod tables;

pub use lines::Csv;
pub use tables::{EXPORTED, Table};

use super::record::{Ask, QueryRecord, Rating, Reason, WorkState};
use super::store::{Store, StoreError, now};
use super::visitor::Visitor;
use super::{FeedbackStore, IdempotencyKey, Record};
use serde_json::{Map, Value, json};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use std::io::{BufRead, Write};

/// Rows read at once.
const PAGE: i64 = 2_000;
const DAY: i64 = 24 * 60 * 60 * 1_000;
/// How long a sending may be repeated under its key, in milliseconds.
const KEYS_KEPT: i64 = 7 * DAY;

/// A row as its columns by name.
pub type Row = Map<String, Value>;

/// Why something could not be taken out or in.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The other side failed.
    #[error("cannot read or write the file")]
    File(#[from] std::io::Error),
    /// A line cannot be used.
    #[error("line {line}: {problem}; expected {expected}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The store holds something already.
    #[error(
        "the store is not empty; expected an empty one to restore into, such as another --data folder"
    )]
    NotEmpty,
}

impl From<sqlx::Error> for TransferError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Days after which records are forgotten; 0 keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Ratings.
    pub ratings: u64,
    /// Asks.
    pub asks: u64,
    /// The query log.
    pub queries: u64,
}

impl Store {
    /// Writes every record of a table, oldest first, through `line`; how many there were.
    ///
    /// # Errors
    /// When the store cannot be read or the line not be written.
    pub async fn export(
        &self,
        table: &Table,
        mut line: impl FnMut(&Row) -> std::io::Result<()>,
    ) -> Result<u64, TransferError> {
        let mut connection = self.pool.acquire().await.map_err(StoreError::from)?;
        export_table(&mut connection, table, &mut line).await
    }

    /// Writes everything but running sessions as of one moment, while others write on; the number of rows.
    ///
    /// # Errors
    /// When the store cannot be read or the file not be written.
    pub async fn backup(&self, to: &mut impl Write) -> Result<u64, TransferError> {
        let mut connection = self.pool.acquire().await?;
        let begin = match self.kind {
            super::store::Kind::Sqlite => "BEGIN",
            super::store::Kind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let mut transaction = connection.begin_with(begin).await?;
        writeln!(to, "{}", json!({ "dayi_backup": 1, "at": now() }))?;
        let mut rows = 0;
        for table in tables::ALL {
            rows += export_table(&mut transaction, table, &mut |row| {
                writeln!(to, "{}", Value::Object(row.clone()))
            })
            .await?;
        }
        writeln!(to, "{}", json!({ "rows": rows }))?;
        to.flush()?;
        Ok(rows)
    }

    /// Reads a backup into an empty store, whole or not at all; the number of rows.
    ///
    /// # Errors
    /// When the store holds records or experts, or a line cannot be used; then nothing was changed.
    pub async fn restore(&self, from: impl BufRead) -> Result<u64, TransferError> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin_with(self.kind.begin()).await?;
        for table in tables::ALL.iter().filter(|t| t.name != "settings") {
            if tables::has_rows(&mut transaction, table).await? {
                return Err(TransferError::NotEmpty);
            }
        }
        let bad = |line, problem: &str, expected| TransferError::Line {
            line,
            problem: problem.to_owned(),
            expected,
        };
        let (mut rows, mut ended) = (0, None);
        let mut last = 0;
        for (at, line) in from.lines().enumerate() {
            let (line, number) = (line?, at + 1);
            last = number;
            let Ok(Value::Object(row)) = serde_json::from_str(&line) else {
                return Err(bad(number, "is no JSON object", "a line of `dayi backup`"));
            };
            if number == 1 {
                if row.get("dayi_backup") != Some(&json!(1)) {
                    return Err(bad(1, "is no head of a backup", "a file of `dayi backup`"));
                }
            } else if let Some(count) = row.get("rows") {
                ended = count.as_u64();
            } else {
                tables::insert(&mut transaction, &row)
                    .await
                    .map_err(|problem| match problem {
                        tables::InsertError::Row(problem) => {
                            bad(number, &problem, "a row of a table of this version")
                        }
                        tables::InsertError::Store(error) => error.into(),
                    })?;
                rows += 1;
            }
        }
        if ended != Some(rows) {
            return Err(bad(
                last,
                "the file ends too early",
                "its last line to count the rows",
            ));
        }
        if self.kind == super::store::Kind::Postgres {
            tables::advance_numbers(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(rows)
    }

    /// Takes exported ratings, asks or queries in beside what is there. A line that was taken in before is passed over;
    /// how many were new.
    ///
    /// # Errors
    /// Names the first line that cannot be used; those before it are kept.
    pub async fn import(&self, from: impl BufRead) -> Result<u64, TransferError> {
        let mut added = 0;
        for (at, line) in from.lines().enumerate() {
            let line = line?;
            if line.trim().is_empty() {
                continue;
            }
            let bad = |problem: &str| TransferError::Line {
                line: at + 1,
                problem: problem.to_owned(),
                expected: "a line of `dayi feedback export`",
            };
            let row: Row = serde_json::from_str(&line).map_err(|e| bad(&e.to_string()))?;
            let table = row
                .get("table")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let record = record(&table, &row).ok_or_else(|| bad("lacks something"))?;
            let hash = blake3::hash(line.trim().as_bytes()).to_hex();
            let key = IdempotencyKey {
                key: format!("import:{hash}"),
                fingerprint: hash.to_string(),
            };
            let receipt = self.keep(record, Some(key)).await?;
            if !receipt.repeated {
                added += 1;
                self.set_work(&table, receipt.number, &row).await?;
            }
        }
        Ok(added)
    }

    /// Brings what experts made of an imported record along.
    async fn set_work(&self, table: &str, number: i64, row: &Row) -> Result<(), StoreError> {
        let statement = match table {
            "ratings" => "UPDATE ratings SET state = $2, assignee = $3, note = $4 WHERE id = $1",
            "asks" => "UPDATE asks SET state = $2, assignee = $3, note = $4 WHERE id = $1",
            _ => return Ok(()),
        };
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        let state = WorkState::of_code(text("state")).unwrap_or(WorkState::New);
        sqlx::query(statement)
            .bind(number)
            .bind(state.code())
            .bind(text("assignee"))
            .bind(text("note"))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets the asks of a person; how many there were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn erase(&self, contact: &str) -> Result<u64, StoreError> {
        let erased = sqlx::query("DELETE FROM asks WHERE contact = $1")
            .bind(contact.trim())
            .execute(&self.pool)
            .await?;
        Ok(erased.rows_affected())
    }

    /// Forgets what is older than it is to be kept; how many records.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn forget(&self, retention: Retention) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for (statement, days) in [
            ("DELETE FROM ratings WHERE at < $1", retention.ratings),
            ("DELETE FROM asks WHERE at < $1", retention.asks),
            ("DELETE FROM queries WHERE at < $1", retention.queries),
        ] {
            if days > 0 {
                let oldest = now()
                    - i64::try_from(days)
                        .unwrap_or(i64::MAX / DAY)
                        .saturating_mul(DAY);
                let gone = sqlx::query(statement)
                    .bind(oldest)
                    .execute(&self.pool)
                    .await?;
                forgotten += gone.rows_affected();
            }
        }
        sqlx::query("DELETE FROM idempotency WHERE at < $1 AND key NOT LIKE 'import:%'")
            .bind(now() - KEYS_KEPT)
            .execute(&self.pool)
            .await?;
        sqlx::query("DELETE FROM deliveries WHERE state = 'delivered' AND at < $1")
            .bind(now() - KEYS_KEPT)
            .execute(&self.pool)
            .await?;
        Ok(forgotten)
    }
}

async fn export_table(
    connection: &mut AnyConnection,
    table: &Table,
    line: &mut impl FnMut(&Row) -> std::io::Result<()>,
) -> Result<u64, TransferError> {
    let mut rows = 0;
    let mut after = i64::MIN;
    loop {
        let sql = table.page();
        let page = sqlx::query(AssertSqlSafe(sql))
            .bind(after)
            .bind(PAGE)
            .fetch_all(&mut *connection)
            .await?;
        for row in &page {
            let row = table.read(row)?;
            if let Some(id) = row.get("id").and_then(Value::as_i64) {
                after = id;
            }
            line(&row)?;
        }
        rows += page.len() as u64;
        // Tables without numbers are small and come at once.
        if (page.len() as i64) < PAGE || !table.has_numbers() {
            return Ok(rows);
        }
    }
}

/// The record of an exported line.
fn record(table: &str, row: &Row) -> Option<Record> {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| row.get(name).and_then(Value::as_i64);
    let visitor = || {
        let network = text("network").or_else(|| text("visitor"))?;
        Some(Visitor {
            id: text("visitor").unwrap_or_else(|| network.clone()),
            network,
        })
    };
    Some(match table {
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
