//! How near the askings of a document are to a query.

use super::evidence::{FieldCounts, HeadlineReader, HeadlineWord, Nearness, question_key};
use super::key_filter::KeyFilter;
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
    word_filter: KeyFilter,
    /// By word of the query, whether it tells one asking from another: filler and names of products do not.
    tells: Vec<bool>,
    characters: FxHashSet<u64>,
    character_filter: KeyFilter,
    buffers: Buffers,
}

/// Space that is used for one asking after another.
#[derive(Default)]
struct Buffers {
    /// The words of the query that the asking and the labels have.
    there: Vec<usize>,
    /// By word of the query, whether it is among `there`.
    has: Vec<bool>,
    /// The best wordings of concepts, see [`Coverage::of_few`](super::coverage::Coverage::of_few).
    best: Vec<f32>,
    /// The words of the asking, and those of the nearest one so far.
    asked: Vec<HeadlineWord>,
    nearest: Vec<HeadlineWord>,
}

impl<'a> AskingReader<'a> {
    pub(crate) fn new(scorer: &'a Scorer<'a>, vocabulary: &'a Vocabulary) -> Self {
        let words = scorer.query.words.iter().zip(0..);
        let words: FxHashMap<u64, usize> =
            words.map(|(word, i)| (word_key(&word.text), i)).collect();
        let characters = &scorer.query.characters;
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
            word_filter: KeyFilter::of(words.keys().copied()),
            words,
            character_filter: KeyFilter::of(characters.iter().copied()),
            characters: characters.iter().copied().collect(),
            tells,
            buffers: Buffers::default(),
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
    pub(crate) fn nearness(&mut self, askings: &Askings, counts: &[FieldCounts]) -> Nearness {
        let mut buffers = std::mem::take(&mut self.buffers);
        let near = self.nearness_in(&mut buffers, askings, counts);
        self.buffers = buffers;
        near
    }

    fn nearness_in(
        &self,
        buffers: &mut Buffers,
        askings: &Askings,
        counts: &[FieldCounts],
    ) -> Nearness {
        let weights = self.scorer.weights;
        let Buffers {
            there,
            has,
            best,
            asked,
            nearest,
        } = buffers;
        let mut near = Nearness::default();
        let (mut first, mut second) = (0.0, 0.0);
        has.resize(counts.len(), false);
        there.clear();
        nearest.clear();
        there.extend((0..counts.len()).filter(|word| counts[*word].is_in_labels()));
        let labels = there.len();
        for (number, asking) in askings.iter().enumerate() {
            there.truncate(labels);
            let keys = asking
                .all_words()
                .filter(|key| self.word_filter.may_have(*key));
            there.extend(keys.filter_map(|key| self.words.get(&key)));
            if !there[labels..].iter().any(|word| self.tells[*word]) {
                continue;
            }
            for word in there.iter() {
                has[*word] = true;
            }
            let coverage = self.scorer.coverage.of_few(there, |word| has[word], best);
            for word in there.iter() {
                has[*word] = false;
            }
            let without_focus = weights.asked_coverage * coverage
                + weights.asked_characters * self.shared_characters(&asking);
            // Looking up words costs most.
            if without_focus + weights.asked_focus <= second {
                continue;
            }
            asked.clear();
            asked.extend(asking.whole_words().map(|key| self.headlines.word(key)));
            let focus = self.scorer.focus(asked.iter().copied());
            let one = without_focus + weights.asked_focus * focus;
            if one > first {
                (first, second) = (one, first);
                near.nearest = Some(number);
                (near.focus, near.coverage) = (focus, coverage);
                near.words.clone_from(there);
                std::mem::swap(nearest, asked);
            } else if one > second {
                second = one;
            }
        }
        near.all = first + weights.asked_second * second;
        near.question = question_key(nearest.iter().copied());
        near
    }

    /// How many characters query and asking share: the Dice coefficient.
    fn shared_characters(&self, asking: &Asking<'_>) -> f32 {
        let is_shared =
            |c: &&u64| self.character_filter.may_have(**c) && self.characters.contains(c);
        let shared = asking.characters.iter().filter(is_shared).count();
        let all = self.characters.len() + asking.characters.len();
        if all > 0 {
            2.0 * shared as f32 / all as f32
        } else {
            0.0
        }
    }
}
