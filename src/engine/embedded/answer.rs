//! What the first hits have of a query; `engine::Confidence` says what that means.

use super::evidence::Evidence;
use super::find::Found;
use super::score::{Scorer, is_anywhere, is_in_question};
use super::understand::{Concept, Query};
use crate::engine::Confidence;

/// Hits that are looked at: another than the first may be the answer.
const LOOKED_AT: usize = 5;

/// What the best of `found` has of the query.
pub(super) fn confidence(
    query: &Query,
    scorer: &Scorer<'_>,
    found: &[Found],
) -> Option<Confidence> {
    let best = found.first()?;
    let features = best.features?;
    if query.is_only_filler {
        return None;
    }
    let asked = || query.concepts.iter().filter(|c| !c.is_filler);
    let all: f32 = asked()
        .map(|c| c.weight)
        .sum::<f32>()
        .max(f32::MIN_POSITIVE);
    let share = |of: &dyn Fn(&Concept) -> f32| asked().map(|c| c.weight * of(c)).sum::<f32>() / all;
    let coverage = |evidence: &Evidence, is_there| share(&|c| scorer.holds(c, evidence, is_there));
    let lacking = |evidence: &Evidence, is_there| {
        let names = asked().filter(|c| c.is_name());
        names
            .map(|c| c.telling * (1.0 - scorer.holds(c, evidence, is_there)))
            .fold(0.0, f32::max)
    };
    let first: Vec<&Evidence> = found
        .iter()
        .take(LOOKED_AT)
        .filter_map(|f| f.evidence.as_ref())
        .collect();
    let most = |of: &dyn Fn(&Evidence) -> f32| first.iter().map(|e| of(e)).fold(0.0, f32::max);
    let least = |of: &dyn Fn(&Evidence) -> f32| first.iter().map(|e| of(e)).fold(1.0, f32::min);
    Some(Confidence {
        words: features.words,
        question_coverage: most(&|e| coverage(e, is_in_question)),
        coverage: most(&|e| coverage(e, is_anywhere)),
        matched: most(&|e| {
            asked()
                .map(|c| c.telling * scorer.holds(c, e, is_anywhere))
                .sum()
        }),
        name_missing: least(&|e| lacking(e, is_in_question)),
        characters: features.characters,
    })
}
