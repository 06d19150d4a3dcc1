//! Documents that were found for a query, before they are read.

use super::evidence::{Evidence, Nearness};
use super::features::{Feature, Features, ScoreParts};

/// A share of the query that makes a reader see why a document was found.
const CLEARLY: f32 = 0.1;

/// A found document. `D` names it within one state of an index.
#[derive(Debug, Clone)]
pub(crate) struct Found<D> {
    pub(crate) doc: D,
    pub(crate) parts: ScoreParts,
    /// What the second pass found out. Nothing of documents beyond its window.
    pub(crate) judged: Option<Judged>,
}

/// What the second pass found out about a candidate.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) features: Features,
    pub(crate) evidence: Evidence,
}

impl Judged {
    /// Adds how near the askings are, which count by `trust`.
    pub(crate) fn add_nearness(&mut self, nearness: Nearness, trust: f32) {
        self.features.set(Feature::AskedAs, trust * nearness.all);
        self.evidence.nearness = nearness;
    }

    /// The place of an asking that has clearly more of the query than the headline has.
    pub(crate) fn better_asking(&self) -> Option<usize> {
        let nearness = &self.evidence.nearness;
        let of_headline = self.features.get(Feature::QuestionCoverage);
        let is_better = nearness.coverage >= of_headline + CLEARLY;
        nearness.nearest.filter(|_| is_better)
    }
}

impl<D> Found<D> {
    /// A document that the second pass did not look at.
    pub(crate) fn unjudged(doc: D) -> Self {
        Self {
            doc,
            parts: ScoreParts::default(),
            judged: None,
        }
    }

    /// The score.
    pub(crate) fn score(&self) -> f32 {
        self.parts.total()
    }
}
