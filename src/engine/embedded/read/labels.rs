//! Counts by tag, category and year.
//!
//! The labels of all documents are in memory, as numbers: a search counts the labels of all matching documents, which may be
//! a good part of the index.

use super::columns::texts_by_ordinal;
use super::per_segment::PerSegment;
use crate::engine::embedded::schema::{CATEGORY, TAG, YEAR};
use crate::engine::index::{LabelCount, LabelKind};
use crate::engine::spellings::Spellings;
use std::borrow::Cow;
use std::collections::BTreeSet;
use tantivy::columnar::StrColumn;
use tantivy::{DocAddress, DocId, Searcher, SegmentReader};

/// A tag, a category or a year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Label {
    kind: LabelKind,
    value: Box<str>,
}

/// The labels of all documents of a snapshot.
pub(crate) struct Labels {
    segments: PerSegment<Labelled>,
    /// All labels in their usual spelling, in order, each once.
    all: Vec<Label>,
    pub(crate) spellings: Spellings,
    /// For each segment, the indices of its labels in `all`.
    indices: Vec<Vec<u32>>,
}

/// The labels of the documents of one segment.
struct Labelled {
    labels: Vec<Label>,
    /// Where the labels of each document begin; one more at the end.
    starts: Vec<u32>,
    /// Indices into `labels`, those of one document after those of another.
    of_documents: Vec<u32>,
    /// Documents that have each label.
    counts: Vec<u64>,
}

impl Labels {
    /// Reads the labels of an index from their columns, but for segments that are in `before`.
    pub(crate) fn read(searcher: &Searcher, before: Option<&Self>) -> tantivy::Result<Self> {
        let segments = PerSegment::read(searcher, before.map(|b| &b.segments), Labelled::read)?;
        let counted = segments.iter().flat_map(|s| s.labels.iter().zip(&s.counts));
        let spellings =
            Spellings::of(counted.map(|(label, count)| (label.kind, &*label.value, *count)));
        let usual = |label: &Label| Label {
            kind: label.kind,
            value: spellings.usual(label.kind, &label.value).into(),
        };
        let mut all: Vec<Label> = segments.iter().flat_map(|s| &s.labels).map(usual).collect();
        all.sort_unstable();
        all.dedup();
        let index = |label: &Label| all.binary_search(&usual(label)).unwrap_or_default() as u32;
        let of_segment = |segment: &Labelled| segment.labels.iter().map(index).collect();
        let indices = segments.iter().map(|segment| of_segment(segment)).collect();
        Ok(Self {
            segments,
            all,
            spellings,
            indices,
        })
    }

    /// A counter with no documents yet.
    pub(crate) fn counting(&self) -> Counting<'_> {
        Counting {
            labels: self,
            segments: self.segments.iter().map(AsRef::as_ref).collect(),
            counts: self.indices.iter().map(|i| vec![0; i.len()]).collect(),
        }
    }
}

/// Counts over documents while they are added.
pub(crate) struct Counting<'l> {
    labels: &'l Labels,
    segments: Vec<&'l Labelled>,
    /// By segment, by label.
    counts: Vec<Vec<u32>>,
}

impl<'l> Counting<'l> {
    pub(crate) fn add(&mut self, document: DocAddress) {
        let segment = document.segment_ord as usize;
        let counts = &mut self.counts[segment];
        for label in self.segments[segment].labels_of(document.doc_id) {
            counts[*label as usize] += 1;
        }
    }

    /// Takes back the counts of labels that several of these documents have, all but one: the documents were added one by
    /// one, and are shown as one.
    pub(crate) fn fold(&mut self, documents: impl Iterator<Item = DocAddress>) {
        let mut labels = BTreeSet::new();
        for document in documents {
            let segment = document.segment_ord as usize;
            for label in self.segments[segment].labels_of(document.doc_id) {
                let label = *label as usize;
                if !labels.insert(self.labels.indices[segment][label]) {
                    let count = &mut self.counts[segment][label];
                    *count = count.saturating_sub(1);
                }
            }
        }
    }

    /// The counts of all labels that any document has, in the order of the labels.
    pub(crate) fn finish(self) -> Vec<LabelCount<'l>> {
        let all = &self.labels.all;
        let mut sums = vec![0; all.len()];
        for (indices, counts) in self.labels.indices.iter().zip(self.counts) {
            for (index, count) in indices.iter().zip(counts) {
                sums[*index as usize] += u64::from(count);
            }
        }
        let counted = all.iter().zip(sums).filter(|(_, count)| *count > 0);
        let counted = counted.map(|(label, count)| LabelCount {
            kind: label.kind,
            value: Cow::Borrowed(&*label.value),
            count,
        });
        counted.collect()
    }
}

impl Labelled {
    fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        let tags = Texts::read(LabelKind::Tag, columns.str(TAG)?)?;
        let categories = Texts::read(LabelKind::Category, columns.str(CATEGORY)?)?;
        let year_of = columns.u64(YEAR)?;
        let documents = 0..segment.max_doc();
        let years = documents.clone().filter_map(|doc| year_of.first(doc));
        let years: Vec<u64> = years.collect::<BTreeSet<_>>().into_iter().collect();
        let (of_categories, of_years) = (
            tags.labels.len(),
            tags.labels.len() + categories.labels.len(),
        );
        let mut starts = Vec::with_capacity(segment.max_doc() as usize + 1);
        let mut of_documents = Vec::new();
        for doc in documents {
            starts.push(of_documents.len() as u32);
            of_documents.extend(tags.of(doc));
            of_documents.extend(categories.of(doc).map(|index| index + of_categories as u32));
            let year = year_of
                .first(doc)
                .and_then(|year| years.binary_search(&year).ok());
            of_documents.extend(year.map(|index| (index + of_years) as u32));
        }
        starts.push(of_documents.len() as u32);
        let years = years.iter().map(|year| Label {
            kind: LabelKind::Year,
            value: year.to_string().into(),
        });
        let labels = tags
            .labels
            .into_iter()
            .chain(categories.labels)
            .chain(years);
        let labels: Vec<Label> = labels.collect();
        let mut counts = vec![0; labels.len()];
        for label in &of_documents {
            counts[*label as usize] += 1;
        }
        Ok(Self {
            labels,
            starts,
            of_documents,
            counts,
        })
    }

    fn labels_of(&self, doc: DocId) -> &[u32] {
        let doc = doc as usize;
        &self.of_documents[self.starts[doc] as usize..self.starts[doc + 1] as usize]
    }
}

/// A column of text.
struct Texts {
    column: Option<StrColumn>,
    labels: Vec<Label>,
}

impl Texts {
    fn read(kind: LabelKind, column: Option<StrColumn>) -> tantivy::Result<Self> {
        let texts = column.as_ref().map(texts_by_ordinal).transpose()?;
        let labels = texts.unwrap_or_default().into_iter();
        Ok(Self {
            labels: labels.map(|value| Label { kind, value }).collect(),
            column,
        })
    }

    /// Indices of the labels of a document.
    fn of(&self, doc: DocId) -> impl Iterator<Item = u32> {
        let column = self.column.iter();
        column.flat_map(move |column| column.term_ords(doc).map(|ordinal| ordinal as u32))
    }
}
