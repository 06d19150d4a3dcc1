//! Events: changes to the store that other systems can be notified of.

use super::record::{Ask, Rating};
use serde::{Deserialize, Serialize};

/// A change that was applied to the store. `number` is the number of the record within its kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Event<'r> {
    /// A visitor asked the experts.
    Asked {
        /// Number of the ask.
        number: i64,
        /// The ask.
        ask: &'r Ask,
    },
    /// A visitor rated an answer, for the first time or again.
    Rated {
        /// Number of the rating.
        number: i64,
        /// The rating.
        rating: &'r Rating,
    },
}

/// What a webhook can be notified of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A question for the experts.
    Ask,
    /// A rating that said the answer did not help.
    BadRating,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ask, Self::BadRating];

    /// As it is sent and stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::BadRating => "bad_rating",
        }
    }
}
