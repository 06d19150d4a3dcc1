//! Counts beside the records: gathered over a batch, written once.

use super::StoreError;
use super::rows::{MOST_ROWS, places};
use sqlx::{AnyConnection, AssertSqlSafe};
use std::collections::{BTreeMap, HashMap};

/// What a batch adds. Ordered, so that two writers meet rows in the same order and never wait for each other in a ring.
#[derive(Debug, Default)]
pub(in crate::feedback) struct Counters {
    /// By day and what is counted.
    daily: BTreeMap<(String, String), i64>,
    answers: BTreeMap<String, AnswerCounts>,
}

/// What is counted of an answer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::feedback) struct AnswerCounts {
    pub(in crate::feedback) helpful: i64,
    pub(in crate::feedback) unhelpful: i64,
    pub(in crate::feedback) clicks: i64,
    pub(in crate::feedback) skips: i64,
}

impl Counters {
    pub(in crate::feedback) fn count(&mut self, at: i64, what: impl Into<String>, number: i64) {
        *self.daily.entry((super::day(at), what.into())).or_default() += number;
    }

    pub(in crate::feedback) fn answer(&mut self, question_id: &str) -> &mut AnswerCounts {
        self.answers.entry(question_id.to_owned()).or_default()
    }

    /// Counts `number` more or fewer of a rating.
    pub(in crate::feedback) fn rating(
        &mut self,
        at: i64,
        question_id: &str,
        helpful: bool,
        number: i64,
    ) {
        let counts = self.answer(question_id);
        if helpful {
            counts.helpful += number;
        } else {
            counts.unhelpful += number;
        }
        self.count(at, if helpful { "helpful" } else { "unhelpful" }, number);
    }

    /// Adds all to what the store has. Within a transaction that keeps other writers out: counts of answers are read,
    /// changed and written back.
    pub(in crate::feedback) async fn add_to(
        self,
        connection: &mut AnyConnection,
    ) -> Result<(), StoreError> {
        let daily = self.daily.into_iter().filter(|(_, number)| *number != 0);
        for some in daily.collect::<Vec<_>>().chunks(MOST_ROWS) {
            add_daily(connection, some).await?;
        }
        for some in self
            .answers
            .into_iter()
            .collect::<Vec<_>>()
            .chunks(MOST_ROWS)
        {
            add_to_answers(connection, some).await?;
        }
        Ok(())
    }
}

async fn add_daily(
    connection: &mut AnyConnection,
    counted: &[((String, String), i64)],
) -> Result<(), StoreError> {
    let places = places(counted.len(), 3);
    let sql = format!(
        "INSERT INTO daily (day, what, count) VALUES {places}
         ON CONFLICT (day, what) DO UPDATE SET count = daily.count + excluded.count"
    );
    let mut statement = sqlx::query(AssertSqlSafe(sql));
    for ((day, what), number) in counted {
        statement = statement.bind(day).bind(what).bind(*number);
    }
    statement.execute(connection).await?;
    Ok(())
}

async fn add_to_answers(
    connection: &mut AnyConnection,
    counted: &[(String, AnswerCounts)],
) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT question_id, helpful, unhelpful, clicks, skips FROM answers WHERE question_id IN {}",
        places(1, counted.len())
    );
    let mut statement = sqlx::query_as(AssertSqlSafe(sql));
    for (question_id, _) in counted {
        statement = statement.bind(question_id);
    }
    let rows: Vec<(String, i64, i64, i64, i64)> = statement.fetch_all(&mut *connection).await?;
    let before: HashMap<String, AnswerCounts> = rows
        .into_iter()
        .map(|(question_id, helpful, unhelpful, clicks, skips)| {
            let counts = AnswerCounts {
                helpful,
                unhelpful,
                clicks,
                skips,
            };
            (question_id, counts)
        })
        .collect();
    let sql = format!(
        "INSERT INTO answers (question_id, helpful, unhelpful, clicks, skips, worst_bound) VALUES {}
         ON CONFLICT (question_id) DO UPDATE SET helpful = excluded.helpful, unhelpful = excluded.unhelpful,
             clicks = excluded.clicks, skips = excluded.skips, worst_bound = excluded.worst_bound",
        places(counted.len(), 6)
    );
    let mut statement = sqlx::query(AssertSqlSafe(sql));
    for (question_id, more) in counted {
        let before = before.get(question_id).copied().unwrap_or_default();
        let (helpful, unhelpful) = (
            before.helpful + more.helpful,
            before.unhelpful + more.unhelpful,
        );
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

/// Lower end of the 95 % score interval of a share, Wilson 1927, "Probable Inference, the Law of Succession, and
/// Statistical Inference". Without anything seen, 0.
pub(in crate::feedback) fn lower_bound(of: i64, all: i64) -> f64 {
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
}
