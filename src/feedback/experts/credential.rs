//! Credentials: the sessions of browsers and the tokens of scripts. Only the hash of a secret is stored.

use super::{Expert, Experts};
use crate::feedback::database::{StoreError, column_of, time_of};
use jiff::{SignedDuration, Timestamp};
use sqlx::{Any, AnyConnection, Executor};

/// Expiry of a token: it is valid until it is revoked.
const NEVER: i64 = i64::MAX;
/// How exactly it is known when a token was last used: the store is not written for each request.
const USE_KNOWN_TO: SignedDuration = SignedDuration::from_hours(1);
/// Characters of a hash that name a token.
const LENGTH_OF_ID: usize = 12;

/// What a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A browser that signed in with a password.
    Session,
    /// A script.
    Token,
}

impl CredentialKind {
    /// As it is stored.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Token => "token",
        }
    }
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The beginning of its hash, which names it.
    pub id: String,
    /// What it is for; may be empty.
    pub label: String,
    /// When it was made; `None` for those of versions before 0.3.
    pub made: Option<Timestamp>,
    /// When it was last used, to the hour.
    pub used: Option<Timestamp>,
}

impl Experts<'_> {
    /// The expert with this secret.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn with_secret(
        &self,
        secret: &str,
        kind: CredentialKind,
    ) -> Result<Option<Expert>, StoreError> {
        let (hash, now) = (digest(secret), Timestamp::now());
        let found: Option<(String, i64)> = sqlx::query_as(
            "SELECT experts.name, credentials.used_at FROM credentials JOIN experts ON experts.name = credentials.expert
             WHERE hash = $1 AND kind = $2 AND expires_at > $3",
        )
        .bind(&hash)
        .bind(kind.code())
        .bind(column_of(now))
        .fetch_optional(&self.database.pool)
        .await?;
        let Some((name, used_at)) = found else {
            return Ok(None);
        };
        if kind == CredentialKind::Token && used_at <= column_of(now - USE_KNOWN_TO) {
            self.note_use(&hash, now).await;
        }
        Ok(Some(Expert { name }))
    }

    /// Writes down that a token is used. Whoever has one is let in also when nothing can be written.
    async fn note_use(&self, hash: &str, now: Timestamp) {
        let noted = sqlx::query("UPDATE credentials SET used_at = $2 WHERE hash = $1")
            .bind(hash)
            .bind(column_of(now))
            .execute(&self.database.pool)
            .await;
        if let Err(error) = noted {
            tracing::warn!(error = %crate::error_chain(&error), "the use of a token could not be written down");
        }
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn sign_out(&self, secret: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM credentials WHERE hash = $1")
            .bind(digest(secret))
            .execute(&self.database.pool)
            .await?;
        Ok(())
    }
}

/// Begins a session, if the password of the expert still has this hash. Returns its secret.
pub(super) async fn begin_session(
    connection: &mut AnyConnection,
    name: &str,
    password_hash: &str,
    expires: Timestamp,
) -> Result<Option<String>, StoreError> {
    let (secret, now) = (new_secret()?, column_of(Timestamp::now()));
    sqlx::query("DELETE FROM credentials WHERE expires_at <= $1")
        .bind(now)
        .execute(&mut *connection)
        .await?;
    let begun = sqlx::query(
        "INSERT INTO credentials (hash, expert, kind, expires_at, at)
         SELECT $1, name, $2, $3, $4 FROM experts WHERE name = $5 AND password_hash = $6",
    )
    .bind(digest(&secret))
    .bind(CredentialKind::Session.code())
    .bind(column_of(expires))
    .bind(now)
    .bind(name)
    .bind(password_hash)
    .execute(connection)
    .await?;
    Ok((begun.rows_affected() == 1).then_some(secret))
}

/// Ends all sessions of an expert.
pub(super) async fn end_sessions(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM credentials WHERE expert = $1 AND kind = $2")
        .bind(name)
        .bind(CredentialKind::Session.code())
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes a token; returns its secret and its id.
pub(super) async fn new_token(
    connection: &mut AnyConnection,
    name: &str,
    label: &str,
) -> Result<(String, String), StoreError> {
    let secret = new_secret()?;
    let hash = digest(&secret);
    sqlx::query(
        "INSERT INTO credentials (hash, expert, kind, expires_at, label, at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&hash)
    .bind(name)
    .bind(CredentialKind::Token.code())
    .bind(NEVER)
    .bind(label)
    .bind(column_of(Timestamp::now()))
    .execute(connection)
    .await?;
    Ok((secret, id_of(&hash)))
}

/// The tokens of an expert, oldest first.
pub(super) async fn tokens(
    executor: impl Executor<'_, Database = Any>,
    name: &str,
) -> Result<Vec<Token>, StoreError> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
        "SELECT hash, label, at, used_at FROM credentials WHERE expert = $1 AND kind = $2 ORDER BY at, hash",
    )
    .bind(name)
    .bind(CredentialKind::Token.code())
    .fetch_all(executor)
    .await?;
    let time = |column| (column > 0).then(|| time_of(column));
    let token = |(hash, label, at, used_at): (String, String, i64, i64)| Token {
        id: id_of(&hash),
        label,
        made: time(at),
        used: time(used_at),
    };
    Ok(rows.into_iter().map(token).collect())
}

/// Ends a token.
pub(super) async fn end_token(
    connection: &mut AnyConnection,
    name: &str,
    token: &Token,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM credentials WHERE expert = $1 AND kind = $2 AND substr(hash, 1, $3) = $4",
    )
    .bind(name)
    .bind(CredentialKind::Token.code())
    .bind(LENGTH_OF_ID as i32)
    .bind(&token.id)
    .execute(connection)
    .await?;
    Ok(())
}

fn new_secret() -> Result<String, StoreError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)
        .map_err(|error| StoreError::Unusable(format!("no random numbers: {error}")))?;
    Ok(format!(
        "dayi_{}",
        blake3::Hash::from_bytes(random).to_hex()
    ))
}

/// The hash of a secret. A plain hash is enough, because a secret has 256 random bits and cannot be guessed.
fn digest(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

fn id_of(hash: &str) -> String {
    hash.chars().take(LENGTH_OF_ID).collect()
}
