//! Everyday wordings of a query get the terms that documents use for them.

use super::units::Unit;
use super::wording_weights::WordingWeights;
use crate::analysis::{Analyzer, Meaning};
use crate::engine::vocabulary::Vocabulary;
use std::ops::Range;

/// Meanings of a query that documents are searched for, at most.
const MOST_MEANINGS: usize = 3;

/// The units, those that are part of an everyday wording with the terms for it. Only terms that some document has count.
pub(super) fn with_meanings(
    text: &str,
    mut units: Vec<Unit>,
    analyzer: &Analyzer,
    vocabulary: &Vocabulary,
    weights: &WordingWeights,
) -> Vec<Unit> {
    let is_known = |words: &Vec<String>| words.iter().all(|word| vocabulary.frequency(word) > 0);
    let known = analyzer.meanings(text).into_iter().filter_map(|meaning| {
        let terms = meaning.terms.iter().filter(|term| is_known(term));
        let terms: Vec<_> = terms.cloned().collect();
        (!terms.is_empty() && meaning.likeness >= weights.meaning_from)
            .then_some(Meaning { terms, ..meaning })
    });
    for meaning in known.take(MOST_MEANINGS) {
        for unit in units
            .iter_mut()
            .filter(|unit| !unit.is_stopword && !unit.is_product)
        {
            if meaning
                .ranges
                .iter()
                .any(|range| overlaps(range, &unit.range))
            {
                unit.meanings.extend(meaning.terms.iter().cloned());
            }
        }
    }
    units
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
