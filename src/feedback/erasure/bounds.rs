//! Bounds for every table that visitors can make grow, whatever limits requests have: the oldest rows go first. Ratings
//! and asks are never dropped for others: once there are too many, new ones are refused.

use super::{AT_ONCE, Erasure};
use crate::feedback::database::{PATIENT, StoreError};
use crate::feedback::receipt::IMPORTED;
use sqlx::AssertSqlSafe;

/// Messages to other systems, about asks and bad ratings.
const MOST_MESSAGES: u64 = 100_000;
/// Failed sign-ins in the audit log.
const MOST_FAILED_SIGN_INS: u64 = 10_000;
/// Hits that networks opened or passed over.
const MOST_OPENED: u64 = 1_000_000;
/// Visitors who have the same question as somebody else; the counts stay.
const MOST_ME_TOO: u64 = 1_000_000;
/// Keys of requests.
const MOST_KEYS: u64 = 1_000_000;
/// Ratings and asks: more than a site gets in many years. With texts of the greatest length an ask is 17 KB, a rating 12 KB.
const MOST_RATINGS: u64 = 3_000_000;
const MOST_ASKS: u64 = 200_000;

/// What there are so many of that no more are taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Full {
    /// Ratings.
    pub ratings: bool,
    /// Asks.
    pub asks: bool,
}

/// Rows of a table in their order.
struct Rows {
    table: &'static str,
    matching: String,
    order: &'static str,
    /// The statement that selects the last row, in this order, that is not among the `$1` newest.
    newest_too_many: String,
}

/// All rows of a table that numbers them: there are at most as many as numbers.
fn numbered(table: &'static str) -> Rows {
    Rows {
        table,
        matching: "1 = 1".to_owned(),
        order: "id",
        newest_too_many: format!("SELECT MAX(id) - $1 FROM {table}"),
    }
}

/// The rows that match, counted along an index over `order`.
fn ordered(table: &'static str, matching: &str, order: &'static str) -> Rows {
    Rows {
        table,
        matching: matching.to_owned(),
        order,
        newest_too_many: format!(
            "SELECT {order} FROM {table} WHERE {matching} ORDER BY {order} DESC LIMIT 1 OFFSET $1"
        ),
    }
}

impl Erasure<'_> {
    /// Deletes the oldest rows of tables that have too many; `queries` is the bound of the query log, 0 for none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn of_surplus(&self, queries: u64) -> Result<Full, StoreError> {
        if queries > 0 {
            self.keep_newest(&numbered("queries"), queries).await?;
        }
        self.keep_newest(&numbered("deliveries"), MOST_MESSAGES)
            .await?;
        let failed = "action = 'sign-in failed'";
        self.keep_newest(&ordered("audit", failed, "id"), MOST_FAILED_SIGN_INS)
            .await?;
        self.keep_newest(&ordered("opened", "1 = 1", "at"), MOST_OPENED)
            .await?;
        self.keep_newest(&ordered("me_too", "1 = 1", "at"), MOST_ME_TOO)
            .await?;
        let sent = format!("key NOT LIKE '{IMPORTED}%'");
        self.keep_newest(&ordered("idempotency", &sent, "at"), MOST_KEYS)
            .await?;
        Ok(Full {
            ratings: self.has_more("ratings", MOST_RATINGS).await?,
            asks: self.has_more("asks", MOST_ASKS).await?,
        })
    }

    /// Deletes the rows of a table that are before its `most` newest.
    async fn keep_newest(&self, rows: &Rows, most: u64) -> Result<(), StoreError> {
        let newest_too_many: Option<Option<i64>> =
            sqlx::query_scalar(AssertSqlSafe(rows.newest_too_many.clone()))
                .bind(i64::try_from(most).unwrap_or(i64::MAX))
                .fetch_optional(&self.database.pool.within(PATIENT))
                .await?;
        let Some(Some(newest)) = newest_too_many else {
            return Ok(());
        };
        let Rows {
            table,
            matching,
            order,
            ..
        } = rows;
        // Rows are picked by their place, because not every table has numbers.
        let place = self.database.row_place();
        let sql = format!(
            "DELETE FROM {table} WHERE {place} IN
             (SELECT {place} FROM {table} WHERE {matching} AND {order} <= $1 ORDER BY {order} LIMIT $2)"
        );
        loop {
            let gone = sqlx::query(AssertSqlSafe(sql.clone()))
                .bind(newest)
                .bind(AT_ONCE)
                .execute(&self.database.pool)
                .await?
                .rows_affected();
            if gone < AT_ONCE as u64 {
                return Ok(());
            }
        }
    }

    async fn has_more(&self, table: &str, most: u64) -> Result<bool, StoreError> {
        let sql = format!("SELECT 1 FROM {table} ORDER BY at LIMIT 1 OFFSET $1");
        let one_more: Option<i32> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_optional(&self.database.pool.within(PATIENT))
            .await?;
        Ok(one_more.is_some())
    }
}
