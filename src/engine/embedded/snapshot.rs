//! One state of the index, and its documents by address.

use super::evidence::MeanLengths;
use super::facets::Labels;
use super::schema::{self, DAY, Fields, GRADE, ID};
use super::store::{IndexError, Writer};
use super::suggest::Suggestions;
use super::vocabulary::Vocabulary;
use crate::analysis::Analyzer;
use crate::document::{Document, DocumentId, DocumentNames, GradeId, Rejection};
use crate::engine::EngineError;
use std::cmp::Ordering;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, DocSet, IndexReader, Searcher, TERMINATED, TantivyDocument, Term};

/// One state of the index; immutable, shared by the requests that began in it.
pub(super) struct Snapshot {
    pub(super) analyzer: Analyzer,
    pub(super) searcher: Searcher,
    pub(super) fields: Fields,
    pub(super) suggestions: Suggestions,
    pub(super) labels: Labels,
    pub(super) vocabulary: Vocabulary,
    pub(super) mean_lengths: MeanLengths,
    pub(super) rejected: Arc<[Rejection]>,
    /// 0 while there is nothing to answer from.
    pub(super) generation: u64,
    pub(super) newest: Option<jiff::civil::Date>,
    pub(super) index_bytes: u64,
}

impl Snapshot {
    /// The state after the writer's last commit, which follows the state `before`.
    pub(super) fn of(
        writer: &Writer,
        rejected: Arc<[Rejection]>,
        before: &Self,
        root: &Path,
    ) -> Result<Self, IndexError> {
        Self::read(
            &writer.reader,
            writer.fields,
            writer.analyzer.clone(),
            rejected,
            before.generation + 1,
            root,
            Some(before),
        )
    }

    pub(super) fn read(
        reader: &IndexReader,
        fields: Fields,
        analyzer: Analyzer,
        rejected: Arc<[Rejection]>,
        generation: u64,
        root: &Path,
        before: Option<&Self>,
    ) -> Result<Self, IndexError> {
        let searcher = reader.searcher();
        let (vocabulary, suggestions) = rayon::join(
            || Vocabulary::read(&searcher, fields, &analyzer),
            || Suggestions::read(&searcher, before.map(|b| &b.suggestions)),
        );
        Ok(Self {
            vocabulary: vocabulary?,
            suggestions: suggestions?,
            labels: Labels::read(&searcher, before.map(|b| &b.labels))?,
            mean_lengths: MeanLengths::of(&searcher, fields)?,
            analyzer,
            fields,
            rejected,
            generation,
            newest: newest_day(&searcher)?,
            index_bytes: folder_bytes(root),
            searcher,
        })
    }
}

/// The date of the newest document, from its column.
fn newest_day(searcher: &Searcher) -> tantivy::Result<Option<jiff::civil::Date>> {
    let mut newest = 0;
    for segment in searcher.segment_readers() {
        let days = segment.fast_fields().u64(DAY)?;
        newest = segment
            .doc_ids_alive()
            .filter_map(|doc| days.first(doc))
            .fold(newest, u64::max);
    }
    Ok(schema::date_of(newest))
}

fn folder_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            Some(if metadata.is_dir() {
                folder_bytes(&entry.path())
            } else {
                metadata.len()
            })
        })
        .sum()
}

impl Snapshot {
    /// Breaks a tie: the newer document, then the id, so that the same search always gives the same order.
    pub(super) fn newer_first(&self, a: DocAddress, b: DocAddress) -> Ordering {
        let day = |address: DocAddress| {
            let days = self
                .searcher
                .segment_reader(address.segment_ord)
                .fast_fields()
                .u64(DAY);
            days.ok().and_then(|days| days.first(address.doc_id))
        };
        let id = |address: DocAddress| self.id_at(address).map(|id| id.0).unwrap_or_default();
        day(b).cmp(&day(a)).then_with(|| id(a).cmp(&id(b)))
    }

    /// The id of a document, from its column.
    pub(super) fn id_at(&self, address: DocAddress) -> Result<DocumentId, EngineError> {
        let id = self.column_text(ID, address)?;
        Ok(DocumentId(id.unwrap_or_default()))
    }

    /// The first text of a document in a column.
    pub(super) fn column_text(
        &self,
        column: &str,
        address: DocAddress,
    ) -> Result<Option<String>, EngineError> {
        let segment = self.searcher.segment_reader(address.segment_ord);
        let Some(texts) = segment.fast_fields().str(column)? else {
            return Ok(None);
        };
        let Some(term) = texts.term_ords(address.doc_id).next() else {
            return Ok(None);
        };
        let mut text = String::new();
        texts
            .ord_to_str(term, &mut text)
            .map_err(|e| EngineError(Box::new(e)))?;
        Ok(Some(text))
    }

    /// Both names of the document whose exact `field` is `value`, from their columns.
    pub(super) fn names(
        &self,
        field: Field,
        value: &str,
    ) -> Result<Option<DocumentNames>, EngineError> {
        let Some(address) = self.address_of(field, value)? else {
            return Ok(None);
        };
        Ok(Some(DocumentNames {
            id: self.id_at(address)?,
            grade: self.column_text(GRADE, address)?.map(GradeId),
        }))
    }

    /// The document whose exact `field` is `value`.
    pub(super) fn find(&self, field: Field, value: &str) -> Result<Option<Document>, EngineError> {
        self.address_of(field, value)?
            .map(|address| self.document_at(address))
            .transpose()
    }

    pub(super) fn address_of(
        &self,
        field: Field,
        value: &str,
    ) -> Result<Option<DocAddress>, EngineError> {
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
                    return Ok(Some(DocAddress::new(ordinal, documents.doc())));
                }
                documents.advance();
            }
        }
        Ok(None)
    }

    pub(super) fn document_at(&self, address: DocAddress) -> Result<Document, EngineError> {
        let stored: TantivyDocument = self.searcher.doc(address)?;
        let source = stored
            .get_first(self.fields.source)
            .and_then(|v| v.as_bytes())
            .unwrap_or_default();
        serde_json::from_slice(source).map_err(|e| EngineError(Box::new(e)))
    }
}
