//! Version numbers are words of their own, however they are written beside a name: `boot 3.2.4`, `boot3.2.4`,
//! `boot-v3.2.4` and `boot 3.2.4.RELEASE` give the words `boot` and `3.2.4`.

use std::ops::Range;

/// What follows the number of a finished version and says nothing more.
const FINISHED: [&str; 3] = ["release", "final", "ga"];
/// A letter for `any` behind the parts of a version that are given.
const ANY: &str = "x";
/// A shorter name that ends in a number is one word with it: `a1.2` is no version of `a`.
const SHORTEST_NAME: usize = 2;

/// Splits a Latin run of `text` into its version numbers and what lies between them.
pub(super) fn split(text: &str, run: Range<usize>, mut with: impl FnMut(Range<usize>)) {
    let mut rest = run;
    while let Some(number) = first_number(text, &rest) {
        let name = without_mark(text, rest.start..number.start);
        if !name.is_empty() {
            with(name);
        }
        with(number.clone());
        rest = without_suffix(text, number.end..rest.end);
    }
    if !rest.is_empty() {
        with(rest);
    }
}

/// Whether a text is a version number: two and more numbers between dots.
pub(crate) fn is_version(text: &str) -> bool {
    first_number(text, &(0..text.len())) == Some(0..text.len())
}

/// The first version number in a run.
fn first_number(text: &str, run: &Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = run.start;
    while at < run.end {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let mut dots = 0;
        while at < run.end && bytes[at].is_ascii_digit() {
            at += 1;
            let goes_on = bytes[at..run.end].first() == Some(&b'.')
                && bytes[at..run.end].get(1).is_some_and(u8::is_ascii_digit);
            if goes_on {
                dots += 1;
                at += 1;
            }
        }
        if dots > 0 && may_follow(&text[run.start..start]) {
            return Some(start..at);
        }
    }
    None
}

/// Whether a version may begin behind this part of a run: nothing, a joining mark, a `v` or a whole name.
fn may_follow(before: &str) -> bool {
    let word = last_word(before);
    word.is_empty() || word == "v" || word.chars().count() >= SHORTEST_NAME
}

fn last_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .find(|(_, c)| !c.is_alphanumeric())
        .map_or(0, |(at, c)| at + c.len_utf8());
    &text[start..]
}

/// A name in front of a version, without the marks between both and without a `v`.
fn without_mark(text: &str, name: Range<usize>) -> Range<usize> {
    let written = &text[name.clone()];
    let written = if last_word(written) == "v" {
        &written[..written.len() - 1]
    } else {
        written
    };
    let written = written.trim_end_matches(|c: char| !c.is_alphanumeric());
    name.start..name.start + written.len()
}

/// What follows a version, without the marks between both and without a word for a finished one.
fn without_suffix(text: &str, rest: Range<usize>) -> Range<usize> {
    let is_mark = |c: char| !c.is_alphanumeric();
    let behind = text[rest.clone()].trim_start_matches(is_mark);
    let end = behind.find(is_mark).unwrap_or(behind.len());
    let (word, others) = behind.split_at(end);
    let behind = if word == ANY || FINISHED.contains(&word) {
        others.trim_start_matches(is_mark)
    } else {
        behind
    };
    rest.end - behind.len()..rest.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(run: &str) -> Vec<&str> {
        let mut words = Vec::new();
        split(run, 0..run.len(), |range| words.push(&run[range]));
        words
    }

    #[test]
    fn a_name_and_its_version_are_two_words_however_they_are_joined() {
        for run in [
            "boot3.2.4",
            "boot-3.2.4",
            "boot-v3.2.4",
            "boot:3.2.4",
            "boot/v3.2.4.release",
            "boot-3.2.4-ga",
        ] {
            assert_eq!(words(run), ["boot", "3.2.4"], "{run}");
        }
    }

    #[test]
    fn a_version_alone_loses_what_says_nothing() {
        for run in ["2.2.3", "v2.2.3", "2.2.3.release", "2.2.3.x", "2.2.3.final"] {
            assert_eq!(words(run), ["2.2.3"], "{run}");
        }
        assert_eq!(words("3.0.0-rc1"), ["3.0.0", "rc1"]);
        assert_eq!(
            words("nacos-client-2.0.3.jar"),
            ["nacos-client", "2.0.3", "jar"]
        );
        assert_eq!(words("1.5gb"), ["1.5", "gb"]);
    }

    #[test]
    fn other_identifiers_stay_whole() {
        for run in [
            "application.yml",
            "log4j",
            "k8s",
            "v2",
            "a1.2",
            "400-801-3260",
            "utf-8",
            "8848",
        ] {
            assert_eq!(words(run), [run]);
        }
        assert!(is_version("2.2") && !is_version("v2.2") && !is_version("2"));
    }

    proptest! {
        #[test]
        fn pieces_are_words_in_the_order_of_the_run(run in "[a-z0-9]([a-z0-9.v]|[-_:/]|é){0,20}[a-z0-9]") {
            let mut end = 0;
            split(&run, 0..run.len(), |range| {
                assert!(range.start >= end && range.end <= run.len() && !range.is_empty());
                let word = &run[range.clone()];
                assert!(word.starts_with(char::is_alphanumeric) && word.ends_with(char::is_alphanumeric), "{word}");
                end = range.end;
            });
        }
    }
}
