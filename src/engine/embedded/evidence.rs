//! Where the words of a query stand in the candidate documents, read from the index's posting lists.

use super::schema::Fields;
use super::schema::{ANSWER_SIGNATURE, QUESTION_CHARACTERS, QUESTION_WORDS, word_key};
use super::snapshot::Snapshot;
use super::understand::{Query, Word, idf};
use super::vocabulary::Vocabulary;
use std::collections::HashMap;
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

/// The searched fields, in the order of [`Counts`].
pub(super) const FIELDS: usize = 5;
/// Place of the question among the fields.
pub(super) const QUESTION: usize = 0;
/// Place of the answer among the fields.
pub(super) const ANSWER: usize = 3;

/// How often a word stands in each field of a document.
pub(super) type Counts = [u16; FIELDS];

pub(super) fn searched(fields: Fields) -> [Field; FIELDS] {
    [
        fields.question,
        fields.title,
        fields.labels,
        fields.answer,
        fields.references,
    ]
}

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
    pub(super) lengths: [f32; FIELDS],
    /// The words of the question in their order.
    pub(super) question: Vec<QuestionWord>,
    /// See [`super::fold::signature`].
    pub(super) answer_signature: u64,
    /// The Chinese characters of the question, each once.
    pub(super) characters: Vec<u64>,
    /// By pair of characters of the query: in the question, in the answer.
    pub(super) question_bigrams: Vec<u16>,
    pub(super) answer_bigrams: Vec<u16>,
    /// Pairs of characters in the question and in the answer, all of them.
    pub(super) bigram_lengths: [f32; 2],
}

/// Mean number of tokens of each field.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MeanLengths {
    pub(super) fields: [f32; FIELDS],
    pub(super) bigrams: [f32; 2],
}

impl MeanLengths {
    pub(super) fn of(searcher: &Searcher, fields: Fields) -> tantivy::Result<Self> {
        let documents: f32 = searcher
            .segment_readers()
            .iter()
            .map(|s| s.max_doc() as f32)
            .sum();
        let mean = |field: Field| -> tantivy::Result<f32> {
            let mut tokens = 0.0;
            for segment in searcher.segment_readers() {
                tokens += segment.inverted_index(field)?.total_num_tokens() as f32;
            }
            Ok((tokens / documents.max(1.0)).max(1.0))
        };
        let mut means = Self::default();
        for (place, field) in searched(fields).into_iter().enumerate() {
            means.fields[place] = mean(field)?;
        }
        means.bigrams = [mean(fields.question_bigrams)?, mean(fields.answer_bigrams)?];
        Ok(means)
    }
}

/// Looks up every word of the query in every candidate, in the order of the candidates.
pub(super) fn gather(
    snapshot: &Snapshot,
    query: &Query,
    candidates: &[DocAddress],
) -> tantivy::Result<Vec<Evidence>> {
    let Snapshot {
        searcher,
        fields,
        vocabulary,
        ..
    } = snapshot;
    let asked = asked_words(query);
    let empty = |address: &DocAddress| Evidence {
        address: *address,
        counts: vec![[0; FIELDS]; query.words.len()],
        lengths: [0.0; FIELDS],
        answer_signature: 0,
        question: Vec::new(),
        characters: Vec::new(),
        question_bigrams: vec![0; query.bigrams.len()],
        answer_bigrams: vec![0; query.bigrams.len()],
        bigram_lengths: [0.0; 2],
    };
    let mut evidence: Vec<Evidence> = candidates.iter().map(empty).collect();
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|i| candidates[*i]);
    for (ordinal, segment) in searcher.segment_readers().iter().enumerate() {
        let here: Vec<(DocId, usize)> = order
            .iter()
            .map(|i| (candidates[*i], *i))
            .filter(|(address, _)| address.segment_ord as usize == ordinal)
            .map(|(address, i)| (address.doc_id, i))
            .collect();
        if !here.is_empty() {
            gather_segment(segment, *fields, query, &here, &mut evidence)?;
            gather_questions(
                segment,
                vocabulary,
                searcher.num_docs() as f32,
                &asked,
                &here,
                &mut evidence,
            )?;
        }
    }
    Ok(evidence)
}

fn gather_segment(
    segment: &SegmentReader,
    fields: Fields,
    query: &Query,
    here: &[(DocId, usize)],
    evidence: &mut [Evidence],
) -> tantivy::Result<()> {
    for (place, field) in searched(fields).into_iter().enumerate() {
        each_length(segment, field, here, |i, length| {
            evidence[i].lengths[place] = length;
        })?;
        for (w, word) in query.words.iter().enumerate() {
            each_posting(segment, field, word, here, |i, count| {
                evidence[i].counts[w][place] = count;
            })?;
        }
    }
    let bigrams = [fields.question_bigrams, fields.answer_bigrams];
    for (place, field) in bigrams.into_iter().enumerate() {
        each_length(segment, field, here, |i, length| {
            evidence[i].bigram_lengths[place] = length;
        })?;
        for (b, pair) in query.bigrams.iter().enumerate() {
            each_posting(segment, field, pair, here, |i, count| {
                let evidence = &mut evidence[i];
                let counts = if place == 0 {
                    &mut evidence.question_bigrams
                } else {
                    &mut evidence.answer_bigrams
                };
                counts[b] = count;
            })?;
        }
    }
    Ok(())
}

/// The words of the query by their key, with the best weight of a wording that has them.
fn asked_words(query: &Query) -> HashMap<u64, f32> {
    let mut asked: HashMap<u64, f32> = HashMap::new();
    for wording in query.concepts.iter().flat_map(|c| &c.wordings) {
        for word in &wording.words {
            let known = asked.entry(word_key(&query.words[*word].text)).or_default();
            *known = known.max(wording.weight);
        }
    }
    asked
}

fn gather_questions(
    segment: &SegmentReader,
    vocabulary: &Vocabulary,
    documents: f32,
    asked: &HashMap<u64, f32>,
    here: &[(DocId, usize)],
    evidence: &mut [Evidence],
) -> tantivy::Result<()> {
    let words = segment.fast_fields().u64(QUESTION_WORDS)?;
    let characters = segment.fast_fields().u64(QUESTION_CHARACTERS)?;
    let signatures = segment.fast_fields().u64(ANSWER_SIGNATURE)?;
    for (doc, i) in here {
        evidence[*i].answer_signature = signatures.first(*doc).unwrap_or_default();
        evidence[*i].characters = characters.values_for_doc(*doc).collect();
        evidence[*i].question = words
            .values_for_doc(*doc)
            .map(|key| {
                let known = vocabulary.by_key(key);
                QuestionWord {
                    key,
                    idf: idf(documents, known.map_or(0.0, |k| k.frequency as f32)),
                    is_filler: known.is_some_and(|k| k.is_filler),
                    in_query: asked.get(&key).copied().unwrap_or(0.0),
                }
            })
            .collect();
    }
    Ok(())
}

fn each_length(
    segment: &SegmentReader,
    field: Field,
    here: &[(DocId, usize)],
    mut with: impl FnMut(usize, f32),
) -> tantivy::Result<()> {
    let lengths = segment.get_fieldnorms_reader(field)?;
    for (doc, i) in here {
        with(*i, lengths.fieldnorm(*doc) as f32);
    }
    Ok(())
}

/// Calls `with` for each candidate that has the word: its place in the evidence, and how often.
fn each_posting(
    segment: &SegmentReader,
    field: Field,
    word: &Word,
    here: &[(DocId, usize)],
    mut with: impl FnMut(usize, u16),
) -> tantivy::Result<()> {
    let term = Term::from_field_text(field, &word.text);
    let index = segment.inverted_index(field)?;
    let Some(mut postings) = index.read_postings(&term, IndexRecordOption::WithFreqs)? else {
        return Ok(());
    };
    for (doc, i) in here {
        if postings.doc() < *doc {
            postings.seek(*doc);
        }
        match postings.doc() {
            TERMINATED => break,
            found if found == *doc => {
                with(*i, u16::try_from(postings.term_freq()).unwrap_or(u16::MAX));
            }
            _ => {}
        }
    }
    Ok(())
}
