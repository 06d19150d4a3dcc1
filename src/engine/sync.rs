//! Following a content folder: which files changed, what to do with the index for each, and when to look again.
//!
//! ```text
//! watch   notices changes of a folder and asks for a sync
//! follow  lists and reads files, and lets the plan decide about each
//! plan    what to do with the index for a file; pure
//! writer  what a sync asks of an index that it writes
//! ```

mod changes;
mod error;
mod follow;
mod plan;
mod watch;
mod writer;

pub use changes::{Changes, Progress};
pub use error::{IndexError, SyncError};
pub use follow::{Checked, check};
pub(crate) use follow::{Content, bring_up_to_date, replace_all};
pub(crate) use plan::KnownFile;
pub(crate) use watch::log_changes;
pub use watch::on_change;
pub(crate) use writer::{IndexBatch, IndexWriter, Prepare};
