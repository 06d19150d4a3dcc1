//! What a sync did.

use crate::document::{LeftOut, Rejection, Warning};
use serde::Serialize;

/// What a sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Documents that are new.
    pub added: usize,
    /// Documents whose file changed.
    pub updated: usize,
    /// Documents whose file is gone or can no longer be used.
    pub removed: usize,
    /// Documents left as they were.
    pub unchanged: usize,
    /// Files that cannot be used, folders that cannot be seen, and why, by path.
    pub rejected: Vec<Rejection>,
    /// Files and folders that are not meant for readers.
    pub left_out: Vec<LeftOut>,
    /// What of the new and changed documents should be looked at.
    pub warnings: Vec<Warning>,
}

impl Changes {
    /// Whether the index is another one than before.
    pub fn any(&self) -> bool {
        self.added + self.updated + self.removed > 0
    }

    /// Documents that the index has after the sync.
    pub(crate) fn documents(&self) -> usize {
        self.unchanged + self.added + self.updated
    }
}

/// Is called with how far a sync has come: files done, files in all.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);
