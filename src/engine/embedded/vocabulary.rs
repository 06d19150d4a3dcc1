//! The words of an index: how many documents have them, how they sound, what was probably meant by a mistyped one.

use super::handles::Places;
use super::schema::{ANSWER, Fields, LABELS, QUESTION, REFERENCES, TITLE, WORD_PLACES, word_key};
use super::understand::idf;
use crate::analysis::{Analyzer, sound_of};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::HashMap;
use strsim::osa_distance;
use tantivy::Searcher;
use tantivy::schema::Field;

/// Words of more characters are not compared: they are identifiers, not typing errors.
const LONGEST_COMPARED: usize = 24;
/// Words of more bytes are not completed.
const LONGEST_BEGINNING: usize = 48;
/// Wordings that one mistyped word may stand for, at most.
const MOST_MEANT: usize = 3;

/// A word of a question, as the index knows it by its key.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownWord {
    /// How much it tells.
    pub(super) idf: f32,
    /// Whether it tells nothing of what is asked.
    pub(super) is_filler: bool,
}

/// Where a word stands.
#[derive(Debug, Clone, Copy, Default)]
struct Occurrence {
    /// Documents that have it, in the field where most have it.
    frequency: u32,
    /// The fields that have it.
    places: Places,
}

/// Fields whose words are known; references are text of other pages.
const KNOWN: [usize; 4] = [QUESTION, TITLE, LABELS, ANSWER];

/// Words and the number of documents they are in.
#[derive(Default)]
pub(super) struct Vocabulary {
    words: FxHashMap<Box<str>, Occurrence>,
    /// What is known of a word by its key in the index.
    by_key: FxHashMap<u64, KnownWord>,
    /// Chinese words of two and more characters by their pinyin without tones and spaces.
    by_sound: HashMap<Box<str>, Vec<Box<str>>>,
    /// Chinese words of three and more characters by the first letters of their pinyin.
    by_initials: HashMap<Box<str>, Vec<Box<str>>>,
    /// What may be typed of a word (itself, its pinyin, its initials) in order, with the word and its frequency.
    by_beginning: Vec<(Box<str>, Box<str>, u32)>,
    /// Latin words by their first letter.
    by_letter: HashMap<char, Vec<Box<str>>>,
}

impl Vocabulary {
    pub(super) fn read(
        searcher: &Searcher,
        fields: Fields,
        analyzer: &Analyzer,
    ) -> tantivy::Result<Self> {
        let fields = fields.searched();
        let of_places = (0..WORD_PLACES).into_par_iter();
        let of_places = of_places.map(|place| of_field(searcher, fields[place]));
        let mut of_places = of_places.collect::<tantivy::Result<Vec<_>>>()?;
        let mut words: FxHashMap<Box<str>, Occurrence> = FxHashMap::default();
        for place in KNOWN {
            for (word, count) in std::mem::take(&mut of_places[place]) {
                let known = words.entry(word).or_default();
                known.frequency = count.max(known.frequency);
                known.places = known.places.and(Places::of([place]));
            }
        }
        for word in of_places[REFERENCES].keys() {
            if let Some(known) = words.get_mut(word) {
                known.places = known.places.and(Places::of([REFERENCES]));
            }
        }
        let documents = searcher.num_docs() as f32;
        let mut vocabulary = Self::of(words);
        vocabulary.by_key = vocabulary
            .words
            .iter()
            .map(|(word, occurrence)| {
                let is_filler = analyzer.is_stopword(word);
                (
                    word_key(word),
                    KnownWord {
                        idf: idf(documents, occurrence.frequency as f32),
                        is_filler,
                    },
                )
            })
            .collect();
        Ok(vocabulary)
    }

    fn of(words: FxHashMap<Box<str>, Occurrence>) -> Self {
        let mut vocabulary = Self::default();
        for word in words.keys() {
            let length = word.chars().count();
            if let Some(sound) = sound_of(word) {
                if length >= 2 {
                    vocabulary
                        .by_sound
                        .entry(sound.full.into())
                        .or_default()
                        .push(word.clone());
                }
                if length >= 3 {
                    vocabulary
                        .by_initials
                        .entry(sound.initials.into())
                        .or_default()
                        .push(word.clone());
                }
            } else if let Some(first) = word.chars().next()
                && (3..=LONGEST_COMPARED).contains(&length)
                && word.bytes().all(|b| b.is_ascii_alphanumeric())
                && first.is_ascii_alphabetic()
            {
                vocabulary
                    .by_letter
                    .entry(first)
                    .or_default()
                    .push(word.clone());
            }
        }
        let frequency = |word: &str| words.get(word).map_or(0, |known| known.frequency);
        for alike in vocabulary
            .by_sound
            .values_mut()
            .chain(vocabulary.by_initials.values_mut())
        {
            alike.sort_by(|a, b| frequency(b).cmp(&frequency(a)).then_with(|| a.cmp(b)));
            alike.truncate(MOST_MEANT);
        }
        for (word, occurrence) in words
            .iter()
            .filter(|(word, _)| word.chars().count() > 1 && word.len() <= LONGEST_BEGINNING)
        {
            let mut begins = |key: Box<str>| {
                vocabulary
                    .by_beginning
                    .push((key, word.clone(), occurrence.frequency));
            };
            begins(word.clone());
            if let Some(sound) = sound_of(word) {
                begins(sound.full.into());
                begins(sound.initials.into());
            }
        }
        vocabulary.by_beginning.sort_unstable();
        vocabulary.words = words;
        vocabulary
    }

    /// The word with this key.
    pub(super) fn by_key(&self, key: u64) -> Option<KnownWord> {
        self.by_key.get(&key).copied()
    }

    /// Documents that have the word, in the field where most have it.
    pub(super) fn frequency(&self, word: &str) -> u32 {
        self.words.get(word).map_or(0, |known| known.frequency)
    }

    /// The fields that may have the word: those without it need not be asked.
    pub(super) fn places(&self, word: &str) -> Places {
        let of_others = Places::of([REFERENCES]);
        self.words.get(word).map_or(of_others, |known| known.places)
    }

    /// Chinese words of this pinyin (letters only), most frequent first.
    pub(super) fn sounding(&self, letters: &str) -> &[Box<str>] {
        self.by_sound.get(letters).map_or(&[], Vec::as_slice)
    }

    /// Chinese words whose pinyin has these first letters, most frequent first.
    pub(super) fn with_initials(&self, letters: &str) -> &[Box<str>] {
        self.by_initials.get(letters).map_or(&[], Vec::as_slice)
    }

    /// Latin words that `typed` was probably meant to be: with the same first letter and within one edit, two in longer
    /// words; nearest and most frequent first.
    pub(super) fn near(&self, typed: &str) -> Vec<&str> {
        let length = typed.chars().count();
        let most_edits = match length {
            0..4 => return Vec::new(),
            4..6 => 1,
            6..=LONGEST_COMPARED => 2,
            _ => return Vec::new(),
        };
        let Some(same_letter) = typed.chars().next().and_then(|c| self.by_letter.get(&c)) else {
            return Vec::new();
        };
        let mut near: Vec<(usize, u32, &str)> = same_letter
            .iter()
            .filter(|word| word.len().abs_diff(typed.len()) <= most_edits && ***word != *typed)
            .map(|word| {
                (
                    osa_distance(typed, word),
                    self.frequency(word),
                    word.as_ref(),
                )
            })
            .filter(|(edits, _, _)| *edits <= most_edits)
            .collect();
        // Of two as near the one of the same length: the other is often a stem.
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
            .take(MOST_MEANT)
            .map(|n| n.2)
            .collect()
    }

    /// Words that begin as typed, in writing or in sound, most frequent first.
    pub(super) fn completing(&self, typed: &str, limit: usize) -> Vec<&str> {
        if typed.is_empty() {
            return Vec::new();
        }
        let first = self
            .by_beginning
            .partition_point(|(key, ..)| **key < *typed);
        let beginning = self.by_beginning[first..]
            .iter()
            .take_while(|(key, ..)| key.starts_with(typed));
        let mut words: Vec<(Reverse<u32>, &str)> = beginning
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
    pub(super) fn read_pinyin(&self, letters: &str) -> Option<Vec<std::ops::Range<usize>>> {
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

/// The words of a field, and how many documents have them there.
fn of_field(searcher: &Searcher, field: Field) -> tantivy::Result<HashMap<Box<str>, u32>> {
    let mut words: HashMap<Box<str>, u32> = HashMap::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().stream()?;
        while terms.advance() {
            if let Ok(word) = std::str::from_utf8(terms.key()) {
                let count = terms.value().doc_freq;
                match words.get_mut(word) {
                    Some(known) => *known += count,
                    None => {
                        words.insert(word.into(), count);
                    }
                }
            }
        }
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary(words: &[(&str, u32)]) -> Vocabulary {
        let occurs = |(word, frequency): &(&str, u32)| {
            let occurrence = Occurrence {
                frequency: *frequency,
                ..Occurrence::default()
            };
            ((*word).into(), occurrence)
        };
        Vocabulary::of(words.iter().map(occurs).collect())
    }

    #[test]
    fn mistyped_latin_words_are_recognised_by_their_first_letter() {
        let words = vocabulary(&[("nacos", 9), ("naming", 4), ("macos", 5), ("thymeleaf", 1)]);
        assert_eq!(words.near("natcos"), ["nacos"]);
        assert_eq!(words.near("nacso"), ["nacos"]);
        assert_eq!(words.near("thymleaf"), ["thymeleaf"]);
        assert_eq!(words.near("nac"), [""; 0]);
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
