//! Words of a text whose reverse means another matter: `开启` and `关闭`.

use super::reading::Reading;
use super::segment::Segmenter;
use super::words::Words;
use rustc_hash::{FxHashMap, FxHashSet};

/// A pair of opposites of which a text says one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opposite {
    /// The wordings of the side that the text says, each as its words.
    pub said: Vec<Vec<String>>,
    /// The wordings of the other side.
    pub reverse: Vec<Vec<String>>,
}

/// All pairs, ready to be found in a text.
pub(super) struct Opposites {
    /// Each pair's two sides.
    pairs: Vec<[Vec<Vec<String>>; 2]>,
    /// Pairs and sides by the first word of their wordings.
    by_first: FxHashMap<String, Vec<(usize, usize)>>,
}

impl Opposites {
    pub(super) fn new(words: &Words, segmenter: &Segmenter) -> Self {
        let mut pairs = Vec::new();
        let mut by_first: FxHashMap<String, Vec<(usize, usize)>> = FxHashMap::default();
        for rule in &words.opposites {
            let sides = rule.sides.each_ref().map(|side| -> Vec<Vec<String>> {
                let wordings = side
                    .iter()
                    .map(|wording| Reading::new(wording, segmenter).words());
                wordings.filter(|words| !words.is_empty()).collect()
            });
            for (side, wordings) in sides.iter().enumerate() {
                for first in wordings.iter().filter_map(|words| words.first()) {
                    let known = by_first.entry(first.clone()).or_default();
                    known.push((pairs.len(), side));
                }
            }
            pairs.push(sides);
        }
        Self { pairs, by_first }
    }

    /// The pairs of which a text says one side and not the other.
    pub(super) fn of(&self, text: &str, segmenter: &Segmenter) -> Vec<Opposite> {
        let words = Reading::new(text, segmenter).words();
        let whole: FxHashSet<&str> = words.iter().map(String::as_str).collect();
        let says = |side: &[Vec<String>]| {
            let mut wordings = side.iter();
            wordings.any(|words| words.iter().all(|word| whole.contains(word.as_str())))
        };
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        for (pair, side) in whole
            .iter()
            .filter_map(|word| self.by_first.get(*word))
            .flatten()
        {
            let [said, reverse] = [*side, 1 - *side].map(|side| &self.pairs[*pair][side]);
            if seen.insert((*pair, *side)) && says(said) && !says(reverse) {
                found.push(Opposite {
                    said: said.clone(),
                    reverse: reverse.clone(),
                });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::Analyzer;

    #[test]
    fn one_side_is_found_and_both_are_none() {
        let analyzer = Analyzer::new();
        let reverse = |text: &str| -> Vec<String> {
            let found = analyzer.opposites(text).into_iter();
            found
                .flat_map(|o| o.reverse)
                .map(|words| words.concat())
                .collect()
        };
        assert!(reverse("怎么关闭鉴权").contains(&"开启".to_owned()));
        assert!(
            reverse("how to disable auth").contains(&"enabl".to_owned()),
            "{:?}",
            reverse("how to disable auth")
        );
        assert_eq!(reverse("开启和关闭有什么区别"), [""; 0]);
        assert_eq!(reverse("端口是多少"), [""; 0]);
    }
}
