//! The last days in figures.

use super::{List, Page};
use crate::feedback::reports::Day;
use crate::feedback::{Store, StoreError};
use std::convert::Infallible;

/// How many days.
const DAYS: i64 = 30;

/// Figures of the last days, oldest first, on one page.
#[derive(Clone)]
pub(in crate::web) struct LastDays;

impl List for LastDays {
    type Row = Day;
    type Cursor = Infallible;
    const COLUMNS: &'static [&'static str] = &[
        "day",
        "answered",
        "related",
        "none",
        "helpful",
        "unhelpful",
        "asks",
        "p95_ms",
    ];

    async fn page(
        &self,
        store: &Store,
        _: Option<Infallible>,
        _: usize,
    ) -> Result<Page<Day, Infallible>, StoreError> {
        let rows = store.reports().days(DAYS).await?;
        Ok(Page { rows, next: None })
    }
}

/// All the days.
pub(in crate::web) async fn last_days(store: &Store) -> Result<Vec<Day>, StoreError> {
    Ok(LastDays.page(store, None, usize::MAX).await?.rows)
}
