//! The choice of a long query's concepts.

use super::parsed::Concept;

/// Concepts of a query, at most: a page of text is no better asked.
const MOST_CONCEPTS: usize = 16;

/// Leaves the concepts that say most. Concepts that weigh no more than the first one beyond the limit go with it.
pub(super) fn keep_heaviest(concepts: &mut Vec<Concept>) {
    let mut weights: Vec<f32> = concepts.iter().map(|c| c.weight).collect();
    weights.sort_by(|a, b| b.total_cmp(a));
    if let Some(first_beyond) = weights.get(MOST_CONCEPTS) {
        concepts.retain(|c| c.weight > *first_beyond);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concepts(weights: impl Iterator<Item = f32>) -> Vec<Concept> {
        let concept = |weight: f32| Concept {
            typed: weight.to_string(),
            range: 0..0,
            wordings: Vec::new(),
            weight,
            is_product: false,
            weight_factor: 1.0,
            specificity: 1.0,
            is_filler: false,
        };
        weights.map(concept).collect()
    }

    #[test]
    fn a_query_within_the_limit_stays_whole() {
        let mut all = concepts((0..16).map(|_| 1.0));
        keep_heaviest(&mut all);
        assert_eq!(all.len(), 16);
    }

    #[test]
    fn the_heaviest_stay_in_the_order_of_the_query() {
        let mut all = concepts((0..20_u8).map(f32::from));
        keep_heaviest(&mut all);
        let weights: Vec<f32> = all.iter().map(|c| c.weight).collect();
        assert_eq!(weights, (4..20_u8).map(f32::from).collect::<Vec<_>>());
    }
}
