//! Other ways in which the question of a document is asked, as an index stores them.

use super::vocabulary::word_key;
use crate::analysis::Analyzer;
use rustc_hash::FxHashSet;

/// Ends an asking. No key of a word and no character is as large.
const END: u64 = 1 << 33;
/// Marks a word that is no part of a longer one.
const IS_WHOLE: u64 = 1 << 32;

/// The askings of a document: two sequences of numbers, in their order. Ranking compares each asking with the query on its
/// own, so the sequences say where one ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Askings {
    /// Of each asking its words and their parts, then an end.
    pub(crate) words: Vec<u64>,
    /// Of each asking its Chinese characters, each once, then an end.
    pub(crate) characters: Vec<u64>,
}

/// One asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asking<'a> {
    words: &'a [u64],
    /// The Chinese characters, each once.
    pub(crate) characters: &'a [u64],
}

impl Askings {
    /// The askings of these texts.
    pub(crate) fn of(texts: &[String], analyzer: &Analyzer) -> Self {
        let mut askings = Self::default();
        for text in texts {
            let reading = analyzer.read(text);
            let mut whole = FxHashSet::default();
            reading.each_plain_word(|word| {
                let key = word_key(word);
                whole.insert(key);
                askings.words.push(key | IS_WHOLE);
            });
            let tokens = reading.tokens();
            let keys = tokens.iter().map(|token| word_key(&token.text));
            let parts = keys.filter(|key| !whole.contains(key));
            askings.words.extend(parts.chain([END]));
            let characters = reading.characters().into_iter().map(u64::from);
            askings.characters.extend(characters.chain([END]));
        }
        askings
    }

    /// The [`word_key`]s of the words of all askings, without parts of words.
    pub(crate) fn whole_words(&self) -> impl Iterator<Item = u64> {
        let whole = self.words.iter().filter(|number| is_whole(**number));
        whole.map(|number| number & !IS_WHOLE)
    }

    /// Each asking, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Asking<'_>> {
        let words = self.words.split(|number| *number == END);
        let characters = self.characters.split(|number| *number == END);
        // Behind the last end is nothing.
        let count = self.words.iter().filter(|number| **number == END).count();
        let askings = words.zip(characters).take(count);
        askings.map(|(words, characters)| Asking { words, characters })
    }
}

impl Asking<'_> {
    /// The [`word_key`]s of the words and their parts.
    pub(crate) fn all_words(&self) -> impl Iterator<Item = u64> {
        self.words.iter().map(|number| number & !IS_WHOLE)
    }

    /// The [`word_key`]s of the words, in their order.
    pub(crate) fn whole_words(&self) -> impl Iterator<Item = u64> {
        let whole = self.words.iter().filter(|number| is_whole(**number));
        whole.map(|number| number & !IS_WHOLE)
    }
}

fn is_whole(number: u64) -> bool {
    number != END && number & IS_WHOLE != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_asking_gives_its_words_and_characters() {
        let texts = ["", "注册中心连不上", "nacos"].map(str::to_owned);
        let askings = Askings::of(&texts, &Analyzer::new());
        let all: Vec<_> = askings.iter().collect();
        assert_eq!(all.len(), 3);
        assert_eq!(
            (all[0].all_words().count(), all[0].characters),
            (0, &[][..])
        );
        let whole: Vec<u64> = all[1].whole_words().collect();
        assert_eq!(whole, ["注册中心", "连不上"].map(word_key));
        assert!(all[1].all_words().any(|key| key == word_key("注册")));
        assert_eq!(all[1].characters.len(), 7);
        assert_eq!(all[2].characters, [0; 0]);
        assert_eq!(Askings::default().iter().count(), 0);
    }
}
