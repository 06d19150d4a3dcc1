//! Text becomes tokens: normalize, segment, filter. The same for documents and for queries.
//!
//! Every token carries the exact byte range of the source it came from, so highlights never guess. Knows neither
//! documents nor the engine.

mod beginnings;
mod cache;
mod identifier;
mod known_terms;
mod normalize;
mod opposites;
mod phrases;
mod pinyin;
mod reading;
mod segment;
mod terms;
mod thesaurus;
mod token;
mod version;
mod words;

pub use beginnings::Beginnings;
pub(crate) use identifier::stem;
pub use opposites::Opposite;
pub use phrases::Phrase;
pub use pinyin::{Pinyin, pinyin_of, sound_of};
pub use reading::Reading;
pub use terms::Terms;
pub use thesaurus::Meaning;
pub use token::{Token, whole_words};
pub(crate) use version::is_version;
pub use words::{Words, WordsProblem};

use opposites::Opposites;
use phrases::Phrases;
use segment::Segmenter;
use std::sync::Arc;
use thesaurus::Thesaurus;

/// Changes whenever the same text gives other tokens, so that an index made by another analysis is rebuilt.
pub const ANALYSIS_VERSION: u32 = 5;

/// Words of the texts that the general dictionary was counted over: the sum of the frequencies of jieba's dictionary.
const GENERAL_WORDS: f32 = 60_101_967.0;

/// Turns text into tokens. Cheap to clone: the dictionaries are shared.
#[derive(Clone)]
pub struct Analyzer {
    segmenter: Arc<Segmenter>,
    phrases: Arc<Phrases>,
    thesaurus: Arc<Thesaurus>,
    opposites: Arc<Opposites>,
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
        let phrases = Phrases::new(words, &segmenter);
        Self {
            thesaurus: Arc::new(Thesaurus::new(words, &segmenter, &phrases)),
            opposites: Arc::new(Opposites::new(words, &segmenter)),
            phrases: Arc::new(phrases),
            segmenter: Arc::new(segmenter),
            fingerprint: format!("{ANALYSIS_VERSION}-{fingerprint}").into(),
        }
    }

    /// Identifies the dictionaries and rules: indexes made by another fingerprint do not fit.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The phrases of the site's words in `text`, longest first where they overlap.
    pub fn phrases(&self, text: &str) -> Vec<Phrase> {
        self.phrases.phrases(text)
    }

    /// What parts of a query probably mean in terms of the field, the likeliest first.
    pub fn meanings(&self, text: &str) -> Vec<Meaning> {
        self.thesaurus
            .meanings(text, &self.segmenter, &self.phrases)
    }

    /// The words of a text whose reverse means another matter.
    pub fn opposites(&self, text: &str) -> Vec<Opposite> {
        self.opposites.of(text, &self.segmenter)
    }

    /// Whether a token is a stop word, which says nothing about what is asked.
    pub fn is_stopword(&self, token: &str) -> bool {
        self.phrases.is_stopword(token)
    }

    /// Whether the general dictionary, or a name of the site, has the word.
    pub(crate) fn is_general_word(&self, word: &str) -> bool {
        self.segmenter.is_word(word)
    }

    /// How often a word occurs in general texts: its occurrences in the dictionary of jieba, or as many as its parts make
    /// likely.
    pub(crate) fn general_frequency(&self, word: &str) -> usize {
        self.segmenter.frequency(word)
    }

    /// The share of the words of general texts that are this word; 0 for a word that the dictionary does not have.
    pub(crate) fn general_share(&self, word: &str) -> f32 {
        if self.is_general_word(word) {
            self.general_frequency(word) as f32 / GENERAL_WORDS
        } else {
            0.0
        }
    }

    /// Normalizes `text` and splits it into runs, from which tokens, terms and pairs can then be made.
    pub fn read<'a>(&'a self, text: &'a str) -> Reading<'a> {
        Reading::new(text, &self.segmenter)
    }

    /// The tokens of `text`, ordered by position.
    pub fn analyze(&self, text: &str) -> Vec<Token> {
        self.read(text).tokens()
    }
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

/// What is compared of two texts that say the same but for marks, spaces, case and width: letters and digits, normalized.
pub fn letters(text: &str) -> String {
    let normalized = normalized(text);
    normalized.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// `text` as it is compared: width, case and variants of characters as one.
pub(crate) fn normalized(text: &str) -> String {
    normalize::Normalized::new(text).text().to_owned()
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

    fn words_of(text: &str) -> Vec<String> {
        ANALYZER.read(text).words()
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
    fn versions_are_words_beside_any_name() {
        for text in [
            "Spring Boot 3.2.4",
            "Spring Boot3.2.4",
            "spring boot v3.2.4",
            "Spring Boot V3.2.4.RELEASE",
            "Spring Boot-3.2.4",
        ] {
            assert_eq!(words_of(text), ["spring", "boot", "3.2.4"], "{text}");
        }
        assert_eq!(words_of("升级到v2.2.4后"), ["升级", "到", "2.2.4", "后"]);
    }

    #[test]
    fn languages_whose_names_have_signs_are_words() {
        for (text, word) in [
            ("C++ 入门", "c++"),
            ("C＃入门", "c#"),
            ("支持.NET 吗", ".net"),
        ] {
            assert!(words(text).contains(&word.to_owned()), "{:?}", words(text));
            assert!(!words(text).contains(&"c".to_owned()));
        }
        assert_eq!(words("C 语言")[0], "c");
        assert_eq!(words("ASP.NET"), ["asp.net", "asp", "net"]);
        assert_eq!(words("## 标题 ##"), ["标题"]);
        assert!(words("Node.js").contains(&"node.js".to_owned()));
    }

    #[test]
    fn invisible_characters_part_no_word() {
        assert_eq!(
            words("注册\u{200b}中心 na\u{200d}cos"),
            words("注册中心 nacos")
        );
        let text = "连\u{2060}接失败";
        let token = ANALYZER.analyze(text).into_iter().next().unwrap();
        assert_eq!(&text[token.byte_start..token.byte_end], "连\u{2060}接");
    }

    #[test]
    fn english_words_meet_in_their_stem() {
        assert_eq!(words_of("Plugins"), words_of("plugin"));
        assert_eq!(words("plugins"), ["plugins", "plugin"]);
    }

    #[test]
    fn plain_words_are_parts_of_identifiers_and_whole_chinese_words() {
        let mut plain = Vec::new();
        let reading = ANALYZER.read("Spring-Clouds 服务注册中心 plugins 1.4.2 dns");
        reading.each_plain_word(|word| plain.push(word.to_owned()));
        let expected = [
            "spring",
            "cloud",
            "服务注册",
            "中心",
            "plugin",
            "1.4.2",
            "dns",
        ];
        assert_eq!(plain, expected);
    }

    #[test]
    fn words_typed_in_a_hurry_stay_one_word() {
        assert_eq!(words("sPrInG"), ["spring"]);
        assert_eq!(words_of("iPhone").len(), 1);
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
        // `Spring Boot 3` is a phrase too, but 3.2 is another version.
        let found = ANALYZER.phrases("spring boot 3.2");
        assert_eq!(found[0].range, 0..11);
    }

    #[test]
    fn a_long_word_and_its_parts_share_a_position() {
        let tokens = ANALYZER.analyze("服务注册中心在哪");
        assert_eq!(words_of("服务注册中心"), ["服务注册", "中心"], "{tokens:?}");
        let position = |word: &str| tokens.iter().find(|t| t.text == word).unwrap().position;
        assert_eq!(
            (position("服务"), position("注册"), position("服务注册")),
            (0, 0, 0)
        );
        assert_eq!(position("中心"), 1);
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
            let reading = ANALYZER.read(&text);
            let texts = |tokens: Vec<Token>| tokens.into_iter().map(|t| t.text).collect::<Vec<_>>();
            let [mut terms, mut pairs] = [(); 2].map(|()| {
                let mut of_another = Terms::default();
                of_another.push("x");
                of_another
            });
            for (terms, tokens) in [(reading.terms(&mut terms), reading.tokens()), (reading.pair_terms(&mut pairs), reading.pairs())] {
                prop_assert_eq!(terms.split_whitespace().collect::<Vec<_>>(), texts(tokens));
            }
        }

        #[test]
        fn no_token_has_white_space(text in any::<String>()) {
            let reading = ANALYZER.read(&text);
            let mut tokens = [reading.tokens(), reading.pairs()].concat().into_iter();
            prop_assert!(!tokens.any(|t| t.text.contains(char::is_whitespace)));
        }

        #[test]
        fn the_words_of_a_text_are_among_its_tokens(text in any::<String>()) {
            let tokens = words(&text);
            prop_assert!(words_of(&text).iter().all(|w| tokens.contains(w)));
        }

        #[test]
        fn mixed_text_keeps_ranges_too(text in "[a-zA-Z0-9.@/:_\\-\u{4e00}-\u{4fff}\u{ff01}-\u{ff5e} ]{0,40}") {
            for token in ANALYZER.analyze(&text) {
                prop_assert!(text.get(token.byte_start..token.byte_end).is_some());
            }
        }
    }
}
