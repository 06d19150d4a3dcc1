//! Idempotency keys: a repeated request gets the same reply as before and is applied once.

use crate::feedback::database::{StoreError, column_of};
use crate::feedback::placeholders::placeholders;
use crate::feedback::receipt::{IdempotencyKey, Receipt};
use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe};
use std::collections::HashMap;

/// A request that was applied.
pub(super) struct Known {
    fingerprint: String,
    number: i64,
    replaced: bool,
}

impl Known {
    /// The outcome when the same key is sent again.
    pub(super) fn repeated(&self, key: &IdempotencyKey) -> Result<Receipt, StoreError> {
        if self.fingerprint != key.fingerprint {
            return Err(StoreError::KeyReused);
        }
        Ok(Receipt {
            number: self.number,
            replaced: self.replaced,
            repeated: true,
        })
    }
}

/// The requests that were applied before, by key.
pub(super) async fn known(
    connection: &mut AnyConnection,
    keys: &[&IdempotencyKey],
) -> Result<HashMap<String, Known>, StoreError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT key, fingerprint, number, replaced FROM idempotency WHERE key IN {}",
        placeholders(1, keys.len())
    );
    let mut statement = sqlx::query_as(AssertSqlSafe(sql));
    for key in keys {
        statement = statement.bind(&key.key);
    }
    let rows: Vec<(String, String, i64, i64)> = statement.fetch_all(connection).await?;
    let known = rows
        .into_iter()
        .map(|(key, fingerprint, number, replaced)| {
            let known = Known {
                fingerprint,
                number,
                replaced: replaced != 0,
            };
            (key, known)
        });
    Ok(known.collect())
}

/// A key, the kind of the record that was sent with it, and its receipt.
pub(super) type Keyed<'k> = (&'k IdempotencyKey, &'static str, Receipt);

/// Stores the receipts under their keys.
pub(super) async fn remember(
    connection: &mut AnyConnection,
    keyed: &[Keyed<'_>],
) -> Result<(), StoreError> {
    if keyed.is_empty() {
        return Ok(());
    }
    let rows = placeholders(keyed.len(), 6);
    let sql = format!(
        "INSERT INTO idempotency (key, at, fingerprint, kind, number, replaced) VALUES {rows}"
    );
    let now = column_of(Timestamp::now());
    let mut statement = sqlx::query(AssertSqlSafe(sql));
    for (key, kind, receipt) in keyed {
        statement = statement
            .bind(&key.key)
            .bind(now)
            .bind(&key.fingerprint)
            .bind(*kind)
            .bind(receipt.number)
            .bind(i64::from(receipt.replaced));
    }
    statement.execute(connection).await?;
    Ok(())
}
