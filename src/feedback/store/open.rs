//! Opening the store: connections, migrations, the secret.

use super::{Kind, LONGEST_QUEUE, SIGN_INS, Store, StoreError, writer};
use crate::feedback::visitor::{DayKey, day_of};
use crate::feedback::webhook::Outbox;
use jiff::Timestamp;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Executor, SqlSafeStr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

/// The store's file in the data folder.
const FILE: &str = "feedback.db";
/// Connections at once; the writer holds one while it writes.
const CONNECTIONS: u32 = 8;
/// How long a request waits for a connection before the store counts as unavailable.
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
        let secrets = secrets(&pool).await.map_err(|e| OpenError::Use(name, e))?;
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
                    // Readers beside the writer; a commit is on the disk before it is acknowledged; what is deleted is
                    // overwritten.
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

/// The same tables in the words of either database.
fn migrations(kind: Kind) -> Migrator {
    let texts = match kind {
        Kind::Sqlite => [
            (
                "feedback",
                include_str!("../migrations/sqlite/0001_feedback.sql"),
            ),
            (
                "unanswered",
                include_str!("../migrations/sqlite/0002_unanswered.sql"),
            ),
        ],
        Kind::Postgres => [
            (
                "feedback",
                include_str!("../migrations/postgres/0001_feedback.sql"),
            ),
            (
                "unanswered",
                include_str!("../migrations/postgres/0002_unanswered.sql"),
            ),
        ],
    };
    let migrations = texts.into_iter().zip(1..).map(|((name, text), version)| {
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            text.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

/// What visitors are hashed with. In no backup: a restored store tells nobody who was who.
#[derive(Clone, Copy)]
pub(super) struct Secrets {
    pub(super) fixed: [u8; 32],
    pub(super) daily: DayKey,
}

/// Names of the secrets among the settings.
const FIXED_KEY: &str = "visitor_key";
const DAILY_KEY: &str = "visitor_key_of_day";

/// The store's own secrets, made at its first opening.
async fn secrets(pool: &AnyPool) -> Result<Secrets, StoreError> {
    let fresh = blake3::Hash::from_bytes(random()?).to_string();
    let fixed = setting(pool, FIXED_KEY, &fresh).await?;
    let fixed = blake3::Hash::from_hex(&fixed).map_err(|_| damaged())?;
    Ok(Secrets {
        fixed: *fixed.as_bytes(),
        daily: daily_key(pool).await?,
    })
}

/// The key of today, kept in the place of that of an earlier day.
pub(super) async fn daily_key(pool: &AnyPool) -> Result<DayKey, StoreError> {
    let today = day_of(Timestamp::now());
    let fresh = DayKey::new(today, random()?).to_text();
    let kept = setting(pool, DAILY_KEY, &fresh).await?;
    let key = DayKey::of_text(&kept).ok_or_else(damaged)?.on(today);
    if key.to_text() != kept {
        sqlx::query("UPDATE settings SET value = $2 WHERE name = $1 AND value = $3")
            .bind(DAILY_KEY)
            .bind(key.to_text())
            .bind(kept)
            .execute(pool)
            .await?;
    }
    Ok(key)
}

/// The setting, which becomes `fresh` where there was none.
async fn setting(pool: &AnyPool, name: &str, fresh: &str) -> Result<String, StoreError> {
    sqlx::query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .bind(fresh)
        .execute(pool)
        .await?;
    let kept = sqlx::query_scalar("SELECT value FROM settings WHERE name = $1");
    Ok(kept.bind(name).fetch_one(pool).await?)
}

fn random() -> Result<[u8; 32], StoreError> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh)
        .map_err(|error| StoreError::Unusable(format!("no random numbers: {error}")))?;
    Ok(fresh)
}

fn damaged() -> StoreError {
    StoreError::Unusable("the visitor key is damaged".into())
}

/// Makes the file that nobody but this user may read, where there is none: it will hold contacts.
fn create_private(file: &Path) -> std::io::Result<()> {
    let made = private_file().create_new(true).open(file);
    match made {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// How a file is opened for writing that only its owner may read.
pub fn private_file() -> std::fs::OpenOptions {
    let mut options = std::fs::File::options();
    options.write(true).mode(0o600);
    options
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
