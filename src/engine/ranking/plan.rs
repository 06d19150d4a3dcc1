//! Retrieval plans: by which terms of a query documents are retrieved, and how much each counts where.

use super::features::Feature;
use super::weights::Weights;
use crate::engine::fields::{Field, PerField};
use crate::engine::query::{Origin, ParsedQuery, Wording};
use std::collections::{BTreeMap, BTreeSet};

/// Words of a document by which others like it are retrieved, at most.
const MOST_SPECIFIC: usize = 6;

/// A term of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    /// Index into [`ParsedQuery::words`].
    Word(usize),
    /// Index into [`ParsedQuery::pairs`].
    Pair(usize),
}

/// A term to retrieve documents by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WeightedTerm {
    pub(crate) term: Term,
    /// How much the term counts in each field; 0 where it is not looked for.
    pub(crate) weights: PerField<f32>,
}

/// A weighted sum over terms, by which an index retrieves the candidates of a query.
pub(crate) type RetrievalPlan = Vec<WeightedTerm>;

/// Every wording of what is asked in every field of words, and pairs of characters in the headline.
pub(crate) fn asked(query: &ParsedQuery, weights: &Weights) -> RetrievalPlan {
    let mut of_words: BTreeMap<usize, f32> = BTreeMap::new();
    for concept in query.concepts.iter().filter(|c| !c.is_filler) {
        for wording in &concept.wordings {
            // A phrase of several words is as much as a single word.
            let weight = concept.weight_factor * wording.weight / wording.words.len() as f32;
            for word in &wording.words {
                let known = of_words.entry(*word).or_default();
                *known = known.max(weight);
            }
        }
    }
    let of_fields = weights.of_fields();
    let words = of_words.into_iter().map(|(word, weight)| WeightedTerm {
        term: Term::Word(word),
        weights: of_fields.map(|of_field| of_field * weight),
    });
    let mut of_pairs = PerField::default();
    of_pairs[Field::HeadlinePairs] = weights.of_feature(Feature::HeadlinePairs);
    let pairs = (0..query.pairs.len()).map(|pair| WeightedTerm {
        term: Term::Pair(pair),
        weights: of_pairs,
    });
    words.chain(pairs).collect()
}

/// The words that say most of what a text is about, in question, title and labels.
pub(crate) fn alike(query: &ParsedQuery, weights: &Weights) -> RetrievalPlan {
    let mut concepts: Vec<_> = query.concepts.iter().filter(|c| !c.is_filler).collect();
    concepts.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let wordings = concepts.iter().take(MOST_SPECIFIC);
    let wordings = wordings.flat_map(|c| &c.wordings);
    let as_typed = wordings.filter(|wording: &&Wording| wording.origin == Origin::Typed);
    let words: BTreeSet<usize> = as_typed.flat_map(|w| &w.words).copied().collect();
    let mut of_fields = weights.of_fields();
    of_fields[Field::Answer] = 0.0;
    of_fields[Field::References] = 0.0;
    let words = words.into_iter().map(|word| WeightedTerm {
        term: Term::Word(word),
        weights: of_fields,
    });
    words.collect()
}
