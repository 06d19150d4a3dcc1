//! What experts have to look at: bad ratings and asks, newest first, with what was made of each.

use super::record::{Reason, WorkState};
use super::secrets::masked;
use super::store::{Store, StoreError, now};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Connection, Row};
use std::cmp::{Ordering, Reverse};
use utoipa::ToSchema;

/// A bad rating or an ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ItemKind {
    /// A rating that said the answer did not help.
    Rating,
    /// A question for the experts.
    Ask,
}

impl ItemKind {
    /// As it is sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::Rating => "rating",
            Self::Ask => "ask",
        }
    }

    /// The kind of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Rating, Self::Ask]
            .into_iter()
            .find(|k| k.code() == code)
    }
}

/// One thing to look at. What looks like a secret is masked in its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Number within its kind.
    pub id: i64,
    /// Milliseconds since 1970, UTC.
    pub at: i64,
    /// `new`, `in_work`, `answered` or `dismissed`.
    #[schema(value_type = String)]
    pub state: WorkState,
    /// Who is at it; may be empty.
    pub assignee: String,
    /// What experts wrote to each other.
    pub note: String,
    /// Of a rating: the document.
    pub question_id: Option<String>,
    /// Of a rating: why it did not help.
    #[schema(value_type = Vec<String>)]
    pub reasons: Vec<Reason>,
    /// The comment of a rating, the question of an ask.
    pub text: String,
    /// Of a rating: the query that led to the answer.
    pub query: String,
    /// Of an ask: how to reach the visitor.
    pub contact: String,
    /// Of an ask: the tag it was asked under.
    pub tag: String,
    /// The page.
    pub page: String,
    /// Language of the visitor.
    pub language: String,
}

/// Which items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// Of one kind only.
    pub kind: Option<ItemKind>,
    /// In one state only.
    pub state: Option<WorkState>,
    /// Of one assignee only.
    pub assignee: Option<String>,
    /// With this in their texts.
    pub text: Option<String>,
    /// Only items behind this place in the list.
    pub after: Option<Place>,
}

/// A place in the list, which goes by time, then kind, then number, all from the highest down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    at: i64,
    kind: ItemKind,
    id: i64,
}

impl Place {
    /// The place that [`Place::to_text`] wrote.
    pub fn of_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        Some(Self {
            at: parts.next()?.parse().ok()?,
            kind: ItemKind::of_code(parts.next()?)?,
            id: parts.next()?.parse().ok()?,
        })
    }

    /// For an address.
    pub fn to_text(self) -> String {
        format!("{}-{}-{}", self.at, self.kind.code(), self.id)
    }

    fn of(item: &Item) -> Self {
        Self {
            at: item.at,
            kind: item.kind,
            id: item.id,
        }
    }

    /// Of the items of `kind` at the time of this place, those behind it have lower numbers than this.
    fn least_number(self, kind: ItemKind) -> i64 {
        match kind.cmp(&self.kind) {
            Ordering::Less => i64::MAX,
            Ordering::Equal => self.id,
            Ordering::Greater => 0,
        }
    }
}

/// A change to an item; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemChange {
    /// `new`, `in_work`, `answered` or `dismissed`.
    #[schema(value_type = Option<String>)]
    pub state: Option<WorkState>,
    /// Who is at it; empty for nobody.
    pub assignee: Option<String>,
    /// What experts write to each other.
    pub note: Option<String>,
}

const RATING_COLUMNS: &str = "id, at, state, assignee, note, question_id, reasons, comment AS text, query, '' AS contact, '' AS tag, page, language";
const ASK_COLUMNS: &str = "id, at, state, assignee, note, '' AS question_id, '' AS reasons, question AS text, '' AS query, contact, tag, page, language";

impl Store {
    /// The first `limit` items and, where there are more, the place to go on from.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn inbox(
        &self,
        filter: &InboxFilter,
        limit: usize,
    ) -> Result<(Vec<Item>, Option<Place>), StoreError> {
        let mut items = Vec::new();
        for kind in [ItemKind::Rating, ItemKind::Ask] {
            if filter.kind.is_none_or(|k| k == kind) {
                items.extend(self.items(kind, filter, limit + 1).await?);
            }
        }
        items.sort_by_key(|item| Reverse(Place::of(item)));
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().map(Place::of).filter(|_| more);
        Ok((items, next))
    }

    async fn items(
        &self,
        kind: ItemKind,
        filter: &InboxFilter,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let (table, columns, only, searched) = match kind {
            ItemKind::Rating => (
                "ratings",
                RATING_COLUMNS,
                "helpful = 0",
                "(comment LIKE $4 ESCAPE '!' OR query LIKE $4 ESCAPE '!' OR question_id LIKE $4 ESCAPE '!')",
            ),
            ItemKind::Ask => (
                "asks",
                ASK_COLUMNS,
                "1 = 1",
                "(question LIKE $4 ESCAPE '!' OR contact LIKE $4 ESCAPE '!')",
            ),
        };
        // Only conditions that are wanted are written, so that each uses its index.
        let condition = |is_wanted: bool, condition: &'static str, otherwise: &'static str| {
            if is_wanted { condition } else { otherwise }
        };
        let sql = format!(
            "SELECT {columns} FROM {table} WHERE {only} AND at <= $1 AND (at < $1 OR id < $6) AND {} AND {} AND {}
             ORDER BY at DESC, id DESC LIMIT $5",
            condition(filter.state.is_some(), "state = $2", "$2 = $2"),
            condition(filter.assignee.is_some(), "assignee = $3", "$3 = $3"),
            condition(filter.text.is_some(), searched, "$4 = $4"),
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(filter.after.map_or(i64::MAX, |place| place.at))
            .bind(filter.state.map_or("", WorkState::code))
            .bind(filter.assignee.as_deref().unwrap_or_default())
            .bind(filter.text.as_deref().map(containing).unwrap_or_default())
            .bind(limit as i64)
            .bind(filter.after.map_or(i64::MAX, |p| p.least_number(kind)))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(item(kind, row)?)).collect()
    }

    /// One item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn item(&self, kind: ItemKind, id: i64) -> Result<Option<Item>, StoreError> {
        let sql = match kind {
            ItemKind::Rating => format!("SELECT {RATING_COLUMNS} FROM ratings WHERE id = $1"),
            ItemKind::Ask => format!("SELECT {ASK_COLUMNS} FROM asks WHERE id = $1"),
        };
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| item(kind, &row)).transpose()?)
    }

    /// Changes an item and writes down who did it; `false` when there is none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn change_item(
        &self,
        kind: ItemKind,
        id: i64,
        change: &ItemChange,
        expert: &str,
    ) -> Result<bool, StoreError> {
        let Some(before) = self.item(kind, id).await? else {
            return Ok(false);
        };
        let state = change.state.unwrap_or(before.state);
        let assignee = change.assignee.as_ref().unwrap_or(&before.assignee);
        let note = change.note.as_ref().unwrap_or(&before.note);
        let mut changes = Vec::new();
        if state != before.state {
            changes.push(format!("{} → {}", before.state.code(), state.code()));
        }
        if *assignee != before.assignee {
            changes.push(format!("assignee `{}` → `{assignee}`", before.assignee));
        }
        if *note != before.note {
            changes.push(format!("note `{}` → `{note}`", before.note));
        }
        if changes.is_empty() {
            return Ok(true);
        }
        let statement = match kind {
            ItemKind::Rating => {
                "UPDATE ratings SET state = $2, assignee = $3, note = $4 WHERE id = $1"
            }
            ItemKind::Ask => "UPDATE asks SET state = $2, assignee = $3, note = $4 WHERE id = $1",
        };
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin_with(self.kind.begin()).await?;
        sqlx::query(statement)
            .bind(id)
            .bind(state.code())
            .bind(assignee)
            .bind(note)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO audit (at, expert, action, target, detail) VALUES ($1, $2, 'change', $3, $4)")
            .bind(now())
            .bind(expert)
            .bind(format!("{} {id}", kind.code()))
            .bind(changes.join("; "))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// How many items nobody has looked at: bad ratings and asks.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_items(&self) -> Result<(i64, i64), StoreError> {
        let ratings =
            sqlx::query_scalar("SELECT COUNT(*) FROM ratings WHERE helpful = 0 AND state = 'new'")
                .fetch_one(&self.pool)
                .await?;
        let asks = sqlx::query_scalar("SELECT COUNT(*) FROM asks WHERE state = 'new'")
            .fetch_one(&self.pool)
            .await?;
        Ok((ratings, asks))
    }
}

fn item(kind: ItemKind, row: &AnyRow) -> Result<Item, sqlx::Error> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let reasons = text("reasons")?;
    Ok(Item {
        kind,
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        state: WorkState::of_code(&text("state")?).unwrap_or(WorkState::New),
        assignee: text("assignee")?,
        note: text("note")?,
        question_id: Some(text("question_id")?).filter(|id| !id.is_empty()),
        reasons: Reason::of_codes(&reasons),
        text: masked(&text("text")?),
        query: masked(&text("query")?),
        contact: text("contact")?,
        tag: text("tag")?,
        page: text("page")?,
        language: text("language")?,
    })
}

/// A pattern for texts that hold `text`.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if "%_!".contains(c) {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
