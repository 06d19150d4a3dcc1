//! Sets of documents: what a search matches, what a filter lets through.

use super::view::View;
use crate::engine::embedded::schema::day_number;
use crate::engine::index::LabelKind;
use crate::engine::model::Filter;
use std::ops::Bound;
use tantivy::collector::TopNComputer;
use tantivy::collector::sort_key::NaturalComparator;
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{
    AllQuery, BooleanQuery, EnableScoring, Occur, Query, RangeQuery, TermQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocAddress, DocId, SegmentReader, Term};

/// A set of documents, with a bit for each document of the index.
pub(crate) struct DocSet {
    /// The bits of each segment, 64 in a number. The lowest bit of the first number is the first document.
    segments: Vec<Vec<u64>>,
}

/// Documents of one number of a [`DocSet`].
pub(crate) const DOCS_PER_NUMBER: usize = u64::BITS as usize;

impl DocSet {
    /// The set of these bits, by segment.
    pub(crate) fn from_bits(segments: Vec<Vec<u64>>) -> Self {
        Self { segments }
    }

    pub(crate) fn count(&self) -> usize {
        let numbers = self.segments.iter().flatten();
        numbers.map(|bits| bits.count_ones() as usize).sum()
    }

    /// Calls `with` for each document, in the order of the index.
    pub(crate) fn each(&self, mut with: impl FnMut(DocAddress)) {
        for (segment, numbers) in (0..).zip(&self.segments) {
            for (first, bits) in (0..).step_by(DOCS_PER_NUMBER).zip(numbers) {
                for bit in ones(*bits) {
                    with(DocAddress::new(segment, first + bit));
                }
            }
        }
    }
}

/// The numbers of the bits that are set, from the lowest.
pub(crate) fn ones(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lowest = (bits != 0).then(|| bits.trailing_zeros());
        bits &= bits.wrapping_sub(1);
        lowest
    })
}

/// The documents of a segment that are neither deleted nor filtered out.
pub(crate) struct Allowed<'s> {
    alive: Option<&'s AliveBitSet>,
    filtered: Option<BitSet>,
}

impl Allowed<'_> {
    /// Clears the bits of deleted and filtered-out documents. The lowest bit is document `first`.
    pub(crate) fn mask(&self, bits: u64, first: DocId) -> u64 {
        if self.alive.is_none() && self.filtered.is_none() {
            return bits;
        }
        let is_allowed = |doc: DocId| {
            self.alive.is_none_or(|alive| alive.is_alive(doc))
                && self.filtered.as_ref().is_none_or(|set| set.contains(doc))
        };
        ones(bits)
            .filter(|bit| is_allowed(first + bit))
            .fold(0, |allowed, bit| allowed | 1 << bit)
    }
}

/// A filter as a query of tantivy, compiled once for all segments. None lets everything through.
pub(crate) struct Filtering(Option<Box<dyn Weight>>);

impl Filtering {
    pub(crate) fn new(filter: &Filter, view: &View) -> tantivy::Result<Self> {
        let mut conditions = conditions(filter, view);
        if conditions.is_empty() && filter.hidden.is_empty() {
            return Ok(Self(None));
        }
        if conditions.is_empty() {
            conditions.push(Box::new(AllQuery));
        }
        let must = conditions.into_iter().map(|query| (Occur::Must, query));
        let hidden = filter.hidden.iter();
        let hidden = hidden.map(|id| exactly(view.fields.id, &id.0));
        let must_not = hidden.map(|query| (Occur::MustNot, query));
        let all = BooleanQuery::new(must.chain(must_not).collect());
        let scoring = EnableScoring::disabled_from_searcher(&view.searcher);
        Ok(Self(Some(all.weight(scoring)?)))
    }

    pub(crate) fn allowed<'s>(&self, segment: &'s SegmentReader) -> tantivy::Result<Allowed<'s>> {
        let filtered = self.0.as_ref().map(|weight| {
            let mut set = BitSet::with_max_value(segment.max_doc());
            weight.for_each_no_score(segment, &mut |docs| {
                for doc in docs {
                    set.insert(*doc);
                }
            })?;
            tantivy::Result::Ok(set)
        });
        Ok(Allowed {
            alive: segment.alive_bitset(),
            filtered: filtered.transpose()?,
        })
    }
}

impl DocSet {
    /// All documents within a filter.
    pub(crate) fn matching(filter: &Filter, view: &View) -> tantivy::Result<Self> {
        let filtering = Filtering::new(filter, view)?;
        let of_segment = |segment: &SegmentReader| {
            let allowed = filtering.allowed(segment)?;
            let starts = (0..segment.max_doc()).step_by(DOCS_PER_NUMBER);
            let numbers = starts.map(|first| {
                let there = (segment.max_doc() - first).min(u64::BITS);
                allowed.mask(u64::MAX >> (u64::BITS - there), first)
            });
            Ok(numbers.collect())
        };
        let segments = view.searcher.segment_readers().iter().map(of_segment);
        let segments = segments.collect::<tantivy::Result<_>>()?;
        Ok(Self { segments })
    }

    /// The newest documents of the set, newest first, at most `limit`.
    pub(crate) fn newest(&self, view: &View, limit: usize) -> Vec<DocAddress> {
        let limit = view.at_most(limit);
        let mut newest = TopNComputer::new_with_comparator(limit, NaturalComparator);
        self.each(|address| {
            let days = &view.segments.at(address.segment_ord).days;
            newest.push(days.first(address.doc_id).unwrap_or_default(), address);
        });
        let sorted = newest.into_sorted_vec().into_iter();
        sorted.map(|found| found.doc).take(limit).collect()
    }
}

/// A query for documents whose field has exactly this value.
fn exactly(field: Field, value: &str) -> Box<dyn Query> {
    let term = Term::from_field_text(field, value);
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// The queries that a document must match to pass a filter, but for hidden documents.
fn conditions(filter: &Filter, view: &View) -> Vec<Box<dyn Query>> {
    let fields = view.fields;
    let mut conditions: Vec<Box<dyn Query>> = Vec::new();
    let tags = filter.tags.iter();
    let tags = tags.map(|tag| (LabelKind::Tag, fields.tag, tag));
    let category = filter.category.iter();
    let category = category.map(|category| (LabelKind::Category, fields.category, category));
    conditions.extend(tags.chain(category).map(|(kind, field, label)| {
        let spellings = view.labels.spellings.all(kind, label);
        let any = spellings.map(|spelling| exactly(field, spelling));
        Box::new(BooleanQuery::union(any.collect())) as Box<dyn Query>
    }));
    if filter.from.is_some() || filter.to.is_some() {
        let bound = |date: Option<jiff::civil::Date>| {
            date.map(|d| Term::from_field_u64(fields.day, day_number(d)))
        };
        // Without a lower bound, documents without a date (day 0) are still left out.
        let first = bound(filter.from).unwrap_or_else(|| Term::from_field_u64(fields.day, 1));
        let last = bound(filter.to).map_or(Bound::Unbounded, Bound::Included);
        conditions.push(Box::new(RangeQuery::new(Bound::Included(first), last)));
    }
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_set_gives_back_its_documents_in_order(segments in prop::collection::vec(prop::collection::vec(any::<u64>(), 0..4), 0..4)) {
            let matched = DocSet::from_bits(segments.clone());
            let is_in = |address: &DocAddress| {
                let (number, bit) = (address.doc_id / u64::BITS, address.doc_id % u64::BITS);
                segments[address.segment_ord as usize][number as usize] >> bit & 1 == 1
            };
            let mut found: Vec<DocAddress> = Vec::new();
            matched.each(|address| found.push(address));
            prop_assert!(found.iter().all(is_in));
            prop_assert!(found.windows(2).all(|w| w[0] < w[1]));
            prop_assert_eq!(found.len(), matched.count());
            let ones: u32 = segments.iter().flatten().map(|n| n.count_ones()).sum();
            prop_assert_eq!(ones as usize, matched.count());
        }
    }
}
