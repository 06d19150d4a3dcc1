//! Bulk indexing. Fills segments on the threads that prepare the documents, past the threads of tantivy's `IndexWriter`:
//! handing documents over costs an eighth of the time (cold caches). Only for an empty index: where documents are replaced,
//! only the `IndexWriter` orders removals against additions.

use rayon::prelude::*;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use tantivy::index::SegmentMeta;
use tantivy::indexer::{AddOperation, SegmentWriter};
use tantivy::{IndexWriter, Segment, TantivyDocument, TantivyError};

/// Bytes that all open segments may take together before they are written, and bytes of one. More does not help: their
/// tables outgrow the caches.
const BYTES: usize = 128 * 1024 * 1024;
const MOST_BYTES: usize = 48 * 1024 * 1024;
/// Documents at once that are worth a further segment.
const WORTH_A_SEGMENT: usize = 64;

/// Segments that are being filled. They are part of the next commit after [`finish`](Self::finish).
pub(super) struct NewSegments<'a> {
    /// Bytes that each may take.
    bytes: usize,
    open: Vec<Option<Open>>,
    full: Full<'a>,
}

/// Segments that are being written, the oldest first, each by a thread of its own: the threads that prepare documents need
/// not wait.
struct Full<'a> {
    index: &'a IndexWriter,
    /// Segments at once, at most: they still take memory.
    most: usize,
    written: Mutex<Written>,
}

type Written = VecDeque<JoinHandle<tantivy::Result<SegmentMeta>>>;

struct Open {
    segment: Segment,
    writer: SegmentWriter,
}

impl<'a> NewSegments<'a> {
    /// Segments filled at once, one by each thread; beyond a few the merging dominates.
    pub(super) const MOST: usize = 4;

    pub(super) fn new(index: &'a IndexWriter) -> Self {
        let segments = rayon::current_num_threads().min(Self::MOST);
        Self {
            bytes: (BYTES / segments).min(MOST_BYTES),
            open: std::iter::repeat_with(|| None).take(segments).collect(),
            full: Full {
                index,
                most: segments,
                written: Mutex::default(),
            },
        }
    }

    /// Adds documents, each to the segment that is free first.
    pub(super) fn add(&mut self, documents: Vec<TantivyDocument>) -> tantivy::Result<()> {
        let (bytes, full) = (self.bytes, &self.full);
        let segments = documents.len().div_ceil(WORTH_A_SEGMENT);
        let documents = Mutex::new(documents.into_iter());
        let next = || locked(&documents).next();
        if segments > 1 {
            // One thread may take most of the documents: into another segment each time, so that all fill alike.
            self.open.rotate_left(1);
        }
        let segments = self.open.par_iter_mut().take(segments);
        segments.try_for_each(|segment| {
            while let Some(document) = next() {
                let open = match segment {
                    Some(open) => open,
                    None => segment.insert(Open::new(full.index, bytes)?),
                };
                open.add(document)?;
                if open.writer.mem_usage() >= bytes
                    && let Some(open) = segment.take()
                {
                    full.write(open)?;
                }
            }
            Ok(())
        })
    }

    /// Writes the segments that are still open.
    pub(super) fn finish(self) -> tantivy::Result<()> {
        let mut open = self.open.into_iter().flatten();
        open.try_for_each(|open| self.full.write(open))?;
        self.full
            .wait_for_all_but(0, &mut locked(&self.full.written))
    }
}

impl Full<'_> {
    /// Begins to write a segment, once fewer than the most are being written.
    fn write(&self, open: Open) -> tantivy::Result<()> {
        let mut written = locked(&self.written);
        self.wait_for_all_but(self.most - 1, &mut written)?;
        let thread = std::thread::Builder::new().name("segment".to_owned());
        written.push_back(thread.spawn(|| open.write())?);
        Ok(())
    }

    /// Waits until no more than `left` are being written, and adds the others to the index.
    fn wait_for_all_but(&self, left: usize, written: &mut Written) -> tantivy::Result<()> {
        while written.len() > left
            && let Some(writes) = written.pop_front()
        {
            let panicked = |_| TantivyError::ErrorInThread("a segment was not written".to_owned());
            let meta = writes.join().map_err(panicked)??;
            self.index.add_segment(meta)?;
        }
        Ok(())
    }
}

impl Drop for Full<'_> {
    /// Waits for the threads, so that nothing writes to the folder when it is cleared up after a failure.
    fn drop(&mut self) {
        for writes in locked(&self.written).drain(..) {
            let _ = writes.join();
        }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Open {
    fn new(index: &IndexWriter, bytes: usize) -> tantivy::Result<Self> {
        let segment = index.new_segment();
        let writer = SegmentWriter::for_segment(bytes, segment.clone())?;
        Ok(Self { segment, writer })
    }

    fn add(&mut self, document: TantivyDocument) -> tantivy::Result<()> {
        // Opstamps order additions against removals; here are no removals.
        let opstamp = 0;
        self.writer.add_document(AddOperation { opstamp, document })
    }

    fn write(self) -> tantivy::Result<SegmentMeta> {
        let documents = self.writer.max_doc();
        self.writer.finalize()?;
        let segment = self.segment.with_max_doc(documents);
        Ok(segment.meta().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::embedded::schema;
    use crate::engine::embedded::write::folder::new_index;
    use tantivy::directory::RamDirectory;
    use tantivy::merge_policy::NoMergePolicy;

    /// The numbers of documents and of segments of an index after adding `documents` documents twice.
    fn filled(documents: usize, bytes: usize) -> (u64, usize) {
        let fields = schema::build().1;
        let index = new_index(RamDirectory::create()).unwrap();
        let mut writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let mut segments = NewSegments::new(&writer);
        segments.bytes = bytes;
        for _ in 0..2 {
            let document = || {
                let mut document = TantivyDocument::new();
                document.add_text(fields.id, "a");
                document
            };
            segments
                .add(std::iter::repeat_with(document).take(documents).collect())
                .unwrap();
        }
        segments.finish().unwrap();
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        (searcher.num_docs(), searcher.segment_readers().len())
    }

    #[test]
    fn a_full_segment_is_written_and_the_next_one_begun() {
        // The first document of a segment takes as much memory.
        assert_eq!(filled(5, 1_000_000), (10, 10));
    }

    #[test]
    fn few_documents_are_in_one_segment_and_many_in_some() {
        assert_eq!(filled(WORTH_A_SEGMENT, usize::MAX), (128, 1));
        let (documents, segments) = filled(1_000, usize::MAX);
        assert_eq!(documents, 2_000);
        assert!((1..=NewSegments::MOST).contains(&segments), "{segments}");
        assert_eq!(filled(0, usize::MAX), (0, 0));
    }

    #[test]
    fn a_full_segment_that_could_not_be_written_is_an_error_at_the_end() {
        let index = new_index(RamDirectory::create()).unwrap();
        let writer = index.writer_with_num_threads(1, 15_000_000).unwrap();
        let told = |write: fn() -> tantivy::Result<SegmentMeta>| {
            let segments = NewSegments::new(&writer);
            locked(&segments.full.written).push_back(std::thread::spawn(write));
            segments.finish().unwrap_err()
        };
        let refused = told(|| Err(std::io::Error::from(std::io::ErrorKind::StorageFull).into()));
        assert!(matches!(refused, TantivyError::IoError(_)), "{refused:?}");
        let panicked = told(|| panic!("as a test"));
        let is_of_thread = matches!(panicked, TantivyError::ErrorInThread(_));
        assert!(is_of_thread, "{panicked:?}");
    }
}
