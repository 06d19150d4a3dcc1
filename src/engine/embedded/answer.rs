//! How sure the first hit is, judged by what it has of the query.

use super::score::Features;
use super::understand::Query;
use crate::engine::AnswerState;

/// From this share of the query in the question of the first hit, it is the answer.
const ANSWERED_FROM: f32 = 0.6;
/// From this share in the whole document, it is about the same matter.
const RELATED_FROM: f32 = 0.35;

pub(super) fn state(_query: &Query, best: Option<&Features>) -> AnswerState {
    match best {
        Some(best) if best.question_coverage >= ANSWERED_FROM => AnswerState::Answered,
        Some(best) if best.coverage >= RELATED_FROM => AnswerState::Related,
        _ => AnswerState::None,
    }
}
