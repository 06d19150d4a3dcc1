//! Why a file gives no document.

use super::left_out::LeftOut;
use super::rejection::Rejection;
use std::fmt;

/// Why a file gives no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// Something is wrong with it.
    Rejected(Rejection),
    /// It is not meant for readers.
    LeftOut(LeftOut),
}

impl From<Rejection> for Unusable {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejection) => rejection.fmt(f),
            Self::LeftOut(left_out) => left_out.fmt(f),
        }
    }
}
