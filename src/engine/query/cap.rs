//! The choice of a long query's concepts.

use super::parsed::Concept;
use std::cmp::Ordering;

/// Concepts of a query that documents are searched for, at most: a page of text is no better asked.
const MOST_KNOWN: usize = 16;
/// Concepts that no document has. They find nothing, and lower the confidence in what is found.
const MOST_UNKNOWN: usize = 16;

/// Leaves the concepts that say most, in the order of the query; of two that say as much the first. A concept that no
/// document has takes the place of none that some document has.
pub(super) fn keep_heaviest(concepts: &mut Vec<Concept>) {
    let is_known = |concept: &Concept| !concept.wordings.is_empty();
    let mut chosen = heaviest(concepts, MOST_KNOWN, is_known);
    chosen.extend(heaviest(concepts, MOST_UNKNOWN, |c| !is_known(c)));
    let mut index = 0;
    concepts.retain(|_| {
        index += 1;
        chosen.contains(&(index - 1))
    });
}

/// Indices of the heaviest concepts that are `wanted`.
fn heaviest(concepts: &[Concept], most: usize, wanted: impl Fn(&Concept) -> bool) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..concepts.len())
        .filter(|index| wanted(&concepts[*index]))
        .collect();
    let by_weight =
        |a: &usize, b: &usize| -> Ordering { concepts[*b].weight.total_cmp(&concepts[*a].weight) };
    indices.sort_by(by_weight);
    indices.truncate(most);
    indices
}

#[cfg(test)]
mod tests {
    use super::super::explanation::Origin;
    use super::super::parsed::Wording;
    use super::*;

    fn concept(typed: &str, weight: f32, is_known: bool) -> Concept {
        let typed_wording = Wording {
            words: vec![0],
            weight: 1.0,
            origin: Origin::Typed,
        };
        Concept {
            typed: typed.to_owned(),
            range: 0..0,
            wordings: is_known.then_some(typed_wording).into_iter().collect(),
            weight,
            is_product: false,
            weight_factor: 1.0,
            specificity: 1.0,
            is_filler: false,
        }
    }

    fn kept(mut concepts: Vec<Concept>) -> Vec<String> {
        keep_heaviest(&mut concepts);
        concepts.into_iter().map(|c| c.typed).collect()
    }

    fn names(names: std::ops::Range<usize>) -> Vec<String> {
        names.map(|n| n.to_string()).collect()
    }

    #[test]
    fn a_query_within_the_limit_stays_whole() {
        let all = (0..16).map(|n| concept(&n.to_string(), 1.0, true));
        assert_eq!(kept(all.collect()), names(0..16));
    }

    #[test]
    fn the_heaviest_stay_in_the_order_of_the_query() {
        let all = (0..20_u8).map(|n| concept(&n.to_string(), f32::from(n), true));
        assert_eq!(kept(all.collect()), names(4..20));
    }

    #[test]
    fn of_concepts_that_say_as_much_the_first_stay() {
        let all = (0..40).map(|n| concept(&n.to_string(), 1.0, true));
        assert_eq!(kept(all.collect()), names(0..16));
    }

    #[test]
    fn words_that_no_document_has_take_no_place() {
        let unknown = (0..30).map(|n| concept(&format!("u{n}"), 9.0, false));
        let known = (0..20).map(|n| concept(&n.to_string(), 1.0, true));
        let kept = kept(unknown.chain(known).collect());
        assert_eq!(kept.len(), MOST_KNOWN + MOST_UNKNOWN);
        assert_eq!(kept[MOST_UNKNOWN..], names(0..16));
    }
}
