//! Signing in with a password.

use super::{Experts, check_name, credential, password};
use crate::feedback::audit;
use crate::feedback::database::{StoreError, WRITE, in_time};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// How long a session lasts.
pub const SESSION: SignedDuration = SignedDuration::from_hours(12);
/// Passwords checked at once: each check takes a core and 19 MiB.
const AT_ONCE: usize = 2;
/// Sign-ins that may wait for their check: more would wait longer than [`PATIENCE`].
const WAITING: usize = 32;
/// How long a sign-in may wait for its check.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bounds how many sign-ins are checked, and how many wait for it.
#[derive(Debug)]
pub(in crate::feedback) struct SignIns {
    checks: Semaphore,
    places: Semaphore,
}

impl Default for SignIns {
    fn default() -> Self {
        Self {
            checks: Semaphore::new(AT_ONCE),
            places: Semaphore::new(WAITING),
        }
    }
}

impl SignIns {
    /// Waits for the turn of a check.
    async fn turn(&self) -> Result<SemaphorePermit<'_>, SignInError> {
        let _place = self.places.try_acquire().map_err(|_| SignInError::Busy)?;
        match timeout(PATIENCE, self.checks.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(SignInError::Busy),
        }
    }
}

/// Why a sign-in was not decided.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Too many others are waiting for their check.
    #[error("too many sign-ins are waiting")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Experts<'_> {
    /// Checks the password and begins a session. Returns the secret of the session, which goes into a cookie, or
    /// `None` if name and password do not match, or do not any more. Either is written to the audit log.
    ///
    /// # Errors
    /// When too many sign-ins are waiting, or the store cannot be used.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<Option<String>, SignInError> {
        // An invalid name belongs to nobody, and PostgreSQL rejects some control characters.
        let name = if check_name(name).is_ok() { name } else { "" };
        let hash: Option<String> =
            sqlx::query_scalar("SELECT password_hash FROM experts WHERE name = $1")
                .bind(name)
                .fetch_optional(&self.database.pool)
                .await
                .map_err(StoreError::from)?;
        let password = password.to_owned();
        let turn = self.sign_ins.turn().await?;
        // Hashing is slow and memory-hungry on purpose, so it runs off the request threads and only a few at a time.
        let checked = tokio::task::spawn_blocking(move || {
            password::verified(hash.as_deref(), &password).then_some(hash)
        });
        let verified = checked.await.ok().flatten().flatten();
        drop(turn);
        let session = in_time(WRITE, self.begin_session(name, verified.as_deref()));
        Ok(session.await?)
    }

    /// Begins a session if this hash was verified and still is that of the expert's password. Checks and writes in one
    /// transaction, because checking takes long enough for the password to be changed or the expert to be removed.
    async fn begin_session(
        &self,
        name: &str,
        verified: Option<&str>,
    ) -> Result<Option<String>, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let session = match verified {
            Some(hash) => {
                let expires = Timestamp::now() + SESSION;
                credential::begin_session(&mut transaction, name, hash, expires).await?
            }
            None => None,
        };
        if session.is_some() {
            audit::record(&mut *transaction, name, "sign in", "", "").await?;
        } else {
            record_failure(&mut transaction, name).await?;
        }
        self.database.commit(transaction).await?;
        Ok(session)
    }
}

/// Writes down that a sign-in failed: under the name of an expert, or else under none, because people type passwords
/// into the field for the name.
async fn record_failure(
    connection: &mut sqlx::AnyConnection,
    name: &str,
) -> Result<(), StoreError> {
    let known: Option<String> = sqlx::query_scalar("SELECT name FROM experts WHERE name = $1")
        .bind(name)
        .fetch_optional(&mut *connection)
        .await?;
    let name = known.unwrap_or_default();
    audit::record(connection, &name, audit::SIGN_IN_FAILED, "", "").await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn few_wait_for_their_turn_and_none_for_long() {
        let sign_ins = SignIns::default();
        let checking = (
            sign_ins.turn().await.unwrap(),
            sign_ins.turn().await.unwrap(),
        );
        let waiting = (0..WAITING).map(|_| sign_ins.turn());
        let mut waiting: Vec<_> = waiting.map(Box::pin).collect();
        for turn in &mut waiting {
            assert!(turn.as_mut().now_or_never().is_none());
        }
        assert!(matches!(sign_ins.turn().await, Err(SignInError::Busy)));
        drop(checking);
        let first = waiting.remove(0).await.unwrap();
        let second = waiting.remove(0).await.unwrap();
        let third = waiting.remove(0).await;
        assert!(
            matches!(third, Err(SignInError::Busy)),
            "it waited too long"
        );
        drop((first, second));
    }
}
