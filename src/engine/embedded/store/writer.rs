//! The writing side of an index: what is added and removed, committed, or taken back.

use super::fill::NewSegments;
use super::manifest::{Manifest, read_manifest, write_manifest};
use super::seen::{read_seen, write_seen};
use super::{IndexError, create, lock, reader, remove_leftovers};
use crate::analysis::Analyzer;
use crate::engine::embedded::schema::{self, Fields};
use std::collections::HashMap;
use std::fs::{self, File};
use std::path::PathBuf;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::{Index, IndexReader, IndexWriter};

/// Memory each of the library's threads may fill before it writes a segment; they add documents to those that are there.
const WRITER_BYTES_PER_THREAD: usize = 32 * 1024 * 1024;
/// Beyond a few threads the merging dominates.
const MOST_WRITER_THREADS: usize = 4;
/// Segments of fewer documents are merged with each other: an edit makes one of a single document, and a few edits should
/// not have thousands of documents written anew, as with the library's 10,000.
const SMALLEST_LAYER: u32 = 1_000;

/// The writing side of the index; there is one at a time.
pub(in super::super) struct Writer {
    pub(in super::super) index: IndexWriter,
    pub(in super::super) reader: IndexReader,
    pub(in super::super) fields: Fields,
    pub(in super::super) analyzer: Analyzer,
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
    pub(in super::super) seen: HashMap<String, u64>,
    /// Keeps other processes out until dropped.
    lock: Option<File>,
}

impl Writer {
    pub(super) fn new(
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
    pub(in super::super) fn remember(&mut self, seen: HashMap<String, u64>) {
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
    pub(in super::super) fn begin(&self) -> tantivy::Result<NewSegments<'_>> {
        self.index.delete_all_documents()?;
        Ok(NewSegments::of(&self.index))
    }

    /// Makes durable what was added and removed, and how many documents there are then.
    pub(in super::super) fn commit(&mut self, documents: usize) -> tantivy::Result<()> {
        let mut commit = self.index.prepare_commit()?;
        commit.set_payload(&documents.to_string());
        commit.commit()?;
        Ok(())
    }

    /// Waits until all segments that are being merged are one, and writes no more.
    pub(in super::super) fn finish(self) -> tantivy::Result<()> {
        let Self { index, lock, .. } = self;
        let merged = index.wait_merging_threads();
        drop(lock);
        merged
    }

    /// Goes back to what was committed last; whether that can still be read.
    pub(in super::super) fn roll_back(&mut self) -> bool {
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
    pub(in super::super) fn begin_anew(&mut self) -> Result<(), IndexError> {
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
    pub(in super::super) fn publish(&mut self) -> Result<(), IndexError> {
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
    pub(in super::super) fn is_unpublished(&self) -> bool {
        self.is_unpublished
    }

    /// Whether no indexed document may be kept.
    pub(in super::super) fn reads_anew(&self) -> bool {
        self.reads_anew
    }

    /// Cuts documents by another analysis from now on; whether the indexed ones must be cut anew.
    pub(in super::super) fn set_analyzer(&mut self, analyzer: Analyzer) -> bool {
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
    use super::super::{open, open_index};
    use super::*;
    use crate::engine::embedded::EmbeddedEngine;
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
