//! The writing side of the index: what is added and removed, committed, or taken back.

use super::bulk::NewSegments;
use super::folder::{create, reader, remove_leftovers};
use super::known::known_files;
use super::lock::lock;
use super::manifest::{Manifest, read_manifest, write_manifest};
use super::stamps::{read_stamps, write_stamps};
use crate::analysis::Analyzer;
use crate::document::{ContentFile, ReadDocument};
use crate::engine::embedded::schema::{self, Fields};
use crate::engine::sync::{IndexBatch, IndexError, IndexWriter as WritesIndex, KnownFile, Prepare};
use std::collections::HashMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tantivy::merge_policy::LogMergePolicy;
use tantivy::{Index, IndexReader, IndexWriter, TantivyDocument, TantivyError, Term};

/// Bytes that each of tantivy's threads may take before it writes a segment. These threads add documents to an index that
/// has some.
const WRITER_BYTES_PER_THREAD: usize = 32 * 1024 * 1024;
/// Threads of tantivy, at most; beyond a few the merging dominates.
const MOST_WRITER_THREADS: usize = 4;
/// Segments of fewer documents are merged with each other: an edit makes a segment of one document, and a few edits should
/// not rewrite thousands of documents, as they would with tantivy's own 10,000.
const SMALLEST_LAYER: u32 = 1_000;

/// The writing side of the index; there is one at a time.
pub(crate) struct Writer {
    index: IndexWriter,
    /// Loads what was committed.
    pub(crate) reader: IndexReader,
    pub(crate) fields: Fields,
    pub(crate) analyzer: Analyzer,
    /// Where the manifest is; nowhere for an index in memory.
    root: Option<PathBuf>,
    manifest: Manifest,
    /// Whether the manifest on disk names this index as the last commit left it.
    is_published: bool,
    /// Whether the indexed documents were cut by another analysis.
    is_outdated: bool,
    /// Whether the last commit can no longer be read.
    is_lost: bool,
    later_stamps: HashMap<String, u64>,
    /// Keeps other processes out until dropped.
    lock: Option<File>,
}

impl Writer {
    /// A writer of an index in a folder below `root`.
    pub(super) fn on_disk(
        index: &Index,
        analyzer: Analyzer,
        root: &Path,
        manifest: Manifest,
        is_published: bool,
        lock: File,
    ) -> Result<Self, IndexError> {
        let mut writer = Self::new(index, analyzer, manifest)?;
        writer.later_stamps = read_stamps(&root.join(&writer.manifest.folder));
        writer.root = Some(root.to_owned());
        writer.is_published = is_published;
        writer.lock = Some(lock);
        Ok(writer)
    }

    /// A writer of an index that no other process can see.
    pub(super) fn in_memory(index: &Index, analyzer: Analyzer) -> Result<Self, IndexError> {
        let manifest = Manifest::new(String::new(), &analyzer);
        Self::new(index, analyzer, manifest)
    }

    fn new(index: &Index, analyzer: Analyzer, manifest: Manifest) -> Result<Self, IndexError> {
        let threads = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(MOST_WRITER_THREADS);
        let writer = Self {
            index: index.writer_with_num_threads(threads, threads * WRITER_BYTES_PER_THREAD)?,
            reader: reader(index)?,
            fields: schema::build().1,
            analyzer,
            root: None,
            manifest,
            is_published: true,
            is_outdated: false,
            is_lost: false,
            later_stamps: HashMap::new(),
            lock: None,
        };
        writer.continue_after_commit()?;
        Ok(writer)
    }

    /// Waits until all segments that are being merged are merged, and writes no more.
    pub(crate) fn finish(self) -> Result<(), IndexError> {
        let Self { index, lock, .. } = self;
        let merged = index.wait_merging_threads();
        drop(lock);
        Ok(merged?)
    }

    /// Whether searches may be answered from the index as it is.
    pub(crate) fn is_published(&self) -> bool {
        self.is_published
    }

    /// Cuts documents by another analysis from now on. Returns whether the indexed documents must be cut anew.
    pub(crate) fn set_analyzer(&mut self, analyzer: Analyzer) -> bool {
        if self.manifest.analysis != analyzer.fingerprint() {
            analyzer
                .fingerprint()
                .clone_into(&mut self.manifest.analysis);
            self.is_published = false;
            self.is_outdated = true;
        }
        self.analyzer = analyzer;
        self.is_outdated
    }

    /// Readies tantivy's writer to go on from the last commit.
    fn continue_after_commit(&self) -> tantivy::Result<()> {
        let mut policy = LogMergePolicy::default();
        policy.set_min_layer_size(SMALLEST_LAYER);
        self.index.set_merge_policy(Box::new(policy));
        // Tantivy would give the first operation the number of the commit. A merge that begins before the next commit
        // takes such a removal for one that the commit made, and the removal is lost.
        self.index.run([])?;
        // Files of a commit that was cut short: the next commit would give its files the same names. What cannot be
        // removed fails the next commit, after which it is tried again.
        let _ = self.index.garbage_collect_files().wait();
        Ok(())
    }

    /// Makes the last commit the current index.
    fn publish(&mut self) -> Result<(), IndexError> {
        if let Some(root) = self.root.as_deref().filter(|_| !self.is_published) {
            write_manifest(root, &self.manifest).map_err(|source| IndexError::Unwritable {
                path: root.to_owned(),
                source,
            })?;
            remove_leftovers(root, Some(&self.manifest.folder));
        }
        self.is_published = true;
        self.is_outdated = false;
        Ok(())
    }
}

impl WritesIndex for Writer {
    type Prepared = TantivyDocument;
    type Preparer = Preparer;
    type Batch<'w> = Batch<'w>;

    fn known(&self) -> Result<HashMap<Box<str>, KnownFile>, IndexError> {
        if self.is_outdated {
            return Ok(HashMap::new());
        }
        Ok(known_files(&self.reader.searcher())?)
    }

    fn later_stamps(&self) -> &HashMap<String, u64> {
        &self.later_stamps
    }

    fn set_later_stamps(&mut self, stamps: HashMap<String, u64>) {
        if stamps == self.later_stamps {
            return;
        }
        if let Some(root) = &self.root
            && let Err(error) = write_stamps(&root.join(&self.manifest.folder), &stamps)
        {
            tracing::warn!(%error, "cannot write which files are unchanged; they are read again at the next start");
        }
        self.later_stamps = stamps;
    }

    fn preparer(&self) -> Preparer {
        Preparer {
            fields: self.fields,
            analyzer: self.analyzer.clone(),
        }
    }

    fn begin(&mut self, is_empty: bool) -> Result<Batch<'_>, IndexError> {
        let mut segments = None;
        if is_empty {
            // What the index has nevertheless, such as the rest of a failure, is left out of the next commit.
            self.index.delete_all_documents()?;
            segments = Some(NewSegments::new(&self.index));
        }
        Ok(Batch {
            index: &self.index,
            fields: self.fields,
            segments,
        })
    }

    fn must_commit(&self) -> bool {
        !self.is_published
    }

    fn commit(&mut self, documents: usize) -> Result<(), IndexError> {
        let mut commit = self.index.prepare_commit()?;
        // Read when the index is opened, to notice a damaged list of segments.
        commit.set_payload(&documents.to_string());
        commit.commit()?;
        self.publish()?;
        Ok(self.reader.reload()?)
    }

    fn roll_back(&mut self) -> bool {
        // Tantivy panics when it is asked again after it could not.
        if !self.is_lost {
            let rolled_back = self.index.rollback().and_then(|_| self.reader.reload());
            let continued = rolled_back.and_then(|()| self.continue_after_commit());
            self.is_lost = continued.is_err();
        }
        !self.is_lost
    }

    fn start_anew(&mut self) -> Result<(), IndexError> {
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
        *self = Self::on_disk(&index, analyzer, &root, manifest, false, lock)?;
        Ok(())
    }

    fn cause(&mut self, error: IndexError) -> IndexError {
        let has_thread_ended =
            |error: &TantivyError| matches!(error, TantivyError::ErrorInThread(_));
        match &error {
            // That a thread has ended says nothing; a commit says why it has.
            IndexError::Failed(failed) if failed.downcast_ref().is_some_and(has_thread_ended) => {
                self.index.prepare_commit().err().map_or(error, Into::into)
            }
            _ => error,
        }
    }
}

/// Makes of a file what the index stores.
pub(crate) struct Preparer {
    fields: Fields,
    analyzer: Analyzer,
}

impl Prepare<TantivyDocument> for Preparer {
    fn prepare(
        &self,
        read: &ReadDocument,
        file: &ContentFile,
    ) -> Result<TantivyDocument, IndexError> {
        let indexed = self.fields.index_document(read, file, &self.analyzer);
        indexed.map_err(|error| IndexError::Failed(Box::new(error)))
    }
}

/// Changes before they are committed.
pub(crate) struct Batch<'w> {
    index: &'w IndexWriter,
    fields: Fields,
    /// Segments of an index that was empty.
    segments: Option<NewSegments<'w>>,
}

impl IndexBatch<TantivyDocument> for Batch<'_> {
    const BUSY_THREADS: usize = NewSegments::MOST;

    fn put(&mut self, documents: Vec<TantivyDocument>) -> Result<(), IndexError> {
        if let Some(segments) = &mut self.segments {
            return Ok(segments.add(documents)?);
        }
        for document in documents {
            self.index.add_document(document)?;
        }
        Ok(())
    }

    fn remove(&mut self, path: &str) {
        let term = Term::from_field_text(self.fields.path, path);
        self.index.delete_term(term);
    }

    fn finish(self) -> Result<(), IndexError> {
        Ok(self.segments.map_or(Ok(()), NewSegments::finish)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::embedded::EmbeddedEngine;
    use crate::engine::embedded::write::folder::open_index;
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
        let engine = || EmbeddedEngine::open(&root, Analyzer::new()).unwrap().0;
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
