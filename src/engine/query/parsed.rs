//! A query after parsing: concepts, each with the wordings that a document may use for it.

use super::explanation::{Origin, Understanding, UnderstoodConcept};
use crate::analysis::Opposite;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// One way to say a concept: words that all belong to it.
#[derive(Debug, Clone)]
pub(crate) struct Wording {
    /// Indices into [`ParsedQuery::words`].
    pub(crate) words: Vec<usize>,
    /// How much the wording counts beside what was typed; 1 for what was typed.
    pub(crate) weight: f32,
    /// Where the wording came from.
    pub(crate) origin: Origin,
}

/// A word or phrase of the query. A document has the concept when it has one of its wordings.
#[derive(Debug, Clone)]
pub(crate) struct Concept {
    /// As typed.
    pub(crate) typed: String,
    /// Bytes of the query.
    pub(crate) range: Range<usize>,
    /// What was typed comes first, if the index knows it.
    pub(crate) wordings: Vec<Wording>,
    /// How much the concept says: the inverse document frequency of its first wording times `weight_factor`.
    pub(crate) weight: f32,
    /// Whether it names a product.
    pub(crate) is_product: bool,
    /// What its inverse document frequency is multiplied by: products count more, filler words less.
    pub(crate) weight_factor: f32,
    /// Inverse document frequency as a share of that of a word which no document has, 0 to 1.
    pub(crate) specificity: f32,
    /// Whether it is filler. Filler tells near-equal questions apart, but documents are not retrieved by it.
    pub(crate) is_filler: bool,
}

impl Concept {
    /// Whether the concept is a name: a product, an identifier, a Latin word. An answer about another name is another
    /// answer.
    pub(crate) fn is_name(&self) -> bool {
        self.is_product || is_latin(&self.typed)
    }
}

/// Whether a word is written in Latin letters. Between Chinese words it names something.
pub(super) fn is_latin(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_alphabetic())
}

/// A term to look up in an index.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// As the index has it.
    pub(crate) text: String,
    /// Inverse document frequency, see [`idf`](crate::engine::statistics::idf).
    pub(crate) idf: f32,
}

/// A query after parsing. Needs no index to be made; the index adds the frequencies of pairs of characters, which no
/// vocabulary holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct ParsedQuery {
    /// Every word of every wording, once.
    pub(crate) words: Vec<Word>,
    /// In the order of the query.
    pub(crate) concepts: Vec<Concept>,
    /// Pairs of characters, without those of filler words. Their frequencies are 0 until an index has looked them up.
    pub(crate) pairs: Vec<Word>,
    /// Chinese characters, each once.
    pub(crate) characters: Vec<u64>,
    /// The pairs of opposites of which the query says one side.
    pub(crate) opposites: Vec<Opposite>,
    /// Whether nothing but filler was typed. The filler is then what is asked.
    pub(crate) is_only_filler: bool,
}

impl ParsedQuery {
    /// The words to highlight, with their inverse document frequencies. Filler is not highlighted.
    pub(crate) fn highlighted(&self) -> FxHashMap<&str, f32> {
        let concepts = self.concepts.iter().filter(|c| !c.is_filler);
        let words = concepts.flat_map(|c| &c.wordings).flat_map(|w| &w.words);
        let words = words.map(|index| &self.words[*index]);
        words.map(|w| (w.text.as_str(), w.idf)).collect()
    }

    /// The text with what was probably meant instead of words that no document has. `None` where nothing was mistyped.
    pub(crate) fn corrected(&self, text: &str) -> Option<String> {
        let mut corrections: Vec<(Range<usize>, String)> = Vec::new();
        for concept in &self.concepts {
            let is_typed = |w: &Wording| matches!(w.origin, Origin::Typed | Origin::Spelling);
            if concept.wordings.iter().any(is_typed) {
                continue;
            }
            let Some(guess) = concept.wordings.iter().find(|w| w.origin.is_guess()) else {
                continue;
            };
            let words = guess.words.iter().map(|w| self.words[*w].text.as_str());
            // Several words may have been typed as one run of pinyin.
            match corrections
                .iter_mut()
                .find(|(range, _)| *range == concept.range)
            {
                Some((_, meant)) => meant.extend(words),
                None => corrections.push((concept.range.clone(), words.collect())),
            }
        }
        corrections.sort_by_key(|(range, _)| (range.start, range.end));
        let mut corrected = text.to_owned();
        let mut before = usize::MAX;
        for (range, meant) in corrections.iter().rev() {
            if range.end <= before && text.get(range.clone()).is_some() {
                corrected.replace_range(range.clone(), meant);
                before = range.start;
            }
        }
        (!corrections.is_empty()).then_some(corrected)
    }

    /// The query for people and programs that want to know why documents were found.
    pub(crate) fn explanation(&self) -> Understanding {
        let written = |words: &[usize]| {
            let words = words.iter().map(|index| self.words[*index].text.as_str());
            words.collect::<Vec<_>>().join(" ")
        };
        let concepts = self.concepts.iter().map(|concept| UnderstoodConcept {
            typed: concept.typed.clone(),
            weight: concept.weight,
            names_product: concept.is_product && !concept.wordings.is_empty(),
            wordings: concept
                .wordings
                .iter()
                .map(|wording| (written(&wording.words), wording.origin))
                .collect(),
        });
        Understanding {
            concepts: concepts.collect(),
        }
    }
}
