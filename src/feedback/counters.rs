//! Counts stored beside the records, so that no page has to read all records. A batch sums its counts in memory and
//! adds them to the store once.

use super::database::{StoreError, iso_day};
use super::latency::Bucket;
use super::placeholders::{MOST_ROWS, placeholders};
use super::record::SearchOutcome;
use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe};
use std::collections::{BTreeMap, HashMap};

/// The counts that a batch adds. The maps are ordered, so that two writers lock rows in the same order and cannot
/// deadlock.
#[derive(Debug, Default)]
pub(super) struct Counters {
    daily: BTreeMap<(String, Daily), i64>,
    answers: BTreeMap<String, AnswerCounts>,
}

/// What is counted for each day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Daily {
    /// Searches with this outcome.
    Searches(SearchOutcome),
    /// Searches with a latency in this bucket.
    Latency(Bucket),
    /// Ratings: helpful.
    Helpful,
    /// Ratings: unhelpful.
    Unhelpful,
    /// Questions for the experts.
    Asks,
}

/// Prefix of the codes of latencies.
const LATENCY: &str = "latency:";

impl Daily {
    /// The code in the store.
    fn code(self) -> String {
        match self {
            Self::Searches(outcome) => outcome.code().to_owned(),
            Self::Latency(bucket) => format!("{LATENCY}{}", bucket.code()),
            Self::Helpful => "helpful".to_owned(),
            Self::Unhelpful => "unhelpful".to_owned(),
            Self::Asks => "asks".to_owned(),
        }
    }

    /// The counter with this code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        if let Some(bucket) = code.strip_prefix(LATENCY) {
            return Bucket::from_code(bucket).map(Self::Latency);
        }
        match code {
            "helpful" => Some(Self::Helpful),
            "unhelpful" => Some(Self::Unhelpful),
            "asks" => Some(Self::Asks),
            other => SearchOutcome::from_code(other).map(Self::Searches),
        }
    }
}

/// What is counted for each answer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct AnswerCounts {
    pub(super) helpful: i64,
    pub(super) unhelpful: i64,
    pub(super) clicks: i64,
    pub(super) skips: i64,
}

impl Counters {
    /// Counts one of `what` on the day of `at`.
    pub(super) fn count(&mut self, at: Timestamp, what: Daily) {
        self.add(at, what, 1);
    }

    /// This batch's counts for an answer.
    pub(super) fn answer(&mut self, question_id: &str) -> &mut AnswerCounts {
        self.answers.entry(question_id.to_owned()).or_default()
    }

    /// Counts a rating.
    pub(super) fn add_rating(&mut self, at: Timestamp, question_id: &str, helpful: bool) {
        self.rating(at, question_id, helpful, 1);
    }

    /// Subtracts a rating that another one replaces.
    pub(super) fn remove_rating(&mut self, at: Timestamp, question_id: &str, helpful: bool) {
        self.rating(at, question_id, helpful, -1);
    }

    fn rating(&mut self, at: Timestamp, question_id: &str, helpful: bool, number: i64) {
        let counts = self.answer(question_id);
        let what = if helpful {
            counts.helpful += number;
            Daily::Helpful
        } else {
            counts.unhelpful += number;
            Daily::Unhelpful
        };
        self.add(at, what, number);
    }

    /// Counts `number` of `what` on the day of `at`.
    pub(super) fn add(&mut self, at: Timestamp, what: Daily, number: i64) {
        *self.daily.entry((iso_day(at), what)).or_default() += number;
    }

    /// Adds everything to the counts in the store. The transaction must exclude other writers, because counts of
    /// answers are read, changed and written back.
    pub(super) async fn add_to(self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        let daily = self.daily.into_iter().filter(|(_, number)| *number != 0);
        for some in daily.collect::<Vec<_>>().chunks(MOST_ROWS) {
            add_daily(connection, some).await?;
        }
        let answers: Vec<_> = self.answers.into_iter().collect();
        for some in answers.chunks(MOST_ROWS) {
            add_to_answers(connection, some).await?;
        }
        Ok(())
    }
}

async fn add_daily(
    connection: &mut AnyConnection,
    counted: &[((String, Daily), i64)],
) -> Result<(), StoreError> {
    let rows = placeholders(counted.len(), 3);
    let sql = format!(
        "INSERT INTO daily (day, what, count) VALUES {rows}
         ON CONFLICT (day, what) DO UPDATE SET count = daily.count + excluded.count"
    );
    let mut statement = sqlx::query(AssertSqlSafe(sql));
    for ((day, what), number) in counted {
        statement = statement.bind(day).bind(what.code()).bind(*number);
    }
    statement.execute(connection).await?;
    Ok(())
}

async fn add_to_answers(
    connection: &mut AnyConnection,
    counted: &[(String, AnswerCounts)],
) -> Result<(), StoreError> {
    let before = counts_of(connection, counted.iter().map(|(id, _)| id)).await?;
    let sql = format!(
        "INSERT INTO answers (question_id, helpful, unhelpful, clicks, skips, worst_bound) VALUES {}
         ON CONFLICT (question_id) DO UPDATE SET helpful = excluded.helpful, unhelpful = excluded.unhelpful,
             clicks = excluded.clicks, skips = excluded.skips, worst_bound = excluded.worst_bound",
        placeholders(counted.len(), 6)
    );
    let mut statement = sqlx::query(AssertSqlSafe(sql));
    for (question_id, more) in counted {
        let before = before.get(question_id).copied().unwrap_or_default();
        let helpful = before.helpful + more.helpful;
        let unhelpful = before.unhelpful + more.unhelpful;
        statement = statement
            .bind(question_id)
            .bind(helpful)
            .bind(unhelpful)
            .bind(before.clicks + more.clicks)
            .bind(before.skips + more.skips)
            .bind(lower_bound(unhelpful, helpful + unhelpful));
    }
    statement.execute(connection).await?;
    Ok(())
}

/// The counts of these answers in the store.
async fn counts_of(
    connection: &mut AnyConnection,
    question_ids: impl ExactSizeIterator<Item = &String>,
) -> Result<HashMap<String, AnswerCounts>, StoreError> {
    let sql = format!(
        "SELECT question_id, helpful, unhelpful, clicks, skips FROM answers WHERE question_id IN {}",
        placeholders(1, question_ids.len())
    );
    let mut statement = sqlx::query_as(AssertSqlSafe(sql));
    for question_id in question_ids {
        statement = statement.bind(question_id);
    }
    let rows: Vec<(String, i64, i64, i64, i64)> = statement.fetch_all(connection).await?;
    let counts = rows
        .into_iter()
        .map(|(question_id, helpful, unhelpful, clicks, skips)| {
            let counts = AnswerCounts {
                helpful,
                unhelpful,
                clicks,
                skips,
            };
            (question_id, counts)
        });
    Ok(counts.collect())
}

/// Lower end of the 95 % score interval of a share, Wilson 1927, "Probable Inference, the Law of Succession, and
/// Statistical Inference". 0 if nothing was counted.
pub(super) fn lower_bound(of: i64, all: i64) -> f64 {
    /// The normal distribution's quantile of 97.5 %.
    const Z: f64 = 1.959_964;
    if all <= 0 {
        return 0.0;
    }
    let (n, share) = (all as f64, of as f64 / all as f64);
    let spread = (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((share + Z * Z / (2.0 * n) - Z * spread) / (1.0 + Z * Z / n)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_of_the_same_is_surer() {
        // By hand: 8 of 10 has the interval 0.4902 to 0.9433.
        assert!((lower_bound(8, 10) - 0.4902).abs() < 1e-4);
        assert!(lower_bound(1, 1) < lower_bound(10, 10));
        assert!(lower_bound(0, 0).abs() < f64::EPSILON);
        assert!(lower_bound(0, 5).abs() < 1e-9);
    }

    #[test]
    fn every_code_of_a_day_is_read_again() {
        let searches = SearchOutcome::ALL.map(Daily::Searches);
        let others = [Daily::Helpful, Daily::Unhelpful, Daily::Asks];
        let latency = [Daily::Latency(Bucket::of_micros(1_500))];
        for what in searches.into_iter().chain(others).chain(latency) {
            assert_eq!(Daily::from_code(&what.code()), Some(what));
        }
        assert_eq!(
            Daily::Latency(Bucket::of_micros(1_500)).code(),
            "latency:33"
        );
        assert_eq!(Daily::from_code("nonsense"), None);
    }
}
