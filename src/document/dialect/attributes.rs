//! Attributes of headings, as Docusaurus, Hugo and kramdown have them: `## 安装 {#install}`. The id becomes an anchor.

use super::areas::Areas;
use super::source::{Edit, lines};
use crate::document::escape::escape;
use regex::Regex;
use std::sync::LazyLock;

static HEADING: LazyLock<Regex> = LazyLock::new(|| {
    let heading =
        r"^[\s>]*#{1,6}[ \t].*?([ \t]*\{:?[ \t]*([#.][^\s{}]+(?:[ \t]+[^{}]*)?)\}[ \t]*#*[ \t]*)$";
    Regex::new(heading).expect("the pattern is a constant")
});
/// A line of kramdown about the block before it.
static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s>]*(\{:[ \t]*([^{}]*)\}[ \t]*)$").expect("the pattern is a constant")
});

pub(super) fn edits(text: &str) -> Vec<Edit> {
    if !["{#", "{.", "{:", "{ #", "{ ."]
        .iter()
        .any(|sign| text.contains(sign))
    {
        return Vec::new();
    }
    let areas = Areas::of(text);
    let edit = |(range, line): (std::ops::Range<usize>, &str)| {
        let found = HEADING.captures(line).or_else(|| BLOCK.captures(line))?;
        let (attributes, inner) = (found.get(1)?, found.get(2)?.as_str());
        let at = range.start + attributes.start();
        let first = range.start + line.len() - line.trim_start().len();
        if areas.is_code(first) || text[..at].ends_with('$') {
            return None;
        }
        let ids = inner
            .split_whitespace()
            .find_map(|word| word.strip_prefix('#'));
        let anchor = ids.map_or_else(String::new, |id| {
            format!(" <a name=\"{}\"></a>", escape(id))
        });
        Some(Edit::new(at..range.start + attributes.end(), anchor))
    };
    lines(text).filter_map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::super::plain;

    #[test]
    fn ids_of_headings_are_anchors_and_other_attributes_go() {
        for (written, read_as) in [
            ("### 安装 {#install}", "### 安装 <a name=\"install\"></a>"),
            ("## 甲{#a_b .c}", "## 甲 <a name=\"a_b\"></a>"),
            ("## 甲 {: #a }", "## 甲 <a name=\"a\"></a>"),
            ("## 甲 {.no_toc}", "## 甲"),
            ("## 甲 {#a} ##", "## 甲 <a name=\"a\"></a>"),
            ("## 甲\n{: #a}", "## 甲\n <a name=\"a\"></a>"),
            ("## 用 ${spring.name}", "## 用 ${spring.name}"),
            ("## 用 ${.name}", "## 用 ${.name}"),
            ("## 用 {id}", "## 用 {id}"),
            ("```\n## 甲 {#a}\n```", "```\n## 甲 {#a}\n```"),
            ("正文 {#a}", "正文 {#a}"),
        ] {
            assert_eq!(plain("a.md", written).text, read_as);
        }
    }
}
