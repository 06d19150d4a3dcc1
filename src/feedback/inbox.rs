//! What experts have to look at: bad ratings and asks, newest first, with what was made of each.

use super::record::{BadField, LONGEST_COMMENT, LONGEST_LABEL, Reason, WorkState, checked_text};
use super::secrets::masked;
use super::store::{Store, StoreError, now};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
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
    pub state: WorkState,
    /// Who is at it; may be empty.
    pub assignee: String,
    /// What experts wrote to each other.
    pub note: String,
    /// Of a rating: the document.
    pub question_id: Option<String>,
    /// Of a rating: why it did not help.
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
    /// Changes with state, assignee and note: a change that names it is refused when somebody else was faster.
    pub version: String,
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
    pub state: Option<WorkState>,
    /// Who is at it; empty for nobody.
    pub assignee: Option<String>,
    /// What experts write to each other.
    pub note: Option<String>,
    /// The `version` of the item that is to be changed; without one, whatever it is now.
    pub version: Option<String>,
}

/// Why an item was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is none of this number.
    #[error("there is no such item")]
    Unknown,
    /// It is not any more as it was seen.
    #[error("somebody else has changed it since")]
    Outdated,
    /// A text cannot be used.
    #[error(transparent)]
    Field(#[from] BadField),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Items of a kind that a look for a text goes through at once.
pub const SEARCHED: i64 = 2_000;

const RATING_COLUMNS: &str = "id, at, state, assignee, note, question_id, reasons, comment AS text, query, '' AS contact, '' AS tag, page, language";
const ASK_COLUMNS: &str = "id, at, state, assignee, note, '' AS question_id, '' AS reasons, question AS text, '' AS query, contact, tag, page, language";

impl Store {
    /// The first `limit` items and, where there may be more, the place to go on from. Looking for a text goes through
    /// [`SEARCHED`] items of a kind at once: then there may be fewer items than `limit`, and more behind them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn inbox(
        &self,
        filter: &InboxFilter,
        limit: usize,
    ) -> Result<(Vec<Item>, Option<Place>), StoreError> {
        let mut items = Vec::new();
        let mut searched_to = None;
        for kind in [ItemKind::Rating, ItemKind::Ask] {
            if filter.kind.is_none_or(|k| k == kind) {
                let end = match filter.text {
                    Some(_) => self.end_of_search(kind, filter).await?,
                    None => None,
                };
                items.extend(self.items(kind, filter, end, limit + 1).await?);
                searched_to = searched_to.max(end);
            }
        }
        // Of what lies behind the end of either search, nothing is known yet.
        items.retain(|item| searched_to.is_none_or(|end| Place::of(item) >= end));
        items.sort_by_key(|item| Reverse(Place::of(item)));
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().map(Place::of).filter(|_| more);
        Ok((items, last.or(searched_to)))
    }

    /// The last place of the next [`SEARCHED`] items; nothing when there are not so many.
    async fn end_of_search(
        &self,
        kind: ItemKind,
        filter: &InboxFilter,
    ) -> Result<Option<Place>, StoreError> {
        let sql = format!(
            "SELECT at, id FROM {} ORDER BY at DESC, id DESC LIMIT 1 OFFSET $4",
            from_where(kind, filter)
        );
        let last: Option<(i64, i64)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(filter.after.map_or(i64::MAX, |place| place.at))
            .bind(filter.after.map_or(i64::MAX, |p| p.least_number(kind)))
            .bind(filter.state.map_or("", WorkState::code))
            .bind(SEARCHED)
            .bind(filter.assignee.as_deref().unwrap_or_default())
            .fetch_optional(&self.pool)
            .await?;
        Ok(last.map(|(at, id)| Place { at, kind, id }))
    }

    async fn items(
        &self,
        kind: ItemKind,
        filter: &InboxFilter,
        end: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let (columns, searched) = match kind {
            ItemKind::Rating => (
                RATING_COLUMNS,
                "(lower(comment) LIKE $6 ESCAPE '!' OR lower(query) LIKE $6 ESCAPE '!' OR lower(question_id) LIKE $6 ESCAPE '!')",
            ),
            ItemKind::Ask => (
                ASK_COLUMNS,
                "(lower(question) LIKE $6 ESCAPE '!' OR lower(contact) LIKE $6 ESCAPE '!')",
            ),
        };
        let searched = if filter.text.is_some() {
            searched
        } else {
            "$6 = $6"
        };
        let sql = format!(
            "SELECT {columns} FROM {} AND at >= $7 AND {searched} ORDER BY at DESC, id DESC LIMIT $4",
            from_where(kind, filter)
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(filter.after.map_or(i64::MAX, |place| place.at))
            .bind(filter.after.map_or(i64::MAX, |p| p.least_number(kind)))
            .bind(filter.state.map_or("", WorkState::code))
            .bind(limit as i64)
            .bind(filter.assignee.as_deref().unwrap_or_default())
            .bind(filter.text.as_deref().map(containing).unwrap_or_default())
            .bind(end.map_or(i64::MIN, |place| place.at))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(|row| Ok(item(kind, row)?)).collect()
    }

    /// One item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn item(&self, kind: ItemKind, id: i64) -> Result<Option<Item>, StoreError> {
        let mut connection = self.pool.acquire().await?;
        Ok(read_item(&mut connection, kind, id).await?)
    }

    /// Changes an item, writes down who did it, and gives it as it is then.
    ///
    /// # Errors
    /// When there is none, a text cannot be used, somebody else was faster, or the store cannot be written.
    pub async fn change_item(
        &self,
        kind: ItemKind,
        id: i64,
        change: &ItemChange,
        expert: &str,
    ) -> Result<Item, ChangeError> {
        let checked = |field, text: &Option<String>, most| {
            text.as_ref()
                .map(|text| checked_text(field, text, most))
                .transpose()
        };
        let assignee = checked("assignee", &change.assignee, LONGEST_LABEL)?;
        let note = checked("note", &change.note, LONGEST_COMMENT)?;
        let mut connection = self.pool.acquire().await?;
        let mut transaction = self.kind.write(&mut connection).await?;
        let before = read_item(&mut transaction, kind, id)
            .await?
            .ok_or(ChangeError::Unknown)?;
        if change
            .version
            .as_ref()
            .is_some_and(|v| *v != before.version)
        {
            return Err(ChangeError::Outdated);
        }
        let state = change.state.unwrap_or(before.state);
        let assignee = assignee.unwrap_or(before.assignee.clone());
        let note = note.unwrap_or(before.note.clone());
        let mut changes = Vec::new();
        if state != before.state {
            changes.push(format!("{} → {}", before.state.code(), state.code()));
        }
        if assignee != before.assignee {
            changes.push(format!("assignee `{}` → `{assignee}`", before.assignee));
        }
        if note != before.note {
            changes.push(format!("note `{}` → `{note}`", before.note));
        }
        if changes.is_empty() {
            return Ok(before);
        }
        let statement = match kind {
            ItemKind::Rating => {
                "UPDATE ratings SET state = $2, assignee = $3, note = $4 WHERE id = $1"
            }
            ItemKind::Ask => "UPDATE asks SET state = $2, assignee = $3, note = $4 WHERE id = $1",
        };
        sqlx::query(statement)
            .bind(id)
            .bind(state.code())
            .bind(&assignee)
            .bind(&note)
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
        Ok(Item {
            version: version(state, &assignee, &note),
            state,
            assignee,
            note,
            ..before
        })
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

/// The table of a kind, with the conditions of a filter but that on its texts. Only what is wanted is written, so that each
/// uses its index: `$1` and `$2` are the place, `$3` the state, `$5` the assignee.
fn from_where(kind: ItemKind, filter: &InboxFilter) -> String {
    let (table, only) = match kind {
        ItemKind::Rating => ("ratings", "helpful = 0"),
        ItemKind::Ask => ("asks", "1 = 1"),
    };
    let state = if filter.state.is_some() {
        "state = $3"
    } else {
        "$3 = $3"
    };
    let assignee = if filter.assignee.is_some() {
        "assignee = $5 AND assignee <> ''"
    } else {
        "$5 = $5"
    };
    format!("{table} WHERE {only} AND at <= $1 AND (at < $1 OR id < $2) AND {state} AND {assignee}")
}

async fn read_item(
    connection: &mut AnyConnection,
    kind: ItemKind,
    id: i64,
) -> Result<Option<Item>, sqlx::Error> {
    let sql = match kind {
        ItemKind::Rating => format!("SELECT {RATING_COLUMNS} FROM ratings WHERE id = $1"),
        ItemKind::Ask => format!("SELECT {ASK_COLUMNS} FROM asks WHERE id = $1"),
    };
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.map(|row| item(kind, &row)).transpose()
}

fn version(state: WorkState, assignee: &str, note: &str) -> String {
    let seen = format!("{}\n{assignee}\n{note}", state.code());
    blake3::hash(seen.as_bytes()).to_hex()[..16].to_owned()
}

fn item(kind: ItemKind, row: &AnyRow) -> Result<Item, sqlx::Error> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let reasons = text("reasons")?;
    let state = WorkState::of_code(&text("state")?).unwrap_or(WorkState::New);
    let (assignee, note) = (text("assignee")?, text("note")?);
    Ok(Item {
        kind,
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        version: version(state, &assignee, &note),
        state,
        assignee,
        note,
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

/// A pattern for texts in lower case that hold `text`.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.to_lowercase().chars() {
        if "%_!".contains(c) {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
