//! What a line break within a paragraph means. Western text has a space there, Chinese text nothing; authors of Chinese
//! number steps without the syntax of lists, and mean a line for each.

use super::emphasis::is_cjk;
use regex::Regex;
use std::sync::LazyLock;

/// `1、`, `（1）`, `1）`, `①`, `一、`, `第一步`.
static STEP: LazyLock<Regex> = LazyLock::new(|| {
    let step = r"^\s*(?:\d{1,3}[、）]|[（(]\d{1,3}[）)]|[①-⑳⑴-⑽❶-❿]|[一二三四五六七八九十]{1,3}[、]|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十\d]{1,3}步)";
    Regex::new(step).expect("the pattern is a constant")
});

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Break {
    /// A new line.
    Line,
    Space,
    Nothing,
}

/// The break between the text of two lines.
pub(super) fn between(before: &str, behind: &str) -> Break {
    if begins_a_step(behind) {
        return Break::Line;
    }
    let chinese = [before.chars().next_back(), behind.chars().next()];
    if chinese.into_iter().all(|c| c.is_some_and(is_cjk)) {
        Break::Nothing
    } else {
        Break::Space
    }
}

/// Whether a line begins with the number of a step.
pub(super) fn begins_a_step(line: &str) -> bool {
    // Most lines begin with something else, and this is asked of every line.
    let first = line.chars().next().unwrap_or_default();
    (first.is_ascii_digit()
        || "（( 第一二三四五六七八九十".contains(first)
        || ('①'..='❿').contains(&first))
        && STEP.is_match(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_lines_join_and_steps_do_not() {
        for (before, behind, expected) in [
            ("第一行", "第二行", Break::Nothing),
            ("one", "two", Break::Space),
            ("用 nacos", "启动", Break::Space),
            ("甲。", "乙", Break::Nothing),
            ("1、甲", "2、乙", Break::Line),
            ("甲", "（1）乙", Break::Line),
            ("甲", "①乙", Break::Line),
            ("甲", "第二步 乙", Break::Line),
            ("甲", "1.5 倍", Break::Space),
        ] {
            assert_eq!(between(before, behind), expected, "{before} {behind}");
        }
    }
}
