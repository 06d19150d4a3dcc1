//! XML that was pasted without a fence: a dependency of Maven, a bean of Spring. It becomes code, as its tags are no HTML.

use super::areas::Areas;
use super::components;
use super::source::{Edit, lines};
use crate::document::tags::HtmlTag;
use std::collections::HashMap;
use std::ops::Range;

/// Whether a line begins with a tag that is no HTML.
pub(super) fn may_have_any(text: &str) -> bool {
    let mut tags = tags_of_lines(text).map(|(at, _)| at).peekable();
    if tags.peek().is_none() {
        return false;
    }
    // Most XML is in fences: only what is outside is worth a closer look.
    let mut fence: Option<&str> = None;
    for (range, line) in lines(text) {
        let line = line.trim_start_matches([' ', '\t', '>']);
        let is_outside = fence.is_none();
        let marks = line.len() - line.trim_start_matches(['`', '~']).len();
        match fence {
            None if marks >= 3 => fence = Some(&line[..marks]),
            Some(open) if line.trim_end() == &line[..marks] && line.starts_with(open) => {
                fence = None;
            }
            _ => {}
        }
        while let Some(at) = tags.next_if(|at| *at < range.end) {
            if is_outside && at >= range.start {
                return true;
            }
        }
    }
    false
}

/// Tags that begin a line and are no HTML, with their places.
fn tags_of_lines(text: &str) -> impl Iterator<Item = (usize, HtmlTag<'_>)> {
    memchr::memchr_iter(b'<', text.as_bytes()).filter_map(|at| {
        let is_indent = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'>');
        let before = text.as_bytes()[..at]
            .iter()
            .rev()
            .find(|byte| !is_indent(byte));
        if before.is_some_and(|byte| *byte != b'\n') {
            return None;
        }
        let tag = HtmlTag::at_start(&text[at..])?;
        (!tag.is_element()).then_some((at, tag))
    })
}

/// The edits that put fences around XML. A tag alone in its line that nothing closes is escaped, so that it does not make
/// raw HTML of the lines behind it.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let areas = Areas::of(text);
    let mut edits = Vec::new();
    let mut behind = 0;
    let elements = merged(text, elements(text, &areas));
    let mut elements = elements.into_iter().peekable();
    for (at, tag) in tags_of_lines(text) {
        if at < behind || areas.is_code(at) {
            continue;
        }
        while elements.next_if(|element| element.start < at).is_some() {}
        if let Some(element) = elements.next_if(|element| element.start == at) {
            behind = element.end;
            edits.extend(fenced(text, element).into_iter().flatten());
        } else if is_alone(text, at + tag.source.len()) {
            edits.push(Edit::new(at..at, "\\"));
        }
    }
    edits
}

/// Whether nothing follows in the line.
fn is_alone(text: &str, at: usize) -> bool {
    let rest = text[at..].split('\n').next().unwrap_or_default();
    rest.trim().is_empty()
}

/// Elements that are no HTML, from the beginning of a line to the end of one; of those within each other the outermost.
fn elements(text: &str, areas: &Areas) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut behind = 0;
    for at in memchr::memchr_iter(b'<', text.as_bytes()) {
        if at < behind || areas.is_code(at) {
            continue;
        }
        let Some(tag) = HtmlTag::at_start(&text[at..]) else {
            continue;
        };
        behind = at + tag.source.len();
        if tag.is_element() || components::is_known(tag.name) {
            continue;
        }
        let start = match (tag.is_end, tag.closes_itself) {
            (false, false) => {
                open.entry(tag.name).or_default().push(at);
                continue;
            }
            (true, _) => open.get_mut(tag.name).and_then(Vec::pop),
            (false, true) => Some(at),
        };
        let Some(start) = start.filter(|_| is_alone(text, behind)) else {
            continue;
        };
        while found.last().is_some_and(|inner| inner.start > start) {
            found.pop();
        }
        found.push(start..behind);
    }
    found
}

/// Elements with nothing but white space between them are one.
fn merged(text: &str, elements: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::new();
    for element in elements {
        match merged.last_mut() {
            Some(last) if text[last.end..element.start].trim().is_empty() => last.end = element.end,
            _ => merged.push(element),
        }
    }
    merged
}

/// An element as a block of code, with the indent of its first line. `None` if it holds Markdown.
fn fenced(text: &str, element: Range<usize>) -> Option<[Edit; 2]> {
    let inner = &text[element.clone()];
    let is_markdown = |line: &str| {
        ["```", "~~~", "# ", "## ", "### "]
            .iter()
            .any(|sign| line.trim_start().starts_with(sign))
    };
    if inner.lines().any(is_markdown) {
        return None;
    }
    let line = text[..element.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..element.start];
    let opening = Edit::new(line..element.start, format!("{before}```xml\n{before}"));
    let closing = Edit::new(element.end..element.end, format!("\n{before}```"));
    Some([opening, closing])
}

#[cfg(test)]
mod tests {
    use super::super::plain;
    use crate::document::{plain_text, render_markdown};

    fn read(text: &str) -> String {
        plain("a.md", text).text.into_owned()
    }

    #[test]
    fn pasted_xml_is_code() {
        let pom = "<dependency>\n  <groupId>com.alibaba</groupId>\n\n  <artifactId>nacos</artifactId>\n</dependency>";
        for before in ["", "加上：\n", "- 甲\n\n"] {
            let text = format!("{before}{pom}\n后文");
            assert_eq!(read(&text), format!("{before}```xml\n{pom}\n```\n后文"));
        }
        assert_eq!(
            read("<a-b/>\n<c-d>x</c-d>\n"),
            "```xml\n<a-b/>\n<c-d>x</c-d>\n```\n"
        );
        let text = plain_text(&read(pom));
        assert!(text.contains("<groupId>com.alibaba</groupId>"), "{text}");
    }

    #[test]
    fn what_only_looks_like_a_tag_is_text() {
        assert_eq!(read("<pod-name>\n**是**名字"), "\\<pod-name>\n**是**名字");
        let html = render_markdown(&read("<pod-name>\n**是**名字"));
        assert!(
            html.as_str().contains("&lt;pod-name&gt;")
                && html.as_str().contains("<strong>是</strong>")
        );
    }

    #[test]
    fn html_code_and_markdown_in_elements_stay() {
        for text in [
            "<div>\n<p>a</p>\n</div>",
            "```\n<a-b>\n</a-b>\n```",
            "把 <version>1</version> 改掉",
            "<details>\n<summary>a</summary>\n\nb\n\n</details>",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
