//! The inbox of experts: bad ratings and asks, newest first, with the state of the work on each.

mod change;
mod cursor;
mod item;

pub use change::{ChangeError, ItemChange};
pub use cursor::Cursor;
pub use item::{Item, ItemKind};

use super::database::{Database, StoreError};
use super::record::{LONGEST_QUERY, WorkState, trimmed};
use item::{ASK_COLUMNS, RATING_COLUMNS};
use sqlx::{Any, AssertSqlSafe, Executor};
use std::cmp::Reverse;

/// Which items to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// Only items of this kind.
    pub kind: Option<ItemKind>,
    /// Only items in this state.
    pub state: Option<WorkState>,
    /// Only items of this assignee.
    pub assignee: Option<String>,
    /// Only items with this text.
    pub text: Option<String>,
    /// Only items after this cursor.
    pub after: Option<Cursor>,
}

/// Items of each kind that one page of a text search looks through.
pub const SEARCHED: i64 = 2_000;

/// The inbox of the store.
#[derive(Debug, Clone, Copy)]
pub struct Inbox<'s> {
    pub(super) database: &'s Database,
}

impl Inbox<'_> {
    /// The first `limit` items and, if there may be more, the cursor of the next page. A text search looks through
    /// [`SEARCHED`] items of each kind at a time, so a page may have fewer items than `limit` although more follow.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn page(
        &self,
        filter: &InboxFilter,
        limit: usize,
    ) -> Result<(Vec<Item>, Option<Cursor>), StoreError> {
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
        // The search of each kind ended at its own item. Items after the earlier end go to the next page, because not
        // all of them were looked at.
        items.retain(|item| searched_to.is_none_or(|end| Cursor::at_item(item) >= end));
        items.sort_by_key(|item| Reverse(Cursor::at_item(item)));
        let more = items.len() > limit;
        items.truncate(limit);
        let last = items.last().map(Cursor::at_item).filter(|_| more);
        Ok((items, last.or(searched_to)))
    }

    /// The cursor at the last of the next [`SEARCHED`] items; `None` if there are fewer items.
    async fn end_of_search(
        &self,
        kind: ItemKind,
        filter: &InboxFilter,
    ) -> Result<Option<Cursor>, StoreError> {
        let sql = format!(
            "SELECT at, id FROM {} ORDER BY at DESC, id DESC LIMIT 1 OFFSET $4",
            from_where(kind, filter)
        );
        let last: Option<(i64, i64)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(filter.after.map_or(i64::MAX, |cursor| cursor.at))
            .bind(
                filter
                    .after
                    .map_or(i64::MAX, |cursor| cursor.id_before(kind)),
            )
            .bind(filter.state.map_or("", WorkState::code))
            .bind(SEARCHED)
            .bind(filter.assignee.as_deref().unwrap_or_default())
            .fetch_optional(&self.database.pool)
            .await?;
        Ok(last.map(|(at, id)| Cursor { at, kind, id }))
    }

    async fn items(
        &self,
        kind: ItemKind,
        filter: &InboxFilter,
        end: Option<Cursor>,
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
            .bind(filter.after.map_or(i64::MAX, |cursor| cursor.at))
            .bind(
                filter
                    .after
                    .map_or(i64::MAX, |cursor| cursor.id_before(kind)),
            )
            .bind(filter.state.map_or("", WorkState::code))
            .bind(limit as i64)
            .bind(filter.assignee.as_deref().unwrap_or_default())
            .bind(filter.text.as_deref().map(containing).unwrap_or_default())
            .bind(end.map_or(i64::MIN, |cursor| cursor.at))
            .fetch_all(&self.database.pool)
            .await?;
        rows.iter().map(|row| Ok(item::read(kind, row)?)).collect()
    }

    /// One item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn item(&self, kind: ItemKind, id: i64) -> Result<Option<Item>, StoreError> {
        Ok(find(&self.database.pool, kind, id).await?)
    }

    /// The numbers of new bad ratings and new asks.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open_items(&self) -> Result<(i64, i64), StoreError> {
        let ratings =
            sqlx::query_scalar("SELECT COUNT(*) FROM ratings WHERE helpful = 0 AND state = 'new'")
                .fetch_one(&self.database.pool)
                .await?;
        let asks = sqlx::query_scalar("SELECT COUNT(*) FROM asks WHERE state = 'new'")
            .fetch_one(&self.database.pool)
            .await?;
        Ok((ratings, asks))
    }
}

/// The table of a kind with the conditions of a filter, except the condition on texts. A condition that the filter
/// lacks is left out, so that the database can use the index of each. `$1` and `$2` are the cursor, `$3` the state,
/// `$5` the assignee.
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

async fn find(
    executor: impl Executor<'_, Database = Any>,
    kind: ItemKind,
    id: i64,
) -> Result<Option<Item>, sqlx::Error> {
    let sql = match kind {
        ItemKind::Rating => format!("SELECT {RATING_COLUMNS} FROM ratings WHERE id = $1"),
        ItemKind::Ask => format!("SELECT {ASK_COLUMNS} FROM asks WHERE id = $1"),
    };
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(id)
        .fetch_optional(executor)
        .await?;
    row.map(|row| item::read(kind, &row)).transpose()
}

/// A `LIKE` pattern for lower-case texts that contain `text`, or its beginning: databases limit how long a pattern is.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in trimmed(text, LONGEST_QUERY).to_lowercase().chars() {
        if "%_!".contains(c) {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
