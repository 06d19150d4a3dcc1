//! What searches read of a segment, opened once: posting lists, field lengths, columns.

use crate::engine::embedded::schema::{
    ANSWER_SIGNATURE, ASKED_AS_CHARACTERS, ASKED_AS_WORDS, CHANGED, DAY, Fields, GRADE, HASH,
    HEADLINE, HEADLINE_CHARACTERS, HEADLINE_WORDS, ID, PATH, TAG, has_field,
};
use crate::engine::fields::{Field, PerField};
use std::sync::Arc;
use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::IndexRecordOption;
use tantivy::{InvertedIndexReader, SegmentReader};

/// The readers of one segment.
pub(crate) struct SegmentReaders {
    pub(crate) postings: PerField<Arc<InvertedIndexReader>>,
    /// Numbers of tokens, to the precision of the index.
    pub(crate) lengths: PerField<FieldNormReader>,
    pub(crate) headline_words: Column<u64>,
    pub(crate) headline_characters: Column<u64>,
    pub(crate) answer_signatures: Column<u64>,
    /// Documents that say in which other words they are asked.
    pub(crate) asked: u32,
    /// None in an index of the version before.
    pub(crate) asked_as_words: Option<Column<u64>>,
    /// None in an index of the version before.
    pub(crate) asked_as_characters: Option<Column<u64>>,
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
        let is_known = |field: Field| has_field(segment.schema(), fields.searched(field));
        let postings = |field| {
            if is_known(field) {
                segment.inverted_index(fields.searched(field))
            } else {
                let nothing = InvertedIndexReader::empty(IndexRecordOption::WithFreqs);
                Ok(Arc::new(nothing))
            }
        };
        let lengths = |field| {
            if is_known(field) {
                segment.get_fieldnorms_reader(fields.searched(field))
            } else {
                Ok(FieldNormReader::constant(segment.max_doc(), 0))
            }
        };
        let columns = segment.fast_fields();
        let asked_as_words = columns.column_opt::<u64>(ASKED_AS_WORDS)?;
        let is_asked = |words: &Column<u64>| {
            let docs = 0..segment.max_doc();
            docs.filter(|doc| words.first(*doc).is_some()).count() as u32
        };
        Ok(Self {
            asked: asked_as_words.as_ref().map_or(0, is_asked),
            postings: PerField::try_from_fn(postings)?,
            lengths: PerField::try_from_fn(lengths)?,
            headline_words: columns.u64(HEADLINE_WORDS)?,
            headline_characters: columns.u64(HEADLINE_CHARACTERS)?,
            answer_signatures: columns.u64(ANSWER_SIGNATURE)?,
            asked_as_words,
            asked_as_characters: columns.column_opt(ASKED_AS_CHARACTERS)?,
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
