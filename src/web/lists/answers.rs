//! Answers that surely helped least.

use super::{Format, List, Page};
use crate::feedback::reports::AnswerFigures;
use crate::feedback::{Store, StoreError};
use crate::web::parameters::Raw;
use serde::Deserialize;
use utoipa::IntoParams;

/// Characters of a document's id in an address, at most.
pub(in crate::web) const LONGEST_PATH_ID: usize = 200;

/// Answers on a page.
pub(in crate::web) const PAGE: usize = 50;

/// Answers by the figures of their ratings, worst first. The cursor is the number of answers to skip.
#[derive(Clone)]
pub(in crate::web) struct WorstAnswers;

/// Parameters of the list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct AnswersParameters {
    /// Answers to skip
    #[param(value_type = Option<i64>, minimum = 0)]
    pub(in crate::web) offset: Raw,
    /// `json` unless given
    #[param(inline, value_type = Option<Format>)]
    pub(in crate::web) format: Raw,
}

impl List for WorstAnswers {
    type Row = AnswerFigures;
    type Cursor = i64;
    const COLUMNS: &'static [&'static str] = &[
        "question_id",
        "helpful",
        "unhelpful",
        "clicks",
        "skips",
        "worst_bound",
    ];

    async fn page(
        &self,
        store: &Store,
        offset: Option<i64>,
        limit: usize,
    ) -> Result<Page<AnswerFigures, i64>, StoreError> {
        let offset = offset.unwrap_or(0);
        let answers = store.reports().worst_answers(offset, limit as i64).await?;
        let next = offset.saturating_add(limit as i64);
        Ok(Page::new(answers, limit, |_| next))
    }
}
