//! One record into the tables, within the writer's transaction.

use super::StoreError;
use super::counters::Counters;
use crate::feedback::record::{Ask, Click, QueryRecord, Rating, WorkState};
use crate::feedback::webhook::{self, Event, Outbox};
use crate::feedback::{IdempotencyKey, Receipt, Record};
use sqlx::AnyConnection;

/// Where a record goes.
pub(in crate::feedback) struct Applying<'t> {
    pub(in crate::feedback) connection: &'t mut AnyConnection,
    pub(in crate::feedback) counters: &'t mut Counters,
    pub(in crate::feedback) outbox: &'t Outbox,
}

impl Applying<'_> {
    /// Keeps `record`, unless its key says that it is kept already.
    pub(in crate::feedback) async fn apply(
        self,
        record: &Record,
        key: Option<&IdempotencyKey>,
    ) -> Result<Receipt, StoreError> {
        let Self {
            connection,
            counters,
            outbox,
        } = self;
        if let Some(key) = key
            && let Some(receipt) = kept_before(connection, key).await?
        {
            return receipt;
        }
        let receipt = match record {
            Record::Rating(rating) => keep_rating(connection, counters, outbox, rating).await?,
            Record::Ask(ask) => keep_ask(connection, counters, outbox, ask).await?,
            Record::Query(query) => keep_query(connection, counters, query).await?,
            Record::Click(click) => keep_click(connection, counters, click).await?,
        };
        if let Some(key) = key {
            remember(connection, key, receipt).await?;
        }
        Ok(receipt)
    }
}

async fn remember(
    connection: &mut AnyConnection,
    key: &IdempotencyKey,
    receipt: Receipt,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO idempotency (key, at, fingerprint, number, replaced) VALUES ($1, $2, $3, $4, $5)")
        .bind(&key.key)
        .bind(super::now())
        .bind(&key.fingerprint)
        .bind(receipt.number)
        .bind(i64::from(receipt.replaced))
        .execute(connection)
        .await?;
    Ok(())
}

async fn kept_before(
    connection: &mut AnyConnection,
    key: &IdempotencyKey,
) -> Result<Option<Result<Receipt, StoreError>>, StoreError> {
    let kept: Option<(String, i64, i64)> =
        sqlx::query_as("SELECT fingerprint, number, replaced FROM idempotency WHERE key = $1")
            .bind(&key.key)
            .fetch_optional(connection)
            .await?;
    Ok(kept.map(|(fingerprint, number, replaced)| {
        if fingerprint == key.fingerprint {
            Ok(Receipt {
                number,
                replaced: replaced != 0,
                repeated: true,
            })
        } else {
            Err(StoreError::KeyReused)
        }
    }))
}

async fn keep_rating(
    connection: &mut AnyConnection,
    counters: &mut Counters,
    outbox: &Outbox,
    rating: &Rating,
) -> Result<Receipt, StoreError> {
    let earlier: Option<(i64, i64, String)> = sqlx::query_as(
        "SELECT at, helpful, state FROM ratings WHERE visitor = $1 AND question_id = $2",
    )
    .bind(&rating.visitor.id)
    .bind(&rating.question_id)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some((at, helpful, _)) = &earlier {
        counters.rating(*at, &rating.question_id, *helpful != 0, -1);
    }
    // What an expert is at stays with the expert.
    let state = match &earlier {
        Some((_, _, state)) if state == WorkState::InWork.code() => WorkState::InWork,
        _ => WorkState::New,
    };
    counters.rating(rating.at, &rating.question_id, rating.helpful, 1);
    let statement = if earlier.is_some() {
        "UPDATE ratings SET at = $1, network = $3, grade_id = $5, helpful = $6, reasons = $7, comment = $8, query = $9,
             page = $10, language = $11, state = $12
         WHERE visitor = $2 AND question_id = $4 RETURNING id"
    } else {
        "INSERT INTO ratings (at, visitor, network, question_id, grade_id, helpful, reasons, comment, query, page,
             language, state, assignee, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '') RETURNING id"
    };
    let number: i64 = sqlx::query_scalar(statement)
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
        .fetch_one(&mut *connection)
        .await?;
    if !rating.helpful {
        let told = webhook::of_rating(number, rating, &outbox.base_url);
        webhook::put(connection, outbox, &told).await?;
    } else if !outbox.webhooks.is_empty() {
        webhook::withdraw(connection, Event::BadRating, number).await?;
    }
    Ok(Receipt {
        number,
        replaced: earlier.is_some(),
        repeated: false,
    })
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
    let told = webhook::of_ask(number, ask.at, &ask.question, &outbox.base_url);
    webhook::put(connection, outbox, &told).await?;
    Ok(new(number))
}

async fn keep_query(
    connection: &mut AnyConnection,
    counters: &mut Counters,
    query: &QueryRecord,
) -> Result<Receipt, StoreError> {
    counters.count(query.at, query.answer_state, 1);
    counters.count(
        query.at,
        format!("latency:{}", latency_bucket(query.took_micros)),
        1,
    );
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO queries (at, network, text, total, answer_state, took_micros, shown)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(query.at)
    .bind(&query.visitor.network)
    .bind(&query.text)
    .bind(query.total)
    .bind(query.answer_state)
    .bind(query.took_micros)
    .bind(query.shown.join("\n"))
    .fetch_one(connection)
    .await?;
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
