//! The embedded engine: tantivy with our own analysis.
//!
//! A document: `sync` finds what changed, `schema` says what is kept of it, `store` owns the folder on disk. A commit
//! makes a new `snapshot`, so that one request sees one state.
//!
//! A query: `understand` says what is asked, `wanted` and `candidates` find what may answer it (`handles` are what they
//! read, `matched` is all they found), `evidence` and `score` look at each closely in `find`, `answer` judges how sure that
//! is, `prefer` lets ratings nudge the order, `fold`, `present`, `snippet` and `facets` make hits of it.

mod answer;
mod candidates;
mod columns;
mod evidence;
mod facets;
mod find;
mod fold;
mod handles;
mod matched;
mod prefer;
mod present;
mod schema;
mod score;
mod search;
mod segments;
mod snapshot;
mod snippet;
mod store;
mod suggest;
mod sync;
mod terms;
mod understand;
mod vocabulary;
mod wanted;
mod watch;

pub use store::{IndexError, Opened};
pub use sync::{Changes, Checked, Progress, SyncError, check};
pub use watch::{on_change, sync, watch};

use crate::analysis::Analyzer;
use crate::engine::{Pins, Quality, Ranking};
use arc_swap::ArcSwap;
use snapshot::Snapshot;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64};

/// The engine: one writer, any number of readers.
pub struct EmbeddedEngine {
    folder: PathBuf,
    snapshot: ArcSwap<Snapshot>,
    ranking: ArcSwap<Ranking>,
    pins: ArcSwap<Pins>,
    quality: ArcSwap<Quality>,
    /// How often ranking, pins or quality were replaced.
    changes: AtomicU64,
    writer: Mutex<Option<store::Writer>>,
    up_to_date: AtomicBool,
}

impl EmbeddedEngine {
    /// Opens the index at `folder` for writing and searching, or creates it. An index of another version, another
    /// analysis, or a damaged one is left aside: [`Opened`] says so, and the next [`sync`](Self::sync) rebuilds it.
    ///
    /// # Errors
    /// When another process holds the index, or the folder cannot be written.
    pub fn open(folder: &Path, analyzer: Analyzer) -> Result<(Self, Opened), IndexError> {
        store::open(folder, analyzer)
    }

    /// An engine in memory over nothing; for judged sets and tests.
    ///
    /// # Errors
    /// When the index cannot be created.
    pub fn in_memory(analyzer: Analyzer) -> Result<Self, IndexError> {
        store::in_memory(analyzer)
    }

    /// Opens the index at `folder` for searching only, beside a process that may be writing it.
    ///
    /// # Errors
    /// When there is no usable index.
    pub fn open_read_only(folder: &Path, analyzer: Analyzer) -> Result<Self, IndexError> {
        store::open_read_only(folder, analyzer)
    }
}
