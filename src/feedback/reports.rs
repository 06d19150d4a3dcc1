//! What the records say together: days, answers, queries without answer.

use super::counters::Daily;
use super::database::{Database, StoreError, column_of, days_ago, days_before, iso_day, time_of};
use super::favourites::Favourites;
use super::latency::{Bucket, percentile};
use super::record::{Reason, SearchOutcome};
use super::secrets::masked;
use super::similar::{Group, group};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;
use utoipa::ToSchema;

/// Searches without answer that are looked at, the newest ones.
const UNANSWERED: i64 = 5_000;
/// Different wordings among them that are grouped, the most frequent ones.
const MOST_WORDINGS: i64 = 300;
/// Ratings of an answer that are listed, the newest ones.
const MOST_RATINGS: i64 = 200;
/// Ratings and searches of an answer that are counted, the newest ones.
const COUNTED: i64 = 1_000;
/// Queries that led to an answer that are shown.
const MOST_QUERIES: i64 = 50;
/// Answers that are compared for the lists of what helped most and of what is opened most, at most.
const MOST_FAVOURITES: i64 = 500;
/// How long a page waits for the numbers of ratings, which it can do without.
const PATIENCE_FOR_COUNTS: Duration = Duration::from_secs(1);

/// One day in figures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Day {
    /// ISO date, UTC.
    pub day: String,
    /// Searches whose first hit answered.
    pub answered: i64,
    /// Searches whose hits may help.
    pub related: i64,
    /// Searches without answer.
    pub none: i64,
    /// Ratings: helped.
    pub helpful: i64,
    /// Ratings: did not help.
    pub unhelpful: i64,
    /// Questions for the experts.
    pub asks: i64,
    /// 95 of 100 searches took at most so many milliseconds; at most a quarter too high.
    pub p95_ms: Option<f64>,
}

/// How often an answer was said to have helped, and not to have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RatingCounts {
    /// Ratings: helped.
    pub helpful: i64,
    /// Ratings: did not help.
    pub unhelpful: i64,
}

impl Day {
    /// Searches of the day.
    pub fn searches(&self) -> i64 {
        self.answered + self.related + self.none
    }

    /// A part of the day's searches in percent; nothing on a day without searches.
    pub fn share(&self, part: i64) -> Option<f64> {
        let searches = self.searches();
        (searches > 0).then(|| part as f64 * 100.0 / searches as f64)
    }
}

/// An answer in figures.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AnswerFigures {
    /// The document.
    pub question_id: String,
    /// Ratings: helped.
    pub helpful: i64,
    /// Ratings: did not help.
    pub unhelpful: i64,
    /// Times it was opened from a list of hits.
    pub clicks: i64,
    /// Times it was passed over for a hit further down.
    pub skips: i64,
    /// Lower end of the 95 % interval of the share it did not help: how bad it is at least.
    pub worst_bound: f64,
}

/// One rating of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RatingLine {
    /// Number.
    pub id: i64,
    /// Milliseconds since 1970, UTC.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// Whether it helped.
    pub helpful: bool,
    /// Why not.
    pub reasons: Vec<Reason>,
    /// In the visitor's words.
    pub comment: String,
    /// The query that led here.
    pub query: String,
}

/// All that is known of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AnswerReport {
    /// Figures; `None` when nobody rated or opened it.
    pub figures: Option<AnswerFigures>,
    /// Reasons and how often each was given, most frequent first.
    pub reasons: Vec<(Reason, i64)>,
    /// The newest ratings, newest first.
    pub ratings: Vec<RatingLine>,
    /// Queries that led here and how often, most frequent first.
    pub queries: Vec<(String, i64)>,
}

/// A row of one rating.
type RatingRow = (i64, i64, i64, String, String, String);
/// A row of one answer's figures.
type FiguresRow = (String, i64, i64, i64, i64, f64);

/// The reports of the store.
#[derive(Debug, Clone, Copy)]
pub struct Reports<'s> {
    pub(super) database: &'s Database,
}

impl Reports<'_> {
    /// The ratings of an answer, counted over all ids under which it is and was known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn counts(&self, question_ids: &[String]) -> Result<RatingCounts, StoreError> {
        let mut all = RatingCounts::default();
        for question_id in question_ids {
            let counts: Option<(i64, i64)> =
                sqlx::query_as("SELECT helpful, unhelpful FROM answers WHERE question_id = $1")
                    .bind(question_id)
                    .fetch_optional(&self.database.pool.within(PATIENCE_FOR_COUNTS))
                    .await?;
            let (helpful, unhelpful) = counts.unwrap_or_default();
            all.helpful += helpful;
            all.unhelpful += unhelpful;
        }
        Ok(all)
    }

    /// What visitors like.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn favourites(&self) -> Result<Favourites, StoreError> {
        let pool = self.database.pool.within(PATIENCE_FOR_COUNTS);
        let rated = sqlx::query_as(
            "SELECT question_id, helpful, unhelpful FROM answers
             WHERE helpful + unhelpful > 0 ORDER BY helpful DESC, question_id LIMIT $1",
        )
        .bind(MOST_FAVOURITES)
        .fetch_all(&pool)
        .await?;
        let opened = sqlx::query_as(
            "SELECT question_id, clicks FROM answers WHERE clicks > 0 ORDER BY clicks DESC, question_id LIMIT $1",
        )
        .bind(MOST_FAVOURITES)
        .fetch_all(&pool)
        .await?;
        Ok(Favourites { rated, opened })
    }

    /// The last `days` days, oldest first, also those on which nothing happened.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn days(&self, days: i64) -> Result<Vec<Day>, StoreError> {
        let today = Timestamp::now();
        let mut report: BTreeMap<String, (Day, BTreeMap<Bucket, i64>)> = (0..days)
            .map(|back| iso_day(days_before(today, back)))
            .map(|day| {
                let empty = Day {
                    day: day.clone(),
                    ..Day::default()
                };
                (day, (empty, BTreeMap::new()))
            })
            .collect();
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT day, what, count FROM daily WHERE day >= $1")
                .bind(iso_day(days_before(today, days - 1)))
                .fetch_all(&self.database.pool)
                .await?;
        for (day, what, count) in rows {
            let (Some((day, latencies)), Some(what)) =
                (report.get_mut(&day), Daily::from_code(&what))
            else {
                continue;
            };
            match what {
                Daily::Searches(SearchOutcome::Answered) => day.answered = count,
                Daily::Searches(SearchOutcome::Related) => day.related = count,
                Daily::Searches(SearchOutcome::None) => day.none = count,
                Daily::Helpful => day.helpful = count,
                Daily::Unhelpful => day.unhelpful = count,
                Daily::Asks => day.asks = count,
                Daily::Latency(bucket) => {
                    latencies.insert(bucket, count);
                }
            }
        }
        let finished = report.into_values().map(|(mut day, latencies)| {
            day.p95_ms = percentile(&latencies, 0.95);
            day
        });
        Ok(finished.collect())
    }

    /// Answers that surely helped least, worst first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn worst_answers(
        &self,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<AnswerFigures>, StoreError> {
        let rows: Vec<FiguresRow> = sqlx::query_as(
            "SELECT question_id, helpful, unhelpful, clicks, skips, worst_bound FROM answers
             WHERE unhelpful > 0 ORDER BY worst_bound DESC, question_id LIMIT $1 OFFSET $2",
        )
        .bind(limit)
        .bind(offset)
        .fetch_all(&self.database.pool)
        .await?;
        Ok(rows.into_iter().map(figures).collect())
    }

    /// All that is known of an answer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn answer_report(&self, question_id: &str) -> Result<AnswerReport, StoreError> {
        let row: Option<FiguresRow> = sqlx::query_as(
            "SELECT question_id, helpful, unhelpful, clicks, skips, worst_bound FROM answers WHERE question_id = $1",
        )
        .bind(question_id)
        .fetch_optional(&self.database.pool)
        .await?;
        let ratings = self.ratings_of(question_id, None, MOST_RATINGS).await?;
        let given: Vec<(String, i64)> = sqlx::query_as(
            "SELECT reasons, COUNT(*) FROM (
                 SELECT reasons FROM ratings WHERE question_id = $1 ORDER BY at DESC LIMIT $2
             ) AS newest GROUP BY reasons",
        )
        .bind(question_id)
        .bind(COUNTED)
        .fetch_all(&self.database.pool)
        .await?;
        let mut reasons: BTreeMap<Reason, i64> = BTreeMap::new();
        for (codes, count) in &given {
            for reason in Reason::from_codes(codes) {
                *reasons.entry(reason).or_default() += count;
            }
        }
        let mut reasons: Vec<(Reason, i64)> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, count)| -count);
        let queries: Vec<(String, i64)> = sqlx::query_as(
            "SELECT text, CAST(SUM(times) AS BIGINT) FROM (
                 SELECT text, times FROM queries WHERE clicked = $1 ORDER BY id DESC LIMIT $3
             ) AS newest GROUP BY text ORDER BY SUM(times) DESC, text LIMIT $2",
        )
        .bind(question_id)
        .bind(MOST_QUERIES)
        .bind(COUNTED)
        .fetch_all(&self.database.pool)
        .await?;
        Ok(AnswerReport {
            figures: row.map(figures),
            reasons,
            ratings,
            queries: queries
                .into_iter()
                .map(|(text, count)| (masked(&text), count))
                .collect(),
        })
    }

    /// Ratings of an answer, newest first, after the one of this time and number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn ratings_of(
        &self,
        question_id: &str,
        after: Option<(Timestamp, i64)>,
        limit: i64,
    ) -> Result<Vec<RatingLine>, StoreError> {
        let (at, id) = after.map_or((i64::MAX, i64::MAX), |(at, id)| (column_of(at), id));
        let rows: Vec<RatingRow> = sqlx::query_as(
            "SELECT id, at, helpful, reasons, comment, query FROM ratings
             WHERE question_id = $1 AND at <= $2 AND (at < $2 OR id < $3) ORDER BY at DESC, id DESC LIMIT $4",
        )
        .bind(question_id)
        .bind(at)
        .bind(id)
        .bind(limit)
        .fetch_all(&self.database.pool)
        .await?;
        let line = |(id, at, helpful, reasons, comment, query): RatingRow| RatingLine {
            id,
            at: time_of(at),
            helpful: helpful != 0,
            reasons: Reason::from_codes(&reasons),
            comment: masked(&comment),
            query: masked(&query),
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// Queries of the last `days` days that no document answers, those of similar wording together.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn unanswered(&self, days: i64) -> Result<Vec<Group>, StoreError> {
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT text, CAST(SUM(times) AS BIGINT), MAX(at) FROM (
                 SELECT text, times, at FROM queries WHERE answer_state = 'none' AND at >= $1 ORDER BY at DESC LIMIT $3
             ) AS newest GROUP BY text ORDER BY SUM(times) DESC, MAX(at) DESC LIMIT $2",
        )
        .bind(column_of(days_ago(days)))
        .bind(MOST_WORDINGS)
        .bind(UNANSWERED)
        .fetch_all(&self.database.pool)
        .await?;
        let shown = rows
            .into_iter()
            .map(|(text, count, at)| (masked(&text), count, time_of(at)))
            .collect();
        // Grouping takes too long for the threads that answer requests.
        tokio::task::spawn_blocking(move || group(shown))
            .await
            .map_err(|panic| StoreError::Unusable(panic.to_string()))
    }
}

fn figures(
    (question_id, helpful, unhelpful, clicks, skips, worst_bound): FiguresRow,
) -> AnswerFigures {
    AnswerFigures {
        question_id,
        helpful,
        unhelpful,
        clicks,
        skips,
        worst_bound,
    }
}
