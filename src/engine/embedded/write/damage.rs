//! Whether an index on disk is whole.

use super::folder::{open_index, reader};
use crate::engine::embedded::schema::HASH;
use rayon::prelude::*;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use tantivy::Index;
use tantivy::index::SegmentComponent;

/// Bytes of the smallest whole file. Tantivy panics over a file that is shorter than its footer.
const SHORTEST_FILE: u64 = 8;
/// Files that every segment has.
const PARTS: [SegmentComponent; 6] = [
    SegmentComponent::Terms,
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::FastFields,
    SegmentComponent::FieldNorms,
    SegmentComponent::Store,
];

/// Opens an index and checks every byte of it. Damaged files can make the library panic: that too means damaged.
pub(super) fn open_checked(folder: &Path) -> Result<Index, String> {
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let index = open_index(folder).map_err(|e| format!("it cannot be opened: {e}"))?;
        let damage = find_damage(&index, folder).map_err(|e| format!("it cannot be read: {e}"))?;
        damage.map_or(Ok(index), Err)
    }));
    opened.unwrap_or_else(|_| Err("it is damaged".to_owned()))
}

/// What is wrong with the files of an index. Tantivy checks the checksums of the files that its list of files names. That
/// list and the list of segments have no checksum; they are compared with the files and the number of documents.
fn find_damage(index: &Index, folder: &Path) -> tantivy::Result<Option<String>> {
    let listed = index.directory().list_managed_files();
    let metas = index.load_metas()?;
    let mut files = Vec::new();
    for segment in &metas.segments {
        let deletes = segment.has_deletes().then_some(SegmentComponent::Delete);
        for part in PARTS.into_iter().chain(deletes) {
            let file = segment.relative_path(part);
            let length = fs::metadata(folder.join(&file)).map_or(0, |m| m.len());
            if length < SHORTEST_FILE || !listed.contains(&file) {
                return Ok(Some(format!("its file `{}` is missing", file.display())));
            }
            files.push(file);
        }
    }
    // Every byte is read, so all cores share the work.
    let is_whole = |file: &PathBuf| index.directory().validate_checksum(file);
    let whole: Vec<bool> = files.par_iter().map(is_whole).collect::<Result<_, _>>()?;
    if let Some((file, _)) = files.iter().zip(whole).find(|(_, whole)| !whole) {
        return Ok(Some(format!("its file `{}` is damaged", file.display())));
    }
    let searcher = reader(index)?.searcher();
    let documents = searcher.num_docs().to_string();
    let mut is_right = metas.payload.is_none_or(|counted| counted == documents);
    for segment in searcher.segment_readers() {
        is_right &= segment.fast_fields().u64(HASH)?.num_docs() == segment.max_doc();
    }
    Ok((!is_right).then(|| "its list of segments is damaged".to_owned()))
}
