//! The audit log: what experts did.

use super::database::{Database, StoreError, column_of, time_of};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::{Any, Executor};

/// The action of a sign-in with a wrong name or password.
pub(super) const SIGN_IN_FAILED: &str = "sign-in failed";

/// Something an expert did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AuditEntry {
    /// Number, growing.
    pub id: i64,
    /// Milliseconds since 1970, UTC.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// Who; empty for a failed sign-in under a name that is nobody's.
    pub expert: String,
    /// What.
    pub action: String,
    /// To what.
    pub target: String,
    /// From what to what.
    pub detail: String,
}

/// The log of the store.
#[derive(Debug, Clone, Copy)]
pub struct AuditLog<'s> {
    pub(super) database: &'s Database,
}

impl AuditLog<'_> {
    /// Writes down what an expert did.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn record(
        &self,
        expert: &str,
        action: &str,
        target: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        record(&self.database.pool, expert, action, target, detail).await?;
        Ok(())
    }

    /// What experts did, newest first, before the entry `before`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn page(
        &self,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<(i64, i64, String, String, String, String)> = sqlx::query_as(
            "SELECT id, at, expert, action, target, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(&self.database.pool)
        .await?;
        let entry = |(id, at, expert, action, target, detail)| AuditEntry {
            id,
            at: time_of(at),
            expert,
            action,
            target,
            detail,
        };
        Ok(rows.into_iter().map(entry).collect())
    }
}

/// Writes an entry, also within a transaction.
pub(super) async fn record(
    executor: impl Executor<'_, Database = Any>,
    expert: &str,
    action: &str,
    target: &str,
    detail: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO audit (at, expert, action, target, detail) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(column_of(Timestamp::now()))
    .bind(expert)
    .bind(action)
    .bind(target)
    .bind(detail)
    .execute(executor)
    .await?;
    Ok(())
}
