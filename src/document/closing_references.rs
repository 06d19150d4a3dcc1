//! The list of references that closes many answers, under a heading or a line of their own.

use super::separators::before_separators;

/// What the list is called, without spaces.
const NAMES: [&str; 9] = [
    "参考链接",
    "参考资料",
    "参考文档",
    "参考文献",
    "相关链接",
    "参考",
    "references",
    "reference",
    "relatedlinks",
];

/// An answer without its closing list of references, and that list. `None` if it has none with a link, or is nothing else.
pub(super) fn parted(answer: &str) -> Option<(&str, &str)> {
    let (mut end, mut has_link) = (answer.len(), false);
    // From the end: most answers end with something else, so that their first lines are not looked at.
    while end > 0 {
        let before = memchr::memrchr(b'\n', &answer.as_bytes()[..end - 1]);
        let start = before.map_or(0, |at| at + 1);
        let line = &answer[start..end];
        if is_title(line) {
            let rest = before_separators(&answer[..start]);
            return (has_link && !rest.is_empty()).then(|| (rest, &answer[end..]));
        }
        if !line.trim().is_empty() {
            if !is_entry(line) {
                return None;
            }
            has_link |= line.contains("](") || line.contains("://");
        }
        end = start;
    }
    None
}

/// Whether a line is the title of the list: a heading, or in bold, or with a colon at its end.
fn is_title(line: &str) -> bool {
    const LONGEST: usize = 100;
    let line = line.trim();
    if line.len() > LONGEST {
        return false;
    }
    let is_marked = line.starts_with(['#', '*', '_']) || line.ends_with([':', '：']);
    let mut name = line.to_lowercase();
    name.retain(|c| !c.is_whitespace() && !"#*_:：".contains(c));
    is_marked && NAMES.contains(&name.as_str())
}

/// Whether a line is an entry of the list: an item, or an address. No fence of code is one.
fn is_entry(line: &str) -> bool {
    let line = line.trim();
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_item = line.starts_with(['*', '-', '+'])
        || (digits.len() < line.len() && digits.starts_with(['.', '、', ')']));
    is_item
        || line.starts_with("http://")
        || line.starts_with("https://")
        || (line.starts_with('[') && line.contains("]("))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_list_is_parted_from_the_answer() {
        for title in [
            "### 参考链接",
            "参考链接：",
            "**参考资料**",
            "## References:",
        ] {
            let answer =
                format!("先停。\n\n{title}\n\n* [甲](https://a.example)\n1. 乙\nhttps://b.example");
            let (rest, list) = parted(&answer).unwrap();
            assert_eq!(rest, "先停。", "{title}");
            assert!(list.contains("甲") && list.contains("b.example"), "{list}");
        }
        for other in [
            "### 参考链接\n* a",
            "先停。\n参考链接在下面\n* a",
            "先停。\n### 参考链接\n* a\n然后启动。",
            "先停。\n### 参考链接\n",
            "```\n### 参考链接\n* a\n```",
            "先停。\n参考：\n* 一\n* 二",
            "先停。",
        ] {
            assert_eq!(parted(other), None, "{other}");
        }
    }
}
