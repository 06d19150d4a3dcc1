//! Labels that differ in case only are one label. It is shown as most documents write it.

use super::index::LabelKind;
use std::collections::HashMap;

/// What all spellings of a label have in common.
pub fn label_key(label: &str) -> String {
    label.to_lowercase()
}

/// The spellings of the labels of an index.
#[derive(Debug, Default)]
pub(crate) struct Spellings(HashMap<(LabelKind, String), Counted>);

/// Spellings, each with the number of documents that have it.
type Counted = Vec<(Box<str>, u64)>;

impl Spellings {
    /// Labels as documents write them, with the number of documents; a spelling may come several times.
    pub(crate) fn of<'l>(labels: impl Iterator<Item = (LabelKind, &'l str, u64)>) -> Self {
        let mut spellings: HashMap<_, Counted> = HashMap::new();
        for (kind, label, documents) in labels {
            let known = spellings.entry((kind, label_key(label))).or_default();
            match known.iter_mut().find(|(spelling, _)| **spelling == *label) {
                Some((_, count)) => *count += documents,
                None => known.push((label.into(), documents)),
            }
        }
        for known in spellings.values_mut() {
            known.sort_by(|(a, of_a), (b, of_b)| of_b.cmp(of_a).then_with(|| a.cmp(b)));
        }
        Self(spellings)
    }

    /// All spellings of a label that documents have, the most frequent first.
    pub(crate) fn all(&self, kind: LabelKind, label: &str) -> impl Iterator<Item = &str> {
        let known = self.0.get(&(kind, label_key(label)));
        known.into_iter().flatten().map(|(spelling, _)| &**spelling)
    }

    /// The spelling in which a label is shown.
    pub(crate) fn usual<'l>(&'l self, kind: LabelKind, label: &'l str) -> &'l str {
        self.all(kind, label).next().unwrap_or(label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_spelling_is_shown_and_all_are_known() {
        let spellings = Spellings::of(
            [
                (LabelKind::Tag, "Spring", 2),
                (LabelKind::Tag, "spring", 1),
                (LabelKind::Tag, "SPRING", 1),
                (LabelKind::Tag, "spring", 2),
                (LabelKind::Category, "spring", 9),
                (LabelKind::Tag, "b", 1),
                (LabelKind::Tag, "B", 1),
            ]
            .into_iter(),
        );
        let all = |label| spellings.all(LabelKind::Tag, label).collect::<Vec<_>>();
        assert_eq!(all("sPRING"), ["spring", "Spring", "SPRING"]);
        assert_eq!(all("x"), [""; 0]);
        assert_eq!(spellings.usual(LabelKind::Tag, "SPRING"), "spring");
        // Of equally frequent ones always the same.
        assert_eq!(spellings.usual(LabelKind::Tag, "b"), "B");
        assert_eq!(spellings.usual(LabelKind::Tag, "x"), "x");
    }
}
