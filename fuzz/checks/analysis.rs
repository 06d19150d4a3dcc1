//! Invariants of the tokens of any text.

use dayi::analysis::{Analyzer, Token, pinyin_of, sound_of, whole_words};
use std::sync::LazyLock;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

pub(crate) fn check(text: &str) {
    let tokens = ANALYZER.analyze(text);
    check_tokens(&tokens, text);
    assert_eq!(
        ANALYZER.analyze(text),
        tokens,
        "the same text has the same tokens"
    );
    assert!(
        tokens
            .windows(2)
            .all(|pair| pair[0].position <= pair[1].position),
        "tokens come in the order of their place"
    );
    let whole = whole_words(&tokens);
    assert!(
        whole
            .windows(2)
            .all(|pair| pair[0].position < pair[1].position),
        "there is one word a place"
    );
    let reading = ANALYZER.read(text);
    let words = reading.words();
    assert!(words.iter().eq(whole.iter().map(|token| &token.text)));
    reading.each_plain_word(|word| assert!(tokens.iter().any(|token| token.text == word)));

    check_tokens(&reading.pairs(), text);
    let characters = reading.characters();
    assert!(
        characters.windows(2).all(|pair| pair[0] < pair[1]),
        "each character is there once"
    );
    let mut end = 0;
    for phrase in ANALYZER.phrases(text) {
        assert!(phrase.range.start >= end, "phrases do not overlap");
        end = phrase.range.end;
        assert!(text.get(phrase.range).is_some_and(|said| !said.is_empty()));
        assert!(
            phrase
                .alternatives
                .iter()
                .all(|wording| !wording.is_empty())
        );
    }
    let spelled = pinyin_of(text);
    assert!(spelled.initials.len() <= spelled.full.len());
    assert!(sound_of(text).is_none_or(|sound| sound == spelled));
}

/// Tokens lie within the text, on character boundaries, and have a text.
fn check_tokens(tokens: &[Token], text: &str) {
    for token in tokens {
        let source = text.get(token.byte_start..token.byte_end);
        assert!(source.is_some_and(|said| !said.is_empty()), "{token:?}");
        assert!((1..=128).contains(&token.text.len()), "{token:?}");
        assert!(
            !token.text.bytes().any(|byte| byte.is_ascii_uppercase()),
            "{token:?}"
        );
    }
}
