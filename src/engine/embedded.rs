//! The embedded engine: tantivy with our own analysis.
//!
//! `store` owns the folder on disk, `sync` brings it up to date with the content, `search` answers from the latest
//! `Snapshot`. A commit swaps the snapshot, so that one request sees one state.

mod answer;
mod evidence;
mod facets;
mod fold;
mod query;
mod schema;
mod score;
mod search;
mod snippet;
mod store;
mod suggest;
mod sync;
mod tokenizer;
mod understand;
mod vocabulary;
mod watch;

pub use store::{IndexError, Opened};
pub use sync::{Changes, Progress, SyncError, check};
pub use watch::{on_change, sync, watch};

use crate::analysis::Analyzer;
use crate::document::Rejection;
use crate::engine::{Pins, Ranking};
use arc_swap::ArcSwap;
use evidence::MeanLengths;
use schema::Fields;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use suggest::Suggestions;
use tantivy::Searcher;
use vocabulary::Vocabulary;

/// The engine: one writer, any number of readers.
pub struct EmbeddedEngine {
    folder: PathBuf,
    snapshot: ArcSwap<Snapshot>,
    ranking: ArcSwap<Ranking>,
    pins: ArcSwap<Pins>,
    writer: Mutex<Option<store::Writer>>,
    up_to_date: AtomicBool,
}

/// One state of the index; immutable, shared by the requests that began in it.
struct Snapshot {
    analyzer: Analyzer,
    searcher: Searcher,
    fields: Fields,
    suggestions: Suggestions,
    vocabulary: Vocabulary,
    mean_lengths: MeanLengths,
    rejected: Arc<[Rejection]>,
    /// 0 while there is nothing to answer from.
    generation: u64,
    newest: Option<jiff::civil::Date>,
    index_bytes: u64,
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
