//! Who may see and change feedback: experts by name, with a password or a token.

use super::database::{Database, StoreError, column_of};
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

/// Shortest password in characters (NIST SP 800-63B asks for 8).
pub const SHORTEST_PASSWORD: usize = 10;
/// Longest password in characters, because hashing takes time.
pub const LONGEST_PASSWORD: usize = 256;
/// How long a session lasts.
pub const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// Expiry of a token: it is valid until it is revoked.
const NEVER: i64 = i64::MAX;

/// An expert who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expert {
    /// Name.
    pub name: String,
}

/// Why an expert cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum ExpertError {
    /// The name cannot be used.
    #[error("`{0}` cannot be a name: expected 1 to 40 letters, digits, `.`, `-` or `_`")]
    Name(String),
    /// The password cannot be used.
    #[error("the password has {0} characters; expected {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}")]
    Password(usize),
    /// Hashing failed.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    /// There is no such expert.
    #[error("there is no expert `{0}`")]
    Unknown(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ExpertError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

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
    fn code(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Token => "token",
        }
    }
}

/// The experts of the store.
#[derive(Debug, Clone, Copy)]
pub struct Experts<'s> {
    pub(super) database: &'s Database,
    /// Limits how many passwords are checked at the same time.
    pub(super) sign_ins: &'s Semaphore,
}

impl Experts<'_> {
    /// Adds an expert, or changes the password of one; running sessions of that expert end.
    ///
    /// # Errors
    /// When the name or the password cannot be used, or the store not written.
    pub async fn set_password(&self, name: &str, password: &str) -> Result<(), ExpertError> {
        check_name(name)?;
        let length = password.chars().count();
        if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
            return Err(ExpertError::Password(length));
        }
        let hash = hashed(password)?;
        sqlx::query(
            "INSERT INTO experts (name, at, password_hash) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash",
        )
        .bind(name)
        .bind(column_of(Timestamp::now()))
        .bind(hash)
        .execute(&self.database.pool)
        .await?;
        sqlx::query("DELETE FROM credentials WHERE expert = $1 AND kind = $2")
            .bind(name)
            .bind(CredentialKind::Session.code())
            .execute(&self.database.pool)
            .await?;
        Ok(())
    }

    /// A new token for scripts; adds the expert if there is none. Only its hash is stored, so it cannot be shown
    /// again.
    ///
    /// # Errors
    /// When the name cannot be used or the store not written.
    pub async fn new_token(&self, name: &str) -> Result<String, ExpertError> {
        check_name(name)?;
        sqlx::query("INSERT INTO experts (name, at, password_hash) VALUES ($1, $2, '') ON CONFLICT (name) DO NOTHING")
            .bind(name)
            .bind(column_of(Timestamp::now()))
            .execute(&self.database.pool)
            .await?;
        Ok(self
            .new_credential(name, CredentialKind::Token, NEVER)
            .await?)
    }

    /// Removes an expert; entries in the audit log stay.
    ///
    /// # Errors
    /// When there is nobody of this name, or the store cannot be written.
    pub async fn remove(&self, name: &str) -> Result<(), ExpertError> {
        sqlx::query("DELETE FROM credentials WHERE expert = $1")
            .bind(name)
            .execute(&self.database.pool)
            .await?;
        let removed = sqlx::query("DELETE FROM experts WHERE name = $1")
            .bind(name)
            .execute(&self.database.pool)
            .await?;
        if removed.rows_affected() == 0 {
            return Err(ExpertError::Unknown(name.to_owned()));
        }
        Ok(())
    }

    /// Names of all experts.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn names(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT name FROM experts ORDER BY name")
            .fetch_all(&self.database.pool)
            .await?)
    }

    /// Checks the password and begins a session. Returns the secret of the session, which goes into a cookie, or
    /// `None` if name and password do not match.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<Option<String>, StoreError> {
        // An invalid name belongs to nobody, and PostgreSQL rejects some control characters.
        let name = if check_name(name).is_ok() { name } else { "" };
        let hash: Option<String> =
            sqlx::query_scalar("SELECT password_hash FROM experts WHERE name = $1")
                .bind(name)
                .fetch_optional(&self.database.pool)
                .await?;
        let password = password.to_owned();
        // Hashing is slow and memory-hungry on purpose, so it runs off the request threads and only a few at a time.
        let _permit = self.sign_ins.acquire().await;
        let verified = tokio::task::spawn_blocking(move || verified(hash.as_deref(), &password));
        if !verified.await.unwrap_or(false) {
            return Ok(None);
        }
        let expires_at = column_of(Timestamp::now() + SESSION);
        let secret = self.new_credential(name, CredentialKind::Session, expires_at);
        Ok(Some(secret.await?))
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

    /// The expert with this secret.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn with_secret(
        &self,
        secret: &str,
        kind: CredentialKind,
    ) -> Result<Option<Expert>, StoreError> {
        let name: Option<String> = sqlx::query_scalar(
            "SELECT expert FROM credentials WHERE hash = $1 AND kind = $2 AND expires_at > $3",
        )
        .bind(digest(secret))
        .bind(kind.code())
        .bind(column_of(Timestamp::now()))
        .fetch_optional(&self.database.pool)
        .await?;
        Ok(name.map(|name| Expert { name }))
    }

    async fn new_credential(
        &self,
        name: &str,
        kind: CredentialKind,
        expires_at: i64,
    ) -> Result<String, StoreError> {
        let mut random = [0; 32];
        getrandom::fill(&mut random)
            .map_err(|error| StoreError::Unusable(format!("no random numbers: {error}")))?;
        let secret = format!("dayi_{}", blake3::Hash::from_bytes(random).to_hex());
        sqlx::query("DELETE FROM credentials WHERE expires_at <= $1")
            .bind(column_of(Timestamp::now()))
            .execute(&self.database.pool)
            .await?;
        sqlx::query(
            "INSERT INTO credentials (hash, expert, kind, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(digest(&secret))
        .bind(name)
        .bind(kind.code())
        .bind(expires_at)
        .execute(&self.database.pool)
        .await?;
        Ok(secret)
    }
}

/// The hash of a secret; only the hash is stored. A plain hash is enough, because a secret has 256 random bits and
/// cannot be guessed.
fn digest(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

fn check_name(name: &str) -> Result<(), ExpertError> {
    let is_usable = |c: char| c.is_alphanumeric() || "._-".contains(c);
    if (1..=40).contains(&name.chars().count()) && name.chars().all(is_usable) {
        Ok(())
    } else {
        Err(ExpertError::Name(name.to_owned()))
    }
}

/// Argon2id with the library's default parameters (OWASP's first choice) and a fresh salt.
fn hashed(password: &str) -> Result<String, ExpertError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| ExpertError::Hash(error.to_string()))
}

/// Whether the password matches the hash. A missing hash takes the same time, so that timing does not reveal names.
fn verified(hash: Option<&str>, password: &str) -> bool {
    let parsed = hash
        .filter(|h| !h.is_empty())
        .and_then(|h| PasswordHash::new(h).ok());
    match parsed {
        Some(parsed) if password.chars().count() <= LONGEST_PASSWORD => Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok(),
        _ => {
            // Done only for the time it takes.
            let _ = hashed("a password nobody has");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_fits_its_hash() {
        let hash = hashed("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verified(Some(&hash), "correct horse battery"));
        for (hash, password) in [
            (Some(&*hash), "wrong"),
            (Some(""), ""),
            (Some("x"), "x"),
            (None, ""),
        ] {
            assert!(!verified(hash, password));
        }
    }
}
