//! Where the words of a query stand in the candidate documents, read from the index's posting lists.

use super::handles::{Handles, List};
use super::schema::{ANSWER_PAIRS, PLACES, QUESTION_PAIRS, WORD_PLACES, word_key};
use super::segments::OfSegments;
use super::snapshot::Snapshot;
use super::understand::{Query, idf};
use rustc_hash::FxHashMap;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, Searcher};

/// How often a word stands in each field of a document.
pub(super) type Counts = [u16; WORD_PLACES];

/// One word of a candidate's question.
#[derive(Debug, Clone, Copy)]
pub(super) struct QuestionWord {
    pub(super) key: u64,
    /// How much it tells.
    pub(super) idf: f32,
    /// Whether it tells nothing of what is asked.
    pub(super) is_filler: bool,
    /// How well the query has it: 0, or the weight of the wording it belongs to.
    pub(super) in_query: f32,
}

/// What is known of one candidate.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    pub(super) address: DocAddress,
    /// By word of the query.
    pub(super) counts: Vec<Counts>,
    /// Number of tokens in each field, to the precision of the index.
    pub(super) lengths: [f32; PLACES],
    /// The words of the question in their order.
    pub(super) question: Vec<QuestionWord>,
    /// See [`super::fold::signature`].
    pub(super) answer_signature: u64,
    /// The Chinese characters of the question, each once.
    pub(super) characters: Vec<u64>,
    /// By pair of characters of the query: in the question, in the answer.
    pub(super) question_bigrams: Vec<u16>,
    pub(super) answer_bigrams: Vec<u16>,
}

/// Mean number of tokens of each field.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MeanLengths {
    pub(super) fields: [f32; PLACES],
}

impl MeanLengths {
    pub(super) fn of(searcher: &Searcher, handles: &OfSegments<Handles>) -> Self {
        let segments = searcher.segment_readers().iter();
        let documents: f32 = segments.map(|s| s.max_doc() as f32).sum();
        let mean = |place: usize| {
            let tokens = handles.iter().map(|h| h.postings[place].total_num_tokens());
            let tokens: u64 = tokens.sum();
            (tokens as f32 / documents.max(1.0)).max(f32::MIN_POSITIVE)
        };
        Self {
            fields: std::array::from_fn(mean),
        }
    }
}

/// A candidate of a segment, and its place among all candidates.
type Here = (DocId, usize);

/// Looks up every word of the query in every candidate, in the order of the candidates.
pub(super) fn gather(
    snapshot: &Snapshot,
    query: &Query,
    candidates: &[DocAddress],
) -> tantivy::Result<Vec<Evidence>> {
    let empty = |address: &DocAddress| Evidence {
        address: *address,
        counts: vec![[0; WORD_PLACES]; query.words.len()],
        lengths: [0.0; PLACES],
        answer_signature: 0,
        question: Vec::new(),
        characters: Vec::new(),
        question_bigrams: vec![0; query.bigrams.len()],
        answer_bigrams: vec![0; query.bigrams.len()],
    };
    let mut evidence: Vec<Evidence> = candidates.iter().map(empty).collect();
    let mut order: Vec<(DocAddress, usize)> = candidates.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut by_segment: Vec<Vec<Here>> = snapshot.handles.iter().map(|_| Vec::new()).collect();
    for (address, i) in order {
        by_segment[address.segment_ord as usize].push((address.doc_id, i));
    }
    let asked = asked_words(query);
    for (handles, here) in snapshot.handles.iter().zip(&by_segment) {
        for (doc, i) in here {
            gather_document(snapshot, handles, &asked, *doc, &mut evidence[*i]);
        }
    }
    let count = |list: &List, with: &mut dyn FnMut(usize, u16)| {
        let here = &by_segment[list.segment as usize];
        each_posting(snapshot.handles.at(list.segment), list, here, with)
    };
    for (w, word) in query.words.iter().enumerate() {
        for list in &word.lists {
            count(list, &mut |i, count| {
                evidence[i].counts[w][list.place] = count;
            })?;
        }
    }
    for (b, pair) in query.bigrams.iter().enumerate() {
        for list in &pair.lists {
            count(list, &mut |i, count| match list.place {
                QUESTION_PAIRS => evidence[i].question_bigrams[b] = count,
                ANSWER_PAIRS => evidence[i].answer_bigrams[b] = count,
                _ => {}
            })?;
        }
    }
    Ok(evidence)
}

/// The words of the query by their key, with the best weight of a wording that has them.
fn asked_words(query: &Query) -> FxHashMap<u64, f32> {
    let mut asked: FxHashMap<u64, f32> = FxHashMap::default();
    for wording in query.concepts.iter().flat_map(|c| &c.wordings) {
        for word in &wording.words {
            let known = asked.entry(word_key(&query.words[*word].text)).or_default();
            *known = known.max(wording.weight);
        }
    }
    asked
}

/// What a document is like, whatever was asked.
fn gather_document(
    snapshot: &Snapshot,
    handles: &Handles,
    asked: &FxHashMap<u64, f32>,
    doc: DocId,
    evidence: &mut Evidence,
) {
    for (length, lengths) in evidence.lengths.iter_mut().zip(&handles.lengths) {
        *length = lengths.fieldnorm(doc) as f32;
    }
    evidence.answer_signature = handles.answer_signatures.first(doc).unwrap_or_default();
    evidence.characters = handles.question_characters.values_for_doc(doc).collect();
    // Of a word that is in no document any more.
    let of_unknown = idf(snapshot.searcher.num_docs() as f32, 0.0);
    let word = |key| {
        let known = snapshot.vocabulary.by_key(key);
        QuestionWord {
            key,
            idf: known.map_or(of_unknown, |k| k.idf),
            is_filler: known.is_some_and(|k| k.is_filler),
            in_query: asked.get(&key).copied().unwrap_or(0.0),
        }
    };
    let keys = handles.question_words.values_for_doc(doc);
    evidence.question = keys.map(word).collect();
}

/// Calls `with` for each candidate that is in the list: its place among the candidates, and how often it has the word.
fn each_posting(
    handles: &Handles,
    list: &List,
    here: &[Here],
    with: &mut dyn FnMut(usize, u16),
) -> tantivy::Result<()> {
    if here.is_empty() {
        return Ok(());
    }
    let mut postings = handles.postings[list.place]
        .read_block_postings_from_terminfo(&list.info, IndexRecordOption::WithFreqs)?;
    for (doc, i) in here {
        let at = postings.seek(*doc);
        if postings.doc(at) == *doc {
            with(*i, u16::try_from(postings.freq(at)).unwrap_or(u16::MAX));
        }
    }
    Ok(())
}
