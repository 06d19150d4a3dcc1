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
    /// As it is sent and stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Related => "related",
            Self::None => "none",
        }
    }
}
