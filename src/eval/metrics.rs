//! The metrics, as `trec_eval` defines them, with linear gains.
//!
//! Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", for nDCG.

use std::collections::HashMap;

/// The grades of a query's judged documents. A document without a grade is not relevant.
pub type Grades = HashMap<String, u32>;

/// Document ids, best first.
pub type Ranking = Vec<String>;

/// Normalized discounted cumulative gain of the first `depth` documents, 0 to 1. Documents without a grade gain nothing.
pub fn ndcg_at(depth: usize, ranking: &[String], grades: &Grades) -> f64 {
    let discounted = |gains: &mut dyn Iterator<Item = u32>| -> f64 {
        gains
            .take(depth)
            .enumerate()
            .map(|(rank, gain)| f64::from(gain) / (rank as f64 + 2.0).log2())
            .sum()
    };
    let mut ideal: Vec<u32> = grades.values().copied().collect();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best = discounted(&mut ideal.into_iter());
    let gained = discounted(
        &mut ranking
            .iter()
            .map(|id| grades.get(id).copied().unwrap_or(0)),
    );
    if best > 0.0 { gained / best } else { 0.0 }
}

/// One over the rank of the first relevant document among the first `depth`, else 0.
pub fn mrr_at(depth: usize, ranking: &[String], grades: &Grades) -> f64 {
    let first = ranking
        .iter()
        .take(depth)
        .position(|id| is_relevant(id, grades));
    first.map_or(0.0, |rank| 1.0 / (rank as f64 + 1.0))
}

/// The share of relevant documents that are among the first `depth`, 0 to 1.
pub fn recall_at(depth: usize, ranking: &[String], grades: &Grades) -> f64 {
    let relevant = grades.values().filter(|g| **g > 0).count();
    let found = ranking
        .iter()
        .take(depth)
        .filter(|id| is_relevant(id, grades))
        .count();
    if relevant > 0 {
        found as f64 / relevant as f64
    } else {
        0.0
    }
}

fn is_relevant(id: &str, grades: &Grades) -> bool {
    grades.get(id).is_some_and(|g| *g > 0)
}

/// The value below which `share` (0 to 1) of `values` lie, by the nearest rank; 0 if there are no values.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranking(ids: &str) -> Ranking {
        ids.chars().map(String::from).collect()
    }

    fn grades() -> Grades {
        HashMap::from([("a".into(), 2), ("b".into(), 1), ("z".into(), 0)])
    }

    fn is_near(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 1e-4
    }

    #[test]
    fn ndcg_is_as_computed_by_hand() {
        // Ideal: 2/log2(2) + 1/log2(3) = 2.6309. Here: 1/log2(2) + 2/log2(4) = 2.
        assert!(is_near(
            ndcg_at(10, &ranking("bxa"), &grades()),
            2.0 / 2.6309
        ));
        assert!(is_near(ndcg_at(10, &ranking("ab"), &grades()), 1.0));
        // Only the first document counts: ideal 2, here 1.
        assert!(is_near(ndcg_at(1, &ranking("ba"), &grades()), 0.5));
        assert!(is_near(ndcg_at(10, &ranking("xyz"), &grades()), 0.0));
    }

    #[test]
    fn mrr_looks_at_the_first_relevant_document_only() {
        assert!(is_near(mrr_at(10, &ranking("zxba"), &grades()), 1.0 / 3.0));
        assert!(is_near(mrr_at(2, &ranking("zxba"), &grades()), 0.0));
    }

    #[test]
    fn recall_counts_relevant_documents_within_the_depth() {
        assert!(is_near(recall_at(10, &ranking("xa"), &grades()), 0.5));
        assert!(is_near(recall_at(1, &ranking("xa"), &grades()), 0.0));
        assert!(is_near(recall_at(10, &ranking("ab"), &grades()), 1.0));
    }

    #[test]
    fn percentiles_take_the_nearest_rank() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert!(is_near(percentile(&values, 0.5), 50.0));
        assert!(is_near(percentile(&values, 0.99), 99.0));
        assert!(is_near(percentile(&[], 0.5), 0.0));
    }
}
