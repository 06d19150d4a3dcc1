//! The index folder: who may write it, which index in it is current, and what to do with one that does not fit.
//!
//! ```text
//! index/lock       held by the one process that writes
//! index/current    names the folder below and what made it; replaced atomically, so that it always names a whole index
//! index/g-1/       tantivy's files, and which documents need not be read again
//! ```
//! A rebuild fills the next `g-N` while searches are answered from the old one, then `current` moves on.

mod damage;
mod files;
mod fill;
mod manifest;
mod seen;

use super::EmbeddedEngine;
use super::schema::{self, Fields, SCHEMA_VERSION};
use super::snapshot::Snapshot;
use crate::analysis::Analyzer;
use arc_swap::ArcSwap;
use damage::open_checked;
use files::Files;
pub(super) use fill::NewSegments;
use manifest::{MANIFEST, Manifest, mismatch, next_folder, read_manifest, write_manifest};
use seen::{read_seen, write_seen};
use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use tantivy::directory::RamDirectory;
use tantivy::directory::error::OpenWriteError;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::{
    Directory, Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyError,
};

/// Memory each of the library's threads may fill before it writes a segment; they add documents to those that are there.
const WRITER_BYTES_PER_THREAD: usize = 32 * 1024 * 1024;
/// Beyond a few threads the merging dominates.
const MOST_WRITER_THREADS: usize = 4;
/// Segments of fewer documents are merged with each other: an edit makes one of a single document, and a few edits should
/// not have thousands of documents written anew, as with the library's 10,000.
const SMALLEST_LAYER: u32 = 1_000;
/// Blocks of stored documents that are kept decompressed, of each segment: two searches rarely show the same documents,
/// and those of a page are in few blocks.
const STORE_BLOCKS: usize = 10;
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
    /// Anything else that fails in tantivy.
    #[error("the index failed")]
    Engine(#[source] TantivyError),
}

impl From<TantivyError> for IndexError {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::IoError(refused)
            | TantivyError::OpenWriteError(OpenWriteError::IoError {
                io_error: refused, ..
            }) => Self::Refused(refused),
            error => Self::Engine(error),
        }
    }
}

/// What was found when the index was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// A whole index of this version and analysis.
    Current,
    /// There was none yet.
    Created,
    /// There was one that does not fit; the text says why. It is rebuilt by the next sync.
    Rebuilding(String),
}

/// The writing side of the index; there is one at a time.
pub(super) struct Writer {
    pub(super) index: IndexWriter,
    pub(super) reader: IndexReader,
    pub(super) fields: Fields,
    pub(super) analyzer: Analyzer,
    /// Where the manifest is; nowhere for an index in memory.
    root: Option<PathBuf>,
    manifest: Manifest,
    /// Whether the manifest on disk does not name this index as it is after the next commit.
    is_unpublished: bool,
    /// Whether the indexed documents were cut by another analysis.
    reads_anew: bool,
    /// Whether what was committed last cannot be read any more.
    is_lost: bool,
    /// Later stamps of files that are still as the index has them, so that they are read only once more.
    pub(super) seen: HashMap<String, u64>,
    /// Keeps other processes out until dropped.
    lock: Option<File>,
}

const LOCK: &str = "lock";

pub(super) fn open(
    root: &Path,
    analyzer: Analyzer,
) -> Result<(EmbeddedEngine, Opened), IndexError> {
    let unwritable = |source| IndexError::Unwritable {
        path: root.to_owned(),
        source,
    };
    fs::create_dir_all(root).map_err(unwritable)?;
    let lock = lock(root)?;
    let wanted = |folder: String| Manifest::of(folder, &analyzer);
    let manifest = read_manifest(root);
    let (index, old, opened) = match &manifest {
        None if root.join(MANIFEST).exists() => (
            None,
            None,
            Opened::Rebuilding("its manifest is damaged".into()),
        ),
        None => (None, None, Opened::Created),
        Some(found) => {
            let index = open_checked(&root.join(&found.folder));
            let reason = mismatch(found, &wanted(found.folder.clone()));
            match (index, reason) {
                (Ok(index), None) => (Some(index), None, Opened::Current),
                (Ok(index), Some(reason)) => (None, Some(index), Opened::Rebuilding(reason)),
                (Err(damage), _) => (None, None, Opened::Rebuilding(damage)),
            }
        }
    };
    let current = manifest.map(|m| m.folder);
    remove_leftovers(root, current.as_deref());
    let is_unpublished = index.is_none();
    let (index, manifest) = if let Some(index) = index {
        (index, wanted(current.unwrap_or_default()))
    } else {
        create(root, current.as_deref(), &analyzer)?
    };
    let writer = Writer::new(
        &index,
        analyzer,
        Some(root.to_owned()),
        manifest,
        is_unpublished,
        Some(lock),
    )?;
    Ok((assemble(writer, old.as_ref(), root)?, opened))
}

/// An empty index beside the `current` one.
fn create(
    root: &Path,
    current: Option<&str>,
    analyzer: &Analyzer,
) -> Result<(Index, Manifest), IndexError> {
    let manifest = Manifest::of(next_folder(current), analyzer);
    let folder = root.join(&manifest.folder);
    fs::create_dir_all(&folder).map_err(|source| IndexError::Unwritable {
        path: root.to_owned(),
        source,
    })?;
    let files = Files::open(&folder)?;
    let index = new_index(files)?;
    Ok((index, manifest))
}

fn new_index(files: impl Into<Box<dyn Directory>>) -> tantivy::Result<Index> {
    let settings = IndexSettings {
        // All cores are busy without it.
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    Index::create(files, schema::build().0, settings)
}

pub(super) fn in_memory(analyzer: Analyzer) -> Result<EmbeddedEngine, IndexError> {
    let index = new_index(RamDirectory::create())?;
    let manifest = Manifest::of(String::new(), &analyzer);
    assemble(
        Writer::new(&index, analyzer, None, manifest, false, None)?,
        None,
        Path::new(""),
    )
}

pub(super) fn open_read_only(
    root: &Path,
    analyzer: Analyzer,
) -> Result<EmbeddedEngine, IndexError> {
    let missing = || IndexError::Missing(root.to_owned());
    let manifest = read_manifest(root)
        .filter(|m| m.schema == SCHEMA_VERSION)
        .ok_or_else(missing)?;
    let index = open_index(&root.join(&manifest.folder)).map_err(|_| missing())?;
    let snapshot = Snapshot::read(
        &reader(&index)?,
        schema::build().1,
        analyzer,
        Arc::default(),
        1,
        root,
        None,
    )?;
    Ok(engine(root, snapshot, None))
}

/// An engine that answers from the `old` index, where there is one, until the writer's is filled.
fn assemble(
    writer: Writer,
    old: Option<&Index>,
    root: &Path,
) -> Result<EmbeddedEngine, IndexError> {
    let first = if let Some(old) = old {
        Snapshot::read(
            &reader(old)?,
            writer.fields,
            writer.analyzer.clone(),
            Arc::default(),
            1,
            root,
            None,
        )?
    } else {
        Snapshot::read(
            &writer.reader,
            writer.fields,
            writer.analyzer.clone(),
            Arc::default(),
            u64::from(!writer.is_unpublished),
            root,
            None,
        )?
    };
    Ok(engine(root, first, Some(writer)))
}

fn engine(root: &Path, snapshot: Snapshot, writer: Option<Writer>) -> EmbeddedEngine {
    EmbeddedEngine {
        folder: root.to_owned(),
        snapshot: ArcSwap::from_pointee(snapshot),
        ranking: ArcSwap::default(),
        pins: ArcSwap::default(),
        quality: ArcSwap::default(),
        changes: AtomicU64::new(0),
        writer: Mutex::new(writer),
        up_to_date: AtomicBool::new(false),
    }
}

fn reader(index: &Index) -> Result<IndexReader, tantivy::TantivyError> {
    index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .doc_store_cache_num_blocks(STORE_BLOCKS)
        .try_into()
}

/// The lock is released by the system when the process ends, however it ends.
fn lock(root: &Path) -> Result<File, IndexError> {
    let unwritable = |source| IndexError::Unwritable {
        path: root.to_owned(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join(LOCK))
        .map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(IndexError::InUse(root.to_owned())),
        Err(TryLockError::Error(source)) => Err(unwritable(source)),
    }
}

fn open_index(folder: &Path) -> Result<Index, String> {
    let files = Files::open(folder).map_err(|e| e.to_string())?;
    let index = Index::open(files).map_err(|e| e.to_string())?;
    if index.schema() != schema::build().0 {
        return Err("its fields are not those of this version".to_owned());
    }
    Ok(index)
}

/// Removes what unfinished rebuilds and replaced indexes left. Safe because the lock is held.
fn remove_leftovers(root: &Path, keep: Option<&str>) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("g-")
            && Some(name.as_ref()) != keep
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), %error, "cannot remove a left-over index folder");
        }
    }
}

impl Writer {
    fn new(
        index: &Index,
        analyzer: Analyzer,
        root: Option<PathBuf>,
        manifest: Manifest,
        is_unpublished: bool,
        lock: Option<File>,
    ) -> Result<Self, IndexError> {
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(MOST_WRITER_THREADS);
        let folder = root.as_ref().map(|root| root.join(&manifest.folder));
        let writer = Self {
            seen: folder.map_or_else(HashMap::new, |folder| read_seen(&folder)),
            index: index.writer_with_num_threads(threads, threads * WRITER_BYTES_PER_THREAD)?,
            reader: reader(index)?,
            fields: schema::build().1,
            analyzer,
            root,
            manifest,
            is_unpublished,
            reads_anew: false,
            is_lost: false,
            lock,
        };
        writer.begin_behind_commit()?;
        Ok(writer)
    }

    /// Remembers stamps for the next time, also that of another process.
    pub(super) fn remember(&mut self, seen: HashMap<String, u64>) {
        if seen == self.seen {
            return;
        }
        if let Some(root) = &self.root
            && let Err(error) = write_seen(&root.join(&self.manifest.folder), &seen)
        {
            tracing::warn!(%error, "cannot write which files are unchanged; they are read again at the next start");
        }
        self.seen = seen;
    }

    /// Segments of an index from nothing: whatever it has is left out with the next commit, what a failure left too.
    pub(super) fn begin(&self) -> tantivy::Result<NewSegments<'_>> {
        self.index.delete_all_documents()?;
        Ok(NewSegments::of(&self.index))
    }

    /// Makes durable what was added and removed, and how many documents there are then.
    pub(super) fn commit(&mut self, documents: usize) -> tantivy::Result<()> {
        let mut commit = self.index.prepare_commit()?;
        commit.set_payload(&documents.to_string());
        commit.commit()?;
        Ok(())
    }

    /// Waits until all segments that are being merged are one, and writes no more.
    pub(super) fn finish(self) -> tantivy::Result<()> {
        let Self { index, lock, .. } = self;
        let merged = index.wait_merging_threads();
        drop(lock);
        merged
    }

    /// Goes back to what was committed last; whether that can still be read.
    pub(super) fn roll_back(&mut self) -> bool {
        // The library panics when it is asked again after it could not.
        if !self.is_lost {
            let rolled_back = self.index.rollback().and_then(|_| self.reader.reload());
            self.is_lost = rolled_back
                .and_then(|()| self.begin_behind_commit())
                .is_err();
        }
        !self.is_lost
    }

    /// Goes on from what was committed last.
    fn begin_behind_commit(&self) -> tantivy::Result<()> {
        let mut policy = LogMergePolicy::default();
        policy.set_min_layer_size(SMALLEST_LAYER);
        self.index.set_merge_policy(Box::new(policy));
        // The library would give the first operation the number of the commit. A merge that begins before the next commit
        // takes such a removal for one that the commit made, and it is lost.
        self.index.run([])?;
        // Files of a commit that was cut short: made again, it would give its files the same names. What is still there
        // fails the next commit, after which it is tried again.
        let _ = self.index.garbage_collect_files().wait();
        Ok(())
    }

    /// Goes on with an empty index, which is not the current one before it is published.
    pub(super) fn begin_anew(&mut self) -> Result<(), IndexError> {
        let Some(root) = self.root.clone() else {
            return Ok(());
        };
        fs::create_dir_all(&root).map_err(|source| IndexError::Unwritable {
            path: root.clone(),
            source,
        })?;
        // The file may have been removed with the rest: without it this process would keep nobody out.
        self.lock = None;
        let lock = lock(&root)?;
        let current = read_manifest(&root).map(|m| m.folder);
        remove_leftovers(&root, current.as_deref());
        let (index, manifest) = create(&root, current.as_deref(), &self.analyzer)?;
        let analyzer = self.analyzer.clone();
        *self = Self::new(&index, analyzer, Some(root), manifest, true, Some(lock))?;
        Ok(())
    }

    /// Makes the index as it was committed the current one; a no-op from then on.
    pub(super) fn publish(&mut self) -> Result<(), IndexError> {
        if let Some(root) = self.root.as_deref().filter(|_| self.is_unpublished) {
            write_manifest(root, &self.manifest).map_err(|source| IndexError::Unwritable {
                path: root.to_owned(),
                source,
            })?;
            remove_leftovers(root, Some(&self.manifest.folder));
        }
        self.is_unpublished = false;
        self.reads_anew = false;
        Ok(())
    }

    /// Whether this index has yet to become the current one.
    pub(super) fn is_unpublished(&self) -> bool {
        self.is_unpublished
    }

    /// Whether no indexed document may be kept.
    pub(super) fn reads_anew(&self) -> bool {
        self.reads_anew
    }

    /// Cuts documents by another analysis from now on; whether the indexed ones must be cut anew.
    pub(super) fn set_analyzer(&mut self, analyzer: Analyzer) -> bool {
        if self.manifest.analysis != analyzer.fingerprint() {
            analyzer
                .fingerprint()
                .clone_into(&mut self.manifest.analysis);
            self.is_unpublished = true;
            self.reads_anew = true;
        }
        self.analyzer = analyzer;
        self.reads_anew
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantivy::merge_policy::NoMergePolicy;

    #[test]
    fn a_removal_right_after_a_start_is_not_lost_in_a_merge() {
        let place = tempfile::tempdir().unwrap();
        let (content, root) = (place.path().join("content"), place.path().join("index"));
        fs::create_dir(&content).unwrap();
        let write = |name: &str, title: &str| {
            let text = format!("---\nid: {name}\ntitle: {title}\n---\n见文档。\n");
            fs::write(content.join(format!("{name}.md")), text).unwrap();
        };
        let engine = || open(&root, Analyzer::new()).unwrap().0;
        let sync = |engine: &EmbeddedEngine| engine.sync(&content, &|_, _| {}).unwrap();

        // Many small segments wait to be merged: one with the first documents, larger ones, and some of one document.
        let first = engine();
        let policy = Box::new(NoMergePolicy);
        let writer = first.writer.lock().unwrap();
        writer.as_ref().unwrap().index.set_merge_policy(policy);
        drop(writer);
        for name in ["a", "b", "c"] {
            write(name, "端口");
        }
        sync(&first);
        for number in 0..20 {
            write(&format!("more-{number}"), "端口");
        }
        sync(&first);
        for number in 0..8 {
            write(&format!("single-{number}"), "端口");
            sync(&first);
        }
        // The last commit removes one of the first documents, the next one another.
        write("a", "又改了");
        sync(&first);
        drop(first);
        let again = engine();
        write("b", "也改了");
        assert_eq!(sync(&again).updated, 1);
        let writer = again.writer.lock().unwrap().take();
        writer.unwrap().finish().unwrap();

        let merged = open_index(&root.join(read_manifest(&root).unwrap().folder)).unwrap();
        let searcher = reader(&merged).unwrap().searcher();
        let segments = searcher.segment_readers().len();
        assert!(segments < 8, "{segments} segments were not merged");
        assert_eq!(searcher.num_docs(), 31);
    }
}
