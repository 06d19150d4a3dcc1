//! Comments, and scripts and styles, which nobody reads either: they leave the service in no form.

use super::areas::Areas;
use super::source::Edit;
use crate::document::tags::behind_comment;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What may begin a comment: of HTML, of MDX and Go templates, of Obsidian, of Liquid, and a definition of a link that no
/// text can use.
static BEGINNING: LazyLock<Regex> = LazyLock::new(|| {
    let beginning = r"(?mi)<!--|<script(?-u:\b)|<style(?-u:\b)|\{\{?-?\s*/\*|%%|\{%-?\s*comment(?-u:\b)|^[ \t>]*\[(?://|comment)\]:";
    Regex::new(beginning).expect("the pattern is a constant")
});
static END_OF_BRACES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\*/\s*-?\}\}?").expect("the pattern is a constant"));
static END_OF_LIQUID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\{%-?\s*endcomment\s*-?%\}").expect("the pattern is a constant")
});
static END_OF_SCRIPT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)</script\s*>").expect("the pattern is a constant"));
static END_OF_STYLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)</style\s*>").expect("the pattern is a constant"));

/// Longest comment of Obsidian within a line, in bytes.
const LONGEST_ON_A_LINE: usize = 2_000;

pub(super) fn edits(text: &str) -> Vec<Edit> {
    if !BEGINNING.is_match(text) {
        return Vec::new();
    }
    let mut ends = Ends {
        text,
        areas: Areas::of(text),
        missing: Vec::new(),
    };
    let mut edits = Vec::new();
    let mut from = 0;
    while let Some(found) = BEGINNING.find_at(text, from) {
        from = found.end();
        let at = found.end() - found.as_str().trim_start_matches([' ', '\t', '>']).len();
        if ends.areas.is_code(at) || text[..at].ends_with('\\') {
            continue;
        }
        if let Some(end) = ends.of_comment(at..found.end()) {
            edits.push(without(text, at..end));
            from = end.max(from);
        }
    }
    edits
}

/// Finds the ends of comments.
struct Ends<'t> {
    text: &'t str,
    areas: Areas,
    /// Ends that do not come any more, so that they are searched for only once.
    missing: Vec<&'static str>,
}

impl Ends<'_> {
    /// The end of the comment whose beginning is at `sign`.
    fn of_comment(&mut self, sign: Range<usize>) -> Option<usize> {
        let rest = &self.text[sign.end..];
        match self.text[sign.clone()].as_bytes() {
            [b'<', b'!', ..] if rest.starts_with(['>', '-']) => {
                Some(self.text.len() - behind_comment(rest).len())
            }
            [b'<', b'!', ..] => {
                let end = self.next("-->", sign.end, |rest| Some(rest.find("-->")? + 3));
                // As browsers have it, a comment without an end hides all that follows.
                let hides_all = self.areas.end_of_html(sign.start).is_some();
                end.or_else(|| hides_all.then_some(self.text.len()))
            }
            [b'<', b's' | b'S', b'c' | b'C', ..] => {
                self.of_element(&sign, "script", &END_OF_SCRIPT)
            }
            [b'<', ..] => self.of_element(&sign, "style", &END_OF_STYLE),
            [b'{', b'%', ..] => {
                self.next("%}", sign.end, |rest| Some(END_OF_LIQUID.find(rest)?.end()))
            }
            [b'{', ..] => self.next("*/}", sign.end, |rest| {
                Some(END_OF_BRACES.find(rest)?.end())
            }),
            [b'%', ..] => self.of_obsidian(sign),
            _ => Some(sign.end + rest.find('\n').unwrap_or(rest.len())),
        }
    }

    fn of_element(
        &mut self,
        sign: &Range<usize>,
        name: &'static str,
        end: &Regex,
    ) -> Option<usize> {
        let area = self.areas.end_of_html(sign.start)?;
        self.next(name, sign.end, |rest| Some(end.find(rest)?.end()))
            .or_else(|| is_block(self.text, sign.start).then_some(area))
    }

    /// The end of `%% … %%`. Per cent signs of formats and of batch files, such as `%%i`, are no comment; one over several
    /// lines begins a line.
    fn of_obsidian(&mut self, sign: Range<usize>) -> Option<usize> {
        let text = self.text;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '%';
        if text[..sign.start].ends_with(is_word) {
            return None;
        }
        let closing = |rest: &str| {
            let ends = rest.match_indices("%%").map(|(at, _)| at + 2);
            ends.into_iter()
                .find(|end| !rest[*end..].starts_with(is_word))
        };
        if is_block(text, sign.start) {
            return self.next("%%", sign.end, closing);
        }
        let rest = &text[sign.end..];
        let rest = &rest[..rest.floor_char_boundary(LONGEST_ON_A_LINE)];
        let line = rest.split('\n').next().unwrap_or_default();
        let end = sign.end + closing(line)?;
        (!text[end..].starts_with(is_word)).then_some(end)
    }

    /// The next end of this kind behind a place.
    fn next(
        &mut self,
        kind: &'static str,
        from: usize,
        find: impl Fn(&str) -> Option<usize>,
    ) -> Option<usize> {
        if self.missing.contains(&kind) {
            return None;
        }
        let found = find(&self.text[from..]).map(|end| from + end);
        if found.is_none() {
            self.missing.push(kind);
        }
        found
    }
}

/// Whether nothing but white space and marks of quotes stands before this place in its line.
fn is_block(text: &str, at: usize) -> bool {
    start_of_line(text, at, b" \t>").is_some()
}

/// The start of the line, if only these bytes stand between it and a place. Reads no further back.
fn start_of_line(text: &str, at: usize, between: &[u8]) -> Option<usize> {
    let bytes = &text.as_bytes()[..at];
    let start = bytes.iter().rposition(|byte| !between.contains(byte));
    match start {
        None => Some(0),
        Some(end) => (bytes[end] == b'\n').then_some(end + 1),
    }
}

/// The end of the line, if only white space stands between a place and it. Reads no further.
fn end_of_line(text: &str, at: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[at..];
    let end = bytes.iter().position(|byte| !b" \t\r".contains(byte));
    match end {
        None => Some(text.len()),
        Some(end) => (bytes[end] == b'\n').then_some(at + end),
    }
}

/// Removes a range, and its lines if nothing else is on them.
fn without(text: &str, range: Range<usize>) -> Edit {
    let lines = start_of_line(text, range.start, b" \t").zip(end_of_line(text, range.end));
    let Some((start, end)) = lines else {
        return Edit::removal(range);
    };
    let end = (end + 1).min(text.len());
    // Paragraphs on both sides stay two.
    let before = text[..start].strip_suffix('\n').unwrap_or_default();
    let is_behind_text = !before.is_empty() && !before.ends_with('\n');
    let parts_paragraphs = is_behind_text && text[end..].starts_with(char::is_alphanumeric);
    Edit::new(start..end, if parts_paragraphs { "\n" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::super::plain;

    fn read(text: &str) -> String {
        plain("a.md", text).text.into_owned()
    }

    #[test]
    fn comments_of_every_kind_are_gone() {
        for comment in [
            "<!-- 机密 -->",
            "<!-- 机密\n\n机密 -->",
            "<!--机密-->",
            "<script>var 机密=1</script>",
            "<SCRIPT>\n\n机密\n</script >",
            "<style>\n.机密{}\n</style>",
            "{/* 机密 */}",
            "{/*\n机密\n\n机密\n*/}",
            "{{/* 机密 */}}",
            "{{- /* 机密 */ -}}",
            "%% 机密 %%",
            "%%机密%%",
            "%%\n机密\n\n机密\n%%",
            "{% comment %}机密{% endcomment %}",
            "[//]: # (机密)",
            "[comment]: <> (机密)",
            "[//]: # \"机密\"",
            "> <!-- 机密 -->",
        ] {
            let text = format!("前文。\n\n{comment}\n\n后文。");
            let shown = read(&text);
            assert!(!shown.contains("机密"), "{comment}: {shown}");
            assert!(
                shown.starts_with("前文。") && shown.ends_with("后文。"),
                "{shown}"
            );
        }
        for inline in [
            "<!-- 机密 -->",
            "{/* 机密 */}",
            "%% 机密 %%",
            "{{/* 机密 */}}",
        ] {
            assert_eq!(read(&format!("前{inline}后")), "前后");
        }
        assert_eq!(read("前文\n\n<!-- 没有结尾 机密"), "前文\n\n");
        assert_eq!(read("- a\n<!-- 机密 -->\n- b"), "- a\n- b");
        assert_eq!(read("甲\n<!-- 机密 -->\n乙"), "甲\n\n乙");
    }

    #[test]
    fn code_and_what_is_no_comment_stays() {
        for text in [
            "`<!-- a -->` 和 `{/* b */}` 和 `%% c %%`",
            "```html\n<!-- a -->\n{/* b */}\n%% c %%\n<script>x</script>\n```",
            "    <!-- a -->\n",
            "~~~\n[//]: # (a)\n~~~",
            "涨了 50%% 和 60%%",
            "for %%i in (*.jar) do echo %%i",
            "a %% b\n\n%% c",
            "glob {/*",
            "用 <!-- 开头",
            "\\<!-- a -->",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
