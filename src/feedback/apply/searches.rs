//! Applies logged searches, and clicks on their hits.

use super::target::{Positioned, Target};
use crate::feedback::counters::Daily;
use crate::feedback::database::{StoreError, column_of};
use crate::feedback::latency::Bucket;
use crate::feedback::placeholders::placeholders;
use crate::feedback::receipt::Receipt;
use crate::feedback::record::{Click, QueryRecord};
use sqlx::AssertSqlSafe;

impl Target<'_> {
    pub(super) async fn apply_queries(
        &mut self,
        queries: &[Positioned<'_, QueryRecord>],
    ) -> Result<Vec<(usize, Receipt)>, StoreError> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let rows = placeholders(queries.len(), 7);
        let sql = format!(
            "INSERT INTO queries (at, network, text, total, answer_state, took_micros, shown) VALUES {rows} RETURNING id"
        );
        let mut statement = sqlx::query_scalar(AssertSqlSafe(sql));
        for (_, query) in queries {
            let latency = Bucket::of_micros(query.took_micros);
            self.counters
                .count(query.at, Daily::Searches(query.outcome));
            self.counters.count(query.at, Daily::Latency(latency));
            statement = statement
                .bind(column_of(query.at))
                .bind(&query.visitor.network)
                .bind(&query.text)
                .bind(query.total)
                .bind(query.outcome.code())
                .bind(query.took_micros)
                .bind(query.shown.join("\n"));
        }
        // The database numbers rows in the order they are inserted, but may return the numbers in another order.
        let mut numbers: Vec<i64> = statement.fetch_all(&mut *self.connection).await?;
        numbers.sort_unstable();
        let receipts = queries.iter().zip(numbers);
        Ok(receipts
            .map(|((i, _), number)| (*i, Receipt::new(number)))
            .collect())
    }

    /// Marks the last search for this text from the visitor's network. Counts one click for the hit that was opened,
    /// and one skip for each hit above it, which the visitor saw and passed over (Joachims 2002, "Optimizing Search
    /// Engines using Clickthrough Data"). For each answer, a network counts at most one click and one skip.
    pub(super) async fn apply_click(&mut self, click: &Click) -> Result<Receipt, StoreError> {
        let search: Option<(i64, String)> = sqlx::query_as(
            "SELECT id, shown FROM queries WHERE network = $1 AND text = $2 ORDER BY id DESC LIMIT 1",
        )
        .bind(&click.visitor.network)
        .bind(&click.query)
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some((number, shown)) = search else {
            return Ok(Receipt::new(0));
        };
        let Some(above) = shown.lines().position(|id| id == click.question_id) else {
            return Ok(Receipt::new(number));
        };
        if self.is_first(click, &click.question_id, true).await? {
            self.counters.answer(&click.question_id).clicks += 1;
        }
        for skipped in shown.lines().take(above) {
            if self.is_first(click, skipped, false).await? {
                self.counters.answer(skipped).skips += 1;
            }
        }
        sqlx::query("UPDATE queries SET clicked = $2, rank = $3 WHERE id = $1")
            .bind(number)
            .bind(&click.question_id)
            .bind(above as i64 + 1)
            .execute(&mut *self.connection)
            .await?;
        Ok(Receipt::new(number))
    }

    /// Whether this network opens (or passes over) the answer for the first time.
    async fn is_first(
        &mut self,
        click: &Click,
        question_id: &str,
        is_opened: bool,
    ) -> Result<bool, StoreError> {
        let noted = sqlx::query(
            "INSERT INTO opened (network, question_id, clicked, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(&click.visitor.network)
        .bind(question_id)
        .bind(i64::from(is_opened))
        .bind(column_of(click.at))
        .execute(&mut *self.connection)
        .await?;
        Ok(noted.rows_affected() == 1)
    }
}
