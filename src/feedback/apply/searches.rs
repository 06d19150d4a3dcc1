//! Applies logged searches, and clicks on their hits.

use super::target::{Positioned, Target};
use crate::feedback::counters::Daily;
use crate::feedback::database::{StoreError, column_of};
use crate::feedback::latency::Bucket;
use crate::feedback::placeholders::placeholders;
use crate::feedback::receipt::Receipt;
use crate::feedback::record::{Click, QueryRecord};
use sqlx::AssertSqlSafe;
use std::collections::HashMap;

/// Milliseconds within which the same search of the same network is one row, counted up: who repeats a search fills no
/// disk.
const COUNTED_UP: i64 = 60_000;

/// A row that is new, or counted up.
struct Row<'q> {
    query: &'q QueryRecord,
    times: i64,
    /// Positions of the searches that it stands for.
    positions: Vec<usize>,
    /// Its number, once it has one.
    number: Option<i64>,
}

/// A row of the log that the same search may be counted into: number, network, hash, text, time.
type Recent = (i64, String, i64, String, i64);

impl Row<'_> {
    /// Whether a search at this time is the same one.
    fn stands_for(&self, query: &QueryRecord) -> bool {
        self.query.text == query.text
            && self.query.visitor.network == query.visitor.network
            && is_counted_up(column_of(self.query.at), query)
    }
}

fn is_counted_up(at: i64, query: &QueryRecord) -> bool {
    (0..COUNTED_UP).contains(&(column_of(query.at) - at))
}

/// The hash by which rows are found.
fn hash_of(text: &str) -> i64 {
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes()
        .first_chunk()
        .map_or(0, |first| i64::from_le_bytes(*first))
}

/// The rows that these searches make, each search in one of them.
fn rows_of<'q>(queries: &[Positioned<'q, QueryRecord>]) -> Vec<Row<'q>> {
    let mut rows: Vec<Row<'q>> = Vec::with_capacity(queries.len());
    let mut last: HashMap<(&str, &str), usize> = HashMap::new();
    for (position, query) in queries.iter().copied() {
        let key = (query.visitor.network.as_str(), query.text.as_str());
        let same = last.get(&key).and_then(|at| rows.get_mut(*at));
        if let Some(row) = same.filter(|row| row.stands_for(query)) {
            row.times += query.times;
            row.positions.push(position);
            continue;
        }
        last.insert(key, rows.len());
        rows.push(Row {
            query,
            times: query.times,
            positions: vec![position],
            number: None,
        });
    }
    rows
}

impl Target<'_> {
    pub(super) async fn apply_queries(
        &mut self,
        queries: &[Positioned<'_, QueryRecord>],
    ) -> Result<Vec<(usize, Receipt)>, StoreError> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        for (_, query) in queries {
            let latency = Bucket::of_micros(query.took_micros);
            let outcome = Daily::Searches(query.outcome);
            self.counters.add(query.at, outcome, query.times);
            let latency = Daily::Latency(latency);
            self.counters.add(query.at, latency, query.times);
        }
        let mut rows = rows_of(queries);
        self.count_up(&mut rows).await?;
        let mut new: Vec<&mut Row<'_>> = rows.iter_mut().filter(|r| r.number.is_none()).collect();
        self.insert_queries(&mut new).await?;
        let receipts = rows.into_iter().flat_map(|row| {
            let receipt = Receipt::new(row.number.unwrap_or_default());
            row.positions.into_iter().map(move |at| (at, receipt))
        });
        Ok(receipts.collect())
    }

    /// Counts up those that the log has from the last minute.
    async fn count_up(&mut self, rows: &mut [Row<'_>]) -> Result<(), StoreError> {
        let recent = self.recent(rows).await?;
        for row in rows {
            let query = row.query;
            let same = recent.iter().find(|(_, network, _, text, at)| {
                *network == query.visitor.network
                    && *text == query.text
                    && is_counted_up(*at, query)
            });
            let Some((number, ..)) = same else {
                continue;
            };
            row.number = Some(*number);
            sqlx::query("UPDATE queries SET times = times + $2 WHERE id = $1")
                .bind(number)
                .bind(row.times)
                .execute(&mut *self.connection)
                .await?;
        }
        Ok(())
    }

    /// Rows of the same networks and texts from about the same time, newest first.
    async fn recent(&mut self, rows: &[Row<'_>]) -> Result<Vec<Recent>, StoreError> {
        let times = rows.iter().map(|row| column_of(row.query.at));
        let (Some(first), Some(last)) = (times.clone().min(), times.max()) else {
            return Ok(Vec::new());
        };
        let count = rows.len() * 2;
        // With the sign before it `at` is in no index, or SQLite would read all searches of the last minute.
        let sql = format!(
            "SELECT id, network, text_hash, text, at FROM queries
             WHERE (network, text_hash) IN (VALUES {}) AND +at > ${} AND +at <= ${} ORDER BY id DESC",
            placeholders(rows.len(), 2),
            count + 1,
            count + 2
        );
        let mut statement = sqlx::query_as(AssertSqlSafe(sql));
        for row in rows {
            let query = row.query;
            statement = statement
                .bind(&query.visitor.network)
                .bind(hash_of(&query.text));
        }
        let recent = statement.bind(first - COUNTED_UP).bind(last);
        Ok(recent.fetch_all(&mut *self.connection).await?)
    }

    async fn insert_queries(&mut self, rows: &mut [&mut Row<'_>]) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO queries (at, network, text, text_hash, times, total, answer_state, took_micros, shown)
             VALUES {} RETURNING id",
            placeholders(rows.len(), 9)
        );
        let mut statement = sqlx::query_scalar(AssertSqlSafe(sql));
        for row in &*rows {
            let query = row.query;
            statement = statement
                .bind(column_of(query.at))
                .bind(&query.visitor.network)
                .bind(&query.text)
                .bind(hash_of(&query.text))
                .bind(row.times)
                .bind(query.total)
                .bind(query.outcome.code())
                .bind(query.took_micros)
                .bind(query.shown.join("\n"));
        }
        // The database numbers rows in the order they are inserted, but may return the numbers in another order.
        let mut numbers: Vec<i64> = statement.fetch_all(&mut *self.connection).await?;
        numbers.sort_unstable();
        for (row, number) in rows.iter_mut().zip(numbers) {
            row.number = Some(number);
        }
        Ok(())
    }

    /// Marks the last search for this text from the visitor's network. Counts one click for the hit that was opened,
    /// and one skip for each hit above it, which the visitor saw and passed over (Joachims 2002, "Optimizing Search
    /// Engines using Clickthrough Data"). For each answer, a network counts at most one click and one skip.
    pub(super) async fn apply_click(&mut self, click: &Click) -> Result<Receipt, StoreError> {
        let search: Option<(i64, String)> = sqlx::query_as(
            "SELECT id, shown FROM queries WHERE network = $1 AND text_hash = $2 AND text = $3 ORDER BY id DESC LIMIT 1",
        )
        .bind(&click.visitor.network)
        .bind(hash_of(&click.query))
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
