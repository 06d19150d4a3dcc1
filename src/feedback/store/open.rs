//! Opening the store: connections, migrations, the secret.

use super::{Kind, LONGEST_QUEUE, Store, StoreError, writer};
use crate::feedback::webhook::Outbox;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Executor, SqlSafeStr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// The store's file in the data folder.
const FILE: &str = "feedback.db";
/// Connections at once; the writer holds one while it writes.
const CONNECTIONS: u32 = 8;
/// How long a request waits for a connection before the store counts as unavailable.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder cannot be made.
    #[error("cannot make the data folder {}", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
    /// No connection.
    #[error("cannot open the feedback store {0}; expected {1}")]
    Connect(String, &'static str, #[source] sqlx::Error),
    /// The tables are not as this version needs them, and cannot be brought there. Nothing was changed.
    #[error("cannot bring the feedback store {0} up to date; it is left as it was")]
    Migrate(String, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store cannot be read or written.
    #[error("cannot use the feedback store {0}")]
    Use(String, #[source] StoreError),
}

impl Store {
    /// Whether a store has been made at this place; a server's always counts as made.
    pub fn is_there(data: &Path, database: Option<&str>) -> bool {
        database.is_some() || data.join(FILE).is_file()
    }

    /// Opens the store at `database` (`postgres://…`), or the SQLite file in the folder `data`. Must be called on a
    /// tokio runtime, which writes from then on; `outbox` is told of what is kept.
    ///
    /// # Errors
    /// When it cannot be reached, or is of another version than can be brought up to date.
    pub async fn open(
        data: &Path,
        database: Option<&str>,
        outbox: Outbox,
    ) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        let (kind, url, name) = if let Some(url) = database {
            (Kind::Postgres, url.to_owned(), without_password(url))
        } else {
            std::fs::create_dir_all(data)
                .map_err(|error| OpenError::Folder(data.to_owned(), error))?;
            let file = data.join(FILE);
            let url = format!("sqlite://{}?mode=rwc", encoded(&file));
            (Kind::Sqlite, url, file.display().to_string())
        };
        let pool = connect(kind, &url).await.map_err(|error| {
            let expected = match kind {
                Kind::Sqlite => "a SQLite file that can be written",
                Kind::Postgres => "a PostgreSQL server that takes this user and database",
            };
            OpenError::Connect(name.clone(), expected, error)
        })?;
        migrations(kind)
            .run(&pool)
            .await
            .map_err(|error| OpenError::Migrate(name.clone(), Box::new(error)))?;
        let secret = secret(&pool).await.map_err(|e| OpenError::Use(name, e))?;
        let (queue, jobs) = mpsc::channel(LONGEST_QUEUE);
        let writer = writer::Writer {
            pool: pool.clone(),
            kind,
            outbox,
        };
        tokio::spawn(writer.write(jobs));
        Ok(Self {
            pool,
            kind,
            queue,
            secret,
            lost: Arc::default(),
        })
    }
}

async fn connect(kind: Kind, url: &str) -> Result<AnyPool, sqlx::Error> {
    AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if kind == Kind::Sqlite {
                    // Readers beside the writer; a commit is on the disk before it is acknowledged.
                    connection
                        .execute("PRAGMA busy_timeout = 3000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
                        .await?;
                }
                Ok(())
            })
        })
        .connect(url)
        .await
}

/// The same tables in the words of either database.
fn migrations(kind: Kind) -> Migrator {
    let texts = match kind {
        Kind::Sqlite => [include_str!("../migrations/sqlite/0001_feedback.sql")],
        Kind::Postgres => [include_str!("../migrations/postgres/0001_feedback.sql")],
    };
    let migrations = texts.into_iter().zip(1..).map(|(text, version)| {
        Migration::new(
            version,
            "feedback".into(),
            MigrationType::Simple,
            text.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

/// The store's own secret, made at its first opening.
async fn secret(pool: &AnyPool) -> Result<[u8; 32], StoreError> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh)
        .map_err(|error| StoreError::Unusable(format!("no random numbers: {error}")))?;
    sqlx::query("INSERT INTO settings (name, value) VALUES ('visitor_key', $1) ON CONFLICT (name) DO NOTHING")
        .bind(blake3::Hash::from_bytes(fresh).to_hex().to_string())
        .execute(pool)
        .await?;
    let kept: String = sqlx::query_scalar("SELECT value FROM settings WHERE name = 'visitor_key'")
        .fetch_one(pool)
        .await?;
    blake3::Hash::from_hex(&kept)
        .map(|hash| *hash.as_bytes())
        .map_err(|_| StoreError::Unusable("the visitor key is damaged".into()))
}

/// A path for a URL of sqlx, which decodes percent signs.
fn encoded(path: &Path) -> String {
    path.display()
        .to_string()
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23")
}

/// A database's address as it may be shown and logged.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return "(no address)".to_owned();
    };
    let rest = rest.split('?').next().unwrap_or_default();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_in_a_message() {
        for (url, shown) in [
            (
                "postgres://u:p@ss@db:5432/dayi?password=x",
                "postgres://db:5432/dayi",
            ),
            ("postgres:///dayi?user=u&password=x", "postgres:///dayi"),
            ("nonsense", "(no address)"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
