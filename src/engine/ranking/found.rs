//! Documents that were found for a query, before they are read.

use super::evidence::Evidence;
use super::features::{Features, ScoreParts};

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
