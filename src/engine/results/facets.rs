//! Counts of labels become facets.

use crate::engine::index::{LabelCount, LabelKind};
use crate::engine::model::{FacetCount, Facets};
use std::cmp::Reverse;

/// Values of a facet, at most.
const MOST_VALUES: usize = 40;

/// The facets of a search from the counts of all labels, which are in the order of the labels. The most frequent values
/// come first, of years the newest.
pub(crate) fn facets(counts: &[LabelCount<'_>]) -> Facets {
    at_most(MOST_VALUES, counts)
}

/// The same with all values.
pub(crate) fn all_labels(counts: &[LabelCount<'_>]) -> Facets {
    at_most(usize::MAX, counts)
}

fn at_most(most: usize, counts: &[LabelCount<'_>]) -> Facets {
    let of_kind = |kind: LabelKind| counts.iter().filter(move |label| label.kind == kind);
    let most_frequent = |kind: LabelKind| {
        let mut labels: Vec<_> = of_kind(kind).collect();
        labels.sort_by_key(|label| Reverse(label.count));
        shown(most, labels.into_iter())
    };
    Facets {
        tags: most_frequent(LabelKind::Tag),
        categories: most_frequent(LabelKind::Category),
        years: shown(most, of_kind(LabelKind::Year).rev()),
    }
}

fn shown<'c>(most: usize, labels: impl Iterator<Item = &'c LabelCount<'c>>) -> Vec<FacetCount> {
    let shown = labels.take(most).map(|label| FacetCount {
        value: label.value.clone().into_owned(),
        count: label.count,
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_labels_come_first_and_years_newest_first() {
        let label = |kind, value: &str, count| LabelCount {
            kind,
            value: value.to_owned().into(),
            count,
        };
        let counts = [
            label(LabelKind::Tag, "a", 1),
            label(LabelKind::Tag, "b", 3),
            label(LabelKind::Tag, "c", 3),
            label(LabelKind::Category, "x", 4),
            label(LabelKind::Year, "2023", 9),
            label(LabelKind::Year, "2024", 1),
        ];
        let values = |counts: &[FacetCount]| -> String {
            let values: Vec<&str> = counts.iter().map(|c| c.value.as_str()).collect();
            values.join(" ")
        };
        let facets = facets(&counts);
        assert_eq!(values(&facets.tags), "b c a");
        assert_eq!(values(&facets.categories), "x");
        assert_eq!(values(&facets.years), "2024 2023");
    }

    #[test]
    fn a_facet_has_no_more_values_than_fit() {
        let values: Vec<String> = (100..200).map(|n| n.to_string()).collect();
        let counts = values.iter().map(|value| LabelCount {
            kind: LabelKind::Tag,
            value: value.as_str().into(),
            count: 1,
        });
        let counts: Vec<_> = counts.collect();
        assert_eq!(facets(&counts).tags.len(), MOST_VALUES);
        assert_eq!(all_labels(&counts).tags.len(), counts.len());
    }
}
