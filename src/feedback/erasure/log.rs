//! The log of a SQLite store (<https://sqlite.org/wal.html>) holds pages as they were before something was erased, until
//! it is written anew from its beginning, which may be never.

use crate::feedback::database::{Database, Kind, StoreError};
use std::time::Duration;

/// Tries to empty the log, each after a pause: reading and writing must stop for a moment.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Empties the log, so that nothing that was erased is in any file.
pub(super) async fn truncate(database: &Database) -> Result<(), StoreError> {
    if database.kind != Kind::Sqlite {
        return Ok(());
    }
    for _ in 0..TRIES {
        // 0, or 1 if somebody was reading or writing; the numbers of pages in the log and of those written back.
        let (is_busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&database.pool)
            .await?;
        if is_busy == 0 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(StoreError::NotEmptied)
}
