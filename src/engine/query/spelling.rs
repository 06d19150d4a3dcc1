//! What was probably meant by words that the index does not know: pinyin, typing errors, words that sound alike.

use super::explanation::Origin;
use super::homophones;
use super::units::Unit;
use crate::analysis::Analyzer;
use crate::engine::vocabulary::Vocabulary;
use std::ops::Range;

/// Initials of fewer letters fit too many words.
const FEWEST_INITIALS: usize = 4;

/// Adds guesses to units that the index does not know; runs of pinyin and of mistyped characters become units of guesses.
pub(super) fn guess_unknown(
    text: &str,
    units: &[Unit],
    analyzer: &Analyzer,
    vocabulary: &Vocabulary,
) -> Vec<Unit> {
    let units = read_pinyin(text, units, vocabulary);
    let mut units = correct_latin(units, vocabulary);
    for homophone in homophones::guesses(text, &units, analyzer, vocabulary) {
        if let Some(unit) = units.iter_mut().find(|u| u.range == homophone.range) {
            unit.guesses.extend(homophone.guesses);
        } else {
            let is_explained = |u: &Unit| {
                u.range.start >= homophone.range.start
                    && u.range.end <= homophone.range.end
                    && is_unknown(u, vocabulary)
            };
            units.retain(|u| !is_explained(u));
            units.push(homophone);
        }
    }
    units.sort_by_key(|unit| unit.range.start);
    units
}

pub(super) fn is_unknown(unit: &Unit, vocabulary: &Vocabulary) -> bool {
    let mut words = unit.whole.iter().chain(&unit.parts);
    words.all(|word| vocabulary.frequency(word) == 0)
}

fn letters_of(unit: &Unit) -> Option<&str> {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b == b'\'';
    let is_letters = !unit.typed.is_empty() && unit.typed.bytes().all(is_letter);
    is_letters.then_some(unit.typed.as_str())
}

/// Runs of Latin words that read as pinyin become the Chinese words they spell.
fn read_pinyin(text: &str, units: &[Unit], vocabulary: &Vocabulary) -> Vec<Unit> {
    let mut read = Vec::with_capacity(units.len());
    let mut rest = units;
    while let [first, others @ ..] = rest {
        let mut run = 0;
        while rest.get(run).is_some_and(|u| {
            letters_of(u).is_some() && (run == 0 || is_next(text, &rest[run - 1], u))
        }) {
            run += 1;
        }
        // The longest run that reads as pinyin, from all of them down to the first alone.
        let spelled = (1..=run).rev().find_map(|length| {
            let units = &rest[..length];
            let has_unknown = units.iter().any(|u| is_unknown(u, vocabulary));
            let words = has_unknown.then(|| spelled(units, vocabulary)).flatten()?;
            Some((length, words))
        });
        if let Some((length, words)) = spelled {
            read.extend(words);
            rest = &rest[length..];
        } else {
            read.push(first.clone());
            rest = others;
        }
    }
    read
}

/// Whether only spaces lie between two units.
fn is_next(text: &str, before: &Unit, after: &Unit) -> bool {
    text.get(before.range.end..after.range.start)
        .is_some_and(|between| between.trim().is_empty())
}

fn spelled(units: &[Unit], vocabulary: &Vocabulary) -> Option<Vec<Unit>> {
    let letters: String = units.iter().filter_map(letters_of).collect();
    let letters = letters.replace('\'', "");
    let range = units.first()?.range.start..units.last()?.range.end;
    let unit = |typed: &str, words: &[Box<str>]| {
        let words = words.iter();
        let guesses = words.map(|word| (vec![word.to_string()], Origin::Pinyin));
        Unit::of_guesses(range.clone(), typed, guesses.collect())
    };
    if let Some(words) = vocabulary.read_pinyin(&letters) {
        let word = |r: Range<usize>| unit(&letters[r.clone()], vocabulary.sounding(&letters[r]));
        return Some(words.into_iter().map(word).collect());
    }
    let by_initials = vocabulary.with_initials(&letters);
    let are_initials =
        units.len() == 1 && letters.len() >= FEWEST_INITIALS && !by_initials.is_empty();
    are_initials.then(|| vec![unit(&letters, by_initials)])
}

/// Guesses known Latin words that are near to unknown ones.
fn correct_latin(mut units: Vec<Unit>, vocabulary: &Vocabulary) -> Vec<Unit> {
    for unit in &mut units {
        if unit.guesses.is_empty() && letters_of(unit).is_some() && is_unknown(unit, vocabulary) {
            let near = vocabulary.near(&unit.typed).into_iter();
            let guesses = near.map(|word| (vec![word.to_owned()], Origin::Correction));
            unit.guesses = guesses.collect();
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::query::units::units;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    /// The guesses for each unit of `text` over documents with these words, as `typed: guess, guess`.
    fn guesses(text: &str, words: &[(&str, u32)]) -> Vec<String> {
        let vocabulary = Vocabulary::from_frequencies(words, 1_000, &ANALYZER);
        let units = guess_unknown(text, &units(text, &ANALYZER), &ANALYZER, &vocabulary);
        let written = |unit: &Unit| {
            let guesses: Vec<String> = unit.guesses.iter().map(|(w, _)| w.concat()).collect();
            format!("{}: {}", unit.typed, guesses.join(", "))
        };
        units.iter().map(written).collect()
    }

    #[test]
    fn an_unknown_latin_word_is_the_known_one_next_to_it() {
        assert_eq!(guesses("natcos", &[("nacos", 9)]), ["natcos: nacos"]);
        assert_eq!(
            guesses("nacos", &[("nacos", 9), ("macos", 90)]),
            ["nacos: "]
        );
    }

    #[test]
    fn pinyin_is_read_as_words_and_by_initials() {
        let words = [("注册中心", 5), ("配置", 3)];
        assert_eq!(
            guesses("zhucezhongxin peizhi", &words),
            ["zhucezhongxin: 注册中心", "peizhi: 配置"]
        );
        assert_eq!(guesses("zczx", &words), ["zczx: 注册中心"]);
        assert_eq!(guesses("zcz", &words), ["zcz: "]);
    }
}
