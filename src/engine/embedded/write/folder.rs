//! Indexes in their folders: how one is made, opened, and removed when another has replaced it.

use super::directory::Files;
use super::manifest::{Manifest, next_folder};
use super::tokenizer;
use crate::analysis::Analyzer;
use crate::engine::embedded::schema;
use crate::engine::sync::IndexError;
use std::fs;
use std::path::Path;
use tantivy::{Directory, Index, IndexReader, IndexSettings, ReloadPolicy};

/// Blocks of stored documents that stay decompressed, of each segment: two searches rarely show the same documents, and
/// those of a page are in few blocks.
const STORE_BLOCKS: usize = 10;

/// Makes an empty index beside the `current` one.
pub(super) fn create(
    root: &Path,
    current: Option<&str>,
    analyzer: &Analyzer,
) -> Result<(Index, Manifest), IndexError> {
    let manifest = Manifest::new(next_folder(current), analyzer);
    let folder = root.join(&manifest.folder);
    fs::create_dir_all(&folder).map_err(|source| IndexError::Unwritable {
        path: root.to_owned(),
        source,
    })?;
    let files = Files::open(&folder)?;
    let index = new_index(files)?;
    Ok((index, manifest))
}

/// Makes an empty index over these files.
pub(super) fn new_index(files: impl Into<Box<dyn Directory>>) -> tantivy::Result<Index> {
    let settings = IndexSettings {
        // All cores are busy without it.
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let index = Index::create(files, schema::build().0, settings)?;
    tokenizer::register(&index);
    Ok(index)
}

/// Opens the index in `folder`, or says why that cannot be done.
pub(super) fn open_index(folder: &Path) -> Result<Index, String> {
    let files = Files::open(folder).map_err(|e| e.to_string())?;
    let index = Index::open(files).map_err(|e| e.to_string())?;
    if index.schema() != schema::build().0 {
        return Err("its fields are not those of this version".to_owned());
    }
    tokenizer::register(&index);
    Ok(index)
}

/// A reader that loads the state of each commit when it is asked to.
pub(super) fn reader(index: &Index) -> tantivy::Result<IndexReader> {
    index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .doc_store_cache_num_blocks(STORE_BLOCKS)
        .try_into()
}

/// Removes what unfinished rebuilds and replaced indexes left. Safe because the lock is held.
pub(super) fn remove_leftovers(root: &Path, current: Option<&str>) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("g-")
            && Some(name.as_ref()) != current
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), %error, "cannot remove a left-over index folder");
        }
    }
}
