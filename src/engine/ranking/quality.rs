//! What visitors made of answers nudges their order, within the bounds of `ranking.quality`.

use super::found::Found;

/// Adds the quality of each answer, -1 to 1, times `weight` to its score, and sorts again. Only what the second pass judged
/// is sorted; `quality` has a number for each of those, in their order. How sure the answer is was judged before, by its
/// text alone.
pub(crate) fn prefer<D>(found: &mut [Found<D>], quality: &[f32], weight: f32) {
    let judged = found.iter().take_while(|f| f.judged.is_some()).count();
    let judged = &mut found[..judged];
    for (one, quality) in judged.iter_mut().zip(quality) {
        one.parts.quality = quality.clamp(-1.0, 1.0) * weight;
    }
    // A stable sort: documents of the same score keep their order.
    judged.sort_by(|a, b| b.score().total_cmp(&a.score()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::query::ParsedQuery;
    use crate::engine::ranking::evidence::Evidence;
    use crate::engine::ranking::features::{Feature, Features, ScoreParts};
    use crate::engine::ranking::found::Judged;

    fn found(doc: char, score: f32, is_judged: bool) -> Found<char> {
        let mut parts = ScoreParts::default();
        parts.features.set(Feature::Words, score);
        let judged = Judged {
            features: Features::default(),
            evidence: Evidence::empty(&ParsedQuery::default()),
        };
        Found {
            doc,
            parts,
            judged: is_judged.then_some(judged),
        }
    }

    #[test]
    fn quality_orders_near_equal_scores_and_nothing_else() {
        let mut all = [
            found('a', 1.0, true),
            found('b', 0.95, true),
            found('c', 0.5, true),
            found('d', 0.0, false),
        ];
        prefer(&mut all, &[-1.0, 0.5, 7.0], 0.1);
        let order: String = all.iter().map(|f| f.doc).collect();
        assert_eq!(order, "bacd");
        // No more than the weight, whatever visitors say.
        assert!((all[2].parts.quality - 0.1).abs() < 1e-6);
    }
}
