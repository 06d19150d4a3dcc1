//! What searches read of a segment, opened once: posting lists, field lengths, columns.

use crate::engine::embedded::schema::{
    ANSWER_SIGNATURE, CHANGED, DAY, Fields, GRADE, HASH, HEADLINE, HEADLINE_CHARACTERS,
    HEADLINE_WORDS, ID, PATH, TAG,
};
use crate::engine::fields::PerField;
use std::sync::Arc;
use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::{InvertedIndexReader, SegmentReader};

/// The readers of one segment.
pub(crate) struct SegmentReaders {
    pub(crate) postings: PerField<Arc<InvertedIndexReader>>,
    /// Numbers of tokens, to the precision of the index.
    pub(crate) lengths: PerField<FieldNormReader>,
    pub(crate) headline_words: Column<u64>,
    pub(crate) headline_characters: Column<u64>,
    pub(crate) answer_signatures: Column<u64>,
    pub(crate) days: Column<u64>,
    /// None in an index of the version before.
    pub(crate) changed: Option<Column<u64>>,
    pub(crate) hashes: Column<u64>,
    pub(crate) ids: Option<StrColumn>,
    pub(crate) grades: Option<StrColumn>,
    pub(crate) paths: Option<StrColumn>,
    pub(crate) headlines: Option<StrColumn>,
    pub(crate) tags: Option<StrColumn>,
}

impl SegmentReaders {
    pub(crate) fn open(segment: &SegmentReader, fields: Fields) -> tantivy::Result<Self> {
        let postings = |field| segment.inverted_index(fields.searched(field));
        let lengths = |field| segment.get_fieldnorms_reader(fields.searched(field));
        let columns = segment.fast_fields();
        Ok(Self {
            postings: PerField::try_from_fn(postings)?,
            lengths: PerField::try_from_fn(lengths)?,
            headline_words: columns.u64(HEADLINE_WORDS)?,
            headline_characters: columns.u64(HEADLINE_CHARACTERS)?,
            answer_signatures: columns.u64(ANSWER_SIGNATURE)?,
            days: columns.u64(DAY)?,
            changed: columns.column_opt(CHANGED)?,
            hashes: columns.u64(HASH)?,
            ids: columns.str(ID)?,
            grades: columns.str(GRADE)?,
            paths: columns.str(PATH)?,
            headlines: columns.str(HEADLINE)?,
            tags: columns.str(TAG)?,
        })
    }
}
