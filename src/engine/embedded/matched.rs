//! Sets of documents: what a search matches, what its filter lets through.

use super::schema::{Fields, day_number};
use super::snapshot::Snapshot;
use crate::engine::Filter;
use std::ops::Bound;
use tantivy::collector::TopNComputer;
use tantivy::collector::sort_key::NaturalComparator;
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{
    AllQuery, BooleanQuery, EnableScoring, Occur, Query, RangeQuery, TermQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocAddress, DocId, SegmentReader, Term};

/// Documents, a bit each.
pub(super) struct Matched {
    /// By segment; the lowest bit of the first number is the first document.
    segments: Vec<Vec<u64>>,
}

/// Documents of one of the numbers of [`Matched`].
pub(super) const DOCS_OF_NUMBER: usize = u64::BITS as usize;

impl Matched {
    /// Of the numbers of each segment, in order.
    pub(super) fn of(segments: Vec<Vec<u64>>) -> Self {
        Self { segments }
    }

    pub(super) fn count(&self) -> usize {
        let numbers = self.segments.iter().flatten();
        numbers.map(|bits| bits.count_ones() as usize).sum()
    }

    /// Calls `with` for each document, in the order of the index.
    pub(super) fn each(&self, mut with: impl FnMut(DocAddress)) {
        for (segment, numbers) in (0..).zip(&self.segments) {
            for (first, bits) in (0..).step_by(DOCS_OF_NUMBER).zip(numbers) {
                for bit in ones(*bits) {
                    with(DocAddress::new(segment, first + bit));
                }
            }
        }
    }
}

/// The places of the bits that are set, from the lowest.
pub(super) fn ones(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let lowest = (bits != 0).then(|| bits.trailing_zeros());
        bits &= bits.wrapping_sub(1);
        lowest
    })
}

/// The documents of a segment that may be found: neither deleted nor beyond the filter.
pub(super) struct Allowed<'s> {
    alive: Option<&'s AliveBitSet>,
    filtered: Option<BitSet>,
}

impl Allowed<'_> {
    /// Leaves of the bits, the first of which stands for document `first`, those that may be found.
    pub(super) fn of(&self, bits: u64, first: DocId) -> u64 {
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

/// A filter, ready for every segment.
pub(super) struct Filtering(Option<Box<dyn Weight>>);

impl Filtering {
    pub(super) fn of(filter: &Filter, snapshot: &Snapshot) -> tantivy::Result<Self> {
        let mut conditions = conditions(filter, snapshot.fields);
        if conditions.is_empty() && filter.hidden.is_empty() {
            return Ok(Self(None));
        }
        if conditions.is_empty() {
            conditions.push(Box::new(AllQuery));
        }
        let must = conditions.into_iter().map(|query| (Occur::Must, query));
        let hidden = filter.hidden.iter();
        let hidden = hidden.map(|id| exactly(snapshot.fields.id, &id.0));
        let must_not = hidden.map(|query| (Occur::MustNot, query));
        let all = BooleanQuery::new(must.chain(must_not).collect());
        let scoring = EnableScoring::disabled_from_searcher(&snapshot.searcher);
        Ok(Self(Some(all.weight(scoring)?)))
    }

    pub(super) fn allowed<'s>(&self, segment: &'s SegmentReader) -> tantivy::Result<Allowed<'s>> {
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

impl Snapshot {
    /// All documents within a filter.
    pub(super) fn everything(&self, filter: &Filter) -> tantivy::Result<Matched> {
        let filtering = Filtering::of(filter, self)?;
        let of_segment = |segment: &SegmentReader| {
            let allowed = filtering.allowed(segment)?;
            let starts = (0..segment.max_doc()).step_by(DOCS_OF_NUMBER);
            let numbers = starts.map(|first| {
                let there = (segment.max_doc() - first).min(u64::BITS);
                allowed.of(u64::MAX >> (u64::BITS - there), first)
            });
            Ok(numbers.collect())
        };
        let segments = self.searcher.segment_readers().iter().map(of_segment);
        Ok(Matched::of(segments.collect::<tantivy::Result<_>>()?))
    }

    /// The newest of some documents, at most `limit`, newest first.
    pub(super) fn newest_of(&self, matched: &Matched, limit: usize) -> Vec<DocAddress> {
        let mut newest = TopNComputer::new_with_comparator(self.most(limit), NaturalComparator);
        matched.each(|address| {
            let days = &self.handles.at(address.segment_ord).days;
            newest.push(days.first(address.doc_id).unwrap_or_default(), address);
        });
        let sorted = newest.into_sorted_vec().into_iter();
        sorted.map(|found| found.doc).take(limit).collect()
    }

    /// As many of `limit` as there are documents: memory is taken for no more.
    pub(super) fn most(&self, limit: usize) -> usize {
        limit.min(self.searcher.num_docs() as usize)
    }
}

/// Documents that have this value.
fn exactly(field: Field, value: &str) -> Box<dyn Query> {
    let term = Term::from_field_text(field, value);
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

/// What a document must have.
fn conditions(filter: &Filter, fields: Fields) -> Vec<Box<dyn Query>> {
    let mut conditions: Vec<Box<dyn Query>> = Vec::new();
    let mut exact = |field: Field, value: &Option<String>| {
        conditions.extend(value.as_ref().map(|value| exactly(field, value)));
    };
    exact(fields.tag, &filter.tag);
    exact(fields.category, &filter.category);
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
            let matched = Matched::of(segments.clone());
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
