//! Suggestions while a query is typed: what the last word may become, and the order of what is suggested.

use crate::analysis::{Analyzer, Token, sound_of, whole_words};
use crate::engine::model::{Suggestion, SuggestionTarget};
use crate::engine::vocabulary::Vocabulary;

/// Bytes of a prefix that are compared, at most; nobody types more before the list is short.
pub(crate) const LONGEST_PREFIX: usize = 48;
/// Words that the one being typed may become, at most.
const MOST_COMPLETIONS: usize = 12;
/// Single words among the suggestions, at most.
const MOST_WORDS: usize = 3;
/// Characters of a single word, at least: shorter ones are parts of words.
const SHORTEST_WORD: usize = 3;

/// A text as prefixes are compared: in lower case, without spaces, not longer than needed.
pub(crate) fn prefix_key(text: &str) -> Box<str> {
    let mut folded = String::with_capacity(LONGEST_PREFIX + 4);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        if folded.len() >= LONGEST_PREFIX {
            break;
        }
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
        } else {
            folded.extend(c.to_lowercase());
        }
    }
    folded[..folded.floor_char_boundary(LONGEST_PREFIX)].into()
}

/// What is being typed: whole words, and what the last one may become.
#[derive(Debug)]
pub(crate) struct Typed {
    /// What is before the word that is being typed.
    before: String,
    /// The words before the last one.
    pub(crate) words: Vec<String>,
    /// What the last word may become, most frequent first.
    pub(crate) completions: Vec<Box<str>>,
}

impl Typed {
    /// Reads what is typed. `None` where nothing is.
    pub(crate) fn read(typed: &str, analyzer: &Analyzer, vocabulary: &Vocabulary) -> Option<Self> {
        if prefix_key(typed).is_empty() {
            return None;
        }
        let tokens = analyzer.analyze(typed);
        let mut words = whole_words(&tokens);
        let last = words.pop();
        let (start, completions) =
            last.map_or((0, Vec::new()), |last| completions(typed, last, vocabulary));
        Some(Self {
            before: typed.get(..start).unwrap_or_default().to_owned(),
            words: words.into_iter().map(|token| token.text.clone()).collect(),
            completions: completions.into_iter().map(Into::into).collect(),
        })
    }

    /// Queries that the last word completes, for at most `limit` suggestions more.
    pub(crate) fn queries(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        let words = self.completions.iter().map(AsRef::as_ref);
        let words = words.filter(|word: &&str| {
            word.chars().count() >= SHORTEST_WORD && sound_of(word).is_some()
        });
        let words = words.take(MOST_WORDS);
        let queries = words.map(|word| format!("{}{word}", self.before));
        let queries = queries.filter(|text| text != typed).take(limit);
        queries
            .map(|text| Suggestion {
                text,
                target: SuggestionTarget::Search,
                tag: None,
            })
            .collect()
    }
}

/// What the last word may become, and where in `typed` that word begins. It begins after the last space where it was cut
/// apart from what is before it.
fn completions<'v>(typed: &str, last: &Token, vocabulary: &'v Vocabulary) -> (usize, Vec<&'v str>) {
    let run_start = typed[..last.byte_start]
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + 1);
    let whole_run = prefix_key(typed.get(run_start..).unwrap_or_default());
    let last_word = typed.get(last.byte_start..last.byte_end);
    let last_word = prefix_key(last_word.unwrap_or_default());
    let of_run = vocabulary.completing(&whole_run, MOST_COMPLETIONS);
    if !of_run.is_empty() {
        return (run_start, of_run);
    }
    let of_word = vocabulary.completing(&last_word, MOST_COMPLETIONS);
    if !of_word.is_empty() {
        return (last.byte_start, of_word);
    }
    (run_start, last_of_pinyin(vocabulary, &whole_run))
}

/// The last of several words that were typed in pinyin without spaces.
fn last_of_pinyin<'v>(vocabulary: &'v Vocabulary, typed: &str) -> Vec<&'v str> {
    let words = vocabulary.read_pinyin(typed);
    let last = words.and_then(|words| words.last().cloned());
    last.map_or_else(Vec::new, |range| {
        let alike = vocabulary.sounding(&typed[range]).iter();
        alike.map(AsRef::as_ref).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn read(typed: &str) -> Option<(Typed, Vec<String>)> {
        let words = [("注册中心", 9), ("注册", 20), ("配置", 30), ("nacos", 7)];
        let vocabulary = Vocabulary::from_frequencies(&words, 100, &ANALYZER);
        let read = Typed::read(typed, &ANALYZER, &vocabulary)?;
        let queries = read.queries(typed, 5).into_iter();
        let queries = queries.map(|suggestion| suggestion.text).collect();
        Some((read, queries))
    }

    fn completions(typed: &str) -> Vec<String> {
        let (read, _) = read(typed).unwrap();
        read.completions.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_last_word_is_completed_as_written_and_in_pinyin() {
        assert_eq!(completions("注"), ["注册", "注册中心"]);
        assert_eq!(completions("zhuc"), ["注册", "注册中心"]);
        assert_eq!(completions("nac"), ["nacos"]);
        assert!(completions("量子").is_empty());
    }

    #[test]
    fn completed_queries_keep_what_is_before_and_are_long_words() {
        let (typed, queries) = read("nacos 注册").unwrap();
        // Of an English word the stem.
        assert_eq!(typed.words, ["naco"]);
        assert_eq!(queries, ["nacos 注册中心"]);
    }

    #[test]
    fn nothing_typed_is_nothing_to_complete() {
        assert!(read(" \t").is_none());
    }

    #[test]
    fn prefixes_are_compared_without_case_and_spaces_and_cut_between_characters() {
        assert_eq!(&*prefix_key(" Nacos 端口"), "nacos端口");
        assert_eq!(prefix_key(&"端".repeat(40)).len(), LONGEST_PREFIX);
    }
}
