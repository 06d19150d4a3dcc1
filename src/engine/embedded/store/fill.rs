//! An index from nothing: segments filled by the threads that made the documents. Handed on to threads of the library's
//! own, documents are cold when they get there, and each core goes back and forth between two kinds of work that share no
//! memory, which takes an eighth of all time. Where documents are replaced there is no way around those threads: they
//! alone know which removals come before a document, and which after it.

use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};
use tantivy::indexer::{AddOperation, SegmentWriter};
use tantivy::{IndexWriter, Segment, TantivyDocument};

/// Memory that a segment may take before it is written.
const BYTES_PER_SEGMENT: usize = 48 * 1024 * 1024;
/// Segments filled at once, for they take memory and are merged later.
const MOST_SEGMENTS: usize = 8;
/// As many documents at once are worth a segment of their own.
const WORTH_A_SEGMENT: usize = 64;

/// Segments that are being filled, one a thread. They belong to the index with the next commit after
/// [`finish`](Self::finish); those dropped before never do.
pub(in super::super) struct NewSegments<'a> {
    index: &'a IndexWriter,
    open: Vec<Option<Open>>,
}

struct Open {
    segment: Segment,
    writer: SegmentWriter,
}

impl<'a> NewSegments<'a> {
    pub(super) fn of(index: &'a IndexWriter) -> Self {
        let threads = rayon::current_num_threads().min(MOST_SEGMENTS);
        Self {
            index,
            open: std::iter::repeat_with(|| None).take(threads).collect(),
        }
    }

    /// Adds documents, on all cores.
    pub(in super::super) fn add(&mut self, documents: Vec<TantivyDocument>) -> tantivy::Result<()> {
        let index = self.index;
        let segments = documents.len().div_ceil(WORTH_A_SEGMENT);
        let documents = Mutex::new(documents.into_iter());
        let next = || {
            let mut documents = documents.lock().unwrap_or_else(PoisonError::into_inner);
            documents.next()
        };
        self.open
            .par_iter_mut()
            .take(segments)
            .try_for_each(|open| {
                while let Some(document) = next() {
                    let filled = match open.take() {
                        Some(open) => open,
                        None => Open::of(index)?,
                    };
                    *open = filled.with(document, index)?;
                }
                Ok(())
            })
    }

    /// Writes what is not written yet.
    pub(in super::super) fn finish(self) -> tantivy::Result<()> {
        let index = self.index;
        let open = self.open.into_par_iter().flatten();
        open.try_for_each(|open| open.write(index))
    }
}

impl Open {
    fn of(index: &IndexWriter) -> tantivy::Result<Self> {
        let segment = index.new_segment();
        let writer = SegmentWriter::for_segment(BYTES_PER_SEGMENT, segment.clone())?;
        Ok(Self { segment, writer })
    }

    /// With one more document; nothing when it was full, and is written.
    fn with(
        mut self,
        document: TantivyDocument,
        index: &IndexWriter,
    ) -> tantivy::Result<Option<Self>> {
        // It orders additions and removals; there are no removals.
        let opstamp = 0;
        self.writer
            .add_document(AddOperation { opstamp, document })?;
        if self.writer.mem_usage() < BYTES_PER_SEGMENT {
            return Ok(Some(self));
        }
        self.write(index)?;
        Ok(None)
    }

    fn write(self, index: &IndexWriter) -> tantivy::Result<()> {
        let documents = self.writer.max_doc();
        self.writer.finalize()?;
        let segment = self.segment.with_max_doc(documents);
        // It was there while documents could be sorted; now its name is free.
        segment.meta().untrack_temp_docstore();
        index.add_segment(segment.meta().clone())
    }
}
