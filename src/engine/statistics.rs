//! What ranking knows of an index as a whole.

use super::fields::PerField;

/// Counts over all documents of one state of an index.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Statistics {
    /// Documents that can be found.
    pub(crate) documents: usize,
    /// Mean number of tokens of each field, never 0.
    pub(crate) mean_lengths: PerField<f32>,
    /// The share of documents that say in which other words they are asked.
    pub(crate) asked_share: f32,
}

impl Statistics {
    /// How much askings count, 0 to 1: little while few documents have any, for the others may fit as well.
    pub(crate) fn asked_trust(&self) -> f32 {
        self.asked_share * self.asked_share
    }
}

/// Inverse document frequency of a term that `with` of `documents` have: ln(1 + (N - n + 0.5) / (n + 0.5)), Robertson and
/// Zaragoza 2009, "The Probabilistic Relevance Framework". Larger for rarer terms, never below 0.
pub(crate) fn idf(documents: f32, with: f32) -> f32 {
    (1.0 + ((documents - with).max(0.0) + 0.5) / (with + 0.5)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rarer_terms_tell_more_and_none_tells_less_than_nothing() {
        assert!(idf(100.0, 1.0) > idf(100.0, 10.0));
        assert!(idf(100.0, 100.0) > 0.0);
        // More documents than there are: counts of deleted ones may lag behind.
        assert!(idf(100.0, 120.0) > 0.0);
    }
}
