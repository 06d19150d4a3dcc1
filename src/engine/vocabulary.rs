//! The words of an index: how many documents have them, how they sound, what was probably meant by a mistyped one.
//!
//! Every index gives its words by field; what is made of them here is the same for all.

use super::fields::{Field, FieldSet};
use super::learned::Lessons;
use super::statistics::idf;
use super::typing::{LONGEST_COMPARED, typing_errors};
use crate::analysis::{self, Analyzer, is_version, sound_of};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Words of more bytes are not completed.
const LONGEST_COMPLETED: usize = 48;
/// Words that one mistyped word may stand for, at most.
const MOST_GUESSES: usize = 3;

/// The words of a field, with the number of documents that have each there.
pub(crate) type FieldWords = HashMap<Box<str>, u32>;

/// A word of a headline, as the vocabulary knows it by its key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownWord {
    /// Inverse document frequency.
    pub(crate) idf: f32,
    /// Whether the word says nothing of what is asked.
    pub(crate) is_filler: bool,
}

/// Where a word occurs.
#[derive(Debug, Clone, Copy, Default)]
struct Occurrence {
    /// Documents that have it, in the field where most have it.
    frequency: u32,
    /// The fields that have it.
    fields: FieldSet,
}

/// Words and the number of documents they are in.
#[derive(Default)]
pub(crate) struct Vocabulary {
    documents: usize,
    /// Different words of a document, on average.
    words_of_a_document: f32,
    words: FxHashMap<Box<str>, Occurrence>,
    /// By [`word_key`].
    by_key: FxHashMap<u64, KnownWord>,
    /// Chinese words of two and more characters by their pinyin without tones and spaces.
    by_sound: HashMap<Box<str>, Vec<Box<str>>>,
    /// The same words by what is left of the pinyin where sounds that many people do not tell apart are one.
    by_blurred_sound: HashMap<Box<str>, Vec<Box<str>>>,
    /// Chinese words of three and more characters by the first letters of their pinyin.
    by_initials: HashMap<Box<str>, Vec<Box<str>>>,
    /// What may be typed of a word (itself, its pinyin, its initials) in order, with the word and its frequency.
    by_prefix: Vec<(Box<str>, Box<str>, u32)>,
    /// Latin words by their first letter.
    by_letter: HashMap<char, Vec<Box<str>>>,
    /// Words with marks between their parts by their letters and digits alone.
    by_joined: HashMap<Box<str>, Vec<Box<str>>>,
    /// Documents whose headline has each pair of characters, by [`word_key`].
    headline_pairs: FxHashMap<u64, u32>,
    /// By [`word_key`], the words that a word probably means. See [`learned`](super::learned).
    learned: FxHashMap<u64, Vec<(Box<str>, f32)>>,
}

/// A word as a number: FNV-1a of 32 bits. Two words of a vocabulary rarely share one, and then only blur a score.
pub(crate) fn word_key(word: &str) -> u64 {
    let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    u64::from(hash)
}

/// Pinyin with one letter for sounds that speakers of many regions do not tell apart: `zh` and `z`, `ch` and `c`, `sh` and
/// `s`, `ng` and `n`.
fn blurred(pinyin: &str) -> String {
    let mut blurred = pinyin.to_owned();
    for (sound, alike) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")] {
        blurred = blurred.replace(sound, alike);
    }
    blurred
}

impl Vocabulary {
    /// The vocabulary of this many documents from the words of their fields and the pairs of characters of their headlines.
    /// Words that only references have are left out: they are text of other pages.
    pub(crate) fn from_fields(
        fields: Vec<(Field, FieldWords)>,
        documents: usize,
        analyzer: &Analyzer,
    ) -> Self {
        let (of_pairs, fields): (Vec<_>, Vec<_>) = fields
            .into_iter()
            .partition(|(field, _)| *field == Field::HeadlinePairs);
        let (of_references, own): (Vec<_>, Vec<_>) = fields
            .into_iter()
            .partition(|(field, _)| *field == Field::References);
        let mut words: FxHashMap<Box<str>, Occurrence> = FxHashMap::default();
        for (field, counts) in own {
            for (word, count) in counts {
                let known = words.entry(word).or_default();
                known.frequency = count.max(known.frequency);
                known.fields = known.fields.with(field);
            }
        }
        for word in of_references.iter().flat_map(|(_, counts)| counts.keys()) {
            if let Some(known) = words.get_mut(word) {
                known.fields = known.fields.with(Field::References);
            }
        }
        let mut vocabulary = Self::from_occurrences(words, documents, analyzer);
        let pairs = of_pairs.into_iter().flat_map(|(_, counts)| counts);
        vocabulary.headline_pairs = pairs
            .map(|(pair, count)| (word_key(&pair), count))
            .collect();
        vocabulary
    }

    fn from_occurrences(
        words: FxHashMap<Box<str>, Occurrence>,
        documents: usize,
        analyzer: &Analyzer,
    ) -> Self {
        let all: u64 = words.values().map(|known| u64::from(known.frequency)).sum();
        let mut vocabulary = Self {
            documents,
            words_of_a_document: all as f32 / documents.max(1) as f32,
            ..Self::default()
        };
        vocabulary.index_spellings(&words);
        vocabulary.index_prefixes(&words);
        vocabulary.index_joined(&words);
        let known = words.iter().map(|(word, occurrence)| {
            let known = KnownWord {
                idf: idf(documents as f32, occurrence.frequency as f32),
                is_filler: analyzer.is_stopword(word),
            };
            (word_key(word), known)
        });
        vocabulary.by_key = known.collect();
        vocabulary.words = words;
        vocabulary
    }

    /// The vocabulary with what askings teach of its words.
    pub(crate) fn with_lessons(mut self, lessons: &Lessons) -> Self {
        let is_filler = |key| self.by_key(key).is_none_or(|known| known.is_filler);
        let learned = lessons.learned(is_filler);
        let meant: FxHashSet<u64> = learned.values().flatten().map(|one| one.word).collect();
        let words = self.words.keys().map(|word| (word_key(word), word));
        let mut named: FxHashMap<u64, &Box<str>> = FxHashMap::default();
        for (key, word) in words.filter(|(key, _)| meant.contains(key)) {
            // Two words may share a key: which is meant must not depend on an order.
            let known = named.entry(key).or_insert(word);
            *known = (*known).min(word);
        }
        let in_words = learned.into_iter().map(|(key, meant)| {
            let meant = meant.iter().filter_map(|one| {
                let word = named.get(&one.word)?;
                Some(((*word).clone(), one.share))
            });
            (key, meant.collect())
        });
        self.learned = in_words.collect();
        self
    }

    /// The words that a word probably means by how documents are asked, each with how sure that is, 0 to 1.
    pub(crate) fn learned(&self, word: &str) -> &[(Box<str>, f32)] {
        let learned = self.learned.get(&word_key(word));
        learned.map_or(&[], Vec::as_slice)
    }

    /// A vocabulary of documents whose answers have these words, for tests.
    #[cfg(test)]
    pub(crate) fn from_frequencies(
        words: &[(&str, u32)],
        documents: usize,
        analyzer: &Analyzer,
    ) -> Self {
        let counts = words.iter().map(|(word, count)| ((*word).into(), *count));
        Self::from_fields(vec![(Field::Answer, counts.collect())], documents, analyzer)
    }

    /// Files Chinese words under their sounds, Latin words under their first letters.
    fn index_spellings(&mut self, words: &FxHashMap<Box<str>, Occurrence>) {
        for word in words.keys() {
            let length = word.chars().count();
            if let Some(sound) = sound_of(word) {
                let file = |under: &mut HashMap<Box<str>, Vec<Box<str>>>, key: String| {
                    under.entry(key.into()).or_default().push(word.clone());
                };
                if length >= 2 {
                    file(&mut self.by_blurred_sound, blurred(&sound.full));
                    file(&mut self.by_sound, sound.full);
                }
                if length >= 3 {
                    file(&mut self.by_initials, sound.initials);
                }
            } else if let Some(first) = word.chars().next()
                && (3..=LONGEST_COMPARED).contains(&length)
                && word.bytes().all(|b| b.is_ascii_alphanumeric())
                && first.is_ascii_alphabetic()
            {
                let same_letter = self.by_letter.entry(first).or_default();
                same_letter.push(word.clone());
            }
        }
        let frequency = |word: &str| words.get(word).map_or(0, |known| known.frequency);
        for alike in self
            .by_sound
            .values_mut()
            .chain(self.by_blurred_sound.values_mut())
            .chain(self.by_initials.values_mut())
        {
            alike.sort_by(|a, b| frequency(b).cmp(&frequency(a)).then_with(|| a.cmp(b)));
            alike.truncate(MOST_GUESSES);
        }
    }

    /// Files words under what may be typed of them.
    fn index_prefixes(&mut self, words: &FxHashMap<Box<str>, Occurrence>) {
        for (word, occurrence) in words
            .iter()
            .filter(|(word, _)| word.chars().count() > 1 && word.len() <= LONGEST_COMPLETED)
        {
            let mut file = |key: Box<str>| {
                self.by_prefix
                    .push((key, word.clone(), occurrence.frequency));
            };
            file(word.clone());
            if let Some(sound) = sound_of(word) {
                file(sound.full.into());
                file(sound.initials.into());
            }
        }
        self.by_prefix.sort_unstable();
    }

    /// Files words with marks between their parts, other than versions, under their letters and digits.
    fn index_joined(&mut self, words: &FxHashMap<Box<str>, Occurrence>) {
        let is_parted = |word: &str| {
            word.is_ascii()
                && word.len() <= LONGEST_COMPARED
                && word.bytes().any(|b| !b.is_ascii_alphanumeric())
                && word.starts_with(|c: char| c.is_ascii_alphanumeric())
                && word.ends_with(|c: char| c.is_ascii_alphanumeric())
                && !is_version(word)
        };
        for word in words.keys().filter(|word| is_parted(word)) {
            let joined: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
            let same = self.by_joined.entry(joined.into()).or_default();
            same.push(word.clone());
        }
        self.by_joined
            .values_mut()
            .for_each(|same| same.sort_unstable());
    }

    /// Documents that the words are counted over.
    pub(crate) fn documents(&self) -> usize {
        self.documents
    }

    /// Different words of a document, on average.
    pub(crate) fn words_of_a_document(&self) -> f32 {
        self.words_of_a_document
    }

    /// The word with this key.
    pub(crate) fn by_key(&self, key: u64) -> Option<KnownWord> {
        self.by_key.get(&key).copied()
    }

    /// Documents that have the word, in the field where most have it.
    pub(crate) fn frequency(&self, word: &str) -> u32 {
        self.words.get(word).map_or(0, |known| known.frequency)
    }

    /// Whether some question or title has the word.
    pub(crate) fn is_in_headlines(&self, word: &str) -> bool {
        let fields = self.words.get(word).map(|known| known.fields);
        fields.is_some_and(|fields| {
            fields
                .iter()
                .any(|field| matches!(field, Field::Question | Field::Title))
        })
    }

    /// Documents whose headline has this pair of characters.
    pub(crate) fn headlines_with(&self, pair: &str) -> u32 {
        self.headline_pairs
            .get(&word_key(pair))
            .copied()
            .unwrap_or(0)
    }

    /// The fields that may have the word; no other has it.
    pub(crate) fn fields(&self, word: &str) -> FieldSet {
        let unknown = FieldSet::from_fields([Field::References]);
        self.words.get(word).map_or(unknown, |known| known.fields)
    }

    /// Chinese words of this pinyin (letters only), most frequent first.
    pub(crate) fn sounding(&self, letters: &str) -> &[Box<str>] {
        self.by_sound.get(letters).map_or(&[], Vec::as_slice)
    }

    /// Chinese words whose pinyin many people would not tell from this one, most frequent first.
    pub(crate) fn sounding_nearly(&self, letters: &str) -> &[Box<str>] {
        let known = self.by_blurred_sound.get(blurred(letters).as_str());
        known.map_or(&[], Vec::as_slice)
    }

    /// Chinese words whose pinyin has these first letters, most frequent first.
    pub(crate) fn with_initials(&self, letters: &str) -> &[Box<str>] {
        self.by_initials.get(letters).map_or(&[], Vec::as_slice)
    }

    /// Words of these letters and digits that are written with marks between their parts, in the order of the alphabet.
    pub(crate) fn parted(&self, joined: &str) -> impl Iterator<Item = &str> {
        let same = self.by_joined.get(joined).into_iter().flatten();
        same.map(AsRef::as_ref)
    }

    /// Latin words that `typed` was probably meant to be: with the same first letter and within one typing error, two in
    /// longer words; nearest and most frequent first. Words as they are written, not their stems.
    pub(crate) fn near(&self, typed: &str) -> Vec<&str> {
        let Some(same_letter) = typed.chars().next().and_then(|c| self.by_letter.get(&c)) else {
            return Vec::new();
        };
        let near = same_letter.iter().filter_map(|word| {
            let errors =
                typing_errors(typed, word).filter(|_| self.is_written(word, same_letter))?;
            Some((errors, self.frequency(word), word.as_ref()))
        });
        let mut near: Vec<(usize, u32, &str)> = near.collect();
        // Of two as near the one of the same length: a letter is missed less often than two are mixed up.
        let unlike = |word: &str| word.len().abs_diff(typed.len());
        near.sort_by(|a, b| {
            (a.0, unlike(a.2))
                .cmp(&(b.0, unlike(b.2)))
                .then(b.1.cmp(&a.1))
                .then(a.2.cmp(b.2))
        });
        let fewest = near.first().map_or(0, |n| n.0);
        near.into_iter()
            .filter(|n| n.0 == fewest)
            .take(MOST_GUESSES)
            .map(|n| n.2)
            .collect()
    }

    /// Whether a word is written so in some document, and not only the stem of others.
    fn is_written(&self, word: &str, same_letter: &[Box<str>]) -> bool {
        let forms = same_letter.iter().filter(|other| {
            other.len() > word.len() && analysis::stem(other).is_some_and(|stem| *stem == *word)
        });
        let of_forms: Vec<u32> = forms.map(|form| self.frequency(form)).collect();
        of_forms.is_empty() || self.frequency(word) > of_forms.iter().sum()
    }

    /// Words that begin as typed, in writing or in sound, most frequent first.
    pub(crate) fn completing(&self, typed: &str, limit: usize) -> Vec<&str> {
        if typed.is_empty() {
            return Vec::new();
        }
        let first = self.by_prefix.partition_point(|(key, ..)| **key < *typed);
        let with_prefix = self.by_prefix[first..]
            .iter()
            .take_while(|(key, ..)| key.starts_with(typed));
        let mut words: Vec<(Reverse<u32>, &str)> = with_prefix
            .map(|(_, word, frequency)| (Reverse(*frequency), word.as_ref()))
            .collect();
        // A word may be there by itself, by its pinyin and by its initials.
        let most = limit * 3;
        if words.len() > most {
            words.select_nth_unstable(most);
            words.truncate(most);
        }
        words.sort_unstable();
        words.dedup();
        words
            .into_iter()
            .take(limit)
            .map(|(_, word)| word)
            .collect()
    }

    /// The best way to read `letters` as the pinyin of known words, as ranges of letters; `None` when some are left over.
    pub(crate) fn read_pinyin(&self, letters: &str) -> Option<Vec<std::ops::Range<usize>>> {
        const LONGEST_WORD: usize = 30;
        // best[i] is the best reading of the first i letters: its worth and where its last word begins.
        let mut best: Vec<Option<(f32, usize)>> = vec![None; letters.len() + 1];
        best[0] = Some((0.0, 0));
        for end in 1..=letters.len() {
            for start in end.saturating_sub(LONGEST_WORD)..end {
                let (Some((before, _)), Some(letters)) = (best[start], letters.get(start..end))
                else {
                    continue;
                };
                let Some(word) = self.sounding(letters).first() else {
                    continue;
                };
                // Few long words are likelier than many short ones, frequent ones likelier than rare ones.
                let characters = word.chars().count() as f32;
                let worth =
                    before + characters * characters * (1.0 + self.frequency(word) as f32).ln();
                if best[end].is_none_or(|(known, _)| worth > known) {
                    best[end] = Some((worth, start));
                }
            }
        }
        let mut words = Vec::new();
        let mut end = letters.len();
        while end > 0 {
            let (_, start) = best[end]?;
            words.push(start..end);
            end = start;
        }
        words.reverse();
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(words: &[(&str, u32)]) -> Vocabulary {
        Vocabulary::from_frequencies(words, 100, &Analyzer::new())
    }

    #[test]
    fn a_word_counts_where_most_documents_have_it() {
        let words = |counts: &[(&str, u32)]| {
            let counts = counts.iter().map(|(word, count)| ((*word).into(), *count));
            counts.collect::<FieldWords>()
        };
        let fields = vec![
            (Field::References, words(&[("nacos", 7), ("blog", 9)])),
            (Field::Title, words(&[("nacos", 2)])),
            (Field::Answer, words(&[("nacos", 5)])),
        ];
        let vocabulary = Vocabulary::from_fields(fields, 10, &Analyzer::new());
        assert_eq!(vocabulary.frequency("nacos"), 5);
        let fields: Vec<Field> = vocabulary.fields("nacos").iter().collect();
        assert_eq!(fields, [Field::Title, Field::Answer, Field::References]);
        // Only a reference has it.
        assert_eq!(vocabulary.frequency("blog"), 0);
    }

    #[test]
    fn mistyped_latin_words_are_recognised_by_their_first_letter() {
        let words = vocabulary(&[("nacos", 9), ("naming", 4), ("macos", 5), ("thymeleaf", 1)]);
        assert_eq!(words.near("natcos"), ["nacos"]);
        assert_eq!(words.near("nacso"), ["nacos"]);
        assert_eq!(words.near("thymleaf"), ["thymeleaf"]);
        assert_eq!(words.near("nac"), [""; 0]);
        // Only other words have the stem of this one, so a visitor never reads it.
        let words = vocabulary(&[("loadbalance", 3), ("loadbalancing", 2), ("loadbalanc", 4)]);
        assert_eq!(words.near("loadblance"), ["loadbalance"]);
    }

    #[test]
    fn pinyin_is_read_as_the_longest_known_words() {
        let words = vocabulary(&[("注册", 9), ("中心", 9), ("注册中心", 5), ("配置", 3)]);
        let read = |letters: &str| {
            let ranges = words.read_pinyin(letters)?;
            Some(
                ranges
                    .into_iter()
                    .map(|r| words.sounding(&letters[r])[0].to_string())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(read("zhucezhongxin").unwrap(), ["注册中心"]);
        assert_eq!(read("peizhizhongxin").unwrap(), ["配置", "中心"]);
        assert_eq!(read("peizhix"), None);
        assert_eq!(words.completing("zhuc", 9), ["注册", "注册中心"]);
        assert_eq!(words.completing("zczx", 9), ["注册中心"]);
        assert_eq!(words.completing("注册中", 9), ["注册中心"]);
        assert_eq!(words.with_initials("zczx")[0].as_ref(), "注册中心");
    }
}
