//! Asks as visitors see them: each by its sender at a secret address, and by all in the wording that an expert released.

use super::ask_key::{AskKey, hash_of};
use super::database::{Database, StoreError, time_of};
use super::record::WorkState;
use super::secrets::masked;
use jiff::Timestamp;

/// The asks of the store.
#[derive(Clone, Copy)]
pub struct Asks<'s> {
    pub(super) database: &'s Database,
    pub(super) key: AskKey,
}

/// An ask as its sender follows it. What looks like a secret is masked in its question: links are passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedAsk {
    /// Its number.
    pub number: i64,
    /// When it was sent.
    pub at: Timestamp,
    /// The question.
    pub question: String,
    /// What experts made of it.
    pub state: WorkState,
    /// Once it is answered, the id of the document that answers it; empty where none was named.
    pub answered_by: String,
    /// Once it is closed, why; empty where nothing was said.
    pub closed_because: String,
}

/// An ask that all visitors see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedAsk {
    /// Its number.
    pub number: i64,
    /// When it was sent.
    pub at: Timestamp,
    /// The question, in the words of the expert who released it.
    pub wording: String,
    /// What experts made of it; never dismissed.
    pub state: WorkState,
    /// Once it is answered, the id of the document that answers it; empty where none was named.
    pub answered_by: String,
    /// How many others have the same question.
    pub me_too: i64,
}

type FollowedRow = (i64, i64, String, String, String, String);
type ReleasedRow = (i64, i64, String, String, String, i64);

impl Asks<'_> {
    /// The secret of the address of an ask, for its sender. None for asks of versions before, and for those that came from
    /// another store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn secret_of(&self, number: i64) -> Result<Option<String>, StoreError> {
        let hash: Option<String> = sqlx::query_scalar("SELECT secret_hash FROM asks WHERE id = $1")
            .bind(number)
            .fetch_optional(&self.database.pool)
            .await?;
        let secret = self.key.secret(number);
        Ok(hash.and_then(|hash| (hash == hash_of(&secret)).then_some(secret)))
    }

    /// The ask with this secret.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn with_secret(&self, secret: &str) -> Result<Option<FollowedAsk>, StoreError> {
        let row: Option<FollowedRow> = sqlx::query_as(
            "SELECT id, at, question, state, answered_by, closed_because FROM asks
             WHERE secret_hash = $1 AND secret_hash <> '' ORDER BY id LIMIT 1",
        )
        .bind(hash_of(secret))
        .fetch_optional(&self.database.pool)
        .await?;
        Ok(row.map(followed))
    }

    /// At most `limit` of the released asks behind the first `skip`, newest first, and how many there are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn released(
        &self,
        skip: usize,
        limit: usize,
    ) -> Result<(Vec<ReleasedAsk>, usize), StoreError> {
        let rows: Vec<ReleasedRow> = sqlx::query_as(
            "SELECT id, at, released, state, answered_by, me_too FROM asks
             WHERE released <> '' AND state <> 'dismissed' ORDER BY id DESC LIMIT $1 OFFSET $2",
        )
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .bind(i64::try_from(skip).unwrap_or(i64::MAX))
        .fetch_all(&self.database.pool)
        .await?;
        let total: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM asks WHERE released <> '' AND state <> 'dismissed'",
        )
        .fetch_one(&self.database.pool)
        .await?;
        let asks = rows.into_iter().map(released).collect();
        Ok((asks, usize::try_from(total).unwrap_or_default()))
    }

    /// The released ask with this number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn released_one(&self, number: i64) -> Result<Option<ReleasedAsk>, StoreError> {
        let row: Option<ReleasedRow> = sqlx::query_as(
            "SELECT id, at, released, state, answered_by, me_too FROM asks
             WHERE id = $1 AND released <> '' AND state <> 'dismissed'",
        )
        .bind(number)
        .fetch_optional(&self.database.pool)
        .await?;
        Ok(row.map(released))
    }
}

fn followed((number, at, question, state, answered_by, reason): FollowedRow) -> FollowedAsk {
    let state = state_of(&state);
    FollowedAsk {
        number,
        at: time_of(at),
        question: masked(&question),
        state,
        answered_by: told_in(state, WorkState::Answered, answered_by),
        closed_because: told_in(state, WorkState::Dismissed, reason),
    }
}

fn released((number, at, wording, state, answered_by, me_too): ReleasedRow) -> ReleasedAsk {
    let state = state_of(&state);
    ReleasedAsk {
        number,
        at: time_of(at),
        wording: masked(&wording),
        state,
        answered_by: told_in(state, WorkState::Answered, answered_by),
        me_too,
    }
}

fn state_of(code: &str) -> WorkState {
    WorkState::from_code(code).unwrap_or(WorkState::New)
}

/// A text that is told in one state alone: an expert who takes the state back does not lose it.
fn told_in(state: WorkState, telling: WorkState, text: String) -> String {
    if state == telling {
        text
    } else {
        String::new()
    }
}
