//! Writing the index: who may write its folder, which index in it is current, and what to do with one that does not fit.
//!
//! ```text
//! index/lock       held by the one process that writes
//! index/current    names the folder below and what made it; replaced atomically, so that it always names a whole index
//! index/g-1/       tantivy's files, and later stamps of files that need not be read again
//! ```
//! A rebuild fills the next `g-N` while searches are answered from the old one, then `current` moves on.

mod bulk;
mod damage;
mod directory;
mod folder;
mod known;
mod lock;
mod manifest;
mod stamps;
pub(super) mod tokenizer;
mod writer;

pub(super) use writer::Writer;

use super::schema::SCHEMA_VERSION;
use crate::analysis::Analyzer;
use crate::engine::sync::IndexError;
use damage::open_checked;
use folder::{create, new_index, open_index, reader, remove_leftovers};
use lock::lock;
use manifest::{MANIFEST, Manifest, mismatch, read_manifest};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tantivy::directory::RamDirectory;
use tantivy::directory::error::OpenWriteError;
use tantivy::{Index, IndexReader, TantivyError};

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

/// Opens the index at `root` for writing, or creates it. An index that does not fit is given back beside the writer of its
/// successor: searches are answered from it until that is filled.
pub(super) fn open(
    root: &Path,
    analyzer: Analyzer,
) -> Result<(Writer, Option<IndexReader>, Opened), IndexError> {
    fs::create_dir_all(root).map_err(|source| IndexError::Unwritable {
        path: root.to_owned(),
        source,
    })?;
    let lock = lock(root)?;
    let wanted = |folder: String| Manifest::new(folder, &analyzer);
    let manifest = read_manifest(root);
    let (index, old, opened) = match &manifest {
        None if root.join(MANIFEST).exists() => {
            let reason = "its manifest is damaged".to_owned();
            (None, None, Opened::Rebuilding(reason))
        }
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
    let is_published = index.is_some();
    let (index, manifest) = if let Some(index) = index {
        (index, wanted(current.unwrap_or_default()))
    } else {
        create(root, current.as_deref(), &analyzer)?
    };
    let writer = Writer::on_disk(&index, analyzer, root, manifest, is_published, lock)?;
    let old = old.as_ref().map(reader).transpose()?;
    Ok((writer, old, opened))
}

/// A writer of an empty index in memory.
pub(super) fn in_memory(analyzer: Analyzer) -> Result<Writer, IndexError> {
    let index = new_index(RamDirectory::create())?;
    Writer::in_memory(&index, analyzer)
}

/// A reader of the index at `root`, beside a process that may be writing it.
pub(super) fn open_read_only(root: &Path) -> Result<IndexReader, IndexError> {
    let missing = || IndexError::Missing(root.to_owned());
    let manifest = read_manifest(root)
        .filter(|m| m.schema == SCHEMA_VERSION)
        .ok_or_else(missing)?;
    let index: Index = open_index(&root.join(&manifest.folder)).map_err(|_| missing())?;
    Ok(reader(&index)?)
}

impl From<TantivyError> for IndexError {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::IoError(refused)
            | TantivyError::OpenWriteError(OpenWriteError::IoError {
                io_error: refused, ..
            }) => Self::Refused(Arc::clone(&refused)),
            error => Self::Failed(Box::new(error)),
        }
    }
}
