//! The first pass: which documents have any term of a query, and which of them have most.
//!
//! Each posting list is added up in windows of documents that fit the processor's cache (term at a time: Turtle and Flood
//! 1995, "Query evaluation: strategies and optimizations"). For the many lists of a question that is quicker than moving
//! through all lists in step. All that match are known in the end, so that counting needs no second walk.

use super::doc_set::{Allowed, DOCS_PER_NUMBER, DocSet, Filtering, ones};
use super::segment::SegmentReaders;
use super::term_lists::{TermList, TermLists};
use super::view::View;
use crate::engine::fields::PerField;
use crate::engine::index::Retrieved;
use crate::engine::model::Filter;
use crate::engine::ranking::RetrievalPlan;
use crate::engine::statistics::idf;
use std::cmp::Reverse;
use tantivy::collector::TopNComputer;
use tantivy::collector::sort_key::NaturalComparator;
use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId};

/// BM25's k1 and b (Robertson and Zaragoza 2009) as they are usually set: this pass need not be tuned, only let through
/// what the second pass finds good.
const SATURATION: f32 = 1.2;
const LENGTH: f32 = 0.75;
/// Documents that are added up at once: 64 KB of scores.
const WINDOW: usize = 16 * 1024;

/// What the length of a field takes off a word in it, by field and by the byte that stands for the length.
pub(crate) struct LengthNorms(Box<PerField<[f32; 256]>>);

impl LengthNorms {
    /// The norms of fields with these mean lengths.
    pub(crate) fn new(mean_lengths: PerField<f32>) -> Self {
        Self(Box::new(mean_lengths.map(|mean| {
            let mut norms = [0.0; 256];
            for (byte, norm) in (0..=u8::MAX).zip(&mut norms) {
                let length = FieldNormReader::id_to_fieldnorm(byte) as f32;
                *norm = SATURATION * (1.0 - LENGTH + LENGTH * length / mean);
            }
            norms
        })))
    }
}

/// The first pass, see [`IndexSnapshot::retrieve`](crate::engine::index::IndexSnapshot::retrieve).
pub(crate) fn retrieve(
    view: &View,
    norms: &LengthNorms,
    plan: &RetrievalPlan,
    terms: &TermLists,
    filter: &Filter,
    limit: usize,
) -> tantivy::Result<Retrieved<DocAddress, DocSet>> {
    let (best, matches) = score(view, norms, plan, terms, filter, limit)?;
    Ok(Retrieved {
        best: best.into_iter().map(|(_, address)| address).collect(),
        matches,
    })
}

/// The `limit` documents with the largest sums by a plan within a filter, best first, and all documents that have any of
/// its terms. Equal sums are ordered by content, so that the same documents are found however an index was filled.
fn score(
    view: &View,
    norms: &LengthNorms,
    plan: &RetrievalPlan,
    terms: &TermLists,
    filter: &Filter,
    limit: usize,
) -> tantivy::Result<(Vec<(f32, DocAddress)>, DocSet)> {
    let filtering = Filtering::new(filter, view)?;
    let weighted = weighted_lists(view, plan, terms);
    let limit = view.at_most(limit);
    let mut best = TopNComputer::new_with_comparator(limit, NaturalComparator);
    let mut matches = Vec::new();
    let mut scores = vec![0.0; WINDOW];
    for (ordinal, readers) in (0..).zip(view.segments.iter()) {
        let segment = view.searcher.segment_reader(ordinal);
        let allowed = filtering.allowed(segment)?;
        let lists = weighted.iter().filter(|(list, _)| list.segment == ordinal);
        let cursors = lists.map(|(list, weight)| Cursor::open(list, *weight, readers, norms));
        let mut cursors = cursors.collect::<tantivy::Result<Vec<_>>>()?;
        let mut numbers = Vec::with_capacity(segment.max_doc() as usize / DOCS_PER_NUMBER + 1);
        for start in (0..segment.max_doc()).step_by(WINDOW) {
            let end = segment.max_doc().min(start + WINDOW as DocId);
            let scores = &mut scores[..(end - start) as usize];
            scores.fill(0.0);
            for cursor in &mut cursors {
                cursor.add_to(scores, start, end);
            }
            let firsts = (start..).step_by(DOCS_PER_NUMBER);
            for (first, scores) in firsts.zip(scores.chunks(DOCS_PER_NUMBER)) {
                let first = DocAddress::new(ordinal, first);
                let hashes = &readers.hashes;
                numbers.push(take_best(scores, first, &allowed, hashes, &mut best));
            }
        }
        matches.push(numbers);
    }
    let best = best.into_sorted_vec().into_iter();
    let best = best.map(|found| (found.sort_key.0, found.doc));
    Ok((best.collect(), DocSet::from_bits(matches)))
}

/// The posting lists of a plan, each with the most that it can be worth: the term's weight in the field by its rarity there.
fn weighted_lists<'t>(
    view: &View,
    plan: &RetrievalPlan,
    terms: &'t TermLists,
) -> Vec<(&'t TermList, f32)> {
    let segments = view.searcher.segment_readers().iter();
    let documents: f32 = segments.map(|segment| segment.max_doc() as f32).sum();
    let mut weighted = Vec::new();
    for wanted in plan {
        let lists = terms.of(wanted.term);
        let mut frequencies = PerField::<u32>::default();
        for list in lists {
            frequencies[list.field] += list.info.doc_freq;
        }
        let worth = PerField::from_fn(|field| {
            let rarity = idf(documents, frequencies[field] as f32) * (SATURATION + 1.0);
            wanted.weights[field] * rarity
        });
        let lists = lists.iter().map(|list| (list, worth[list.field]));
        weighted.extend(lists.filter(|(_, weight)| *weight > 0.0));
    }
    weighted
}

/// The best by their scores, equal ones by the hashes of their files.
type Top = TopNComputer<(f32, Reverse<u64>), DocAddress, NaturalComparator>;

/// Whether a document of this score may be among the best.
fn may_be_best(score: f32, best: &Top) -> bool {
    best.threshold.is_none_or(|(lowest, _)| score >= lowest)
}

/// Takes the best of the documents from `first` on. Returns which of them have any of the terms, a bit each.
fn take_best(
    scores: &[f32],
    first: DocAddress,
    allowed: &Allowed<'_>,
    hashes: &Column<u64>,
    best: &mut Top,
) -> u64 {
    let highest = scores.iter().copied().fold(0.0, f32::max);
    if highest == 0.0 {
        return 0;
    }
    let any = |found, (bit, score): (u32, &f32)| found | u64::from(*score > 0.0) << bit;
    let found = allowed.mask((0..).zip(scores).fold(0, any), first.doc_id);
    if may_be_best(highest, best) {
        for bit in ones(found) {
            let score = scores[bit as usize];
            if may_be_best(score, best) {
                let address = DocAddress::new(first.segment_ord, first.doc_id + bit);
                let hash = hashes.first(address.doc_id).unwrap_or_default();
                best.push((score, Reverse(hash)), address);
            }
        }
    }
    found
}

/// Goes through one posting list.
struct Cursor<'s> {
    postings: BlockSegmentPostings,
    /// Index of the next document in the current block.
    next: usize,
    weight: f32,
    lengths: &'s FieldNormReader,
    norms: &'s [f32; 256],
}

impl<'s> Cursor<'s> {
    fn open(
        list: &TermList,
        weight: f32,
        readers: &'s SegmentReaders,
        norms: &'s LengthNorms,
    ) -> tantivy::Result<Self> {
        let postings = readers.postings[list.field]
            .read_block_postings_from_terminfo(&list.info, IndexRecordOption::WithFreqs)?;
        Ok(Self {
            postings,
            next: 0,
            weight,
            lengths: &readers.lengths[list.field],
            norms: &norms.0[list.field],
        })
    }

    /// Adds the worth of the list to the scores of documents from `start` to before `end`. The first score is that of
    /// `start`.
    fn add_to(&mut self, scores: &mut [f32], start: DocId, end: DocId) {
        loop {
            let docs = self.postings.docs();
            let rest = &docs[self.next..];
            let within = match rest.last() {
                None => return,
                Some(last) if *last < end => rest.len(),
                Some(_) => rest.partition_point(|doc| *doc < end),
            };
            let freqs = &self.postings.freqs()[self.next..];
            for (doc, freq) in rest[..within].iter().zip(freqs) {
                let frequency = *freq as f32;
                let norm = self.norms[usize::from(self.lengths.fieldnorm_id(*doc))];
                scores[(*doc - start) as usize] += self.weight * frequency / (frequency + norm);
            }
            self.next += within;
            if self.next < docs.len() {
                return;
            }
            self.postings.advance();
            self.next = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use crate::document::{self, Document};
    use crate::engine::embedded::EmbeddedEngine;
    use crate::engine::embedded::snapshot::Snapshot;
    use crate::engine::fields::Field;
    use crate::engine::index::IndexSnapshot;
    use crate::engine::query::{ParsedQuery, parse};
    use crate::engine::ranking::{Term, Weights, asked};
    use std::collections::HashMap;
    use tantivy::collector::TopDocs;
    use tantivy::query::{BooleanQuery, BoostQuery, Query, TermQuery};

    const TEXT: &str = "网关 路由 限流 配置";

    /// Documents that have some of the words of [`TEXT`], in this and that number.
    fn documents() -> Vec<Document> {
        let document = |n: usize| {
            let words: Vec<String> = TEXT.split(' ').map(str::to_owned).collect();
            let word =
                |place: usize| words[(n / (place + 1)) % words.len()].repeat(1 + n % (place + 2));
            let (tag, year) = (["a", "b", "c"][n % 3], 2020 + n % 5);
            let text = format!(
                "---\ntitle: {} 第 {n} 问\ndate: {year}-01-02\ntags: [{tag}]\n---\n{}，{}。{}",
                word(0),
                word(1),
                word(2),
                "别的。".repeat(n % 7)
            );
            document::parse(&format!("{n}.md"), &text).unwrap()
        };
        (0..400).map(document).collect()
    }

    /// A query over a snapshot.
    struct Asked<'s> {
        snapshot: &'s Snapshot,
        query: ParsedQuery,
        terms: TermLists,
        plan: RetrievalPlan,
    }

    impl Asked<'_> {
        fn scored(&self, filter: &Filter, limit: usize) -> (Vec<(f32, DocAddress)>, DocSet) {
            let (view, norms) = (&self.snapshot.view, &self.snapshot.norms);
            score(view, norms, &self.plan, &self.terms, filter, limit).unwrap()
        }
    }

    fn asked_over<T>(documents: &[Document], text: &str, check: impl FnOnce(Asked<'_>) -> T) -> T {
        let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
        engine.replace_all(documents).unwrap();
        engine.with_snapshot(|snapshot| {
            let weights = Weights::default();
            let (analyzer, vocabulary) = (snapshot.analyzer(), snapshot.vocabulary());
            let mut query = parse(text, analyzer, vocabulary, &weights.of_wordings(0.0));
            let terms = snapshot.resolve(&mut query).unwrap();
            check(Asked {
                plan: asked(&query, &weights),
                snapshot,
                query,
                terms,
            })
        })
    }

    #[test]
    fn documents_are_scored_as_by_a_union_of_terms() {
        asked_over(&documents(), TEXT, |asked| {
            let fields = asked.snapshot.view.fields;
            let terms = asked.plan.iter().flat_map(|weighted| {
                let text = match weighted.term {
                    Term::Word(index) => &asked.query.words[index].text,
                    Term::Pair(index) => &asked.query.pairs[index].text,
                };
                let term = move |field: Field| {
                    let weight = weighted.weights[field];
                    let term = tantivy::Term::from_field_text(fields.searched(field), text);
                    let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                    let query = BoostQuery::new(Box::new(query), weight);
                    (weight > 0.0).then(|| Box::new(query) as Box<dyn Query>)
                };
                Field::ALL.into_iter().filter_map(term)
            });
            let union = BooleanQuery::union(terms.collect());
            let all = TopDocs::with_limit(1_000).order_by_score();
            let searcher = &asked.snapshot.view.searcher;
            let expected = searcher.search(&union, &all).unwrap();
            let (best, matches) = asked.scored(&Filter::default(), 1_000);
            assert!(expected.len() > 300, "{}", expected.len());
            assert_eq!(matches.count(), expected.len());
            let found: HashMap<DocAddress, f32> = best.into_iter().map(|(s, a)| (a, s)).collect();
            for (score, address) in expected {
                assert!(
                    (found[&address] - score).abs() < 1e-3,
                    "{score} at {address:?}"
                );
            }
        });
    }

    #[test]
    fn the_best_are_the_first_of_all() {
        asked_over(&documents(), TEXT, |asked| {
            let (all, _) = asked.scored(&Filter::default(), 1_000);
            assert!(all.windows(2).all(|w| w[0].0 >= w[1].0));
            for limit in [1, 7, 100] {
                let (best, matches) = asked.scored(&Filter::default(), limit);
                assert_eq!(best, all[..limit]);
                assert_eq!(matches.count(), all.len());
            }
        });
    }

    #[test]
    fn of_the_same_score_the_same_documents_are_found_however_the_index_was_filled() {
        let alike = |n: usize| {
            let text = format!("---\ntitle: 第{n}问\n---\n网关路由");
            document::parse(&format!("{n}.md"), &text).unwrap()
        };
        let documents: Vec<Document> = (0..400).map(alike).collect();
        let ids = |documents: &[Document]| {
            asked_over(documents, "网关路由", |asked| {
                let (best, _) = asked.scored(&Filter::default(), 10);
                let docs: Vec<DocAddress> = best.into_iter().map(|(_, doc)| doc).collect();
                asked.snapshot.ids(&docs).unwrap()
            })
        };
        let expected = ids(&documents);
        assert_eq!(expected.len(), 10);
        let reversed: Vec<Document> = documents.into_iter().rev().collect();
        assert_eq!(ids(&reversed), expected);
    }

    #[test]
    fn only_what_the_filter_lets_through_is_found() {
        asked_over(&documents(), TEXT, |asked| {
            let filter = Filter {
                tags: vec!["b".to_owned()],
                from: Some(jiff::civil::date(2022, 1, 1)),
                ..Filter::default()
            };
            let view = &asked.snapshot.view;
            let (all, _) = asked.scored(&Filter::default(), 1_000);
            let (best, matches) = asked.scored(&filter, 1_000);
            let may = |address: &DocAddress| {
                let document = view.document(*address).unwrap();
                document.tags == ["b"] && document.date.is_some_and(|date| date.year() >= 2022)
            };
            let expected: Vec<_> = all.into_iter().filter(|(_, a)| may(a)).collect();
            assert!(expected.len() > 20, "{}", expected.len());
            assert_eq!(best, expected);
            assert_eq!(matches.count(), expected.len());
            let newest = matches.newest(view, 3);
            let years = newest
                .iter()
                .map(|a| view.document(*a).unwrap().date.unwrap().year());
            assert_eq!(years.collect::<Vec<_>>(), [2024, 2024, 2024]);
        });
    }
}
