//! A prefix filter: tells from the beginnings of words which words a text may have, without segmenting the text.

use super::normalize::push_with_humps;
use super::segment::is_han;
use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// The prefixes of the words to look for.
pub struct Beginnings(Option<AhoCorasick>);

impl Beginnings {
    /// Looks for these words, given in the form that tokens have.
    pub fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        // The automaton serves one query, so it must be quick to build rather than quickest to run.
        let kind = Some(AhoCorasickKind::NoncontiguousNFA);
        let beginnings = words.map(beginning);
        Self(AhoCorasick::builder().kind(kind).build(beginnings).ok())
    }

    /// For each text, the indices of the words that the text may have, each once. A word that is among the text's
    /// tokens is never missing; a word that is not may be reported.
    pub fn within<'t>(&self, texts: impl Iterator<Item = &'t str> + Clone) -> Vec<Vec<usize>> {
        let bytes: usize = texts.clone().map(|text| text.len() + 1).sum();
        let (mut all, mut humps, mut ends) = (String::with_capacity(bytes), Vec::new(), Vec::new());
        for text in texts {
            push_with_humps(&mut all, &mut humps, text);
            // A line break between texts, so that no word is found across two of them.
            all.push('\n');
            ends.push(all.len());
        }
        let mut within = vec![Vec::new(); ends.len()];
        let Some(beginnings) = &self.0 else {
            return within;
        };
        let mut text = 0;
        // The text in which each word was last found.
        let mut found_in = vec![usize::MAX; beginnings.patterns_len()];
        // Matches come in the order of their ends.
        for found in beginnings.find_overlapping_iter(&all) {
            while ends[text] < found.end() {
                text += 1;
            }
            let word = found.pattern().as_usize();
            if found_in[word] != text && may_begin(&all, &humps, found.start()) {
                found_in[word] = text;
                within[text].push(word);
            }
        }
        within
    }
}

/// Whether a word may begin at this byte. In Latin text a word begins after a character that is neither letter nor
/// digit, at a hump of camelCase, and between letters and digits.
fn may_begin(text: &str, humps: &[usize], at: usize) -> bool {
    let Some(here) = text[at..].chars().next() else {
        return false;
    };
    let before = text[..at].chars().next_back();
    is_han(here)
        || before.is_none_or(|before| {
            is_han(before)
                || !before.is_alphanumeric()
                || before.is_numeric() != here.is_numeric()
                || humps.binary_search(&at).is_ok()
        })
}

/// The prefix that a text must contain if it has the word. A stem may differ from the word it was made from in its
/// last letter (`happi` from `happy`, `hope` from `hoping`), so that letter is cut off. A stem of two letters never
/// differs, and the stem of `dying` (`die`) shares only its first letter.
fn beginning(word: &str) -> &str {
    if !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word;
    }
    let length = match word.len() {
        0..=2 => word.len(),
        3 if word.ends_with("ie") => 1,
        bytes => bytes - 1,
    };
    &word[..length]
}

#[cfg(test)]
mod tests {
    use super::super::Analyzer;
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    proptest! {
        #[test]
        fn every_token_of_a_text_is_promised(text in "(hoping|dying|happy|policies|skies|news|SpringCloud|a\\.b-c|註冊|端口|[a-zA-Z0-9 ]|[a-z]{1,4}(ed|ing|ies|y|s) ){0,24}") {
            let tokens = ANALYZER.analyze(&text);
            let beginnings = Beginnings::of(tokens.iter().map(|t| t.text.as_str()));
            let within = beginnings.within([text.as_str(), "", text.as_str()].into_iter());
            let found: Vec<usize> = within.iter().map(Vec::len).collect();
            prop_assert_eq!(found, [tokens.len(), 0, tokens.len()], "{:?}", tokens);
        }
    }
}
