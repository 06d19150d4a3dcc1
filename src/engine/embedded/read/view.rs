//! One state of the index's files, opened for reading, and what its columns say of documents.

use super::labels::Labels;
use super::per_segment::PerSegment;
use super::segment::SegmentReaders;
use crate::document::{Document, DocumentId, DocumentNames, GradeId};
use crate::engine::askings::Askings;
use crate::engine::embedded::schema::{self, Fields};
use crate::engine::error::EngineError;
use crate::engine::fields::PerField;
use crate::engine::index::LabelKind;
use crate::engine::learned::Lessons;
use crate::engine::model::{Card, Provenance};
use std::cmp::Ordering;
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::{Field as SchemaField, IndexRecordOption, Value};
use tantivy::{DocAddress, DocSet, IndexReader, Searcher, TERMINATED, TantivyDocument, Term};

/// The files of one state of an index.
pub(crate) struct View {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    pub(crate) segments: PerSegment<SegmentReaders>,
    pub(crate) labels: Labels,
}

impl View {
    /// Opens the state that `reader` has loaded. Segments that are in `before` are not opened again.
    pub(crate) fn open(
        reader: &IndexReader,
        fields: Fields,
        before: Option<&Self>,
    ) -> tantivy::Result<Self> {
        let searcher = reader.searcher();
        let labels = Labels::read(&searcher, before.map(|before| &before.labels))?;
        let before = before.map(|before| &before.segments);
        let segments = PerSegment::read(&searcher, before, |segment| {
            SegmentReaders::open(segment, fields)
        })?;
        Ok(Self {
            searcher,
            fields,
            segments,
            labels,
        })
    }

    /// Mean number of tokens of each field, never 0.
    pub(crate) fn mean_lengths(&self) -> PerField<f32> {
        let segments = self.searcher.segment_readers().iter();
        let documents: f32 = segments.map(|s| s.max_doc() as f32).sum();
        PerField::from_fn(|field| {
            let segments = self.segments.iter();
            let tokens: u64 = segments.map(|s| s.postings[field].total_num_tokens()).sum();
            (tokens as f32 / documents.max(1.0)).max(f32::MIN_POSITIVE)
        })
    }

    /// The share of documents that say in which other words they are asked.
    pub(crate) fn asked_share(&self) -> f32 {
        let segments = self.searcher.segment_readers().iter();
        let documents: u32 = segments.map(tantivy::SegmentReader::max_doc).sum();
        let asked: u32 = self.segments.iter().map(|segment| segment.asked).sum();
        asked as f32 / documents.max(1) as f32
    }

    /// What the askings of documents teach.
    pub(crate) fn lessons(&self) -> Lessons {
        let segments = || {
            self.searcher
                .segment_readers()
                .iter()
                .zip(self.segments.iter())
        };
        // Deleted documents do not count, or what is learned would change when they are merged away.
        let asked = segments().map(|(segment, readers)| {
            let words = readers.asked_as_words.as_ref();
            let is_asked = |doc: &u32| words.is_some_and(|words| words.first(*doc).is_some());
            segment.doc_ids_alive().filter(is_asked).count() as u32
        });
        let mut lessons = Lessons::from_documents(asked.sum());
        for (ordinal, (segment, readers)) in (0..).zip(segments()) {
            for doc in segment.doc_ids_alive() {
                if lessons.takes(readers.hashes.first(doc).unwrap_or_default()) {
                    let headline: Vec<u64> = readers.headline_words.values_for_doc(doc).collect();
                    let askings = self.askings(DocAddress::new(ordinal, doc));
                    lessons.add(&headline, askings.whole_words());
                }
            }
        }
        lessons
    }

    /// The date of the newest document.
    pub(crate) fn newest_day(&self) -> Option<jiff::civil::Date> {
        let segments = self.searcher.segment_readers().iter();
        let segments = segments.zip(self.segments.iter());
        let days = segments.flat_map(|(segment, readers)| {
            let alive = segment.doc_ids_alive();
            alive.filter_map(|doc| readers.days.first(doc))
        });
        schema::date_of(days.max()?)
    }

    /// `limit`, or the number of documents where that is smaller: memory is allocated for no more.
    pub(crate) fn at_most(&self, limit: usize) -> usize {
        limit.min(self.searcher.num_docs() as usize)
    }

    /// Orders newer documents first, those of a day by their content, which is quicker to compare than ids.
    pub(crate) fn newer_first(&self, a: DocAddress, b: DocAddress) -> Ordering {
        let of = |column: fn(&SegmentReaders) -> &Column<u64>, address: DocAddress| {
            column(self.segments.at(address.segment_ord)).first(address.doc_id)
        };
        let day = |address| of(|readers| &readers.days, address);
        let hash = |address| of(|readers| &readers.hashes, address);
        let id = |address| self.id(address).map(|id| id.0).unwrap_or_default();
        day(b)
            .cmp(&day(a))
            .then_with(|| hash(a).cmp(&hash(b)))
            .then_with(|| id(a).cmp(&id(b)))
    }

    /// The id of a document.
    pub(crate) fn id(&self, address: DocAddress) -> Result<DocumentId, EngineError> {
        let id = self.text(|readers| &readers.ids, address)?;
        Ok(DocumentId(id.unwrap_or_default()))
    }

    /// What a reader sees as the question of a document.
    pub(crate) fn headline(&self, address: DocAddress) -> Result<String, EngineError> {
        let headline = self.text(|readers| &readers.headlines, address)?;
        Ok(headline.unwrap_or_default())
    }

    /// In which other words a document is asked.
    pub(crate) fn askings(&self, address: DocAddress) -> Askings {
        let readers = self.segments.at(address.segment_ord);
        let numbers = |column: &Option<Column<u64>>| {
            let Some(column) = column else {
                return Vec::new();
            };
            let rows = column.index.value_row_ids(address.doc_id);
            let mut numbers = vec![0; rows.len()];
            column.values.get_range(u64::from(rows.start), &mut numbers);
            numbers
        };
        Askings {
            words: numbers(&readers.asked_as_words),
            characters: numbers(&readers.asked_as_characters),
        }
    }

    /// What a list shows of a document.
    pub(crate) fn card(&self, address: DocAddress) -> Result<Card, EngineError> {
        let readers = self.segments.at(address.segment_ord);
        let day = |column: &Column<u64>| column.first(address.doc_id).and_then(schema::date_of);
        Ok(Card {
            id: self.id(address)?,
            headline: self.headline(address)?,
            date: day(&readers.days),
            changed: readers.changed.as_ref().and_then(day),
        })
    }

    /// Where a document came from.
    pub(crate) fn provenance(&self, address: DocAddress) -> Result<Provenance, EngineError> {
        let grade = self.text(|readers| &readers.grades, address)?;
        Ok(Provenance {
            names: DocumentNames {
                id: self.id(address)?,
                grade: grade.map(GradeId),
            },
            path: self.text(|readers| &readers.paths, address)?,
        })
    }

    /// The first text of a document in a column.
    pub(crate) fn text(
        &self,
        column: fn(&SegmentReaders) -> &Option<StrColumn>,
        address: DocAddress,
    ) -> Result<Option<String>, EngineError> {
        let Some(texts) = column(self.segments.at(address.segment_ord)) else {
            return Ok(None);
        };
        let Some(ordinal) = texts.term_ords(address.doc_id).next() else {
            return Ok(None);
        };
        // Bytes, because one text that is not UTF-8 must not fail a list of others.
        let mut text = Vec::new();
        texts
            .ord_to_bytes(ordinal, &mut text)
            .map_err(|e| EngineError(Box::new(e)))?;
        Ok(Some(String::from_utf8_lossy(&text).into_owned()))
    }

    /// The document whose exact `field` is `value`.
    pub(crate) fn find(
        &self,
        field: SchemaField,
        value: &str,
    ) -> Result<Option<DocAddress>, EngineError> {
        Ok(self.having(field, value, 1)?.pop())
    }

    /// The document whose exact `field` is `value`, where no other has it.
    pub(crate) fn find_only(
        &self,
        field: SchemaField,
        value: &str,
    ) -> Result<Option<DocAddress>, EngineError> {
        let mut having = self.having(field, value, 2)?;
        Ok(having.pop().filter(|_| having.is_empty()))
    }

    /// The first documents whose exact `field` is `value`.
    fn having(
        &self,
        field: SchemaField,
        value: &str,
        most: usize,
    ) -> Result<Vec<DocAddress>, EngineError> {
        let mut having = Vec::new();
        if !schema::has_field(self.searcher.schema(), field) {
            return Ok(having);
        }
        let term = Term::from_field_text(field, value);
        for (ordinal, segment) in (0..).zip(self.searcher.segment_readers()) {
            let documents = segment
                .inverted_index(field)?
                .read_postings(&term, IndexRecordOption::Basic)
                .map_err(tantivy::TantivyError::from)?;
            let Some(mut documents) = documents else {
                continue;
            };
            while documents.doc() != TERMINATED {
                if !segment.is_deleted(documents.doc()) {
                    having.push(DocAddress::new(ordinal, documents.doc()));
                }
                if having.len() == most {
                    return Ok(having);
                }
                documents.advance();
            }
        }
        Ok(having)
    }

    /// A label in the spelling in which it is shown.
    pub(crate) fn usual(&self, kind: LabelKind, label: &str) -> String {
        self.labels.spellings.usual(kind, label).to_owned()
    }

    /// A whole document.
    pub(crate) fn document(&self, address: DocAddress) -> Result<Document, EngineError> {
        let stored: TantivyDocument = self.searcher.doc(address)?;
        let text = |field| stored.get_first(field).and_then(|v| v.as_str());
        let source = text(self.fields.source).unwrap_or_default();
        let mut document: Document =
            serde_json::from_str(source).map_err(|e| EngineError(Box::new(e)))?;
        text(self.fields.markdown)
            .unwrap_or_default()
            .clone_into(&mut document.answer);
        for tag in &mut document.tags {
            *tag = self.usual(LabelKind::Tag, tag);
        }
        document.category = document
            .category
            .map(|c| self.usual(LabelKind::Category, &c));
        Ok(document)
    }
}
