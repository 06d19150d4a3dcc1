//! What was searched and not found.

use super::{List, Page};
use crate::feedback::{Store, StoreError};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Days that are looked back.
pub(in crate::web) const DAYS: i64 = 30;

/// A group of queries that no document answers.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct UnansweredGroup {
    /// The most frequent of them.
    pub(in crate::web) text: String,
    /// How often all were asked.
    pub(in crate::web) count: i64,
    /// When one was last asked, in milliseconds since 1970.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    #[schema(value_type = i64)]
    pub(in crate::web) last_at: Timestamp,
    /// The others, most frequent first.
    pub(in crate::web) others: Vec<String>,
}

/// Groups of similar queries without an answer, most asked first. The cursor is the number of groups to skip.
#[derive(Clone)]
pub(in crate::web) struct Unanswered;

impl List for Unanswered {
    type Row = UnansweredGroup;
    type Cursor = usize;
    const COLUMNS: &'static [&'static str] = &["text", "count", "last_at", "others"];

    async fn page(
        &self,
        store: &Store,
        offset: Option<usize>,
        limit: usize,
    ) -> Result<Page<UnansweredGroup, usize>, StoreError> {
        let groups = store.reports().unanswered(DAYS).await?;
        let end = offset.unwrap_or(0).saturating_add(limit);
        let next = (groups.len() > end).then_some(end);
        let groups = groups.into_iter().skip(offset.unwrap_or(0)).take(limit);
        let rows = groups.map(|group| UnansweredGroup {
            text: group.text,
            count: group.count,
            last_at: group.last_at,
            others: group.others,
        });
        let rows = rows.collect();
        Ok(Page { rows, next })
    }
}
