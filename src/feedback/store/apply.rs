//! Records into the tables, within the writer's transaction: those of a kind together.

use super::StoreError;
use super::counters::Counters;
use super::rows::places;
use crate::feedback::record::{Ask, Click, QueryRecord, Rating, WorkState};
use crate::feedback::webhook::{self, Event, Outbox};
use crate::feedback::{IdempotencyKey, Receipt, Record};
use sqlx::{AnyConnection, AssertSqlSafe};
use std::collections::{HashMap, HashSet};

/// Where records go.
pub(in crate::feedback) struct Applying<'t> {
    pub(in crate::feedback) connection: &'t mut AnyConnection,
    pub(in crate::feedback) counters: &'t mut Counters,
    pub(in crate::feedback) outbox: &'t Outbox,
}

/// A record, and the name of its sending.
pub(in crate::feedback) type Sent<'r> = (&'r Record, Option<&'r IdempotencyKey>);

/// What became of a record; an error is its own, not of those beside it.
type Outcome = Result<Receipt, StoreError>;

impl Applying<'_> {
    /// Keeps records, at most [`MOST_ROWS`](super::rows::MOST_ROWS), each unless its key says that it is kept already;
    /// their outcomes in the same order.
    pub(in crate::feedback) async fn apply(
        &mut self,
        records: &[Sent<'_>],
    ) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes: Vec<Option<Outcome>> = records.iter().map(|_| None).collect();
        let mut left: Vec<usize> = (0..records.len()).collect();
        while !left.is_empty() {
            let (now, later) = apart(records, &left);
            self.apply_apart(records, &now, &mut outcomes).await?;
            left = later;
        }
        Ok(outcomes.into_iter().flatten().collect())
    }

    /// Keeps the records at these places, of which none replaces or repeats another.
    async fn apply_apart(
        &mut self,
        records: &[Sent<'_>],
        at: &[usize],
        outcomes: &mut [Option<Outcome>],
    ) -> Result<(), StoreError> {
        let keys: Vec<&IdempotencyKey> = at.iter().filter_map(|i| records[*i].1).collect();
        let kept = kept_before(self.connection, &keys).await?;
        let (mut ratings, mut queries) = (Vec::new(), Vec::new());
        let (mut asks, mut clicks) = (Vec::new(), Vec::new());
        for i in at.iter().copied() {
            let (record, key) = records[i];
            if let Some(key) = key
                && let Some(known) = kept.get(&key.key)
            {
                outcomes[i] = Some(known.answer(key));
                continue;
            }
            match record {
                Record::Rating(rating) => ratings.push((i, rating)),
                Record::Query(query) => queries.push((i, query)),
                Record::Ask(ask) => asks.push((i, ask)),
                Record::Click(click) => clicks.push((i, click)),
            }
        }
        let mut new: Vec<(usize, Receipt)> = self.keep_ratings(&ratings).await?;
        new.extend(self.keep_queries(&queries).await?);
        for (i, ask) in asks {
            new.push((
                i,
                keep_ask(self.connection, self.counters, self.outbox, ask).await?,
            ));
        }
        // After the searches, which they mark.
        for (i, click) in clicks {
            new.push((i, keep_click(self.connection, self.counters, click).await?));
        }
        let named = new
            .iter()
            .filter_map(|(i, receipt)| Some((records[*i].1?, *receipt)));
        remember(self.connection, &named.collect::<Vec<_>>()).await?;
        for (i, receipt) in new {
            outcomes[i] = Some(Ok(receipt));
        }
        Ok(())
    }

    async fn keep_ratings(
        &mut self,
        ratings: &[(usize, &Rating)],
    ) -> Result<Vec<(usize, Receipt)>, StoreError> {
        if ratings.is_empty() {
            return Ok(Vec::new());
        }
        let all: Vec<&Rating> = ratings.iter().map(|(_, rating)| *rating).collect();
        let earlier = earlier_ratings(self.connection, &all).await?;
        let mut states = Vec::with_capacity(all.len());
        for rating in &all {
            let before = earlier.get(&of_whom(rating));
            if let Some(before) = before {
                let number = -1;
                self.counters
                    .rating(before.at, &rating.question_id, before.helpful, number);
            }
            self.counters
                .rating(rating.at, &rating.question_id, rating.helpful, 1);
            // What an expert is at stays with the expert.
            let is_in_work = before.is_some_and(|b| b.state == WorkState::InWork.code());
            states.push(if is_in_work {
                WorkState::InWork
            } else {
                WorkState::New
            });
        }
        let numbers = put_ratings(self.connection, &all, &states).await?;
        let mut receipts = Vec::with_capacity(all.len());
        for (i, rating) in ratings {
            let number = numbers.get(&of_whom(rating)).copied().unwrap_or_default();
            self.tell_of_rating(rating, number).await?;
            let receipt = Receipt {
                number,
                replaced: earlier.contains_key(&of_whom(rating)),
                repeated: false,
            };
            receipts.push((*i, receipt));
        }
        Ok(receipts)
    }

    async fn tell_of_rating(&mut self, rating: &Rating, number: i64) -> Result<(), StoreError> {
        if !rating.helpful && self.outbox.is_wanted(Event::BadRating) {
            let told = webhook::of_rating(number, rating, &self.outbox.base_url);
            webhook::put(self.connection, self.outbox, &told).await?;
        } else if rating.helpful && !self.outbox.webhooks.is_empty() {
            webhook::withdraw(self.connection, Event::BadRating, number).await?;
        }
        Ok(())
    }

    async fn keep_queries(
        &mut self,
        queries: &[(usize, &QueryRecord)],
    ) -> Result<Vec<(usize, Receipt)>, StoreError> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let places = places(queries.len(), 7);
        let sql = format!(
            "INSERT INTO queries (at, network, text, total, answer_state, took_micros, shown) VALUES {places} RETURNING id"
        );
        let mut statement = sqlx::query_scalar(AssertSqlSafe(sql));
        for (_, query) in queries {
            let bucket = latency_bucket(query.took_micros);
            self.counters.count(query.at, query.answer_state, 1);
            self.counters
                .count(query.at, format!("latency:{bucket}"), 1);
            statement = statement
                .bind(query.at)
                .bind(&query.visitor.network)
                .bind(&query.text)
                .bind(query.total)
                .bind(query.answer_state)
                .bind(query.took_micros)
                .bind(query.shown.join("\n"));
        }
        // Numbers are given in the order of the rows, and may come back in another.
        let mut numbers: Vec<i64> = statement.fetch_all(&mut *self.connection).await?;
        numbers.sort_unstable();
        let receipts = queries.iter().zip(numbers);
        Ok(receipts.map(|((i, _), number)| (*i, new(number))).collect())
    }
}

/// Of the records at these places, the first of each sending and of each visitor's ratings of an answer; then the rest.
fn apart(records: &[Sent<'_>], at: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let (mut keys, mut ratings) = (HashSet::new(), HashSet::new());
    at.iter().partition(|i| {
        let (record, key) = records[**i];
        let is_first = key.is_none_or(|k| keys.insert(k.key.as_str()));
        let is_first_of_visitor = match record {
            Record::Rating(rating) => ratings.insert(of_whom(rating)),
            _ => true,
        };
        is_first && is_first_of_visitor
    })
}

/// What tells ratings apart: visitor and document.
fn of_whom(rating: &Rating) -> (String, String) {
    (rating.visitor.id.clone(), rating.question_id.clone())
}

/// A sending that was kept.
struct Kept {
    fingerprint: String,
    number: i64,
    replaced: bool,
}

impl Kept {
    fn answer(&self, key: &IdempotencyKey) -> Outcome {
        if self.fingerprint != key.fingerprint {
            return Err(StoreError::KeyReused);
        }
        Ok(Receipt {
            number: self.number,
            replaced: self.replaced,
            repeated: true,
        })
    }
}

/// Which of these sendings were kept, by their keys.
async fn kept_before(
    connection: &mut AnyConnection,
    keys: &[&IdempotencyKey],
) -> Result<HashMap<String, Kept>, StoreError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let places = places(1, keys.len());
    let sql =
        format!("SELECT key, fingerprint, number, replaced FROM idempotency WHERE key IN {places}");
    let mut statement = sqlx::query_as(AssertSqlSafe(sql));
    for key in keys {
        statement = statement.bind(&key.key);
    }
    let rows: Vec<(String, String, i64, i64)> = statement.fetch_all(connection).await?;
    let kept = rows
        .into_iter()
        .map(|(key, fingerprint, number, replaced)| {
            let kept = Kept {
                fingerprint,
                number,
                replaced: replaced != 0,
            };
            (key, kept)
        });
    Ok(kept.collect())
}

async fn remember(
    connection: &mut AnyConnection,
    named: &[(&IdempotencyKey, Receipt)],
) -> Result<(), StoreError> {
    if named.is_empty() {
        return Ok(());
    }
    let places = places(named.len(), 5);
    let sql =
        format!("INSERT INTO idempotency (key, at, fingerprint, number, replaced) VALUES {places}");
    let mut statement = sqlx::query(AssertSqlSafe(sql));
    for (key, receipt) in named {
        statement = statement
            .bind(&key.key)
            .bind(super::now())
            .bind(&key.fingerprint)
            .bind(receipt.number)
            .bind(i64::from(receipt.replaced));
    }
    statement.execute(connection).await?;
    Ok(())
}

/// A visitor's rating that will be replaced.
struct Earlier {
    at: i64,
    helpful: bool,
    state: String,
}

async fn earlier_ratings(
    connection: &mut AnyConnection,
    ratings: &[&Rating],
) -> Result<HashMap<(String, String), Earlier>, StoreError> {
    let places = places(ratings.len(), 2);
    let sql = format!(
        "SELECT visitor, question_id, at, helpful, state FROM ratings
         WHERE (visitor, question_id) IN (VALUES {places})"
    );
    let mut statement = sqlx::query_as(AssertSqlSafe(sql));
    for rating in ratings {
        statement = statement.bind(&rating.visitor.id).bind(&rating.question_id);
    }
    let rows: Vec<(String, String, i64, i64, String)> = statement.fetch_all(connection).await?;
    let earlier = rows.into_iter().map(|(visitor, id, at, helpful, state)| {
        let earlier = Earlier {
            at,
            helpful: helpful != 0,
            state,
        };
        ((visitor, id), earlier)
    });
    Ok(earlier.collect())
}

/// Writes ratings, new ones and in the place of earlier ones; their numbers by visitor and document.
async fn put_ratings(
    connection: &mut AnyConnection,
    ratings: &[&Rating],
    states: &[WorkState],
) -> Result<HashMap<(String, String), i64>, StoreError> {
    let places = places(ratings.len(), 14);
    let sql = format!(
        "INSERT INTO ratings (at, visitor, network, question_id, grade_id, helpful, reasons, comment, query, page,
             language, state, assignee, note)
         VALUES {places}
         ON CONFLICT (visitor, question_id) DO UPDATE SET at = excluded.at, network = excluded.network,
             grade_id = excluded.grade_id, helpful = excluded.helpful, reasons = excluded.reasons,
             comment = excluded.comment, query = excluded.query, page = excluded.page, language = excluded.language,
             state = excluded.state
         RETURNING visitor, question_id, id"
    );
    let mut statement = sqlx::query_as(AssertSqlSafe(sql));
    for (rating, state) in ratings.iter().zip(states) {
        statement = statement
            .bind(rating.at)
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
    let numbers = rows
        .into_iter()
        .map(|(visitor, id, number)| ((visitor, id), number));
    Ok(numbers.collect())
}

async fn keep_ask(
    connection: &mut AnyConnection,
    counters: &mut Counters,
    outbox: &Outbox,
    ask: &Ask,
) -> Result<Receipt, StoreError> {
    counters.count(ask.at, "asks", 1);
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO asks (at, visitor, question, contact, tag, category, page, language, state, assignee, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '') RETURNING id",
    )
    .bind(ask.at)
    .bind(&ask.visitor.id)
    .bind(&ask.question)
    .bind(&ask.contact)
    .bind(&ask.tag)
    .bind(&ask.category)
    .bind(&ask.page)
    .bind(&ask.language)
    .bind(WorkState::New.code())
    .fetch_one(&mut *connection)
    .await?;
    if outbox.is_wanted(Event::Ask) {
        let told = webhook::of_ask(number, ask.at, &ask.question, &outbox.base_url);
        webhook::put(connection, outbox, &told).await?;
    }
    Ok(new(number))
}

/// Marks the visitor's last search with this text, and counts one click for what was opened, one skip for each hit above
/// it, which was seen and passed over (Joachims 2002, "Optimizing Search Engines using Clickthrough Data"). A network
/// counts once for each answer, either way.
async fn keep_click(
    connection: &mut AnyConnection,
    counters: &mut Counters,
    click: &Click,
) -> Result<Receipt, StoreError> {
    let searched: Option<(i64, String)> = sqlx::query_as(
        "SELECT id, shown FROM queries WHERE network = $1 AND text = $2 ORDER BY id DESC LIMIT 1",
    )
    .bind(&click.visitor.network)
    .bind(&click.query)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((number, shown)) = searched else {
        return Ok(new(0));
    };
    let Some(place) = shown.lines().position(|id| id == click.question_id) else {
        return Ok(new(number));
    };
    if is_first(connection, click, &click.question_id, true).await? {
        counters.answer(&click.question_id).clicks += 1;
    }
    for above in shown.lines().take(place) {
        if is_first(connection, click, above, false).await? {
            counters.answer(above).skips += 1;
        }
    }
    sqlx::query("UPDATE queries SET clicked = $2, rank = $3 WHERE id = $1")
        .bind(number)
        .bind(&click.question_id)
        .bind(place as i64 + 1)
        .execute(connection)
        .await?;
    Ok(new(number))
}

/// Whether this network opens, or passes over, this answer for the first time.
async fn is_first(
    connection: &mut AnyConnection,
    click: &Click,
    question_id: &str,
    clicked: bool,
) -> Result<bool, StoreError> {
    let noted = sqlx::query(
        "INSERT INTO opened (network, question_id, clicked, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(&click.visitor.network)
    .bind(question_id)
    .bind(i64::from(clicked))
    .bind(click.at)
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

fn new(number: i64) -> Receipt {
    Receipt {
        number,
        replaced: false,
        repeated: false,
    }
}

/// Buckets of latencies grow by a quarter: a percentile read from them is at most so much too high.
pub(in crate::feedback) const BUCKET_GROWTH: f64 = 1.25;

/// The bucket whose upper end is the first power of [`BUCKET_GROWTH`] at or above `micros`.
pub(super) fn latency_bucket(micros: i64) -> i64 {
    (micros.max(1) as f64).log(BUCKET_GROWTH).ceil() as i64
}
