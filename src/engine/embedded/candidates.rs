//! The first pass: which documents have any word of a query, and which of them have most.
//!
//! Each posting list is added up in windows of documents that fit the processor's cache (term at a time: Turtle and Flood
//! 1995, "Query evaluation: strategies and optimizations"), which is quicker for the many lists of a question than keeping
//! them in step. All that match are known in the end, so that they need not be gone through again to be counted.

use super::evidence::MeanLengths;
use super::handles::Handles;
use super::matched::{Allowed, DOCS_OF_NUMBER, Filtering, Matched, ones};
use super::schema::PLACES;
use super::snapshot::Snapshot;
use super::understand::{Word, idf};
use crate::engine::Filter;
use std::cmp::Reverse;
use tantivy::collector::TopNComputer;
use tantivy::collector::sort_key::NaturalComparator;
use tantivy::columnar::Column;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, SegmentOrdinal};

/// BM25's k1 and b (Robertson and Zaragoza 2009) as they are usually set: this pass need not be tuned, only let through
/// what the close look finds good.
const SATURATION: f32 = 1.2;
const LENGTH: f32 = 0.75;
/// Documents that are added up at once: 64 KB of scores.
const WINDOW: usize = 16 * 1024;

/// A word to find documents by, and how much it counts by place of the field; 0 where it is not looked for.
pub(super) struct Wanted<'q> {
    pub(super) word: &'q Word,
    pub(super) weights: [f32; PLACES],
}

impl Wanted<'_> {
    /// How much the word is worth at most in each field: its weight there by its rarity there, among so many documents.
    fn worth(&self, documents: f32) -> [f32; PLACES] {
        let mut with = [0_u32; PLACES];
        for list in &self.word.lists {
            with[list.place] += list.info.doc_freq;
        }
        let mut worth = self.weights;
        for (worth, with) in worth.iter_mut().zip(with) {
            *worth *= idf(documents, with as f32) * (SATURATION + 1.0);
        }
        worth
    }
}

/// What the first pass found.
pub(super) struct Candidates {
    /// Best first; of the same score by their content, so that the same documents are found however an index was filled.
    pub(super) best: Vec<(f32, DocAddress)>,
    pub(super) matched: Matched,
}

/// What the length of a field takes off a word in it, by place of the field and the length as the index keeps it.
pub(super) struct LengthNorms(Box<[[f32; 256]; PLACES]>);

impl LengthNorms {
    pub(super) fn of(means: &MeanLengths) -> Self {
        let mut norms = Box::new([[0.0; 256]; PLACES]);
        for (norms, mean) in norms.iter_mut().zip(means.fields) {
            for (kept, norm) in (0..=u8::MAX).zip(norms) {
                let length = FieldNormReader::id_to_fieldnorm(kept) as f32;
                *norm = SATURATION * (1.0 - LENGTH + LENGTH * length / mean);
            }
        }
        Self(norms)
    }
}

impl Snapshot {
    /// The `most` best documents for some words within a filter, and all that have any of them.
    pub(super) fn candidates(
        &self,
        wanted: &[Wanted<'_>],
        filter: &Filter,
        most: usize,
    ) -> tantivy::Result<Candidates> {
        let filtering = Filtering::of(filter, self)?;
        let segments = self.searcher.segment_readers().iter();
        let documents: f32 = segments.map(|segment| segment.max_doc() as f32).sum();
        let weights: Vec<[f32; PLACES]> = wanted.iter().map(|w| w.worth(documents)).collect();
        let mut best = TopNComputer::new_with_comparator(self.most(most), NaturalComparator);
        let mut matched = Vec::new();
        let mut scores = vec![0.0; WINDOW];
        for (ordinal, handles) in (0..).zip(self.handles.iter()) {
            let segment = self.searcher.segment_reader(ordinal);
            let allowed = filtering.allowed(segment)?;
            let mut cursors = self.cursors(ordinal, handles, wanted, &weights)?;
            let mut numbers = Vec::with_capacity(segment.max_doc() as usize / DOCS_OF_NUMBER + 1);
            for start in (0..segment.max_doc()).step_by(WINDOW) {
                let end = segment.max_doc().min(start + WINDOW as DocId);
                let scores = &mut scores[..(end - start) as usize];
                scores.fill(0.0);
                for cursor in &mut cursors {
                    cursor.add_to(scores, start, end);
                }
                let firsts = (start..).step_by(DOCS_OF_NUMBER);
                for (first, scores) in firsts.zip(scores.chunks(DOCS_OF_NUMBER)) {
                    let first = DocAddress::new(ordinal, first);
                    numbers.push(take_best(
                        scores,
                        first,
                        &allowed,
                        &handles.hashes,
                        &mut best,
                    ));
                }
            }
            matched.push(numbers);
        }
        let sorted = best.into_sorted_vec().into_iter();
        Ok(Candidates {
            best: sorted.map(|found| (found.sort_key.0, found.doc)).collect(),
            matched: Matched::of(matched),
        })
    }

    fn cursors<'s>(
        &'s self,
        segment: SegmentOrdinal,
        handles: &'s Handles,
        wanted: &[Wanted<'_>],
        weights: &[[f32; PLACES]],
    ) -> tantivy::Result<Vec<Cursor<'s>>> {
        let mut cursors = Vec::new();
        for (wanted, weights) in wanted.iter().zip(weights) {
            for list in &wanted.word.lists {
                let weight = weights[list.place];
                if list.segment == segment && weight > 0.0 {
                    let postings = handles.postings[list.place].read_block_postings_from_terminfo(
                        &list.info,
                        IndexRecordOption::WithFreqs,
                    )?;
                    cursors.push(Cursor {
                        postings,
                        next: 0,
                        weight,
                        lengths: &handles.lengths[list.place],
                        norms: &self.norms.0[list.place],
                    });
                }
            }
        }
        Ok(cursors)
    }
}

/// The best by their scores, and by the hashes of their files.
type Top = TopNComputer<(f32, Reverse<u64>), DocAddress, NaturalComparator>;

/// Whether a document of this score may be among the best.
fn may_be_best(score: f32, best: &Top) -> bool {
    best.threshold.is_none_or(|(lowest, _)| score >= lowest)
}

/// Takes the best of the documents from `first` on; which of them have any of the words, a bit each.
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
    let found = allowed.of((0..).zip(scores).fold(0, any), first.doc_id);
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
    /// Of the block that is being read, the first document that was not added yet.
    next: usize,
    weight: f32,
    lengths: &'s FieldNormReader,
    norms: &'s [f32; 256],
}

impl Cursor<'_> {
    /// Adds what the list is worth to the documents from `start` to before `end`, the first of which has the first score.
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
    use crate::document::{Document, parse};
    use crate::engine::Ranking;
    use crate::engine::embedded::understand::Query as Understood;
    use crate::engine::embedded::{EmbeddedEngine, wanted};
    use std::collections::HashMap;
    use tantivy::Term;
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
            parse(&format!("{n}.md"), &text).unwrap()
        };
        (0..400).map(document).collect()
    }

    fn with_snapshot(test: impl FnOnce(&Snapshot, &[Wanted<'_>])) {
        let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
        engine.replace_all(&documents()).unwrap();
        let snapshot = engine.snapshot.load();
        let ranking = Ranking::default();
        let understood = Understood::understand(TEXT, &snapshot, &ranking).unwrap();
        test(&snapshot, &wanted::asked(&understood, &ranking));
    }

    #[test]
    fn documents_are_scored_as_by_a_union_of_terms() {
        with_snapshot(|snapshot, wanted| {
            let fields = snapshot.fields.searched();
            let terms = wanted.iter().flat_map(|wanted| {
                let term = |(field, weight): (_, f32)| {
                    let term = Term::from_field_text(field, &wanted.word.text);
                    let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                    Box::new(BoostQuery::new(Box::new(query), weight)) as Box<dyn Query>
                };
                let weighted = fields.into_iter().zip(wanted.weights);
                weighted.filter(|(_, weight)| *weight > 0.0).map(term)
            });
            let union = BooleanQuery::union(terms.collect());
            let all = TopDocs::with_limit(1_000).order_by_score();
            let expected = snapshot.searcher.search(&union, &all).unwrap();
            let found = snapshot
                .candidates(wanted, &Filter::default(), 1_000)
                .unwrap();
            assert!(expected.len() > 300, "{}", expected.len());
            assert_eq!(found.matched.count(), expected.len());
            let found: HashMap<DocAddress, f32> =
                found.best.into_iter().map(|(s, a)| (a, s)).collect();
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
        with_snapshot(|snapshot, wanted| {
            let best = |most| {
                snapshot
                    .candidates(wanted, &Filter::default(), most)
                    .unwrap()
            };
            let all = best(1_000).best;
            assert!(all.windows(2).all(|w| w[0].0 >= w[1].0));
            for most in [1, 7, 100] {
                let found = best(most);
                assert_eq!(found.best, all[..most]);
                assert_eq!(found.matched.count(), all.len());
            }
        });
    }

    #[test]
    fn of_the_same_score_the_same_documents_are_found_however_the_index_was_filled() {
        let alike = |n: usize| {
            let text = format!("---\ntitle: 第{n}问\n---\n网关路由");
            parse(&format!("{n}.md"), &text).unwrap()
        };
        let documents: Vec<Document> = (0..400).map(alike).collect();
        let ids = |documents: &[Document]| -> Vec<String> {
            let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
            engine.replace_all(documents).unwrap();
            let snapshot = engine.snapshot.load();
            let ranking = Ranking::default();
            let understood = Understood::understand("网关路由", &snapshot, &ranking).unwrap();
            let wanted = wanted::asked(&understood, &ranking);
            let found = snapshot.candidates(&wanted, &Filter::default(), 10);
            let best = found.unwrap().best.into_iter();
            best.map(|(_, at)| snapshot.id_at(at).unwrap().0).collect()
        };
        let expected = ids(&documents);
        assert_eq!(expected.len(), 10);
        let reversed: Vec<Document> = documents.into_iter().rev().collect();
        assert_eq!(ids(&reversed), expected);
    }

    #[test]
    fn only_what_the_filter_lets_through_is_found() {
        with_snapshot(|snapshot, wanted| {
            let filter = Filter {
                tag: Some("b".to_owned()),
                from: Some(jiff::civil::date(2022, 1, 1)),
                ..Filter::default()
            };
            let all = snapshot
                .candidates(wanted, &Filter::default(), 1_000)
                .unwrap();
            let found = snapshot.candidates(wanted, &filter, 1_000).unwrap();
            let may = |address: &DocAddress| {
                let document = snapshot.document_at(*address).unwrap();
                document.tags == ["b"] && document.date.is_some_and(|date| date.year() >= 2022)
            };
            let expected: Vec<_> = all.best.into_iter().filter(|(_, a)| may(a)).collect();
            assert!(expected.len() > 20, "{}", expected.len());
            assert_eq!(found.best, expected);
            assert_eq!(found.matched.count(), expected.len());
            let newest = snapshot.newest_of(&found.matched, 3);
            let years = newest
                .iter()
                .map(|a| snapshot.document_at(*a).unwrap().date.unwrap().year());
            assert_eq!(years.collect::<Vec<_>>(), [2024, 2024, 2024]);
        });
    }
}
