//! How sure the engine is, in one word.

use serde::Serialize;

/// How sure the top hit answers the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerState {
    /// The first hit answers the query.
    Answered,
    /// The hits are about the query and may help.
    Related,
    /// Nothing here answers the query.
    None,
}

impl AnswerState {
    /// The state where what was asked is itself a guess.
    pub(crate) fn at_most_related(self) -> Self {
        match self {
            Self::Answered => Self::Related,
            state => state,
        }
    }

    /// As it is sent and stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Related => "related",
            Self::None => "none",
        }
    }
}
