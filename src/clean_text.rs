//! Text as it was pasted becomes text as it was meant. The same for documents, queries and what visitors send.
//!
//! Terminals, chats and word processors leave characters that nobody sees: colours, controls, marks of zero width. They
//! break words apart, and XML has no way to write most of them.

use memchr::memchr3_iter;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Escape sequences of terminals (ECMA-48): control sequences such as colours, strings such as titles and links, and
/// short ones. A control sequence may begin with one character of C1, or with two of ASCII.
static ESCAPE_SEQUENCES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:\x1b\[|\u{9b})[0-?]*[ -/]*[@-~]",
        r"|(?:\x1b[\]PX^_]|[\u{90}\u{98}\u{9d}-\u{9f}])[^\x07\x1b\u{9c}\n]*(?:\x07|\x1b\\|\u{9c})?",
        r"|\x1b[ -/]*[0-~]?",
    ))
    .expect("the pattern is tested")
});

/// `text` without escape sequences of terminals.
pub(crate) fn without_escapes(text: &str) -> Cow<'_, str> {
    ESCAPE_SEQUENCES.replace_all(text, "")
}

/// `text` without terminal sequences (ECMA-48), control characters other than tab and line breaks, characters that
/// Unicode reserves, and invisible characters where they can only part a word.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !may_have_invisible(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let cleaned = without_invisible(&without_escapes(text));
    if cleaned == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(cleaned)
    }
}

/// Whether some character of a text may go. Most texts have none, and are looked at byte by byte: that is several times
/// as fast as character by character.
fn may_have_invisible(text: &[u8]) -> bool {
    let is_control =
        |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7f;
    // Without an early end, many bytes are compared at a time.
    if text.iter().fold(false, |any, byte| any | is_control(*byte)) {
        return true;
    }
    // The first bytes in UTF-8 of U+0080 to U+00BF, of U+2000 to U+2FFF and of U+F000 to U+FFFF.
    memchr3_iter(0xc2, 0xe2, 0xef, text).any(|at| match &text[at..] {
        [0xc2, next, ..] => matches!(next, 0x80..=0x9f | 0xad),
        [0xe2, 0x80, last, ..] => matches!(last, 0x8b..=0x8f),
        [0xe2, 0x81, 0xa0, ..] | [0xef, 0xbb, 0xbf, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..] => true,
        _ => false,
    })
}

fn without_invisible(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    // Joiners since the last character that is shown: whether they stay, the next one decides too.
    let mut joiners = String::new();
    let mut before = None;
    for c in text.chars() {
        if is_joiner(c) {
            joiners.push(c);
        } else if matches!(c, '\u{b}' | '\u{c}' | '\u{85}') {
            // A page or line of another system ends here.
            cleaned.push(' ');
        } else if !is_never_shown(c) {
            if ![before, Some(c)].into_iter().flatten().any(is_never_joined) {
                cleaned.push_str(&joiners);
            }
            joiners.clear();
            cleaned.push(c);
            before = Some(c);
        }
    }
    if !before.is_some_and(is_never_joined) {
        cleaned.push_str(&joiners);
    }
    cleaned
}

/// Whether a character is neither text nor white space wherever it stands.
fn is_never_shown(c: char) -> bool {
    match c {
        ' '..='~' | '\t' | '\n' | '\r' => false,
        // The last four of these (soft hyphen, zero width space, word joiner, byte order mark) only say where a line may end.
        '\0'..='\u{9f}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '\u{ad}'
        | '\u{200b}'
        | '\u{2060}'
        | '\u{feff}' => true,
        _ => false,
    }
}

/// Whether a character is a joiner or a direction mark, as emoji and other scripts have them.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}')
}

/// Whether a character stands beside others of its script without any joiner.
fn is_never_joined(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Whether Unicode lets a program ignore the character: `Default_Ignorable_Code_Point` of
/// `DerivedCoreProperties.txt`.
pub(crate) fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn terminal_sequences_go_whole() {
        let log = "\u{1b}[31mERROR\u{1b}[0m a\u{1b}]0;title\u{7}b \u{9b}1;32mok\u{9b}0m";
        assert_eq!(clean(log), "ERROR ab ok");
    }

    #[test]
    fn controls_go_and_white_space_stays() {
        assert_eq!(
            clean("a\0b\u{8}\tc\r\nd\u{7f}\u{85}e\u{c}f"),
            "ab\tc\r\nd e f"
        );
        assert_eq!(clean("\u{feff}标题\u{fffe}"), "标题");
    }

    #[test]
    fn words_are_whole_again() {
        assert_eq!(
            clean("注册\u{200b}中\u{2060}心 na\u{200d}cos 连\u{ad}接"),
            "注册中心 nacos 连接"
        );
    }

    #[test]
    fn emoji_and_other_scripts_stay_as_they_are() {
        for text in [
            "👨\u{200d}👩\u{200d}👧",
            "⚠\u{fe0f} 注意",
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
        ] {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn every_character_that_goes_is_seen_by_its_bytes() {
        for c in '\0'..=char::MAX {
            let is_seen = may_have_invisible(c.to_string().as_bytes());
            assert_eq!(is_seen, is_never_shown(c) || is_joiner(c), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in "([a注\u{1b}\\[\\]31m;\u{9b}\u{7}\u{200b}-\u{200f}👨\u{b} ]|\\PC|\\p{Cc}){0,40}") {
            let once = clean(&text).into_owned();
            prop_assert_eq!(clean(&once).into_owned(), once.clone());
            prop_assert!(!once.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')));
        }
    }
}
