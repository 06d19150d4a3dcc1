//! Messages to other systems that did not arrive.

use super::{List, Page};
use crate::feedback::deliveries::Delivery;
use crate::feedback::{Store, StoreError};

/// Undelivered messages, newest first. The cursor is the number of a message.
#[derive(Clone)]
pub(in crate::web) struct Deliveries;

impl List for Deliveries {
    type Row = Delivery;
    type Cursor = i64;
    const COLUMNS: &'static [&'static str] =
        &["id", "at", "webhook", "event", "state", "attempts", "error"];

    async fn page(
        &self,
        store: &Store,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Page<Delivery, i64>, StoreError> {
        let deliveries = store.deliveries().page(before, limit as i64).await?;
        Ok(Page::new(deliveries, limit, |delivery| delivery.id))
    }
}
