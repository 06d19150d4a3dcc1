//! Opens the store: connections, migrations, and the task that writes.

use super::{LONGEST_QUEUE, SIGN_INS, Store, secrets, writer};
use crate::feedback::database::{Database, Kind, StoreError};
use crate::feedback::schema::migrations;
use crate::feedback::webhook::Outbox;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Executor};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

/// Name of the SQLite file in the data folder.
const FILE: &str = "feedback.db";
/// Connections at once; the writer holds one while it writes.
const CONNECTIONS: u32 = 8;
/// How long a request waits for a connection before the store is reported as unavailable.
const PATIENCE: Duration = Duration::from_secs(3);

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder cannot be made or written.
    #[error("cannot write the data folder {}", .0.display())]
    Folder(PathBuf, #[source] std::io::Error),
    /// No connection.
    #[error("cannot open the feedback store {0}; expected {1}")]
    Connect(String, &'static str, #[source] sqlx::Error),
    /// The tables cannot be migrated to this version. Nothing was changed.
    #[error("cannot bring the feedback store {0} up to date; it is left as it was")]
    Migrate(String, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store cannot be read or written.
    #[error("cannot use the feedback store {0}")]
    Use(String, #[source] StoreError),
}

impl Store {
    /// Whether this folder has a store. A database on a server always counts as existing.
    pub fn exists(data: &Path, database: Option<&str>) -> bool {
        database.is_some() || data.join(FILE).is_file()
    }

    /// Opens the store at `database` (`postgres://…`), or the SQLite file in the folder `data`. Must be called on a
    /// tokio runtime, because it starts the task that writes. Notifications about records go to `outbox`.
    ///
    /// # Errors
    /// When the store cannot be reached, or has a version that cannot be migrated.
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
            create_private(&file).map_err(|error| OpenError::Folder(data.to_owned(), error))?;
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
        let database = Database { pool, kind };
        let secrets = secrets::read_or_make(&database)
            .await
            .map_err(|error| OpenError::Use(name, error))?;
        let (queue, jobs) = mpsc::channel(LONGEST_QUEUE);
        let writer = writer::Writer {
            database: database.clone(),
            outbox,
        };
        // The handle is not needed: `Store::writer_ended` shows when the task has ended.
        tokio::spawn(writer.write(jobs));
        Ok(Self {
            database,
            queue,
            sign_ins: Arc::new(Semaphore::new(SIGN_INS)),
            secrets,
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
                    // WAL lets readers work beside the writer. FULL flushes a commit to disk before it is
                    // acknowledged. secure_delete overwrites deleted data.
                    connection
                        .execute("PRAGMA busy_timeout = 3000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")
                        .await?;
                }
                Ok(())
            })
        })
        .connect(url)
        .await
}

/// Creates the file if it does not exist. Only its owner can read it, because it will contain contacts.
fn create_private(file: &Path) -> std::io::Result<()> {
    let made = private_file().create_new(true).open(file);
    match made {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Options that open a file for writing; a new file is readable only by its owner.
pub fn private_file() -> std::fs::OpenOptions {
    let mut options = std::fs::File::options();
    options.write(true).mode(0o600);
    options
}

/// A path as part of a URL. sqlx decodes percent escapes in it.
fn encoded(path: &Path) -> String {
    path.display()
        .to_string()
        .replace('%', "%25")
        .replace('?', "%3F")
        .replace('#', "%23")
}

/// The address of a database without its password and parameters, safe to show and log.
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
