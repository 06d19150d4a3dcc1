//! What was probably meant by words the index does not know: pinyin, typing errors, words that sound alike.

use super::unit::Unit;
use crate::analysis::sound_of;
use crate::engine::embedded::vocabulary::Vocabulary;
use crate::engine::understanding::Origin;
use std::ops::Range;

/// A word that sounds like a typed one is meant when it is this many times as frequent.
const MORE_FREQUENT: u32 = 20;
/// Initials of fewer letters fit too many words.
const FEWEST_INITIALS: usize = 4;
/// Characters of a run that may together be one mistyped word.
const LONGEST_HOMOPHONE: usize = 6;

pub(super) fn replace_unknown(text: &str, units: &[Unit], vocabulary: &Vocabulary) -> Vec<Unit> {
    let units = read_pinyin(text, units, vocabulary);
    let mut units = correct_latin(units, vocabulary);
    for heard in homophones(text, &units, vocabulary) {
        if let Some(unit) = units.iter_mut().find(|u| u.range == heard.range) {
            unit.meant.extend(heard.meant);
        } else {
            let is_explained = |u: &Unit| {
                u.range.start >= heard.range.start
                    && u.range.end <= heard.range.end
                    && is_unknown(u, vocabulary)
            };
            units.retain(|u| !is_explained(u));
            units.push(heard);
        }
    }
    units.sort_by_key(|unit| unit.range.start);
    units
}

fn is_unknown(unit: &Unit, vocabulary: &Vocabulary) -> bool {
    unit.whole
        .iter()
        .chain(&unit.parts)
        .all(|w| vocabulary.frequency(w) == 0)
}

fn letters_of(unit: &Unit) -> Option<&str> {
    let is_letters = !unit.typed.is_empty()
        && unit
            .typed
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'\'');
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
        let spelled = (1..=run).rev().find_map(|length| {
            let units = &rest[..length];
            let begins_unknown = is_unknown(first, vocabulary)
                || (length > 1 && units.iter().any(|u| is_unknown(u, vocabulary)));
            begins_unknown
                .then(|| spelled(units, vocabulary))
                .flatten()
                .map(|words| (length, words))
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
    let letters: String = units
        .iter()
        .filter_map(letters_of)
        .collect::<String>()
        .replace('\'', "");
    let range = units.first()?.range.start..units.last()?.range.end;
    let unit = |typed: &str, words: &[Box<str>]| Unit {
        range: range.clone(),
        typed: typed.to_owned(),
        whole: Vec::new(),
        parts: Vec::new(),
        alternatives: Vec::new(),
        meant: words
            .iter()
            .map(|w| (vec![w.to_string()], Origin::Pinyin))
            .collect(),
        is_product: false,
        is_stopword: false,
    };
    if let Some(words) = vocabulary.read_pinyin(&letters) {
        return Some(
            words
                .into_iter()
                .map(|r| unit(&letters[r.clone()], vocabulary.sounding(&letters[r])))
                .collect(),
        );
    }
    let by_initials = vocabulary.with_initials(&letters);
    let are_initials =
        units.len() == 1 && letters.len() >= FEWEST_INITIALS && !by_initials.is_empty();
    are_initials.then(|| vec![unit(&letters, by_initials)])
}

/// Unknown Latin words become the known ones next to them.
fn correct_latin(mut units: Vec<Unit>, vocabulary: &Vocabulary) -> Vec<Unit> {
    for unit in &mut units {
        if unit.meant.is_empty() && letters_of(unit).is_some() && is_unknown(unit, vocabulary) {
            let near = vocabulary.near(&unit.typed);
            unit.meant = near
                .into_iter()
                .map(|w| (vec![w.to_owned()], Origin::Correction))
                .collect();
        }
    }
    units
}

/// Chinese words that are unknown, or rare beside one that sounds the same; and pieces of several words that sound like
/// one known word.
fn homophones(text: &str, units: &[Unit], vocabulary: &Vocabulary) -> Vec<Unit> {
    let mut found: Vec<Unit> = Vec::new();
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    for length in (2..=LONGEST_HOMOPHONE).rev() {
        for window in characters.windows(length) {
            let start = window[0].0;
            let end = window[length - 1].0 + window[length - 1].1.len_utf8();
            let typed = &text[start..end];
            let is_covered = found.iter().any(|f| overlaps(&f.range, &(start..end)));
            let Some(sound) = sound_of(typed).filter(|_| !is_covered) else {
                continue;
            };
            let own = vocabulary.frequency(typed);
            let meant: Vec<(Vec<String>, Origin)> = vocabulary
                .sounding(&sound.full)
                .iter()
                .filter(|w| {
                    ***w != *typed
                        && w.chars().count() == length
                        && vocabulary.frequency(w) > own * MORE_FREQUENT
                })
                .map(|w| (vec![w.to_string()], Origin::Homophone))
                .collect();
            // A piece of a known word, or of two known words, is no word of its own.
            let is_word = units.iter().any(|u| u.range == (start..end));
            let cuts_known = length == 2
                && !is_word
                && units.iter().any(|u| {
                    overlaps(&u.range, &(start..end))
                        && u.typed.chars().count() > 1
                        && !is_unknown(u, vocabulary)
                });
            if !meant.is_empty() && !cuts_known {
                found.push(Unit {
                    range: start..end,
                    typed: typed.to_owned(),
                    whole: Vec::new(),
                    parts: Vec::new(),
                    alternatives: Vec::new(),
                    meant,
                    is_product: false,
                    is_stopword: false,
                });
            }
        }
    }
    found
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
