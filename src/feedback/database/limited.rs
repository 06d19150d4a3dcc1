//! Time limits for everything that waits for the database. A server that has gone silent, after a failover or behind a
//! firewall that forgot the connection, never answers and never closes the connection either.

use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, BoxStream, StreamExt};
use sqlx::any::{AnyQueryResult, AnyRow, AnyStatement, AnyTypeInfo};
use sqlx::{Any, AnyPool, Either, Execute, Executor, SqlStr};
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// How long a statement by itself may take.
const STATEMENT: Duration = Duration::from_secs(8);
/// How long a transaction that writes may take: less than a request waits for its record, and a little more than it
/// waits for a lock.
pub(in crate::feedback) const WRITE: Duration = Duration::from_secs(6);
/// How long work over whole tables may take, for which nobody waits.
pub(in crate::feedback) const PATIENT: Duration = Duration::from_mins(1);

/// Runs single statements on connections of a pool, each within a time limit.
#[derive(Debug, Clone)]
pub(in crate::feedback) struct Limited {
    pool: AnyPool,
    limit: Duration,
}

impl Limited {
    pub(in crate::feedback) fn new(pool: AnyPool) -> Self {
        Self {
            pool,
            limit: STATEMENT,
        }
    }

    /// The same connections with another limit.
    pub(in crate::feedback) fn within(&self, limit: Duration) -> Self {
        Self {
            pool: self.pool.clone(),
            limit,
        }
    }

    /// The connections, for work of several statements, which needs a limit of its own: see [`in_time`].
    pub(in crate::feedback) fn connections(&self) -> &AnyPool {
        &self.pool
    }
}

/// Does work within a limit. A connection that the work held is tested before others get it.
pub(in crate::feedback) async fn in_time<T, E: From<sqlx::Error>>(
    limit: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    timeout(limit, work)
        .await
        .unwrap_or_else(|_| Err(too_late(limit).into()))
}

fn too_late(limit: Duration) -> sqlx::Error {
    let problem = format!("the database did not answer within {limit:?}");
    std::io::Error::new(std::io::ErrorKind::TimedOut, problem).into()
}

impl<'p> Executor<'p> for &'p Limited {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<AnyQueryResult, AnyRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let (limit, rows) = (self.limit, self.pool.fetch_many(query));
        let deadline = Instant::now() + limit;
        stream::unfold(Some(rows), move |rows| async move {
            let mut rows = rows?;
            match timeout_at(deadline, rows.next()).await {
                Ok(row) => row.map(|row| (row, Some(rows))),
                Err(_) => Some((Err(too_late(limit)), None)),
            }
        })
        .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<AnyRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Any>,
    {
        in_time(self.limit, self.pool.fetch_optional(query)).boxed()
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [AnyTypeInfo],
    ) -> BoxFuture<'e, Result<AnyStatement, sqlx::Error>>
    where
        'p: 'e,
    {
        in_time(self.limit, self.pool.prepare_with(sql, parameters)).boxed()
    }
}
