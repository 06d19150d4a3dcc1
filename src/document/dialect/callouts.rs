//! Callouts of `VitePress` and Docusaurus (`:::`) and of `MkDocs` (`!!!`, and tabs with `===`) as those of GitHub: quotes that
//! begin with `[!TIP]`, here with an optional title.

use super::areas::Areas;
use super::source::{Edit, lines};
use crate::document::callout::Callout;
use crate::document::escape::escape;
use regex::{Captures, Regex};
use std::ops::Range;
use std::sync::LazyLock;

/// White space and marks of quotes, then what may begin or end a container.
static COLONS: LazyLock<Regex> = LazyLock::new(|| {
    let line = r"^([\s>]*)(:{3,})[ \t]*(?:([A-Za-z][\w-]*)[ \t]*(?:\[(.*?)\])?[ \t]*([^{]*?)[ \t]*(\{.*\})?)?[ \t]*$";
    Regex::new(line).expect("the pattern is a constant")
});
static INDENTED: LazyLock<Regex> = LazyLock::new(|| {
    let line =
        r#"^([\s>]*)(!!!|\?\?\?\+?|===[!+]?)[ \t]+([A-Za-z][A-Za-z _-]*)?[ \t]*(?:"(.*)")?[ \t]*$"#;
    Regex::new(line).expect("the pattern is a constant")
});

/// The edits that turn the outermost callouts into quotes.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    if ![":::", "!!!", "???", "==="]
        .iter()
        .any(|sign| text.contains(sign))
    {
        return Vec::new();
    }
    let areas = Areas::of(text);
    let lines: Vec<(Range<usize>, &str)> = lines(text).collect();
    let is_open = |range: &Range<usize>, line: &str| {
        !areas.is_code(range.start + line.len() - line.trim_start().len())
    };
    let ends = ends_of_colons(&lines, &is_open);
    let mut edits = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (range, line) = &lines[at];
        let block = Some(()).filter(|()| is_open(range, line)).and_then(|()| {
            ends[at]
                .and_then(|end| Block::of_colons(line, at + 1..end))
                .or_else(|| Block::of_indented(&lines, at))
        });
        let Some(block) = block else {
            at += 1;
            continue;
        };
        block.write(&lines, at, &mut edits);
        at = block.behind;
    }
    edits
}

/// For each line that opens a container of colons, the line that closes it.
fn ends_of_colons(
    lines: &[(Range<usize>, &str)],
    is_open: &impl Fn(&Range<usize>, &str) -> bool,
) -> Vec<Option<usize>> {
    let mut ends = vec![None; lines.len()];
    // Number of the line, and of its colons.
    let mut opened: Vec<(usize, usize)> = Vec::new();
    for (at, (range, line)) in lines.iter().enumerate() {
        if !line.contains(":::") || !is_open(range, line) {
            continue;
        }
        let Some(found) = COLONS.captures(line) else {
            continue;
        };
        let colons = found[2].len();
        if found.get(3).is_some() {
            opened.push((at, colons));
        } else if let Some(nth) = opened.iter().rposition(|(_, opening)| *opening == colons) {
            ends[opened[nth].0] = Some(at);
            opened.truncate(nth);
        } else if let Some((opening, _)) = opened.pop() {
            ends[opening] = Some(at);
        }
    }
    ends
}

enum Kind {
    Callout(Callout),
    /// Folded.
    Details,
    /// A tab, whose label becomes a heading.
    Tab,
    /// Markers without a meaning here.
    Other,
}

/// A callout with the lines of its content.
struct Block {
    /// White space and marks of quotes before it.
    before: String,
    kind: Kind,
    title: String,
    content: Range<usize>,
    /// Columns that its content is indented by.
    indent: usize,
    /// The line behind it.
    behind: usize,
}

impl Block {
    fn of_colons(line: &str, content: Range<usize>) -> Option<Self> {
        let found = COLONS.captures(line)?;
        let text = |group: usize| found.get(group).map_or("", |text| text.as_str());
        let name = text(3);
        let kind = match Callout::of_name(name) {
            Some(kind) => Kind::Callout(kind),
            None if name.eq_ignore_ascii_case("details") => Kind::Details,
            None if name.eq_ignore_ascii_case("tab") => Kind::Tab,
            None => Kind::Other,
        };
        let title = [text(4), text(5)].into_iter().find(|t| !t.is_empty());
        let title = title.map_or_else(|| title_attribute(text(6)), ToOwned::to_owned);
        Some(Self {
            before: text(1).to_owned(),
            kind,
            title,
            behind: content.end + 1,
            content,
            indent: 0,
        })
    }

    fn of_indented(lines: &[(Range<usize>, &str)], at: usize) -> Option<Self> {
        const INDENT: usize = 4;
        let line = lines[at].1;
        if !["!!!", "???", "==="].iter().any(|sign| line.contains(sign)) {
            return None;
        }
        let found = INDENTED.captures(line)?;
        let (name, title) = (found.get(3).map_or("", |n| n.as_str()), title_of(&found));
        let kind = match &found[2] {
            tab if tab.starts_with("===") => title.as_ref().map(|_| Kind::Tab)?,
            "!!!" => {
                Kind::Callout(Callout::of_name(name.split(' ').next()?).unwrap_or(Callout::Note))
            }
            _ => Kind::Details,
        };
        if name.is_empty() && !matches!(kind, Kind::Tab) {
            return None;
        }
        let before = &found[1];
        let is_content = |line: &str| match line.strip_prefix(before) {
            Some(rest) => {
                rest.trim().is_empty() || rest.starts_with('\t') || rest.starts_with("    ")
            }
            None => line.trim().is_empty(),
        };
        let content = lines[at + 1..]
            .iter()
            .take_while(|(_, line)| is_content(line));
        let filled = |(_, line): &&(Range<usize>, &str)| line.trim().is_empty();
        let count = content.clone().count();
        let blank = lines[at + 1..at + 1 + count]
            .iter()
            .rev()
            .take_while(filled);
        let end = at + 1 + count - blank.count();
        Some(Self {
            before: before.to_owned(),
            kind,
            title: title.unwrap_or_else(|| {
                if matches!(&found[2], "!!!") {
                    String::new()
                } else {
                    name.to_owned()
                }
            }),
            content: at + 1..end,
            indent: INDENT,
            behind: end,
        })
    }

    /// Writes the block, whose first line is `at`.
    fn write(&self, lines: &[(Range<usize>, &str)], at: usize, edits: &mut Vec<Edit>) {
        let Self { before, title, .. } = self;
        let is_quote = matches!(self.kind, Kind::Callout(_));
        let mark = if is_quote { "> " } else { "" };
        let opening = match self.kind {
            Kind::Callout(kind) => format!("> [!{}] {title}", kind.name().to_uppercase()),
            Kind::Details => format!("<details><summary>{}</summary>\n{before}", escape(title)),
            Kind::Tab => format!("#### {title}\n{before}"),
            Kind::Other => String::new(),
        };
        let opening = format!("{before}{}", opening.trim_end_matches(' '));
        edits.push(Edit::new(lines[at].0.clone(), opening));
        for (range, line) in &lines[self.content.clone()] {
            let rest = line
                .strip_prefix(before.as_str())
                .unwrap_or_else(|| line.trim_start());
            let rest = unindented(rest, self.indent);
            let written = format!("{before}{mark}{rest}");
            edits.push(Edit::new(
                range.clone(),
                written.trim_end().to_owned() + hard_break(line),
            ));
        }
        let end = match self.kind {
            Kind::Details => format!("{before}\n{before}</details>\n{before}"),
            _ => before.trim_end().to_owned(),
        };
        if self.behind > self.content.end {
            edits.push(Edit::new(lines[self.content.end].0.clone(), end));
        } else if let Some((range, _)) = lines.get(self.behind.saturating_sub(1)) {
            // What follows must not continue the quote.
            edits.push(Edit::new(range.end..range.end, format!("\n{end}")));
        }
    }
}

/// Two spaces at the end of a line break it.
fn hard_break(line: &str) -> &'static str {
    if line.ends_with("  ") && !line.trim().is_empty() {
        "  "
    } else {
        ""
    }
}

fn title_of(found: &Captures<'_>) -> Option<String> {
    found.get(4).map(|title| title.as_str().to_owned())
}

/// The title in attributes such as `{title="提示"}`.
fn title_attribute(attributes: &str) -> String {
    let value = attributes.split_once("title=").map(|(_, value)| value);
    let value = value.and_then(|value| value.strip_prefix('"')?.split_once('"'));
    value.map_or_else(String::new, |(title, _)| title.to_owned())
}

fn unindented(line: &str, columns: usize) -> &str {
    if columns > 0
        && let Some(rest) = line.strip_prefix('\t')
    {
        return rest;
    }
    let spaces = line
        .bytes()
        .take(columns)
        .take_while(|b| *b == b' ')
        .count();
    &line[spaces..]
}

#[cfg(test)]
mod tests {
    use super::super::plain;

    fn read(text: &str) -> String {
        plain("a.md", text).text.into_owned()
    }

    #[test]
    fn callouts_of_the_dialects_are_quotes_with_a_mark() {
        for (written, read_as) in [
            (
                "::: tip 提示\n升级前\n:::\n后",
                "> [!TIP] 提示\n> 升级前\n\n后",
            ),
            (":::warning\n不要\n:::", "> [!WARNING]\n> 不要\n"),
            (
                ":::tip[标题]\n\n内容\n\n:::\n",
                "> [!TIP] 标题\n>\n> 内容\n>\n\n",
            ),
            (
                ":::note{title=\"标题\"}\n内容\n:::",
                "> [!NOTE] 标题\n> 内容\n",
            ),
            (
                "- a\n\n  ::: info\n  b\n  :::",
                "- a\n\n  > [!NOTE]\n  > b\n",
            ),
            (
                "!!! note \"提示\"\n    一\n\n    二\n后",
                "> [!NOTE] 提示\n> 一\n>\n> 二\n\n后",
            ),
            ("!!! danger\n\t一", "> [!CAUTION]\n> 一\n"),
            ("::: code-group\n内容\n:::", "\n内容\n"),
            ("=== \"Maven\"\n\n    内容\n", "#### Maven\n\n\n内容\n\n"),
        ] {
            assert_eq!(read(written), read_as, "{written}");
        }
        let details = read("::: details 更多\n内容\n:::");
        assert_eq!(
            details,
            "<details><summary>更多</summary>\n\n内容\n\n</details>\n"
        );
        let folded = read("??? note \"更多\"\n    内容");
        assert!(
            folded.starts_with("<details><summary>更多</summary>\n"),
            "{folded}"
        );
    }

    #[test]
    fn callouts_may_hold_others() {
        let nested = read(":::: tip\n外\n::: warning\n内\n:::\n::::");
        assert_eq!(nested, "> [!TIP]\n> 外\n> > [!WARNING]\n> > 内\n>\n");
    }

    #[test]
    fn code_and_containers_without_an_end_stay() {
        for text in [
            "```md\n::: tip\na\n:::\n```",
            "::: tip\n没有结尾",
            ":::",
            "a !!! b",
            "标题\n===\n",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
