//! The ratings of one answer.

use super::{List, Page};
use crate::feedback::reports::RatingLine;
use crate::feedback::{Store, StoreError};
use jiff::Timestamp;

/// Ratings of the document with this id, newest first. The cursor is time and number of a rating.
#[derive(Clone)]
pub(in crate::web) struct RatingsOf(pub(in crate::web) String);

impl List for RatingsOf {
    type Row = RatingLine;
    type Cursor = (Timestamp, i64);
    const COLUMNS: &'static [&'static str] =
        &["id", "at", "helpful", "reasons", "comment", "query"];

    async fn page(
        &self,
        store: &Store,
        after: Option<(Timestamp, i64)>,
        limit: usize,
    ) -> Result<Page<RatingLine, (Timestamp, i64)>, StoreError> {
        let ratings = store
            .reports()
            .ratings_of(&self.0, after, limit as i64)
            .await?;
        Ok(Page::new(ratings, limit, |rating| (rating.at, rating.id)))
    }
}
