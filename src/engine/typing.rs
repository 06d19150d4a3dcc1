//! Typing errors in Latin words: letters missed, doubled, swapped, or taken from the key beside.

use strsim::osa_distance;

/// Words of more characters are not compared: they are identifiers, not typing errors.
pub(crate) const LONGEST_COMPARED: usize = 24;
/// Rows of the usual keyboard. Neighbours in a row are beside each other; so are keys above each other, about half a key
/// to the right.
const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];

/// The number of typing errors that turn `meant` into `typed`; `None` where they are too many for its length, or where a
/// letter stands for one that nobody mixes it up with: then it is another word.
pub(crate) fn typing_errors(typed: &str, meant: &str) -> Option<usize> {
    let length = typed.chars().count();
    let most = match length {
        4..8 => 1,
        8..=LONGEST_COMPARED => 2,
        _ => return None,
    };
    if typed == meant || typed.len().abs_diff(meant.len()) > most {
        return None;
    }
    let errors = osa_distance(typed, meant);
    let is_near = errors <= most && are_mixed_up(typed, meant);
    // So short a word is near to many: only swapped letters show that it was meant.
    let is_clear = length > 4 || typed.len() == meant.len() && is_swapped(typed, meant);
    (is_near && is_clear).then_some(errors)
}

/// Whether each letter that stands for another is beside it, sounds like it or was swapped with its neighbour.
fn are_mixed_up(typed: &str, meant: &str) -> bool {
    if typed.len() != meant.len() || is_swapped(typed, meant) {
        return true;
    }
    let mut letters = typed.bytes().zip(meant.bytes());
    letters.all(|(a, b)| a == b || are_vowels(a, b) || are_neighbours(a, b))
        || has_swap(typed.as_bytes(), meant.as_bytes())
}

/// Whether the words have the same letters in another order.
fn is_swapped(typed: &str, meant: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters = word.as_bytes().to_vec();
        letters.sort_unstable();
        letters
    };
    sorted(typed) == sorted(meant)
}

fn has_swap(typed: &[u8], meant: &[u8]) -> bool {
    let mut pairs = typed.windows(2).zip(meant.windows(2));
    pairs.any(|(a, b)| a != b && a[0] == b[1] && a[1] == b[0])
}

fn are_vowels(a: u8, b: u8) -> bool {
    let is_vowel = |letter: u8| b"aeiouy".contains(&letter);
    is_vowel(a) && is_vowel(b)
}

fn are_neighbours(a: u8, b: u8) -> bool {
    let key = |letter: u8| {
        let mut rows = ROWS.iter().enumerate();
        rows.find_map(|(row, keys)| {
            let column = keys.iter().position(|key| *key == letter)?;
            Some((row, column))
        })
    };
    let (Some(a), Some(b)) = (key(a), key(b)) else {
        return false;
    };
    let (above, below) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    match below.0 - above.0 {
        0 => above.1.abs_diff(below.1) == 1,
        1 => above.1 == below.1 || above.1 == below.1 + 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_missed_doubled_swapped_or_beside_are_errors() {
        for (typed, meant) in [
            ("natcos", "nacos"),
            ("nacso", "nacos"),
            ("sprng", "spring"),
            ("seeta", "seata"),
            ("rockermq", "rocketmq"),
            ("secruity", "security"),
            ("jaav", "java"),
            ("conect", "connect"),
        ] {
            assert_eq!(typing_errors(typed, meant), Some(1), "{typed}");
        }
        assert_eq!(typing_errors("esayexecl", "easyexcel"), Some(2));
    }

    #[test]
    fn other_words_are_no_errors() {
        for (typed, meant) in [
            ("flask", "flash"),
            ("daemon", "demo"),
            ("deno", "demo"),
            ("prefect", "project"),
            ("ignite", "initi"),
            ("nacos", "nacos"),
            ("vue", "due"),
        ] {
            assert_eq!(typing_errors(typed, meant), None, "{typed}");
        }
    }
}
