//! Why an index or a sync failed.

use crate::document::ContentError;
use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why an index cannot be used for writing or searching.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// Another process has the lock.
    #[error("the index `{}` is in use by another dayi: expected to be its only writer; stop the other one, or give this one its own `--index`", .0.display())]
    InUse(PathBuf),
    /// The folder cannot be made or written.
    #[error("cannot write the index folder `{}`: expected a folder this user may write", path.display())]
    Unwritable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// Read-only use of a folder without a usable index.
    #[error("there is no usable index at `{}`: expected one made by `dayi index` or `dayi serve`", .0.display())]
    Missing(PathBuf),
    /// The system refuses to write or read a file of the index.
    #[error("cannot write the index: expected a folder with room that this user may write")]
    Refused(#[source] Arc<io::Error>),
    /// Anything else that fails in the library of the index.
    #[error("the index failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

/// Why a sync was not done. The index is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The content folder cannot be read.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The index cannot be written.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// This engine was opened for searching only.
    #[error("the index is open for searching only")]
    ReadOnly,
}
