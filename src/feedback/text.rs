//! Text as visitors paste it, made fit to be kept: without what a terminal, a mail program or a web page hides in it,
//! and no longer than is kept.

use crate::clean_text::without_escapes;

/// The text without escape sequences, control characters, and characters that nobody sees but that turn text around, part
/// its words or are no characters at all. Line breaks are `\n`; white space around the text is gone.
pub fn cleaned(text: &str) -> String {
    // Most texts are clean.
    if !text.contains(|c: char| c.is_control() || is_unseen(c) || is_line_end(c)) {
        return text.trim().to_owned();
    }
    let text = text.replace("\r\n", "\n");
    let text = without_escapes(&text);
    let kept = text.chars().filter_map(|c| match c {
        '\n' | '\t' => Some(c),
        c if is_line_end(c) => Some('\n'),
        c if c.is_control() || is_unseen(c) => None,
        c => Some(c),
    });
    kept.collect::<String>().trim().to_owned()
}

/// Whether a character ends a line where `\n` does not.
fn is_line_end(c: char) -> bool {
    matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character overrides the direction of text, has no width and joins nothing, or is none (U+FFFE, U+FFFF). The
/// joiners U+200C and U+200D belong to words of some languages, and to emoji.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
        | '\u{e0000}'..='\u{e007f}'
        | '\u{fffe}' | '\u{ffff}')
}

/// A text that may have lost its middle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortened {
    /// What is kept.
    pub text: String,
    /// Characters that are left out; 0 if the text is whole.
    pub left_out: usize,
}

/// The text, if it has at most `most` bytes; otherwise its beginning, where people say what they want, and its end, where
/// logs say why, with a line between them that tells how many characters are left out.
pub fn shortened(text: &str, most: usize) -> Shortened {
    if text.len() <= most {
        return Shortened {
            text: text.to_owned(),
            left_out: 0,
        };
    }
    // Longer than any line that tells how many: 20 digits, the marks around them, two line breaks.
    let room = most.saturating_sub(40);
    let beginning = &text[..text.floor_char_boundary(room * 5 / 8)];
    let end = &text[text.ceil_char_boundary(text.len() - room * 3 / 8)..];
    let left_out = text[beginning.len()..text.len() - end.len()]
        .chars()
        .count();
    Shortened {
        text: format!("{beginning}\n[… {left_out} …]\n{end}"),
        left_out,
    }
}

/// Whether a text has words: at least two letters, digits or characters of a script.
pub fn has_words(text: &str) -> bool {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .nth(1)
        .is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_terminal_or_a_page_hides_in_text_is_taken_out() {
        for (pasted, kept) in [
            ("\u{1b}[31mERROR\u{1b}[0m 连不上", "ERROR 连不上"),
            ("\u{1b}[1;38;5;196mfatal\u{1b}[m", "fatal"),
            ("\u{9b}32mok\u{9b}0m", "ok"),
            ("\u{1b}]0;title\u{7}$ mvn", "$ mvn"),
            (
                "\u{1b}]8;;https://x.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
                "link",
            ),
            ("\u{1b}(Bplain\u{1b}=", "plain"),
            ("a\u{202e}b\u{2066}c", "abc"),
            ("注册\u{200b}中心\u{feff}", "注册中心"),
            (
                "👩\u{200d}💻 می\u{200c}خواهم",
                "👩\u{200d}💻 می\u{200c}خواهم",
            ),
            ("a\u{0}b\u{8}c\u{7f}", "abc"),
            ("一\r\n二\r三\u{2028}四\t五", "一\n二\n三\n四\t五"),
            ("  \u{1b}[0m  ", ""),
        ] {
            assert_eq!(cleaned(pasted), kept, "{pasted:?}");
        }
    }

    #[test]
    fn a_text_that_is_too_long_keeps_its_beginning_and_its_end() {
        let log = format!(
            "怎么办？\n{}\nCaused by: 没有权限",
            "at a.b.C 框架\n".repeat(2_000)
        );
        let kept = shortened(&log, 16 * 1024);
        assert!(kept.text.len() <= 16 * 1024 && kept.text.len() > 15 * 1024);
        assert!(kept.text.starts_with("怎么办？") && kept.text.ends_with("没有权限"));
        assert!(kept.text.contains(&format!("[… {} …]", kept.left_out)));
        assert_eq!(shortened("短", 16).left_out, 0);
    }

    #[test]
    fn marks_alone_are_no_words() {
        for text in [
            "？？？？？？",
            "😭😭😭😭",
            "... !!!",
            "----",
            "",
            "啊？？？",
        ] {
            assert!(!has_words(text), "{text}");
        }
        for text in ["C#7?", "怎么升级？", "502 ???", "на помощь"] {
            assert!(has_words(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_takes_any_text_and_cleans_it_at_once(text in any::<String>()) {
            let once = cleaned(&text);
            prop_assert!(!once.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
            prop_assert_eq!(cleaned(&once), once);
        }

        #[test]
        fn shortening_takes_any_text_and_keeps_what_it_says(text in any::<String>(), most in 64_usize..200) {
            let kept = shortened(&text, most);
            prop_assert!(kept.text.len() <= most);
            prop_assert_eq!(kept.left_out == 0, kept.text == text);
        }
    }
}
