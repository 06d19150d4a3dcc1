//! Values that are computed once for each segment of an index. Segments never change, however often documents do.

use std::sync::Arc;
use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

/// One `T` for each segment, in the order of the searcher.
pub(crate) struct PerSegment<T>(Vec<(SegmentId, Arc<T>)>);

impl<T> PerSegment<T> {
    /// Computes the values of segments that `before` does not have.
    pub(crate) fn read(
        searcher: &Searcher,
        before: Option<&Self>,
        compute: impl Fn(&SegmentReader) -> tantivy::Result<T>,
    ) -> tantivy::Result<Self> {
        let known = before.map_or(&[][..], |before| &before.0);
        let of_segment = |segment: &SegmentReader| {
            let id = segment.segment_id();
            let one = match known.iter().find(|(known, _)| *known == id) {
                Some((_, known)) => Arc::clone(known),
                None => Arc::new(compute(segment)?),
            };
            Ok((id, one))
        };
        let segments = searcher.segment_readers().iter().map(of_segment);
        Ok(Self(segments.collect::<tantivy::Result<_>>()?))
    }

    /// In the order of the searcher.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<T>> {
        self.0.iter().map(|(_, one)| one)
    }

    /// The value of the segment with this number.
    pub(crate) fn at(&self, ordinal: u32) -> &Arc<T> {
        &self.0[ordinal as usize].1
    }
}
