//! Which words a text may have, without cutting it into words: by how they begin.

use super::normalize::push_with_humps;
use super::segment::is_han;
use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Words that are looked for.
pub struct Beginnings(Option<AhoCorasick>);

impl Beginnings {
    /// Looks for these words, as tokens have them.
    pub fn of<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        // Made for one query: what is quick to build wins over what is quickest to run.
        let kind = Some(AhoCorasickKind::NoncontiguousNFA);
        let beginnings = words.map(beginning);
        Self(AhoCorasick::builder().kind(kind).build(beginnings).ok())
    }

    /// For each of some texts the words, by their places among those looked for, that it may have: all that are among
    /// its tokens, and some that are not; each once.
    pub fn within<'t>(&self, texts: impl Iterator<Item = &'t str> + Clone) -> Vec<Vec<usize>> {
        let bytes: usize = texts.clone().map(|text| text.len() + 1).sum();
        let (mut all, mut humps, mut ends) = (String::with_capacity(bytes), Vec::new(), Vec::new());
        for text in texts {
            push_with_humps(&mut all, &mut humps, text);
            // No word goes over a line.
            all.push('\n');
            ends.push(all.len());
        }
        let mut within = vec![Vec::new(); ends.len()];
        let Some(beginnings) = &self.0 else {
            return within;
        };
        let mut text = 0;
        // The text in which each word was found last.
        let mut found_in = vec![usize::MAX; beginnings.patterns_len()];
        // Found in the order of their ends.
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

/// Whether a word may begin here: in Latin text at its beginning, at a hump, between letters and digits.
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

/// What stands in a text that has the word. A stem may end in another letter than the word it is of (`happi`, `hope` of
/// `hoping`); that of a word of two letters does not, and that of `dying` has only its first in common with it.
fn beginning(word: &str) -> &str {
    if !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word;
    }
    let kept = match word.len() {
        0..=2 => word.len(),
        3 if word.ends_with("ie") => 1,
        length => length - 1,
    };
    &word[..kept]
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
