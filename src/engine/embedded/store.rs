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
mod writer;

use super::EmbeddedEngine;
use super::schema::{self, SCHEMA_VERSION};
use super::snapshot::Snapshot;
use super::terms;
use crate::analysis::Analyzer;
use arc_swap::ArcSwap;
use damage::open_checked;
use files::Files;
pub(super) use fill::NewSegments;
use manifest::{MANIFEST, Manifest, mismatch, next_folder, read_manifest};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use tantivy::directory::RamDirectory;
use tantivy::directory::error::OpenWriteError;
use tantivy::{Directory, Index, IndexReader, IndexSettings, ReloadPolicy, TantivyError};
pub(super) use writer::Writer;

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
    let index = Index::create(files, schema::build().0, settings)?;
    terms::register(&index);
    Ok(index)
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
            u64::from(!writer.is_unpublished()),
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
    terms::register(&index);
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
