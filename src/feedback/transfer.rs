//! Moves records out of the store and back: exports for people and programs, full backups, imports and restoring.
//!
//! A line of an export and a line of a backup have the same form: a JSON object with `table` and every column.

mod import;
mod lines;
mod tables;

pub use lines::Csv;
pub use tables::{EXPORTED, Table};

use super::database::{Database, Kind, StoreError, column_of};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sqlx::{AnyConnection, AssertSqlSafe};
use std::io::{BufRead, Write};

/// Rows read at once.
const PAGE: i64 = 2_000;

/// A row as its columns by name.
pub type Row = Map<String, Value>;

/// Why a transfer failed.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file failed.
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
    /// The store has records already.
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

/// Transfers records between the store and files.
#[derive(Debug, Clone, Copy)]
pub struct Transfer<'s> {
    pub(super) database: &'s Database,
}

impl Transfer<'_> {
    /// Passes every record of a table to `line`, oldest first. Returns the number of records.
    ///
    /// # Errors
    /// When the store cannot be read or the line not be written.
    pub async fn export(
        &self,
        table: &Table,
        mut line: impl FnMut(&Row) -> std::io::Result<()>,
    ) -> Result<u64, TransferError> {
        let mut connection = self
            .database
            .pool
            .acquire()
            .await
            .map_err(StoreError::from)?;
        export_table(&mut connection, table, &mut line).await
    }

    /// Writes everything except running sessions, as of one moment, without blocking writers. Returns the number of
    /// rows.
    ///
    /// # Errors
    /// When the store cannot be read or the file not be written.
    pub async fn backup(&self, to: &mut impl Write) -> Result<u64, TransferError> {
        let mut transaction = self.database.begin_snapshot().await?;
        let at = column_of(Timestamp::now());
        writeln!(to, "{}", json!({ "dayi_backup": 1, "at": at }))?;
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

    /// Restores a backup into an empty store, as a whole or not at all. Returns the number of rows.
    ///
    /// # Errors
    /// When the store holds records or experts, or a line cannot be used; then nothing was changed.
    pub async fn restore(&self, from: impl BufRead) -> Result<u64, TransferError> {
        let mut transaction = self.database.begin_write().await?;
        for table in tables::ALL {
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
        if self.database.kind == Kind::Postgres {
            tables::advance_numbers(&mut transaction).await?;
        }
        transaction.commit().await?;
        Ok(rows)
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
        // Tables without numbers are small and read in one query.
        if (page.len() as i64) < PAGE || !table.has_numbers() {
            return Ok(rows);
        }
    }
}
