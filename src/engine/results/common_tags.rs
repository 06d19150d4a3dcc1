//! Tags that tell nothing.

use crate::engine::index::{LabelCount, LabelKind};
use crate::engine::spellings::label_key;
use std::collections::HashSet;

/// Documents below which no tag is common: among few, most may have one by chance.
const FEWEST_DOCUMENTS: usize = 10;

/// Tags that more than half of all documents carry: beside a question of a list they tell nothing. Case makes no
/// difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommonTags(HashSet<String>);

impl CommonTags {
    /// The common ones of these labels of all documents.
    pub(crate) fn among(counts: &[LabelCount<'_>], documents: usize) -> Self {
        let tags = counts.iter().filter(|label| label.kind == LabelKind::Tag);
        let common = tags.filter(|tag| is_common(tag.count, documents));
        Self(common.map(|tag| label_key(&tag.value)).collect())
    }

    /// Whether this tag tells nothing.
    pub fn has(&self, tag: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&label_key(tag))
    }

    /// The tags of a document that tell something, in their order.
    pub fn telling<'t>(&self, tags: &'t [String]) -> impl Iterator<Item = &'t str> {
        let tags = tags.iter().map(String::as_str);
        tags.filter(|tag| !self.has(tag))
    }
}

/// Whether a tag that so many of all documents carry tells nothing.
fn is_common(with: u64, documents: usize) -> bool {
    documents >= FEWEST_DOCUMENTS && with.saturating_mul(2) > documents as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(kind: LabelKind, value: &str, count: u64) -> LabelCount<'_> {
        LabelCount {
            kind,
            value: value.into(),
            count,
        }
    }

    #[test]
    fn a_tag_of_more_than_half_tells_nothing() {
        assert!(!is_common(50, 100) && is_common(51, 100) && is_common(100, 100));
        assert!(!is_common(0, 0) && !is_common(1, 1) && !is_common(9, 9));
        assert!(!is_common(5, 10) && is_common(6, 10));
    }

    #[test]
    fn only_tags_that_tell_something_are_left_whatever_their_case() {
        let counts = [
            label(LabelKind::Tag, "SCA", 90),
            label(LabelKind::Tag, "nacos", 50),
            label(LabelKind::Category, "guide", 100),
        ];
        let common = CommonTags::among(&counts, 100);
        assert!(common.has("sca") && !common.has("guide"));
        let tags = ["Sca", "nacos", "guide"].map(String::from);
        assert_eq!(
            common.telling(&tags).collect::<Vec<_>>(),
            ["nacos", "guide"]
        );
        assert!(!CommonTags::default().has("sca"));
    }
}
