//! Moves records out of the store and back: exports for people and programs, full backups, imports and restoring.
//!
//! A line of an export and a line of a backup have the same form: a JSON object with `table` and every column.

mod backup;
mod import;
mod lines;
mod tables;

use backup::{Checked, Hashing};
pub use lines::Csv;
pub use tables::{EXPORTED, Row, Table};

use super::ask_key::AskKey;
use super::database::{Database, Kind, PATIENT, StoreError, column_of, in_time};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe};
use std::io::{BufRead, Write};

/// Rows read at once.
const PAGE: i64 = 2_000;

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
#[derive(Clone, Copy)]
pub struct Transfer<'s> {
    pub(super) database: &'s Database,
    pub(super) ask_key: AskKey,
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
            .connections()
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
        let mut transaction = in_time(PATIENT, self.database.begin_snapshot()).await?;
        let at = column_of(Timestamp::now());
        let mut to = Hashing::new(to);
        to.line(&json!({ "dayi_backup": 1, "at": at }))?;
        let mut rows = 0;
        for table in tables::ALL {
            rows += export_table(&mut transaction, table, &mut |row| {
                to.line(&Value::Object(row.clone()))
            })
            .await?;
        }
        to.end(rows)?;
        Ok(rows)
    }

    /// Restores a backup into an empty store, as a whole or not at all. Returns the number of rows.
    ///
    /// # Errors
    /// When the store holds records or experts, or a line cannot be used, or the file was changed after it was written;
    /// then nothing was changed.
    pub async fn restore(&self, from: impl BufRead) -> Result<u64, TransferError> {
        let mut transaction = in_time(PATIENT, self.database.begin_write()).await?;
        for table in tables::ALL {
            if tables::has_rows(&mut transaction, table).await? {
                return Err(TransferError::NotEmpty);
            }
        }
        let mut lines = Checked::new(from);
        let mut rows = 0;
        while let Some(row) = lines.next()? {
            tables::insert(&mut transaction, &row)
                .await
                .map_err(|problem| match problem {
                    tables::InsertError::Row(problem) => {
                        lines.bad(&problem, "a row of a table of this version")
                    }
                    tables::InsertError::Store(error) => error.into(),
                })?;
            rows += 1;
        }
        if self.database.kind == Kind::Postgres {
            tables::advance_numbers(&mut transaction).await?;
        }
        self.database.commit(transaction).await?;
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
        let mut page = sqlx::query(AssertSqlSafe(sql))
            .bind(after)
            .bind(PAGE)
            .fetch(&mut *connection);
        let mut in_page = 0;
        while let Some(row) = in_time(PATIENT, page.try_next()).await? {
            let row = table.read(&row)?;
            if let Some(id) = row.get("id").and_then(Value::as_i64) {
                after = id;
            }
            line(&row)?;
            in_page += 1;
        }
        rows += in_page;
        // Tables without numbers are read in one query.
        if in_page < PAGE as u64 || !table.has_numbers() {
            return Ok(rows);
        }
    }
}
