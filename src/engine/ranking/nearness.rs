//! How near the askings of a document are to a query.

use super::evidence::{FieldCounts, HeadlineReader, Nearness, question_key};
use super::scorer::Scorer;
use crate::engine::askings::{Asking, Askings};
use crate::engine::vocabulary::{Vocabulary, word_key};
use rustc_hash::{FxHashMap, FxHashSet};

/// Compares askings with one query.
pub(crate) struct AskingReader<'a> {
    scorer: &'a Scorer<'a>,
    headlines: HeadlineReader<'a>,
    /// By their keys, indices into [`ParsedQuery::words`](crate::engine::query::ParsedQuery::words).
    words: FxHashMap<u64, usize>,
    /// By word of the query, whether it tells one asking from another: filler and names of products do not.
    tells: Vec<bool>,
    characters: FxHashSet<u64>,
}

impl<'a> AskingReader<'a> {
    pub(crate) fn new(scorer: &'a Scorer<'a>, vocabulary: &'a Vocabulary) -> Self {
        let words = scorer.query.words.iter().zip(0..);
        let mut tells = vec![false; scorer.query.words.len()];
        let concepts = scorer.query.concepts.iter();
        let concepts: Vec<_> = concepts.filter(|c| !c.is_filler && !c.is_product).collect();
        for word in concepts
            .iter()
            .flat_map(|c| &c.wordings)
            .flat_map(|w| &w.words)
        {
            tells[*word] = true;
        }
        if concepts.is_empty() {
            tells.fill(true);
        }
        Self {
            headlines: HeadlineReader::new(scorer.query, vocabulary),
            words: words.map(|(word, i)| (word_key(&word.text), i)).collect(),
            characters: scorer.query.characters.iter().copied().collect(),
            tells,
            scorer,
        }
    }

    /// Whether an asking of a document may be near: one of them has a word that tells it from others. `counts` are what
    /// the document has.
    pub(crate) fn may_be_near(&self, counts: &[FieldCounts]) -> bool {
        let mut words = counts.iter().zip(&self.tells);
        words.any(|(counts, tells)| *tells && counts.is_in_askings())
    }

    /// How near the askings of a document are. `counts` are what the document itself has: its labels belong to every asking.
    pub(crate) fn nearness(&self, askings: &Askings, counts: &[FieldCounts]) -> Nearness {
        let weights = self.scorer.weights;
        let mut near = Nearness::default();
        let (mut first, mut second) = (0.0, 0.0);
        let labels = (0..counts.len()).filter(|word| counts[*word].is_in_labels());
        let labels: Vec<usize> = labels.collect();
        let mut has = vec![false; counts.len()];
        let (mut there, mut best) = (Vec::new(), Vec::new());
        for (number, asking) in askings.iter().enumerate() {
            there.clone_from(&labels);
            there.extend(asking.all_words().filter_map(|key| self.words.get(&key)));
            if !there[labels.len()..].iter().any(|word| self.tells[*word]) {
                continue;
            }
            for word in &there {
                has[*word] = true;
            }
            let coverage = self
                .scorer
                .coverage
                .of_few(&there, |word| has[word], &mut best);
            for word in &there {
                has[*word] = false;
            }
            let without_focus = weights.asked_coverage * coverage
                + weights.asked_characters * self.shared_characters(&asking);
            // Looking up words costs most.
            if without_focus + weights.asked_focus <= second {
                continue;
            }
            let words = asking.whole_words().map(|key| self.headlines.word(key));
            let focus = self.scorer.focus(words);
            let one = without_focus + weights.asked_focus * focus;
            if one > first {
                (first, second) = (one, first);
                near.nearest = Some(number);
                (near.focus, near.coverage) = (focus, coverage);
                near.words.clone_from(&there);
            } else if one > second {
                second = one;
            }
        }
        near.all = first + weights.asked_second * second;
        let nearest = near.nearest.and_then(|number| askings.iter().nth(number));
        near.question = nearest.map_or_else(Vec::new, |asking| {
            let words = asking.whole_words().map(|key| self.headlines.word(key));
            question_key(words)
        });
        near
    }

    /// How many characters query and asking share: the Dice coefficient.
    fn shared_characters(&self, asking: &Asking<'_>) -> f32 {
        let shared = asking.characters.iter();
        let shared = shared.filter(|c| self.characters.contains(c)).count();
        let all = self.characters.len() + asking.characters.len();
        if all > 0 {
            2.0 * shared as f32 / all as f32
        } else {
            0.0
        }
    }
}
