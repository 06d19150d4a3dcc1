//! Opens the store: connections, migrations, and the task that writes.

use super::{LONGEST_QUEUE, Store, secrets, writer};
use crate::feedback::ask_key::AskKey;
use crate::feedback::database::{Database, Kind, Limited, StoreError, StoreFile};
use crate::feedback::schema::migrations;
use crate::feedback::webhook::Outbox;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::MigrateError;
use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Name of the SQLite file in the data folder.
const FILE: &str = "feedback.db";
/// Connections at once; the writer holds one while it writes.
const CONNECTIONS: u32 = 8;
/// How long a request waits for a connection before the store is reported as unavailable.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a connection may take to answer that it is alive.
const PING: Duration = Duration::from_secs(1);

/// What each connection to SQLite begins with. WAL lets readers work beside the writer. FULL flushes a commit to disk
/// before it is acknowledged. `secure_delete` overwrites deleted data.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 3000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;";
/// What each connection to PostgreSQL begins with: the server lets go of the locks of a service that has gone silent,
/// and gives up what nobody waits for any more.
const POSTGRES_SETTINGS: &str = "SET lock_timeout = '5s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '5s'; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = '20s';";
/// Migrations may take as long as they take.
const POSTGRES_PATIENCE: &str = "SET lock_timeout = 0; SET statement_timeout = 0;";

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
        let in_folder = |error| OpenError::Folder(data.to_owned(), error);
        let (kind, url, name, file) = if let Some(url) = database {
            (Kind::Postgres, url.to_owned(), without_password(url), None)
        } else {
            create_private_folder(data).map_err(in_folder)?;
            let path = data.join(FILE);
            create_private(&path).map_err(in_folder)?;
            let url = format!("sqlite://{}?mode=rwc", encoded(&path));
            (Kind::Sqlite, url, path.display().to_string(), Some(path))
        };
        let pool = connect(kind, &url).await.map_err(|error| {
            let expected = match kind {
                Kind::Sqlite => "a SQLite file that can be written",
                Kind::Postgres => "a PostgreSQL server that takes this user and database",
            };
            OpenError::Connect(name.clone(), expected, error)
        })?;
        migrate(kind, &pool)
            .await
            .map_err(|error| OpenError::Migrate(name.clone(), Box::new(error)))?;
        let pool = Limited::new(pool);
        // By then it has been written: some file systems make another file of one that is written for the first time.
        let file = file.map(|path| StoreFile::at(&path)).transpose();
        let file = file.map_err(in_folder)?;
        let database = Database { pool, kind, file };
        let secrets = secrets::read_or_make(&database)
            .await
            .map_err(|error| OpenError::Use(name, error))?;
        let (queue, jobs) = mpsc::channel(LONGEST_QUEUE);
        let writer = writer::Writer {
            database: database.clone(),
            outbox,
            health: Arc::default(),
            ask_key: AskKey::new(&secrets.fixed),
        };
        let health = Arc::clone(&writer.health);
        // The handle is not needed: `Store::writer_ended` shows when the task has ended.
        tokio::spawn(writer.write(jobs));
        Ok(Self {
            database,
            queue,
            sign_ins: Arc::default(),
            secrets,
            lost: Arc::default(),
            health,
            full_of_ratings: Arc::default(),
            full_of_asks: Arc::default(),
        })
    }
}

async fn connect(kind: Kind, url: &str) -> Result<AnyPool, sqlx::Error> {
    let pool = AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                let settings = match kind {
                    Kind::Sqlite => SQLITE_SETTINGS,
                    Kind::Postgres => POSTGRES_SETTINGS,
                };
                connection.execute(settings).await?;
                Ok(())
            })
        });
    let pool = match kind {
        Kind::Sqlite => pool,
        // The pool's own tests wait for a silent server without end.
        Kind::Postgres => pool
            .test_before_acquire(false)
            .before_acquire(|connection, _| Box::pin(is_alive(connection)))
            .after_release(|connection, _| Box::pin(is_alive(connection))),
    };
    pool.connect(url).await
}

/// Asks whether the server answers; a connection whose server does not is closed.
async fn is_alive(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    match tokio::time::timeout(PING, connection.ping()).await {
        Ok(answer) => answer.map(|()| true),
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

async fn migrate(kind: Kind, pool: &AnyPool) -> Result<(), MigrateError> {
    let mut connection = pool.acquire().await?;
    if kind == Kind::Postgres {
        connection.execute(POSTGRES_PATIENCE).await?;
    }
    migrations(kind).run(&mut *connection).await?;
    // Its settings are those of migrations.
    connection.close().await?;
    Ok(())
}

/// Creates the folder if it does not exist. Only its owner can enter it, or anybody could replace the store.
fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// Creates the file if it does not exist. Only its owner can read it, because it will contain contacts.
fn create_private(file: &Path) -> std::io::Result<()> {
    let made = std::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    match made {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
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
