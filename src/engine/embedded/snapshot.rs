//! One state of the index, and its documents by address.

use super::candidates::LengthNorms;
use super::evidence::MeanLengths;
use super::facets::Labels;
use super::handles::Handles;
use super::schema::{self, Fields};
use super::segments::OfSegments;
use super::store::{IndexError, Writer};
use super::suggest::Suggestions;
use super::vocabulary::Vocabulary;
use crate::analysis::Analyzer;
use crate::document::{Document, DocumentId, DocumentNames, GradeId, Rejection};
use crate::engine::{EngineError, ListedDocument};
use std::cmp::Ordering;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tantivy::columnar::{Column, StrColumn};
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
    pub(super) norms: LengthNorms,
    pub(super) handles: OfSegments<Handles>,
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
        let handles = OfSegments::read(&searcher, before.map(|b| &b.handles), |segment| {
            Handles::open(segment, fields)
        })?;
        let mean_lengths = MeanLengths::of(&searcher, &handles);
        Ok(Self {
            vocabulary: vocabulary?,
            suggestions: suggestions?,
            labels: Labels::read(&searcher, before.map(|b| &b.labels))?,
            norms: LengthNorms::of(&mean_lengths),
            mean_lengths,
            analyzer,
            fields,
            rejected,
            generation,
            newest: newest_day(&searcher, &handles),
            index_bytes: folder_bytes(root),
            handles,
            searcher,
        })
    }
}

/// The date of the newest document, from its column.
fn newest_day(searcher: &Searcher, handles: &OfSegments<Handles>) -> Option<jiff::civil::Date> {
    let segments = searcher.segment_readers().iter().zip(handles.iter());
    let days = segments.flat_map(|(segment, handles)| {
        let alive = segment.doc_ids_alive();
        alive.filter_map(|doc| handles.days.first(doc))
    });
    schema::date_of(days.max()?)
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
    /// Breaks a tie, so that the same search always gives the same order: the newer document; of the same day by their
    /// content, which is quicker to compare than ids.
    pub(super) fn newer_first(&self, a: DocAddress, b: DocAddress) -> Ordering {
        let of = |column: fn(&Handles) -> &Column<u64>, address: DocAddress| {
            column(self.handles.at(address.segment_ord)).first(address.doc_id)
        };
        let day = |address| of(|handles| &handles.days, address);
        let hash = |address| of(|handles| &handles.hashes, address);
        let id = |address| self.id_at(address).map(|id| id.0).unwrap_or_default();
        day(b)
            .cmp(&day(a))
            .then_with(|| hash(a).cmp(&hash(b)))
            .then_with(|| id(a).cmp(&id(b)))
    }

    /// The id of a document, from its column.
    pub(super) fn id_at(&self, address: DocAddress) -> Result<DocumentId, EngineError> {
        let id = self.column_text(|handles| &handles.ids, address)?;
        Ok(DocumentId(id.unwrap_or_default()))
    }

    /// What a reader sees as the question of a document, from its column.
    pub(super) fn headline_at(&self, address: DocAddress) -> Result<Option<String>, EngineError> {
        self.column_text(|handles| &handles.headlines, address)
    }

    /// What a list names of a document, from columns.
    pub(super) fn listed(&self, address: DocAddress) -> Result<ListedDocument, EngineError> {
        let days = &self.handles.at(address.segment_ord).days;
        Ok(ListedDocument {
            id: self.id_at(address)?,
            headline: self.headline_at(address)?.unwrap_or_default(),
            date: days.first(address.doc_id).and_then(schema::date_of),
        })
    }

    /// The first text of a document in a column.
    pub(super) fn column_text(
        &self,
        column: fn(&Handles) -> &Option<StrColumn>,
        address: DocAddress,
    ) -> Result<Option<String>, EngineError> {
        let Some(texts) = column(self.handles.at(address.segment_ord)) else {
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
            grade: self
                .column_text(|handles| &handles.grades, address)?
                .map(GradeId),
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
        let text = |field| stored.get_first(field).and_then(|v| v.as_str());
        let source = text(self.fields.source).unwrap_or_default();
        let mut document: Document =
            serde_json::from_str(source).map_err(|e| EngineError(Box::new(e)))?;
        text(self.fields.markdown)
            .unwrap_or_default()
            .clone_into(&mut document.answer);
        Ok(document)
    }
}
