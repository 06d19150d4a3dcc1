//! The words of an index, read from its term dictionaries.

use super::view::View;
use crate::analysis::Analyzer;
use crate::engine::fields::Field;
use crate::engine::vocabulary::{FieldWords, Vocabulary};
use rayon::prelude::*;

/// Reads the vocabulary of an index.
pub(crate) fn vocabulary(view: &View, analyzer: &Analyzer) -> tantivy::Result<Vocabulary> {
    let fields = Field::OF_WORDS.into_par_iter();
    let fields = fields.chain([Field::HeadlinePairs]);
    let words = fields.map(|field| Ok((field, words_of(view, field)?)));
    let words = words.collect::<tantivy::Result<Vec<_>>>()?;
    let documents = view.searcher.num_docs() as usize;
    Ok(Vocabulary::from_fields(words, documents, analyzer))
}

/// The words of a field, with the number of documents that have each there.
fn words_of(view: &View, field: Field) -> tantivy::Result<FieldWords> {
    let mut words = FieldWords::new();
    for segment in view.segments.iter() {
        let mut terms = segment.postings[field].terms().stream()?;
        while terms.advance() {
            if let Ok(word) = std::str::from_utf8(terms.key()) {
                let count = terms.value().doc_freq;
                match words.get_mut(word) {
                    Some(known) => *known += count,
                    None => {
                        words.insert(word.into(), count);
                    }
                }
            }
        }
    }
    Ok(words)
}
