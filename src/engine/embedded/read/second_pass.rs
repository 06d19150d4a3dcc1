//! The second pass: what the candidates of a query have of it, read from posting lists and columns.

use super::segment::SegmentReaders;
use super::term_lists::{TermList, TermLists};
use super::view::View;
use crate::engine::fields::{Field, PerField};
use crate::engine::query::ParsedQuery;
use crate::engine::ranking::{Evidence, HeadlineReader};
use crate::engine::vocabulary::Vocabulary;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId};

/// A candidate of a segment, and its index among all candidates.
type Here = (DocId, usize);

/// Looks up every term of the query in every candidate, in the order of the candidates.
pub(crate) fn evidence(
    view: &View,
    vocabulary: &Vocabulary,
    query: &ParsedQuery,
    terms: &TermLists,
    candidates: &[DocAddress],
) -> tantivy::Result<Vec<Evidence>> {
    let mut evidence = vec![Evidence::empty(query); candidates.len()];
    let by_segment = by_segment(view, candidates);
    let headlines = HeadlineReader::new(query, vocabulary);
    for (readers, here) in view.segments.iter().zip(&by_segment) {
        for (doc, i) in here {
            describe(readers, &headlines, *doc, &mut evidence[*i]);
        }
    }
    let count = |list: &TermList, with: &mut dyn FnMut(usize, u16)| {
        let here = &by_segment[list.segment as usize];
        each_posting(view.segments.at(list.segment), list, here, with)
    };
    for (word, list) in terms.words() {
        count(list, &mut |i, count| {
            evidence[i].counts[word].set(list.field, count);
        })?;
    }
    for (pair, list) in terms.pairs() {
        count(list, &mut |i, count| match list.field {
            Field::HeadlinePairs => evidence[i].headline_pairs[pair] = count,
            Field::AnswerPairs => evidence[i].answer_pairs[pair] = count,
            _ => {}
        })?;
    }
    Ok(evidence)
}

/// The candidates of each segment in the order of the segment, in which posting lists are read.
fn by_segment(view: &View, candidates: &[DocAddress]) -> Vec<Vec<Here>> {
    let mut order: Vec<(DocAddress, usize)> = candidates.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut by_segment: Vec<Vec<Here>> = view.segments.iter().map(|_| Vec::new()).collect();
    for (address, i) in order {
        by_segment[address.segment_ord as usize].push((address.doc_id, i));
    }
    by_segment
}

/// What a document is like, whatever was asked.
fn describe(
    readers: &SegmentReaders,
    headlines: &HeadlineReader<'_>,
    doc: DocId,
    evidence: &mut Evidence,
) {
    evidence.lengths = PerField::from_fn(|field| readers.lengths[field].fieldnorm(doc) as f32);
    let signature = readers.answer_signatures.first(doc);
    evidence.answer_signature = signature.unwrap_or_default();
    evidence.characters = readers.headline_characters.values_for_doc(doc).collect();
    let keys = readers.headline_words.values_for_doc(doc);
    evidence.headline = keys.map(|key| headlines.word(key)).collect();
}

/// Calls `with` for each candidate that is in the list: its index among the candidates, and how often it has the term.
fn each_posting(
    readers: &SegmentReaders,
    list: &TermList,
    here: &[Here],
    with: &mut dyn FnMut(usize, u16),
) -> tantivy::Result<()> {
    if here.is_empty() {
        return Ok(());
    }
    let mut postings = readers.postings[list.field]
        .read_block_postings_from_terminfo(&list.info, IndexRecordOption::WithFreqs)?;
    for (doc, i) in here {
        let at = postings.seek(*doc);
        if postings.doc(at) == *doc {
            with(*i, u16::try_from(postings.freq(at)).unwrap_or(u16::MAX));
        }
    }
    Ok(())
}
