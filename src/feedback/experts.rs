//! Who may see and change feedback: experts by name, with a password or a token.

mod credential;
mod password;
mod sign_in;

pub use credential::{CredentialKind, Token};
pub use password::{LONGEST_PASSWORD, PasswordError, SHORTEST_PASSWORD};
pub(super) use sign_in::SignIns;
pub use sign_in::{SESSION, SignInError};

use super::audit;
use super::database::{Database, StoreError, WRITE, column_of, in_time};
use jiff::Timestamp;
use sqlx::AnyConnection;

/// An expert who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expert {
    /// Name.
    pub name: String,
}

/// Why something cannot be done with an expert.
#[derive(Debug, thiserror::Error)]
pub enum ExpertError {
    /// The name cannot be used.
    #[error("`{0}` cannot be a name: expected 1 to 40 letters, digits, `.`, `-` or `_`")]
    Name(String),
    /// The password cannot be used.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// There is no such expert.
    #[error("there is no expert `{0}`")]
    Unknown(String),
    /// No token of the expert begins so, or several do.
    #[error(
        "{found} tokens of `{name}` begin with `{id}`; expected the id of one, as `dayi expert tokens {name}` lists it"
    )]
    NotOneToken {
        /// The expert.
        name: String,
        /// What was given as the id.
        id: String,
        /// Tokens that begin so.
        found: usize,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ExpertError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The experts of the store. What is changed is changed in one transaction that excludes all other writers: nothing that
/// was begun under an old password ends after it was changed.
#[derive(Debug, Clone, Copy)]
pub struct Experts<'s> {
    pub(super) database: &'s Database,
    pub(super) sign_ins: &'s SignIns,
}

impl Experts<'_> {
    /// Adds an expert, or changes the password of one; running sessions of that expert end. Returns the number of
    /// tokens that still work.
    ///
    /// # Errors
    /// When the name or the password cannot be used, or the store not written.
    pub async fn set_password(&self, name: &str, password: &str) -> Result<usize, ExpertError> {
        check_name(name)?;
        let hash = password::new_hash(password)?;
        in_time(WRITE, async {
            let mut transaction = self.database.begin_write().await?;
            sqlx::query(
                "INSERT INTO experts (name, at, password_hash) VALUES ($1, $2, $3)
                 ON CONFLICT (name) DO UPDATE SET password_hash = excluded.password_hash",
            )
            .bind(name)
            .bind(column_of(Timestamp::now()))
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
            credential::end_sessions(&mut transaction, name).await?;
            let tokens = credential::tokens(&mut *transaction, name).await?;
            audit::record(&mut *transaction, name, "password set", "", "").await?;
            self.database.commit(transaction).await?;
            Ok(tokens.len())
        })
        .await
    }

    /// A new token for scripts, with what it is for; adds the expert if there is none. Only its hash is stored, so it
    /// cannot be shown again.
    ///
    /// # Errors
    /// When the name cannot be used or the store not written.
    pub async fn new_token(&self, name: &str, label: &str) -> Result<String, ExpertError> {
        check_name(name)?;
        in_time(WRITE, async {
            let mut transaction = self.database.begin_write().await?;
            sqlx::query("INSERT INTO experts (name, at, password_hash) VALUES ($1, $2, '') ON CONFLICT (name) DO NOTHING")
                .bind(name)
                .bind(column_of(Timestamp::now()))
                .execute(&mut *transaction)
                .await?;
            let (secret, id) = credential::new_token(&mut transaction, name, label).await?;
            audit::record(&mut *transaction, name, "token made", &id, label).await?;
            self.database.commit(transaction).await?;
            Ok(secret)
        })
        .await
    }

    /// The tokens of an expert, oldest first.
    ///
    /// # Errors
    /// When there is nobody of this name, or the store cannot be read.
    pub async fn tokens(&self, name: &str) -> Result<Vec<Token>, ExpertError> {
        if !self.names().await?.iter().any(|known| known == name) {
            return Err(ExpertError::Unknown(name.to_owned()));
        }
        Ok(credential::tokens(&self.database.pool, name).await?)
    }

    /// Ends the one token of an expert whose id begins with `id`.
    ///
    /// # Errors
    /// When no token begins so, or several do, or the store cannot be written.
    pub async fn revoke(&self, name: &str, id: &str) -> Result<Token, ExpertError> {
        in_time(WRITE, async {
            let mut transaction = self.database.begin_write().await?;
            let tokens = credential::tokens(&mut *transaction, name).await?;
            let mut begun = tokens.into_iter().filter(|token| token.id.starts_with(id));
            let (token, others) = (begun.next(), begun.count());
            let Some(token) = token.filter(|_| others == 0 && !id.is_empty()) else {
                return Err(ExpertError::NotOneToken {
                    name: name.to_owned(),
                    id: id.to_owned(),
                    found: if others > 0 { others + 1 } else { 0 },
                });
            };
            credential::end_token(&mut transaction, name, &token).await?;
            audit::record(&mut *transaction, name, "token revoked", &token.id, "").await?;
            self.database.commit(transaction).await?;
            Ok(token)
        })
        .await
    }

    /// Removes an expert, with all sessions and tokens; entries in the audit log stay.
    ///
    /// # Errors
    /// When there is nobody of this name, or the store cannot be written.
    pub async fn remove(&self, name: &str) -> Result<(), ExpertError> {
        in_time(WRITE, async {
            let mut transaction = self.database.begin_write().await?;
            if !remove(&mut transaction, name).await? {
                return Err(ExpertError::Unknown(name.to_owned()));
            }
            audit::record(&mut *transaction, name, "removed", "", "").await?;
            self.database.commit(transaction).await?;
            Ok(())
        })
        .await
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
}

async fn remove(connection: &mut AnyConnection, name: &str) -> Result<bool, StoreError> {
    sqlx::query("DELETE FROM credentials WHERE expert = $1")
        .bind(name)
        .execute(&mut *connection)
        .await?;
    let removed = sqlx::query("DELETE FROM experts WHERE name = $1")
        .bind(name)
        .execute(&mut *connection)
        .await?;
    Ok(removed.rows_affected() > 0)
}

fn check_name(name: &str) -> Result<(), ExpertError> {
    let is_usable = |c: char| c.is_alphanumeric() || "._-".contains(c);
    if (1..=40).contains(&name.chars().count()) && name.chars().all(is_usable) {
        Ok(())
    } else {
        Err(ExpertError::Name(name.to_owned()))
    }
}
