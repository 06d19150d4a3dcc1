//! By which words of a query documents are looked for, and how much each counts where.

use super::candidates::Wanted;
use super::schema::{ANSWER, LABELS, PLACES, QUESTION, QUESTION_PAIRS, REFERENCES, TITLE};
use super::understand::Query;
use crate::engine::Ranking;
use crate::engine::understanding::Origin;
use std::collections::{BTreeMap, BTreeSet};

/// Words of a document by which others like it are looked for, at most.
const MOST_TELLING: usize = 6;

/// Every wording of what is asked in every field, and pairs of characters in the question.
pub(super) fn asked<'q>(query: &'q Query, ranking: &Ranking) -> Vec<Wanted<'q>> {
    let mut weights: BTreeMap<usize, f32> = BTreeMap::new();
    for concept in query.concepts.iter().filter(|c| !c.is_filler) {
        for wording in &concept.wordings {
            // A phrase of several words is as much as a single word.
            let weight = concept.scope * wording.weight / wording.words.len() as f32;
            for word in &wording.words {
                let known = weights.entry(*word).or_default();
                *known = known.max(weight);
            }
        }
    }
    let of_fields = by_place(&[
        (QUESTION, ranking.question_weight),
        (TITLE, ranking.title_weight),
        (LABELS, ranking.labels_weight),
        (ANSWER, ranking.answer_weight),
        (REFERENCES, ranking.references_weight),
    ]);
    let words = weights.into_iter().map(|(word, weight)| Wanted {
        word: &query.words[word],
        weights: of_fields.map(|of_field| of_field * weight),
    });
    let of_pairs = by_place(&[(QUESTION_PAIRS, ranking.question_bigrams)]);
    let pairs = query.bigrams.iter().map(|pair| Wanted {
        word: pair,
        weights: of_pairs,
    });
    words.chain(pairs).collect()
}

/// The words that tell most of what a text is about, in question, title and labels.
pub(super) fn alike<'q>(query: &'q Query, ranking: &Ranking) -> Vec<Wanted<'q>> {
    let mut concepts: Vec<_> = query.concepts.iter().filter(|c| !c.is_filler).collect();
    concepts.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let as_typed = concepts.iter().take(MOST_TELLING).flat_map(|c| &c.wordings);
    let as_typed = as_typed.filter(|wording| wording.origin == Origin::Typed);
    let words: BTreeSet<usize> = as_typed.flat_map(|w| &w.words).copied().collect();
    let weights = by_place(&[
        (QUESTION, ranking.question_weight),
        (TITLE, ranking.title_weight),
        (LABELS, ranking.labels_weight),
    ]);
    let words = words.into_iter().map(|word| &query.words[word]);
    words.map(|word| Wanted { word, weights }).collect()
}

fn by_place(weights: &[(usize, f32)]) -> [f32; PLACES] {
    let mut by_place = [0.0; PLACES];
    for (place, weight) in weights {
        by_place[*place] = *weight;
    }
    by_place
}
