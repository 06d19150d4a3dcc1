//! Chinese words that were mistyped as others of the same sound.
//!
//! An input method offers many words for one sound, and people take the wrong one. Whether a word was meant cannot be told
//! by its frequency in the documents: everyday words are in no document, and right all the same. So a word that the general
//! dictionary knows is only doubted where the characters around it speak for another: `循环以来` is `循环依赖`, because
//! headlines have `环依` and none has `环以`.

use super::explanation::Origin;
use super::spelling::is_unknown;
use super::units::Unit;
use crate::analysis::{self, Analyzer, sound_of};
use crate::engine::vocabulary::Vocabulary;
use std::ops::Range;

/// A word that sounds like one of the documents is meant when it is this many times as frequent.
const MORE_FREQUENT: u32 = 20;
/// Characters of a run that may together be one mistyped word.
const LONGEST: usize = 6;
/// Words that are rarer than this in general texts (occurrences in the dictionary of jieba) may be typing errors where
/// nothing stands beside them.
const RARE: usize = 300;
/// Without such evidence an error is only taken for a word that one of this many documents has.
const FEW: usize = 50;

/// Guesses at mistyped words, as units of their own, the longest first.
pub(super) fn guesses(
    text: &str,
    units: &[Unit],
    analyzer: &Analyzer,
    vocabulary: &Vocabulary,
) -> Vec<Unit> {
    let pieces: Vec<Range<usize>> = units
        .iter()
        .flat_map(|unit| pieces(text, unit, analyzer, vocabulary))
        .collect();
    let is_filler = |range: &Range<usize>| {
        let mut filler = units.iter().filter(|unit| unit.is_stopword);
        filler.any(|unit| unit.overlaps(range))
    };
    let mut found: Vec<Unit> = Vec::new();
    for length in (1..=LONGEST).rev() {
        for window in pieces.windows(length) {
            let Some(range) = joined(window) else {
                continue;
            };
            let is_covered = found.iter().any(|f| f.overlaps(&range));
            if is_covered || is_filler(&range) {
                continue;
            }
            let typed = Typed { text, range };
            let guesses = typed.meant(analyzer, vocabulary);
            if !guesses.is_empty() {
                found.push(Unit::of_guesses(typed.range.clone(), typed.word(), guesses));
            }
        }
    }
    found
}

/// A unit as one piece, or as its characters where neither the dictionary nor any document has it: then it was cut by
/// chance, and the mistyped word may be a part of it.
fn pieces(
    text: &str,
    unit: &Unit,
    analyzer: &Analyzer,
    vocabulary: &Vocabulary,
) -> Vec<Range<usize>> {
    if analyzer.is_general_word(&unit.typed) || !is_unknown(unit, vocabulary) {
        return vec![unit.range.clone()];
    }
    let characters = text[unit.range.clone()].char_indices();
    let start = unit.range.start;
    characters
        .map(|(at, c)| start + at..start + at + c.len_utf8())
        .collect()
}

/// The bytes of neighbouring pieces with nothing between them.
fn joined(pieces: &[Range<usize>]) -> Option<Range<usize>> {
    let is_next = |pair: &[Range<usize>]| pair[0].end == pair[1].start;
    let are_neighbours = pieces.windows(2).all(is_next);
    let (first, last) = (pieces.first()?, pieces.last()?);
    are_neighbours.then_some(first.start..last.end)
}

/// A word as it was typed, or several that may be one.
struct Typed<'t> {
    text: &'t str,
    range: Range<usize>,
}

impl Typed<'_> {
    fn word(&self) -> &str {
        &self.text[self.range.clone()]
    }

    /// The words of the documents that were probably meant. Headlines must have them: what people ask about is there.
    fn meant(&self, analyzer: &Analyzer, vocabulary: &Vocabulary) -> Vec<(Vec<String>, Origin)> {
        let typed = analysis::normalized(self.word());
        let length = typed.chars().count();
        let Some(sound) = sound_of(&typed).filter(|_| (2..=LONGEST).contains(&length)) else {
            return Vec::new();
        };
        let own = vocabulary.frequency(&typed);
        let is_unknown = own == 0 && !analyzer.is_general_word(&typed);
        let mut alike = vocabulary.sounding(&sound.full);
        if alike.is_empty() && is_unknown {
            alike = vocabulary.sounding_nearly(&sound.full);
        }
        let likelier = alike.iter().filter(|word| {
            ***word != *typed
                && word.chars().count() == length
                && vocabulary.frequency(word) > own * MORE_FREQUENT
                && vocabulary.is_in_headlines(word)
        });
        let is_alone =
            || own == 0 && !self.has_neighbours() && analyzer.general_frequency(&typed) < RARE;
        let is_usual =
            |word: &str| vocabulary.frequency(word) as usize * FEW >= vocabulary.documents();
        let meant = likelier.filter(|word| match self.evidence(&typed, word, vocabulary) {
            Evidence::For => true,
            Evidence::Against => false,
            // An input method takes a wrong character more often than two.
            Evidence::None => {
                (is_unknown || is_alone()) && is_usual(word) && share_a_character(&typed, word)
            }
        });
        meant
            .map(|word| (vec![word.to_string()], Origin::Homophone))
            .collect()
    }

    /// The characters before and behind the word.
    fn neighbours(&self) -> [Option<char>; 2] {
        let before = self.text[..self.range.start].chars().next_back();
        let after = self.text[self.range.end..].chars().next();
        [before, after]
    }

    fn has_neighbours(&self) -> bool {
        self.neighbours()
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    }

    /// What the characters beside the word say of `meant` in its place.
    fn evidence(&self, typed: &str, meant: &str, vocabulary: &Vocabulary) -> Evidence {
        let [before, after] = self.neighbours();
        let pairs = |word: &str| {
            let (first, last) = (word.chars().next(), word.chars().next_back());
            [before.zip(first), last.zip(after)]
        };
        let in_headlines = |pair: Option<(char, char)>| {
            pair.map_or(0, |(a, b)| {
                let pair = analysis::normalized(&String::from_iter([a, b]));
                vocabulary.headlines_with(&pair)
            })
        };
        let mut evidence = Evidence::None;
        for (typed, meant) in pairs(typed).into_iter().zip(pairs(meant)) {
            if typed == meant {
                continue;
            }
            match (in_headlines(typed), in_headlines(meant)) {
                (0, 1..) => evidence = Evidence::For,
                (1.., 0) => return Evidence::Against,
                _ => {}
            }
        }
        evidence
    }
}

fn share_a_character(a: &str, b: &str) -> bool {
    a.chars().any(|c| b.contains(c))
}

/// What the text around a word says of another word in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    For,
    Against,
    None,
}

#[cfg(test)]
mod tests {
    use super::super::units::units;
    use super::*;
    use crate::engine::fields::Field;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    /// What was meant in `text` over documents with these words and pairs of characters in headlines.
    fn meant(text: &str, words: &[(&str, u32)], pairs: &[&str]) -> Vec<String> {
        let counts = words.iter().map(|(word, count)| ((*word).into(), *count));
        let pairs = pairs.iter().map(|pair| ((*pair).into(), 1));
        let fields = vec![
            (Field::Question, counts.collect()),
            (Field::HeadlinePairs, pairs.collect()),
        ];
        let vocabulary = Vocabulary::from_fields(fields, 1_000, &ANALYZER);
        let units = units(text, &ANALYZER);
        let found = guesses(text, &units, &ANALYZER, &vocabulary).into_iter();
        found
            .flat_map(|unit| unit.guesses.into_iter().map(|(words, _)| words.concat()))
            .collect()
    }

    #[test]
    fn a_word_that_no_dictionary_has_is_the_known_one_of_its_sound() {
        assert_eq!(meant("报措", &[("报错", 50)], &[]), ["报错"]);
        assert_eq!(meant("怎么看内纯", &[("内存", 50)], &[]), ["内存"]);
    }

    #[test]
    fn a_rare_word_alone_is_the_frequent_one_unless_documents_have_both() {
        assert_eq!(meant("配制", &[("配置", 50)], &[]), ["配置"]);
        assert_eq!(meant("配制", &[("配置", 50), ("配制", 10)], &[]), [""; 0]);
    }

    #[test]
    fn a_common_word_is_right_unless_the_text_around_it_says_otherwise() {
        assert_eq!(meant("明明 连不上", &[("命名", 50)], &[]), [""; 0]);
        assert_eq!(
            meant("循环以来", &[("依赖", 50)], &["循环", "环依", "依赖"]),
            ["依赖"]
        );
        assert_eq!(meant("一边启动", &[("以便", 50)], &["边启"]), [""; 0]);
    }

    #[test]
    fn traditional_characters_are_no_error() {
        let words = [("注册中心", 50), ("注册", 50)];
        assert_eq!(meant("註冊中心", &words, &[]), [""; 0]);
    }

    #[test]
    fn everyday_words_that_no_document_has_stay() {
        let words = [
            ("大成", 10),
            ("端点", 50),
            ("断开", 50),
            ("调整", 50),
            ("各自", 50),
        ];
        for text in [
            "打成 jar 包",
            "突然断电",
            "消费端开几个线程",
            "列表滑动掉帧",
            "合并格子",
        ] {
            assert_eq!(meant(text, &words, &["费端"]), [""; 0], "{text}");
        }
    }

    #[test]
    fn no_word_is_made_of_parts_of_others() {
        assert_eq!(
            meant("端口号码", &[("口耗", 50), ("扣好", 50)], &[]),
            [""; 0]
        );
    }
}
