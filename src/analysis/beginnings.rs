//! Which words a text may have, without cutting it into words: by how they begin.

use super::normalize::Normalized;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::HashSet;

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

    /// The words, by their places among those looked for, that `text` may have: all that are among its tokens, and some
    /// that are not.
    pub fn within(&self, text: &str) -> HashSet<usize> {
        let Some(beginnings) = &self.0 else {
            return HashSet::new();
        };
        let text = Normalized::new(text);
        let found = beginnings.find_overlapping_iter(text.text());
        found.map(|found| found.pattern().as_usize()).collect()
    }
}

/// What stands in a text that has the word. A stem may end otherwise than the word it is of: `happi`, `hope` of `hoping`;
/// those of three letters and fewer (`die` of `dying`) may share the first alone.
fn beginning(word: &str) -> &str {
    if !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word;
    }
    let kept = if word.len() <= 3 { 1 } else { word.len() - 1 };
    &word[..kept.min(word.len())]
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
        fn every_token_of_a_text_is_promised(text in "(hoping|dying|happy|policies|skies|news|SpringCloud|a\\.b-c|註冊|端口|[a-zA-Z0-9 ]){0,24}") {
            let tokens = ANALYZER.analyze(&text);
            let beginnings = Beginnings::of(tokens.iter().map(|t| t.text.as_str()));
            prop_assert_eq!(beginnings.within(&text).len(), tokens.len(), "{:?}", tokens);
        }
    }
}
