//! Everyday wordings of a query get the terms that documents use for them.

use super::units::Unit;
use super::wording_weights::WordingWeights;
use crate::analysis::{Analyzer, Meaning};
use crate::engine::vocabulary::Vocabulary;

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
        let is_met = |unit: &Unit| meaning.ranges.iter().any(|range| unit.overlaps(range));
        for unit in &mut units {
            if !unit.is_stopword && !unit.is_product && is_met(unit) {
                unit.meanings.extend(meaning.terms.iter().cloned());
            }
        }
    }
    units
}
