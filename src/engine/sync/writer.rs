//! What a sync asks of an index that it writes.

use super::error::IndexError;
use super::plan::KnownFile;
use crate::document::{ContentFile, ReadDocument};
use std::collections::HashMap;

/// The writing side of an index. There is one at a time.
pub(crate) trait IndexWriter: Sync {
    /// A document as the index takes it.
    type Prepared: Send;
    /// Prepares documents on the threads that read them.
    type Preparer: Prepare<Self::Prepared> + Sync;
    /// Changes before they are committed.
    type Batch<'w>: IndexBatch<Self::Prepared> + Send
    where
        Self: 'w;

    /// The files that the index has, by path.
    fn known(&self) -> Result<HashMap<Box<str>, KnownFile>, IndexError>;

    /// Later stamps of files that are still as the index has them, by path.
    fn later_stamps(&self) -> &HashMap<String, u64>;

    /// Replaces the later stamps, also for the next process.
    fn set_later_stamps(&mut self, stamps: HashMap<String, u64>);

    /// Prepares documents as the index takes them now.
    fn preparer(&self) -> Self::Preparer;

    /// Begins changes. Where `is_empty`, the index has nothing that could be replaced.
    fn begin(&mut self, is_empty: bool) -> Result<Self::Batch<'_>, IndexError>;

    /// Whether the index must be committed although nothing changed.
    fn must_commit(&self) -> bool;

    /// Makes all changes durable and readable at once, or none. The index has this many documents then.
    fn commit(&mut self, documents: usize) -> Result<(), IndexError>;

    /// Goes back to the last commit. Whether that can still be read.
    fn roll_back(&mut self) -> bool;

    /// Begins a new, empty index, which becomes the current one with its first commit.
    fn start_anew(&mut self) -> Result<(), IndexError>;

    /// The cause of an error of a batch, where the index can say more of it.
    fn cause(&mut self, error: IndexError) -> IndexError;
}

/// Prepares documents for an index.
pub(crate) trait Prepare<P> {
    /// The document of a file as the index takes it.
    fn prepare(&self, read: &ReadDocument, file: &ContentFile) -> Result<P, IndexError>;
}

/// Changes of an index before they are committed.
pub(crate) trait IndexBatch<P> {
    /// Threads that adding keeps busy; on more, files are read beside it.
    const BUSY_THREADS: usize;

    /// Adds documents.
    fn put(&mut self, documents: Vec<P>) -> Result<(), IndexError>;

    /// Removes the document of a file that the index had before this batch.
    fn remove(&mut self, path: &str);

    /// Ends the batch. It is part of the next commit.
    fn finish(self) -> Result<(), IndexError>;
}
