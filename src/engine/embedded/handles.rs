//! What searches read of a segment, opened once: its posting lists, its lengths, its columns.

use super::schema::{
    ANSWER_SIGNATURE, DAY, Fields, GRADE, HASH, HEADLINE, ID, PATH, PLACES, QUESTION_CHARACTERS,
    QUESTION_WORDS, TAG,
};
use std::sync::Arc;
use tantivy::columnar::{Column, StrColumn};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::{InvertedIndexReader, SegmentOrdinal, SegmentReader};

/// One segment, opened.
pub(super) struct Handles {
    /// Posting lists and numbers of tokens, by place of the field.
    pub(super) postings: [Arc<InvertedIndexReader>; PLACES],
    pub(super) lengths: [FieldNormReader; PLACES],
    pub(super) question_words: Column<u64>,
    pub(super) question_characters: Column<u64>,
    pub(super) answer_signatures: Column<u64>,
    pub(super) days: Column<u64>,
    pub(super) hashes: Column<u64>,
    pub(super) ids: Option<StrColumn>,
    pub(super) grades: Option<StrColumn>,
    pub(super) paths: Option<StrColumn>,
    pub(super) headlines: Option<StrColumn>,
    pub(super) tags: Option<StrColumn>,
}

impl Handles {
    pub(super) fn open(segment: &SegmentReader, fields: Fields) -> tantivy::Result<Self> {
        let searched = fields.searched();
        let postings = searched.map(|field| segment.inverted_index(field));
        let lengths = searched.map(|field| segment.get_fieldnorms_reader(field));
        let columns = segment.fast_fields();
        Ok(Self {
            postings: all(postings)?,
            lengths: all(lengths)?,
            question_words: columns.u64(QUESTION_WORDS)?,
            question_characters: columns.u64(QUESTION_CHARACTERS)?,
            answer_signatures: columns.u64(ANSWER_SIGNATURE)?,
            days: columns.u64(DAY)?,
            hashes: columns.u64(HASH)?,
            ids: columns.str(ID)?,
            grades: columns.str(GRADE)?,
            paths: columns.str(PATH)?,
            headlines: columns.str(HEADLINE)?,
            tags: columns.str(TAG)?,
        })
    }
}

fn all<T, const N: usize>(results: [tantivy::Result<T>; N]) -> tantivy::Result<[T; N]> {
    let all: Vec<T> = results.into_iter().collect::<tantivy::Result<_>>()?;
    all.try_into()
        .map_err(|_| tantivy::TantivyError::InternalError("a field was lost".to_owned()))
}

/// Fields, by their places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Places(u8);

impl Places {
    pub(super) fn of(places: impl IntoIterator<Item = usize>) -> Self {
        Self(places.into_iter().fold(0, |bits, place| bits | 1 << place))
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn iter(self) -> impl Iterator<Item = usize> {
        (0..PLACES).filter(move |place| self.0 >> place & 1 == 1)
    }
}

/// Where the posting list of a word is in one field of one segment.
#[derive(Debug, Clone)]
pub(super) struct List {
    pub(super) segment: SegmentOrdinal,
    /// Place of the field.
    pub(super) place: usize,
    pub(super) info: TermInfo,
}

/// The posting lists of a word in some fields, by segment.
pub(super) fn lists_of<'h>(
    word: &str,
    places: Places,
    segments: impl Iterator<Item = &'h Arc<Handles>>,
) -> tantivy::Result<Vec<List>> {
    let mut lists = Vec::new();
    for (segment, handles) in (0..).zip(segments) {
        for place in places.iter() {
            if let Some(info) = handles.postings[place].terms().get(word)? {
                lists.push(List {
                    segment,
                    place,
                    info,
                });
            }
        }
    }
    Ok(lists)
}
