//! Counts by tag, category and year.
//!
//! What each document is labelled with is kept in memory, a number for each label: a search counts the labels of all it
//! finds, and may find a good part of the documents.

use super::columns::texts_by_ordinal;
use super::schema::{CATEGORY, TAG, YEAR};
use super::segments::OfSegments;
use crate::engine::{FacetCount, Facets};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader};

/// Values a facet shows, at most.
const MOST_VALUES: usize = 40;

/// The labels of all documents of a snapshot.
pub(super) struct Labels(OfSegments<Kinds>);

/// The labels of one segment: tags, categories, years.
type Kinds = [Kind; 3];

/// One kind of label.
struct Kind {
    values: Vec<Box<str>>,
    /// Where the labels of each document begin among all; one more at the end.
    starts: Vec<u32>,
    /// Places among the values.
    labels: Vec<u32>,
}

impl Labels {
    /// Reads the labels of an index from their columns, but for segments that are in `before`.
    pub(super) fn read(searcher: &Searcher, before: Option<&Self>) -> tantivy::Result<Self> {
        OfSegments::read(searcher, before.map(|b| &b.0), kinds_of).map(Self)
    }

    /// Counts over a few documents.
    pub(super) fn of_documents(&self, documents: impl Iterator<Item = DocAddress>) -> Facets {
        let mut counting: Vec<Option<Counting>> = self.0.iter().map(|_| None).collect();
        for address in documents {
            counting[address.segment_ord as usize]
                .get_or_insert_with(|| Counting::of(self.0.at(address.segment_ord)))
                .collect(address.doc_id, 0.0);
        }
        merged(counting.into_iter().flatten().map(Counting::harvest))
    }
}

fn kinds_of(segment: &SegmentReader) -> tantivy::Result<Kinds> {
    let columns = segment.fast_fields();
    let text = |name| -> tantivy::Result<Kind> {
        let Some(column) = columns.str(name)? else {
            return Ok(Kind::of(segment.max_doc(), Vec::new(), |_| Vec::new()));
        };
        let ordinals = |doc| column.term_ords(doc).map(|o| o as u32).collect();
        Ok(Kind::of(
            segment.max_doc(),
            texts_by_ordinal(&column)?,
            ordinals,
        ))
    };
    let column = columns.u64(YEAR)?;
    let years: BTreeSet<u64> = (0..segment.max_doc())
        .filter_map(|doc| column.first(doc))
        .collect();
    let years: Vec<u64> = years.into_iter().collect();
    let year = |doc| {
        let found = column
            .first(doc)
            .and_then(|year| years.binary_search(&year).ok());
        found.into_iter().map(|place| place as u32).collect()
    };
    let names = years.iter().map(|year| year.to_string().into()).collect();
    Ok([
        text(TAG)?,
        text(CATEGORY)?,
        Kind::of(segment.max_doc(), names, year),
    ])
}

impl Kind {
    fn of(documents: DocId, values: Vec<Box<str>>, labels_of: impl Fn(DocId) -> Vec<u32>) -> Self {
        let mut starts = Vec::with_capacity(documents as usize + 1);
        let mut labels = Vec::new();
        for doc in 0..documents {
            starts.push(labels.len() as u32);
            labels.extend(labels_of(doc));
        }
        starts.push(labels.len() as u32);
        Self {
            values,
            starts,
            labels,
        }
    }

    fn labels(&self, doc: DocId) -> &[u32] {
        let doc = doc as usize;
        &self.labels[self.starts[doc] as usize..self.starts[doc + 1] as usize]
    }
}

/// Counts the documents of a search and their labels.
impl Collector for &Labels {
    type Fruit = (usize, Facets);
    type Child = Counting;

    fn for_segment(&self, ordinal: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<Counting> {
        Ok(Counting::of(self.0.at(ordinal)))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, counted: Vec<Counted>) -> tantivy::Result<(usize, Facets)> {
        let documents = counted.iter().map(|counted| counted.documents).sum();
        Ok((documents, merged(counted.into_iter())))
    }
}

/// The counts of one segment while they grow.
pub(super) struct Counting {
    kinds: Arc<Kinds>,
    documents: usize,
    /// By kind, by place among the values.
    counts: [Vec<u32>; 3],
}

/// The counts of one segment.
pub(super) struct Counted {
    documents: usize,
    kinds: [Vec<(Box<str>, u32)>; 3],
}

impl Counting {
    fn of(kinds: &Arc<Kinds>) -> Self {
        Self {
            kinds: Arc::clone(kinds),
            documents: 0,
            counts: [0, 1, 2].map(|kind| vec![0; kinds[kind].values.len()]),
        }
    }
}

impl SegmentCollector for Counting {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.documents += 1;
        for (kind, counts) in self.kinds.iter().zip(&mut self.counts) {
            for label in kind.labels(doc) {
                counts[*label as usize] += 1;
            }
        }
    }

    fn harvest(self) -> Counted {
        let there = |kind: usize| {
            let values = &self.kinds[kind].values;
            let counted = values
                .iter()
                .cloned()
                .zip(self.counts[kind].iter().copied());
            counted.filter(|(_, count)| *count > 0).collect()
        };
        Counted {
            documents: self.documents,
            kinds: [0, 1, 2].map(there),
        }
    }
}

/// The counts of all segments together: the most frequent first, years the newest first.
fn merged(counted: impl Iterator<Item = Counted>) -> Facets {
    let mut sums: [BTreeMap<Box<str>, u64>; 3] = Default::default();
    for segment in counted {
        for (sums, counts) in sums.iter_mut().zip(segment.kinds) {
            for (value, count) in counts {
                *sums.entry(value).or_default() += u64::from(count);
            }
        }
    }
    let [tags, categories, years] = sums.map(|sums| {
        let counts = sums.into_iter().map(|(value, count)| FacetCount {
            value: value.into(),
            count,
        });
        counts.collect::<Vec<_>>()
    });
    let most_first = |mut counts: Vec<FacetCount>| {
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        counts.truncate(MOST_VALUES);
        counts
    };
    Facets {
        tags: most_first(tags),
        categories: most_first(categories),
        years: years.into_iter().rev().take(MOST_VALUES).collect(),
    }
}
