//! Text becomes tokens: normalize, segment, filter. The same for documents and for queries.
//!
//! Every token carries the exact byte range of the source it came from, so highlights never guess. Knows neither
//! documents nor the engine.

mod beginnings;
mod identifier;
mod normalize;
mod pinyin;
mod segment;
mod terms;
mod thesaurus;
mod words;

pub use beginnings::Beginnings;
pub use pinyin::{Pinyin, pinyin_of, sound_of};
pub use terms::Terms;
pub use thesaurus::Phrase;
pub use words::{Words, WordsProblem};

use normalize::{Normalized, normalized_text};
use segment::Segmenter;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use thesaurus::Thesaurus;

/// Changes whenever the same text gives other tokens, so that an index made by another analysis is rebuilt.
pub const ANALYSIS_VERSION: u32 = 4;

/// Longer runs without a space are cut: they are data, not words, and index terms have a limit.
const LONGEST_TOKEN: usize = 128;

/// About so many bytes of a text there are for each of its tokens.
const BYTES_OF_PIECE: usize = 4;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Normalized form; what is indexed and compared.
    pub text: String,
    /// First byte in the source.
    pub byte_start: usize,
    /// One past the last byte in the source.
    pub byte_end: usize,
    /// Place in the sequence of words; parts of a word share the place of the whole.
    pub position: usize,
}

/// A token before it is taken out of the normalized text.
struct Piece {
    /// Bytes of the normalized text.
    range: Range<usize>,
    /// The stem, where that is another word than the text.
    stem: Option<Rc<str>>,
    /// As that of the token.
    position: usize,
}

impl Piece {
    fn text<'t>(&'t self, normalized: &'t str) -> &'t str {
        let written = || &normalized[self.range.clone()];
        self.stem.as_deref().unwrap_or_else(written)
    }

    fn into_token(self, normalized: &Normalized<'_>) -> Token {
        let (byte_start, byte_end) = normalized.source_range(self.range.clone());
        let written = || normalized.text()[self.range].to_owned();
        Token {
            text: self
                .stem
                .map_or_else(written, |stem| stem.as_ref().to_owned()),
            byte_start,
            byte_end,
            position: self.position,
        }
    }
}

/// Turns text into tokens. Cheap to clone: the dictionaries are shared.
#[derive(Clone)]
pub struct Analyzer {
    segmenter: Arc<Segmenter>,
    thesaurus: Option<Arc<Thesaurus>>,
    fingerprint: Arc<str>,
}

impl Analyzer {
    /// An analyzer over the built-in words; loading the dictionary takes about a tenth of a second.
    pub fn new() -> Self {
        Self::with_words(&Words::built_in())
    }

    /// An analyzer over the built-in dictionary and `words`.
    pub fn with_words(words: &Words) -> Self {
        let names = words
            .dictionary
            .iter()
            .flat_map(|e| std::iter::once(&e.name).chain(&e.aliases));
        let (segmenter, fingerprint) = Segmenter::with_names(names.map(String::as_str));
        let mut analyzer = Self {
            segmenter: Arc::new(segmenter),
            thesaurus: None,
            fingerprint: format!("{ANALYSIS_VERSION}-{fingerprint}").into(),
        };
        analyzer.thesaurus = Some(Arc::new(Thesaurus::new(words, &analyzer)));
        analyzer
    }

    /// Identifies the dictionaries and rules: indexes made by another fingerprint do not fit.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The phrases of the site's words in `text`, longest first where they overlap.
    pub fn phrases(&self, text: &str) -> Vec<Phrase> {
        self.thesaurus
            .as_ref()
            .map_or_else(Vec::new, |t| t.phrases(text))
    }

    /// Whether a token tells nothing of what is asked.
    pub fn is_stopword(&self, token: &str) -> bool {
        self.thesaurus
            .as_ref()
            .is_some_and(|t| t.is_stopword(token))
    }

    /// The words of `text` without their parts, in order; of the two forms of an English word the stem.
    pub fn words_of(&self, text: &str) -> Vec<String> {
        let tokens = self.analyze(text);
        whole_words(&tokens)
            .into_iter()
            .map(|t| t.text.clone())
            .collect()
    }

    /// As [`words_of`](Self::words_of), with identifiers by their parts: `spring-cloud` says what `Spring Cloud` says.
    pub fn plain_words_of(&self, text: &str) -> Vec<String> {
        let tokens = self.analyze(text);
        let is_han = |token: &Token| token.text.chars().all(segment::is_han);
        let mut words = Vec::new();
        for whole in whole_words(&tokens) {
            let parts: Vec<&Token> = tokens
                .iter()
                .filter(|t| {
                    t.position == whole.position
                        && t.byte_end - t.byte_start < whole.byte_end - whole.byte_start
                })
                .collect();
            if is_han(whole) || parts.is_empty() {
                words.push(whole.text.clone());
            } else {
                // Of the two forms of a part the stem comes last.
                let is_stem = |i: usize| {
                    parts
                        .get(i + 1)
                        .is_none_or(|next| next.byte_start != parts[i].byte_start)
                };
                words.extend(
                    parts
                        .iter()
                        .enumerate()
                        .filter(|(i, _)| is_stem(*i))
                        .map(|(_, t)| t.text.clone()),
                );
            }
        }
        words
    }

    /// The Chinese characters of `text`, each once, by their code points.
    pub fn characters(&self, text: &str) -> Vec<char> {
        let normalized = normalized_text(text);
        let mut characters: Vec<char> =
            normalized.chars().filter(|c| segment::is_han(*c)).collect();
        characters.sort_unstable();
        characters.dedup();
        characters
    }

    /// Pairs of neighbouring characters in the Chinese runs of `text` (a run of one character as it is): what is left to
    /// match by when query and document are segmented differently.
    pub fn bigrams(&self, text: &str) -> Vec<Token> {
        let normalized = Normalized::new(text);
        let pieces = bigram_pieces(normalized.text()).into_iter();
        pieces.map(|piece| piece.into_token(&normalized)).collect()
    }

    /// The tokens of `text` in order of their place.
    pub fn analyze(&self, text: &str) -> Vec<Token> {
        self.find(text, |_| true)
    }

    /// Those of the tokens that [`analyze`](Self::analyze) gives whose text is wanted.
    pub fn find(&self, text: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<Token> {
        let normalized = Normalized::new(text);
        let mut pieces = self.pieces(&normalized);
        pieces.retain(|piece| is_wanted(piece.text(normalized.text())));
        let tokens = pieces
            .into_iter()
            .map(|piece| piece.into_token(&normalized));
        tokens.collect()
    }

    /// The texts of the tokens that [`analyze`](Self::analyze) gives, for an index.
    pub fn terms(&self, text: &str) -> Terms {
        let normalized = Normalized::new(text);
        let pieces = self.pieces(&normalized);
        Terms::new(normalized.into_text(), pieces)
    }

    /// The texts of the tokens that [`bigrams`](Self::bigrams) gives, for an index.
    pub fn bigram_terms(&self, text: &str) -> Terms {
        let normalized = normalized_text(text);
        let pieces = bigram_pieces(&normalized);
        Terms::new(normalized, pieces)
    }

    fn pieces(&self, normalized: &Normalized<'_>) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(normalized.text().len() / BYTES_OF_PIECE);
        let mut position = 0;
        for run in segment::runs(normalized.text()) {
            position = match run.kind {
                segment::RunKind::Han => {
                    self.segmenter
                        .cut(normalized.text(), run.range, position, &mut pieces)
                }
                segment::RunKind::Latin => identifier::cut(
                    normalized.text(),
                    run.range,
                    position,
                    normalized,
                    &mut pieces,
                ),
            };
        }
        pieces.retain(|piece| piece.text(normalized.text()).len() <= LONGEST_TOKEN);
        pieces
    }
}

fn bigram_pieces(normalized: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(normalized.len() / BYTES_OF_PIECE);
    for run in segment::runs(normalized) {
        if run.kind == segment::RunKind::Han {
            segment::bigrams(normalized, run.range, &mut pieces);
        }
    }
    pieces
}

/// The tokens that are no parts of others, in order; of the two forms of an English word the stem.
pub fn whole_words(tokens: &[Token]) -> Vec<&Token> {
    let mut whole: Vec<&Token> = Vec::new();
    for token in tokens {
        let length = token.byte_end - token.byte_start;
        match whole.last_mut() {
            Some(last) if last.position == token.position => {
                // Of equal ranges the later one is the stem, which meets the other forms too.
                if length >= last.byte_end - last.byte_start {
                    *last = token;
                }
            }
            _ => whole.push(token),
        }
    }
    whole
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn words(text: &str) -> Vec<String> {
        ANALYZER.analyze(text).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn full_width_upper_case_and_traditional_are_the_same_word() {
        assert_eq!(words("ＮＡＣＯＳ 註冊服務"), words("nacos 注册服务"));
    }

    #[test]
    fn identifiers_stay_whole_and_come_in_parts() {
        let found = words(
            "spring.cloud.nacos.server-addr WasmPlugin NullPointerException 2021.0.5.0 @RefreshScope",
        );
        for expected in [
            "spring.cloud.nacos.server-addr",
            "server",
            "addr",
            "wasmplugin",
            "wasm",
            "plugin",
            "pointer",
            "2021.0.5.0",
            "refreshscope",
            "refresh",
            "nullpointerexception",
        ] {
            assert!(
                found.iter().any(|w| w == expected),
                "{expected} not in {found:?}"
            );
        }
    }

    #[test]
    fn english_words_meet_in_their_stem() {
        assert_eq!(ANALYZER.words_of("Plugins"), ANALYZER.words_of("plugin"));
        assert_eq!(words("plugins"), ["plugins", "plugin"]);
    }

    #[test]
    fn words_typed_in_a_hurry_stay_one_word() {
        assert_eq!(words("sPrInG"), ["spring"]);
        assert_eq!(ANALYZER.words_of("iPhone").len(), 1);
        assert!(words("boot3").contains(&"boot".to_owned()));
    }

    #[test]
    fn the_sites_phrases_are_found_longest_first() {
        let found = ANALYZER.phrases("Nacos 註冊中心 cannot connect");
        let wordings = |i: usize| found[i].alternatives.concat();
        assert!(
            found[0].is_product && wordings(1).contains(&"registri".to_owned()),
            "{found:?}"
        );
        assert!(wordings(2).contains(&"连不上".to_owned()), "{found:?}");
        assert!(ANALYZER.phrases("renacosed").is_empty());
    }

    #[test]
    fn a_long_word_and_its_parts_share_a_place() {
        let tokens = ANALYZER.analyze("服务注册中心在哪");
        assert_eq!(
            ANALYZER.words_of("服务注册中心"),
            ["服务注册", "中心"],
            "{tokens:?}"
        );
        let place = |word: &str| tokens.iter().find(|t| t.text == word).unwrap().position;
        assert_eq!((place("服务"), place("注册"), place("服务注册")), (0, 0, 0));
        assert_eq!(place("中心"), 1);
    }

    #[test]
    fn ranges_give_back_the_source() {
        let text = "Ｎacos的註冊中心";
        let token = ANALYZER.analyze(text).into_iter().next().unwrap();
        assert_eq!(&text[token.byte_start..token.byte_end], "Ｎacos");
    }

    proptest! {
        #[test]
        fn ranges_lie_on_character_boundaries_in_order(text in any::<String>()) {
            let tokens = ANALYZER.analyze(&text);
            for token in &tokens {
                prop_assert!(text.get(token.byte_start..token.byte_end).is_some_and(|s| !s.is_empty()));
                prop_assert!(!token.text.is_empty());
            }
            prop_assert!(tokens.windows(2).all(|w| w[0].position <= w[1].position));
        }

        #[test]
        fn phrases_lie_on_character_boundaries(text in "([a-z ]|nacos|註冊中心|连不上|rate limit|Ａ|的){0,12}") {
            for phrase in ANALYZER.phrases(&text) {
                prop_assert!(text.get(phrase.range).is_some_and(|s| !s.is_empty()));
            }
        }

        #[test]
        fn an_index_gets_the_same_words(text in "([a-zA-Z0-9.@\\- ]|Nacos|plugins|註冊中心|\u{fb01}|[\u{4e00}-\u{4fff}]|。){0,40}") {
            let terms = |terms: Terms| terms.iter().map(str::to_owned).collect::<Vec<_>>();
            let tokens = |tokens: Vec<Token>| tokens.into_iter().map(|t| t.text).collect::<Vec<_>>();
            prop_assert_eq!(terms(ANALYZER.terms(&text)), tokens(ANALYZER.analyze(&text)));
            prop_assert_eq!(terms(ANALYZER.bigram_terms(&text)), tokens(ANALYZER.bigrams(&text)));
        }

        #[test]
        fn the_words_of_a_text_are_among_its_tokens(text in any::<String>()) {
            let tokens = words(&text);
            prop_assert!(ANALYZER.words_of(&text).iter().all(|w| tokens.contains(w)));
        }

        #[test]
        fn mixed_text_keeps_ranges_too(text in "[a-zA-Z0-9.@/:_\\-\u{4e00}-\u{4fff}\u{ff01}-\u{ff5e} ]{0,40}") {
            for token in ANALYZER.analyze(&text) {
                prop_assert!(text.get(token.byte_start..token.byte_end).is_some());
            }
        }
    }
}
