//! Emphasis beside Chinese, Japanese and Korean text, by the rule of markdown-cjk-friendly
//! (<https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md>).
//!
//! CommonMark lets `**` end emphasis behind punctuation only if white space or punctuation follows, so that
//! `**注意：**重启` shows its asterisks. By the rule a run of marks between two characters that are no white space opens
//! and closes if one of both is CJK. The parser has no such option, but it does decide so where both neighbours are
//! punctuation. So a punctuation mark that texts do not have is put beside the run, and taken off what the parser
//! returns. Another parser would have the option, but not the places of its events or the speed, which matter more when
//! documents are read.

use super::markdown;
use memchr::memchr3_iter;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// A full stop of Duployan shorthand: punctuation, so the parser treats it as such. A text that has it is left alone.
const MARK: char = '\u{1bc9f}';

static PUNCTUATION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\p{P}\p{S}]").expect("the pattern is a constant"));

/// Markdown with its marks.
pub(super) struct Marked<'m>(Cow<'m, str>);

impl<'m> Marked<'m> {
    /// `markdown` with a mark beside each run of `*`, `_` or `~~` that needs it.
    pub(super) fn new(markdown: &'m str) -> Self {
        Self(marked(markdown))
    }

    /// Whether there are any, so that the parser alone would see less emphasis.
    pub(super) fn has_any(&self) -> bool {
        matches!(self.0, Cow::Owned(_))
    }

    /// The events of the parser, without marks.
    pub(super) fn events(&self) -> impl Iterator<Item = Event<'_>> {
        let has_any = self.has_any();
        let events = markdown::events(&self.0);
        events.map(move |event| if has_any { unmarked(event) } else { event })
    }

    /// Bytes of the text.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

fn marked(markdown: &str) -> Cow<'_, str> {
    let mut marked = String::new();
    let mut copied = 0;
    let mut behind = 0;
    for at in memchr3_iter(b'*', b'_', b'~', markdown.as_bytes()) {
        if at < behind {
            continue;
        }
        let run = run_at(markdown, at);
        behind = run.1.max(at + 1);
        let Some(place) = place_of_mark(markdown, run) else {
            continue;
        };
        marked.push_str(&markdown[copied..place]);
        marked.push(MARK);
        copied = place;
    }
    if copied == 0 || markdown.contains(MARK) {
        return Cow::Borrowed(markdown);
    }
    marked.push_str(&markdown[copied..]);
    Cow::Owned(marked)
}

/// The run of equal marks that begins here, without a first one that is escaped.
fn run_at(markdown: &str, at: usize) -> (usize, usize) {
    let bytes = markdown.as_bytes();
    let length = bytes[at..].iter().take_while(|b| **b == bytes[at]).count();
    let slashes = bytes[..at].iter().rev().take_while(|b| **b == b'\\');
    let is_escaped = slashes.count() % 2 == 1;
    (at + usize::from(is_escaped), at + length)
}

/// Where a mark has to stand so that the run opens and closes; `None` if it need not.
fn place_of_mark(markdown: &str, (start, end): (usize, usize)) -> Option<usize> {
    let run = &markdown[start..end];
    if run.is_empty() || run == "~" {
        return None;
    }
    let next = markdown[end..].chars().next()?;
    let previous = markdown[..start]
        .chars()
        .rev()
        .find(|c| !is_variation_selector(*c))?;
    if previous.is_whitespace() || next.is_whitespace() || !(is_cjk(previous) || is_cjk(next)) {
        return None;
    }
    match (is_punctuation(previous), is_punctuation(next)) {
        (true, false) => Some(end),
        (false, true) => Some(start),
        _ => None,
    }
}

/// Selectors that follow a CJK character without being one.
fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0e}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    if c.is_alphanumeric() {
        return false;
    }
    PUNCTUATION.is_match(c.encode_utf8(&mut [0; 4]))
}

/// Whether a character is Chinese, Japanese or Korean, punctuation included: wide, full-width or half-width by UAX #11
/// and no emoji, or Hangul.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{20a9}' | '\u{2329}' | '\u{232a}' | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff01}'..='\u{ffee}' | '\u{16fe0}'..='\u{18dff}' | '\u{1aff0}'..='\u{1b2ff}'
        | '\u{20000}'..='\u{3fffd}')
}

fn unmarked(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Text(text) => Event::Text(clean(text)),
        Event::Code(text) => Event::Code(clean(text)),
        Event::Html(html) => Event::Html(clean(html)),
        Event::InlineHtml(html) => Event::InlineHtml(clean(html)),
        Event::FootnoteReference(label) => Event::FootnoteReference(clean(label)),
        Event::Start(Tag::FootnoteDefinition(label)) => {
            Event::Start(Tag::FootnoteDefinition(clean(label)))
        }
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(clean(info))))
        }
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Link {
            link_type,
            dest_url: clean(dest_url),
            title: clean(title),
            id,
        }),
        Event::Start(Tag::Image {
            link_type,
            dest_url,
            title,
            id,
        }) => Event::Start(Tag::Image {
            link_type,
            dest_url: clean(dest_url),
            title: clean(title),
            id,
        }),
        event => event,
    }
}

fn clean(text: CowStr<'_>) -> CowStr<'_> {
    if text.contains(MARK) {
        text.replace(MARK, "").into()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::render_markdown;
    use proptest::prelude::*;

    fn shown(markdown: &str) -> String {
        let html = render_markdown(markdown).as_str().trim().to_owned();
        html.trim_start_matches("<p>")
            .trim_end_matches("</p>")
            .to_owned()
    }

    #[test]
    fn emphasis_beside_chinese_punctuation_is_shown() {
        for (markdown, html) in [
            ("**注意：**重启", "<strong>注意：</strong>重启"),
            ("执行**《指南》**里", "执行<strong>《指南》</strong>里"),
            ("这是**“引号”**文字", "这是<strong>“引号”</strong>文字"),
            (
                "先看**端口（9848）**再",
                "先看<strong>端口（9848）</strong>再",
            ),
            (
                "参数**`-D`**必须",
                "参数<strong><code>-D</code></strong>必须",
            ),
            ("*斜体。*文", "<em>斜体。</em>文"),
            ("***粗斜。***文", "<em><strong>粗斜。</strong></em>文"),
            ("~~删除。~~文", "<del>删除。</del>文"),
            ("__下划线。__文", "<strong>下划线。</strong>文"),
            ("**重要！**a", "<strong>重要！</strong>a"),
            ("**100%**可用", "<strong>100%</strong>可用"),
            ("前文**「直角」**后文", "前文<strong>「直角」</strong>后文"),
            (
                "**A（甲）**和**B（乙）**都",
                "<strong>A（甲）</strong>和<strong>B（乙）</strong>都",
            ),
            ("값은**\"참\"**이다", "값은<strong>\"참\"</strong>이다"),
            (
                "これは**「重要」**です",
                "これは<strong>「重要」</strong>です",
            ),
        ] {
            assert_eq!(shown(markdown), html);
        }
        let link = shown("见**[文档](https://nacos.io)**说明");
        assert!(link.starts_with("见<strong><a ") && link.ends_with("</a></strong>说明"));
    }

    #[test]
    fn what_is_no_emphasis_stays() {
        for text in [
            "中_文_字",
            "server_port_x",
            "\\**甲（乙）",
            "范围1~3个，5~8个",
            "a ** b",
            "端口 8848~8850 和 9848~9850",
        ] {
            let html = shown(text);
            assert!(
                !html.contains("<em>") && !html.contains("<strong>"),
                "{html}"
            );
            assert!(!html.contains("<del>"), "{html}");
        }
    }

    #[test]
    fn marks_are_seen_nowhere() {
        let markdown = "**甲：**乙\n\n```**甲：**乙\n**甲：**乙\n```\n`**甲：**乙` [a](/**甲：**乙 \"**甲：**乙\")\n<b title=\"**甲：**乙\">x</b>";
        let html = render_markdown(markdown);
        assert!(!html.as_str().contains(MARK) && html.as_str().contains("<code>**甲：**乙</code>"));
        // A text of its own that has the mark is left as it is.
        assert!(
            render_markdown(&format!("**甲：**乙{MARK}"))
                .as_str()
                .contains(MARK)
        );
    }

    proptest! {
        #[test]
        fn text_without_chinese_is_read_as_before(text in "[ -~\\n]{0,80}") {
            prop_assert!(matches!(marked(&text), Cow::Borrowed(_)));
        }

        #[test]
        fn marks_change_nothing_but_emphasis(text in "[*_~甲，。（）a1 `\\\\\\[\\]<>\\n-]{0,60}") {
            prop_assert_eq!(marked(&text).replace(MARK, ""), text);
        }
    }
}
