//! Counts beside the records: gathered over a batch, written once.

use super::StoreError;
use sqlx::AnyConnection;
use std::collections::BTreeMap;

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

    /// Adds all to what the store has.
    pub(in crate::feedback) async fn add_to(
        self,
        connection: &mut AnyConnection,
    ) -> Result<(), StoreError> {
        for ((day, what), number) in self.daily.into_iter().filter(|(_, n)| *n != 0) {
            sqlx::query(
                "INSERT INTO daily (day, what, count) VALUES ($1, $2, $3)
                 ON CONFLICT (day, what) DO UPDATE SET count = daily.count + excluded.count",
            )
            .bind(day)
            .bind(what)
            .bind(number)
            .execute(&mut *connection)
            .await?;
        }
        for (question_id, counts) in self.answers {
            let AnswerCounts {
                helpful,
                unhelpful,
                clicks,
                skips,
            } = counts;
            let (helpful, unhelpful): (i64, i64) = sqlx::query_as(
                "INSERT INTO answers (question_id, helpful, unhelpful, clicks, skips, worst_bound)
                 VALUES ($1, $2, $3, $4, $5, 0)
                 ON CONFLICT (question_id) DO UPDATE SET
                     helpful = answers.helpful + excluded.helpful,
                     unhelpful = answers.unhelpful + excluded.unhelpful,
                     clicks = answers.clicks + excluded.clicks,
                     skips = answers.skips + excluded.skips
                 RETURNING helpful, unhelpful",
            )
            .bind(&question_id)
            .bind(helpful)
            .bind(unhelpful)
            .bind(clicks)
            .bind(skips)
            .fetch_one(&mut *connection)
            .await?;
            sqlx::query("UPDATE answers SET worst_bound = $2 WHERE question_id = $1")
                .bind(question_id)
                .bind(lower_bound(unhelpful, helpful + unhelpful))
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
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
