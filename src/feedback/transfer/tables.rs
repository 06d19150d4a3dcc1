//! The tables and columns of exports and backups. A test compares them with the schema.

use crate::feedback::database::{PATIENT, StoreError, in_time};
use crate::feedback::placeholders::placeholders;
use serde_json::{Map, Value};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};

/// A row as its columns by name.
pub type Row = Map<String, Value>;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    /// Text or NULL.
    OptionalText,
    Integer,
    /// An integer or NULL.
    OptionalInteger,
    Float,
    /// Text that backups of earlier versions do not have; empty then.
    AddedText,
    /// An integer that backups of earlier versions do not have, and what it is then.
    AddedInteger(i64),
}

use Type::{AddedInteger, AddedText, Float, Integer, OptionalInteger, OptionalText, Text};

/// A table and its columns.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    columns: &'static [(&'static str, Type)],
    /// The condition on rows that are exported.
    only: &'static str,
}

/// The tables that are exported for people and programs.
pub const EXPORTED: [&Table; 3] = [&RATINGS, &ASKS, &QUERIES];

/// The tables of a backup. Left out are running sessions, and the keys with which visitors are hashed: a restored
/// store cannot identify visitors.
pub(super) const ALL: [&Table; 13] = [
    &RATINGS,
    &ASKS,
    &ME_TOO,
    &QUERIES,
    &OPENED,
    &DAILY,
    &ANSWERS,
    &IDEMPOTENCY,
    &EXPERTS,
    &CREDENTIALS,
    &AUDIT,
    &DELIVERIES,
    &WORDS,
];

const RATINGS: Table = Table {
    name: "ratings",
    columns: &[
        ("id", Integer),
        ("at", Integer),
        ("visitor", Text),
        ("network", Text),
        ("question_id", Text),
        ("grade_id", OptionalText),
        ("helpful", Integer),
        ("reasons", Text),
        ("comment", Text),
        ("query", Text),
        ("page", Text),
        ("language", Text),
        ("state", Text),
        ("assignee", Text),
        ("note", Text),
    ],
    only: "1 = 1",
};
const ASKS: Table = Table {
    name: "asks",
    columns: &[
        ("id", Integer),
        ("at", Integer),
        ("visitor", Text),
        ("question", Text),
        ("contact", Text),
        ("tag", Text),
        ("category", Text),
        ("page", Text),
        ("language", Text),
        ("state", Text),
        ("assignee", Text),
        ("note", Text),
        ("secret_hash", AddedText),
        ("answered_by", AddedText),
        ("closed_because", AddedText),
        ("released", AddedText),
        ("me_too", AddedInteger(0)),
    ],
    only: "1 = 1",
};
const ME_TOO: Table = Table {
    name: "me_too",
    columns: &[("ask", Integer), ("visitor", Text), ("at", Integer)],
    only: "1 = 1",
};
const QUERIES: Table = Table {
    name: "queries",
    columns: &[
        ("id", Integer),
        ("at", Integer),
        ("network", Text),
        ("text", Text),
        ("total", Integer),
        ("answer_state", Text),
        ("took_micros", Integer),
        ("shown", Text),
        ("clicked", OptionalText),
        ("rank", OptionalInteger),
        ("text_hash", AddedInteger(0)),
        ("times", AddedInteger(1)),
    ],
    only: "1 = 1",
};
const DAILY: Table = Table {
    name: "daily",
    columns: &[("day", Text), ("what", Text), ("count", Integer)],
    only: "1 = 1",
};
const ANSWERS: Table = Table {
    name: "answers",
    columns: &[
        ("question_id", Text),
        ("helpful", Integer),
        ("unhelpful", Integer),
        ("clicks", Integer),
        ("skips", Integer),
        ("worst_bound", Float),
    ],
    only: "1 = 1",
};
const EXPERTS: Table = Table {
    name: "experts",
    columns: &[("name", Text), ("at", Integer), ("password_hash", Text)],
    only: "1 = 1",
};
const CREDENTIALS: Table = Table {
    name: "credentials",
    columns: &[
        ("hash", Text),
        ("expert", Text),
        ("kind", Text),
        ("expires_at", Integer),
        ("label", AddedText),
        ("at", AddedInteger(0)),
        ("used_at", AddedInteger(0)),
    ],
    only: "kind = 'token'",
};
const AUDIT: Table = Table {
    name: "audit",
    columns: &[
        ("id", Integer),
        ("at", Integer),
        ("expert", Text),
        ("action", Text),
        ("target", Text),
        ("detail", Text),
    ],
    only: "1 = 1",
};
const WORDS: Table = Table {
    name: "words",
    columns: &[
        ("id", Integer),
        ("at", Integer),
        ("expert", Text),
        ("kind", Text),
        ("subject", Text),
        ("text", Text),
        ("change", Text),
        ("undone_at", Integer),
        ("undone_by", Text),
    ],
    only: "1 = 1",
};
const OPENED: Table = Table {
    name: "opened",
    columns: &[
        ("network", Text),
        ("question_id", Text),
        ("clicked", Integer),
        ("at", Integer),
    ],
    only: "1 = 1",
};
const IDEMPOTENCY: Table = Table {
    name: "idempotency",
    columns: &[
        ("key", Text),
        ("at", Integer),
        ("fingerprint", Text),
        ("number", Integer),
        ("replaced", Integer),
        ("kind", AddedText),
    ],
    only: "1 = 1",
};
const DELIVERIES: Table = Table {
    name: "deliveries",
    columns: &[
        ("id", Integer),
        ("at", Integer),
        ("webhook", Text),
        ("event", Text),
        ("record", Integer),
        ("body", Text),
        ("state", Text),
        ("attempts", Integer),
        ("next_at", Integer),
        ("error", Text),
    ],
    only: "state <> 'delivered'",
};

/// Why a row was not inserted.
pub(super) enum InsertError {
    /// It is not a valid row of any table.
    Row(String),
    /// The store failed.
    Store(StoreError),
}

impl Table {
    /// The exported table of this name.
    pub fn exported(name: &str) -> Option<&'static Self> {
        EXPORTED.into_iter().find(|t| t.name == name)
    }

    /// Names of the columns, in order.
    pub fn column_names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|(name, _)| *name)
    }

    pub(super) fn has_numbers(&self) -> bool {
        self.columns.iter().any(|(name, _)| *name == "id")
    }

    /// The statement that selects at most `$2` rows with numbers above `$1`; all rows of a table without numbers.
    pub(super) fn page(&self) -> String {
        let columns: Vec<&str> = self.column_names().collect();
        let (columns, name, only) = (columns.join(", "), self.name, self.only);
        if self.has_numbers() {
            format!("SELECT {columns} FROM {name} WHERE {only} AND id > $1 ORDER BY id LIMIT $2")
        } else {
            format!(
                "SELECT {columns} FROM {name} WHERE {only} AND $1 = $1 AND $2 = $2 ORDER BY 1, 2"
            )
        }
    }

    pub(super) fn read(&self, row: &AnyRow) -> Result<Row, sqlx::Error> {
        let mut read = Row::new();
        read.insert("table".into(), self.name.into());
        for (name, kind) in self.columns {
            let value: Value = match kind {
                Text | AddedText => row.try_get::<String, _>(*name)?.into(),
                OptionalText => row.try_get::<Option<String>, _>(*name)?.into(),
                Integer | AddedInteger(_) => row.try_get::<i64, _>(*name)?.into(),
                OptionalInteger => row.try_get::<Option<i64>, _>(*name)?.into(),
                Float => row.try_get::<f64, _>(*name)?.into(),
            };
            read.insert((*name).to_owned(), value);
        }
        Ok(read)
    }
}

pub(super) async fn has_rows(
    connection: &mut AnyConnection,
    table: &Table,
) -> Result<bool, StoreError> {
    let sql = format!("SELECT COUNT(*) FROM {}", table.name);
    let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(connection)
        .await?;
    Ok(rows > 0)
}

/// Inserts a row of any table.
pub(super) async fn insert(connection: &mut AnyConnection, row: &Row) -> Result<(), InsertError> {
    let name = row.get("table").and_then(Value::as_str).unwrap_or_default();
    let Some(table) = ALL.into_iter().find(|t| t.name == name) else {
        return Err(InsertError::Row(format!("names no table: `{name}`")));
    };
    let columns: Vec<&str> = table.column_names().collect();
    let sql = format!(
        "INSERT INTO {name} ({}) VALUES {}",
        columns.join(", "),
        placeholders(1, columns.len())
    );
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (column, kind) in table.columns {
        let value = row.get(*column).unwrap_or(&Value::Null);
        let wrong = || InsertError::Row(format!("`{column}` is `{value}`"));
        query = match kind {
            OptionalText => query.bind(value.as_str()),
            OptionalInteger => query.bind(value.as_i64()),
            Float => query.bind(value.as_f64().ok_or_else(wrong)?),
            AddedText if value.is_null() => query.bind(""),
            Text | AddedText => query.bind(value.as_str().ok_or_else(wrong)?),
            AddedInteger(before) if value.is_null() => query.bind(*before),
            Integer | AddedInteger(_) => query.bind(value.as_i64().ok_or_else(wrong)?),
        };
    }
    match in_time(PATIENT, query.execute(connection)).await {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(InsertError::Row("is there twice".into()))
        }
        Err(error) => Err(InsertError::Store(error.into())),
    }
}

/// Sets the next number of each table above the largest one in use, because PostgreSQL continues from the last number
/// that it assigned itself.
pub(super) async fn advance_numbers(connection: &mut AnyConnection) -> Result<(), StoreError> {
    for table in ALL.into_iter().filter(|t| t.has_numbers()) {
        let name = table.name;
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM {name}), false)"
        );
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::database::Kind;
    use crate::feedback::schema::migrations;
    use std::collections::{BTreeMap, BTreeSet};

    /// Tables that are not in backups: the secrets of this store, and the bookkeeping of migrations.
    const NOT_IN_BACKUPS: [&str; 3] = ["settings", "_sqlx_migrations", "sqlite_sequence"];

    #[tokio::test]
    async fn a_backup_holds_every_column_of_every_table() {
        sqlx::any::install_default_drivers();
        // Each connection has an in-memory database of its own.
        let one = sqlx::any::AnyPoolOptions::new().max_connections(1);
        let pool = one.connect("sqlite::memory:").await.unwrap();
        migrations(Kind::Sqlite).run(&pool).await.unwrap();
        let columns: Vec<(String, String)> = sqlx::query_as(
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
        )
        .fetch_all(&pool)
        .await
        .unwrap();
        let mut schema: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (table, column) in columns {
            schema.entry(table).or_default().insert(column);
        }
        schema.retain(|table, _| !NOT_IN_BACKUPS.contains(&table.as_str()));
        let exported = ALL.into_iter().map(|table| {
            let columns = table.column_names().map(str::to_owned).collect();
            (table.name.to_owned(), columns)
        });
        assert_eq!(schema, exported.collect());
    }
}
