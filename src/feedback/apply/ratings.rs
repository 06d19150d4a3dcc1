//! Applies ratings: a visitor has one rating of an answer, and a later one replaces it.

use super::target::{Positioned, Target};
use crate::feedback::database::{StoreError, column_of, time_of};
use crate::feedback::event::Event;
use crate::feedback::placeholders::placeholders;
use crate::feedback::receipt::Receipt;
use crate::feedback::record::{Rating, WorkState};
use jiff::Timestamp;
use sqlx::{AnyConnection, AssertSqlSafe};
use std::collections::HashMap;

/// Who rated which answer. There is at most one rating for each.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Rater {
    visitor: String,
    question_id: String,
}

impl Rater {
    pub(super) fn from_rating(rating: &Rating) -> Self {
        Self {
            visitor: rating.visitor.id.clone(),
            question_id: rating.question_id.clone(),
        }
    }
}

/// A rating that will be replaced.
struct Earlier {
    at: Timestamp,
    helpful: bool,
    state: WorkState,
}

impl Target<'_> {
    pub(super) async fn apply_ratings<'r>(
        &mut self,
        ratings: &[Positioned<'r, Rating>],
        events: &mut Vec<Event<'r>>,
    ) -> Result<Vec<(usize, Receipt)>, StoreError> {
        if ratings.is_empty() {
            return Ok(Vec::new());
        }
        let all: Vec<&Rating> = ratings.iter().map(|(_, rating)| *rating).collect();
        let earlier = read_earlier(self.connection, &all).await?;
        let mut states = Vec::with_capacity(all.len());
        for rating in &all {
            let before = earlier.get(&Rater::from_rating(rating));
            if let Some(before) = before {
                self.counters
                    .remove_rating(before.at, &rating.question_id, before.helpful);
            }
            self.counters
                .add_rating(rating.at, &rating.question_id, rating.helpful);
            // A new rating does not take the item away from the expert who is working on the earlier one.
            let is_in_work = before.is_some_and(|b| b.state == WorkState::InWork);
            states.push(if is_in_work {
                WorkState::InWork
            } else {
                WorkState::New
            });
        }
        let numbers = upsert(self.connection, &all, &states).await?;
        let mut receipts = Vec::with_capacity(all.len());
        for (i, rating) in ratings {
            let rater = Rater::from_rating(rating);
            let number = numbers.get(&rater).copied().unwrap_or_default();
            events.push(Event::Rated { number, rating });
            let receipt = Receipt {
                number,
                replaced: earlier.contains_key(&rater),
                repeated: false,
            };
            receipts.push((*i, receipt));
        }
        Ok(receipts)
    }
}

/// The stored ratings that the given ones will replace.
async fn read_earlier(
    connection: &mut AnyConnection,
    ratings: &[&Rating],
) -> Result<HashMap<Rater, Earlier>, StoreError> {
    let raters = placeholders(ratings.len(), 2);
    let sql = format!(
        "SELECT visitor, question_id, at, helpful, state FROM ratings
         WHERE (visitor, question_id) IN (VALUES {raters})"
    );
    let mut statement = sqlx::query_as(AssertSqlSafe(sql));
    for rating in ratings {
        statement = statement.bind(&rating.visitor.id).bind(&rating.question_id);
    }
    let rows: Vec<(String, String, i64, i64, String)> = statement.fetch_all(connection).await?;
    let earlier = rows
        .into_iter()
        .map(|(visitor, question_id, at, helpful, state)| {
            let rater = Rater {
                visitor,
                question_id,
            };
            let earlier = Earlier {
                at: time_of(at),
                helpful: helpful != 0,
                state: WorkState::from_code(&state).unwrap_or(WorkState::New),
            };
            (rater, earlier)
        });
    Ok(earlier.collect())
}

/// Inserts ratings or replaces earlier ones; returns the number of each.
async fn upsert(
    connection: &mut AnyConnection,
    ratings: &[&Rating],
    states: &[WorkState],
) -> Result<HashMap<Rater, i64>, StoreError> {
    let rows = placeholders(ratings.len(), 14);
    let sql = format!(
        "INSERT INTO ratings (at, visitor, network, question_id, grade_id, helpful, reasons, comment, query, page,
             language, state, assignee, note)
         VALUES {rows}
         ON CONFLICT (visitor, question_id) DO UPDATE SET at = excluded.at, network = excluded.network,
             grade_id = excluded.grade_id, helpful = excluded.helpful, reasons = excluded.reasons,
             comment = excluded.comment, query = excluded.query, page = excluded.page, language = excluded.language,
             state = excluded.state
         RETURNING visitor, question_id, id"
    );
    let mut statement = sqlx::query_as(AssertSqlSafe(sql));
    for (rating, state) in ratings.iter().zip(states) {
        statement = statement
            .bind(column_of(rating.at))
            .bind(&rating.visitor.id)
            .bind(&rating.visitor.network)
            .bind(&rating.question_id)
            .bind(rating.grade_id.as_deref())
            .bind(i64::from(rating.helpful))
            .bind(rating.reason_codes())
            .bind(&rating.comment)
            .bind(&rating.query)
            .bind(&rating.page)
            .bind(&rating.language)
            .bind(state.code())
            .bind("")
            .bind("");
    }
    let rows: Vec<(String, String, i64)> = statement.fetch_all(connection).await?;
    let numbers = rows.into_iter().map(|(visitor, question_id, number)| {
        let rater = Rater {
            visitor,
            question_id,
        };
        (rater, number)
    });
    Ok(numbers.collect())
}
