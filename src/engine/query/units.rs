//! Units: the pieces that a query is cut into before they become concepts.

use super::explanation::Origin;
use crate::analysis::{Analyzer, Phrase, Token, whole_words};
use std::ops::Range;

/// A piece of the query that becomes a concept.
#[derive(Debug, Clone, Default)]
pub(super) struct Unit {
    /// Bytes of the query.
    pub(super) range: Range<usize>,
    /// As typed, in lower case.
    pub(super) typed: String,
    /// The words that the unit consists of.
    pub(super) whole: Vec<String>,
    /// The smaller words within those words.
    pub(super) parts: Vec<String>,
    /// Synonyms, each as its words.
    pub(super) synonyms: Vec<Vec<String>>,
    /// Terms for the everyday wording that the unit is part of, each as its words.
    pub(super) meanings: Vec<Vec<String>>,
    /// What was probably meant, each guess as its words.
    pub(super) guesses: Vec<(Vec<String>, Origin)>,
    pub(super) is_product: bool,
    /// Whether it is a phrase of the site's words.
    pub(super) is_of_the_field: bool,
    pub(super) is_stopword: bool,
}

impl Unit {
    /// A unit that stands for guesses alone: `typed` is in no document.
    pub(super) fn of_guesses(
        range: Range<usize>,
        typed: &str,
        guesses: Vec<(Vec<String>, Origin)>,
    ) -> Self {
        Self {
            range,
            typed: typed.to_owned(),
            guesses,
            ..Self::default()
        }
    }

    /// Whether it has a byte of this range of the query.
    pub(super) fn overlaps(&self, range: &Range<usize>) -> bool {
        self.range.start < range.end && range.start < self.range.end
    }

    fn from_tokens(
        text: &str,
        range: Range<usize>,
        tokens: &[&Token],
        phrase: Option<&Phrase>,
    ) -> Self {
        let owned: Vec<Token> = tokens.iter().map(|t| (*t).clone()).collect();
        let whole_tokens = whole_words(&owned);
        let is_whole = |t: &Token| {
            whole_tokens
                .iter()
                .any(|w| (w.byte_start, w.byte_end) == (t.byte_start, t.byte_end))
        };
        let mut parts: Vec<String> = Vec::new();
        for part in owned.iter().filter(|t| !is_whole(t)) {
            // Of the two forms of one word the shorter one is the stem, which counts for both.
            let has_stem = owned.iter().any(|t| {
                t.byte_start == part.byte_start
                    && t.byte_end == part.byte_end
                    && t.text.len() < part.text.len()
            });
            if !has_stem && !parts.contains(&part.text) {
                parts.push(part.text.clone());
            }
        }
        Self {
            typed: text.get(range.clone()).unwrap_or_default().to_lowercase(),
            range,
            whole: whole_tokens.iter().map(|t| t.text.clone()).collect(),
            parts,
            synonyms: phrase.map(|p| p.alternatives.clone()).unwrap_or_default(),
            is_product: phrase.is_some_and(|p| p.is_product),
            is_of_the_field: phrase.is_some(),
            ..Self::default()
        }
    }
}

/// Cuts a query into phrases of the site's words and, between them, single words; in the order of the query.
pub(super) fn units(text: &str, analyzer: &Analyzer) -> Vec<Unit> {
    let tokens = analyzer.analyze(text);
    let phrases = analyzer.phrases(text);
    let mut units: Vec<Unit> = phrases
        .iter()
        .map(|phrase| of_phrase(text, phrase, &tokens, analyzer))
        .collect();
    let is_in_phrase = |t: &Token| {
        phrases
            .iter()
            .any(|p| t.byte_start < p.range.end && p.range.start < t.byte_end)
    };
    let loose: Vec<&Token> = tokens.iter().filter(|t| !is_in_phrase(t)).collect();
    let whole = whole_words(&tokens);
    // Tokens of one position are one word and its parts.
    for word in loose.chunk_by(|a, b| a.position == b.position) {
        let start = word.iter().map(|t| t.byte_start).min().unwrap_or_default();
        let end = word.iter().map(|t| t.byte_end).max().unwrap_or_default();
        let mut unit = Unit::from_tokens(text, start..end, word, None);
        unit.is_stopword = whole
            .iter()
            .any(|t| t.position == word[0].position && analyzer.is_stopword(&t.text));
        units.push(unit);
    }
    units.sort_by_key(|unit| unit.range.start);
    units
}

fn of_phrase(text: &str, phrase: &Phrase, tokens: &[Token], analyzer: &Analyzer) -> Unit {
    let within: Vec<&Token> = tokens
        .iter()
        .filter(|t| t.byte_start >= phrase.range.start && t.byte_end <= phrase.range.end)
        .collect();
    let mut unit = Unit::from_tokens(text, phrase.range.clone(), &within, Some(phrase));
    unit.is_stopword = analyzer.is_stopword(&unit.typed)
        || unit.whole.iter().all(|word| analyzer.is_stopword(word));
    unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn typed(text: &str) -> Vec<String> {
        let units = units(text, &ANALYZER).into_iter();
        units.map(|unit| unit.typed).collect()
    }

    #[test]
    fn a_query_is_cut_into_phrases_and_words_in_its_order() {
        assert_eq!(
            typed("nacos 注册中心连不上"),
            ["nacos", "注册中心", "连不上"]
        );
        assert_eq!(typed(""), [""; 0]);
    }

    #[test]
    fn products_and_stop_words_are_marked() {
        let units = units("nacos 怎么用", &ANALYZER);
        assert!(units[0].is_product, "{units:?}");
        let how = units.iter().find(|unit| unit.typed == "怎么").unwrap();
        assert!(how.is_stopword, "{units:?}");
    }

    #[test]
    fn an_identifier_is_one_unit_with_its_parts() {
        let units = units("spring.cloud.nacos", &ANALYZER);
        let all: Vec<&String> = units.iter().flat_map(|u| u.whole.iter()).collect();
        assert!(all.iter().any(|w| *w == "spring.cloud.nacos"), "{units:?}");
        assert!(
            units.iter().any(|u| u.parts.iter().any(|p| p == "spring")),
            "{units:?}"
        );
    }
}
