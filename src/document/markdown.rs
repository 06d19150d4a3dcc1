//! Markdown to searchable text, from parser events and never by regular expressions.
//!
//! Only blocks are separated, and lines between two Latin words: a space inside a Chinese word would split the word.

use super::nesting::is_nested_too_deep;
use super::separators::is_separator;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The Markdown dialect of documents: CommonMark with tables, strikethrough and task lists.
const PARSER_OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// The text a reader sees, one line per block; line breaks in code stay.
pub fn plain_text(markdown: &str) -> String {
    text_and_links(markdown).0
}

/// The events of the parser.
pub(super) fn events(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, PARSER_OPTIONS)
}

/// The text a reader sees and the addresses of its links, in order.
pub(super) fn text_and_links(markdown: &str) -> (String, Vec<String>) {
    if is_plain_line(markdown) {
        return (markdown.to_owned(), Vec::new());
    }
    let (mut text, mut links) = (Text::default(), Vec::new());
    for event in events(markdown) {
        text.push(&event);
        links.extend(link(&event).map(ToOwned::to_owned));
    }
    (text.finish(), links)
}

/// Whether the parser would surely find only one line of plain text, as in most questions and references. This check
/// is faster than starting the parser. It may return `false` for a line that is plain.
fn is_plain_line(markdown: &str) -> bool {
    let mut characters = markdown.chars();
    // No block begins with a letter. White space at the end would be trimmed by the parser.
    let begins = characters.next().is_some_and(char::is_alphabetic);
    let ends = !characters.next_back().is_some_and(char::is_whitespace);
    begins && ends && !markdown.bytes().any(is_mark)
}

/// Whether a byte may be Markdown markup, or a control character such as a line break.
fn is_mark(byte: u8) -> bool {
    matches!(
        byte,
        0..b' '
            | b'\\'
            | b'`'
            | b'*'
            | b'_'
            | b'['
            | b']'
            | b'<'
            | b'>'
            | b'&'
            | b'|'
            | b'~'
            | 0x7f
    )
}

/// The address of a link, if the event begins one.
pub(super) fn link<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url),
        _ => None,
    }
}

/// Collects the text that a reader sees from events.
#[derive(Default)]
pub(super) struct Text {
    writer: TextWriter,
    in_code: bool,
}

impl Text {
    pub(super) fn push(&mut self, event: &Event<'_>) {
        let writer = &mut self.writer;
        match event {
            Event::Start(tag) => {
                self.in_code |= matches!(tag, Tag::CodeBlock(_));
                if is_block(tag) {
                    writer.end_block();
                }
            }
            Event::End(TagEnd::TableCell) => writer.push(" "),
            Event::End(end) if is_block_end(*end) => {
                self.in_code &= *end != TagEnd::CodeBlock;
                writer.end_block();
            }
            Event::Text(text) if !self.in_code && is_separator(text) => {}
            Event::Text(text) | Event::Code(text) => writer.push(text),
            Event::InlineHtml(html) if is_line_break(html) => writer.end_block(),
            Event::Html(html) => writer.push_html(html),
            Event::SoftBreak => writer.soft_break(),
            Event::HardBreak | Event::Rule => writer.end_block(),
            _ => {}
        }
    }

    pub(super) fn finish(self) -> String {
        self.writer.finish()
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::List(_)
            | Tag::Item
            | Tag::Table(_)
            | Tag::TableHead
            | Tag::TableRow
            | Tag::HtmlBlock
    )
}

fn is_block_end(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

fn is_line_break(html: &str) -> bool {
    html.trim_start().to_ascii_lowercase().starts_with("<br")
}

#[derive(Default)]
struct TextWriter {
    text: String,
}

impl TextWriter {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends the text of an HTML block without tags and without the content of scripts and styles. HTML that is
    /// nested too deep is appended as it is, because parsing it would take too long.
    fn push_html(&mut self, html: &str) {
        if is_nested_too_deep(html) {
            self.push(html);
            self.end_block();
            return;
        }
        let escaped = ammonia::Builder::empty().clean(html).to_string();
        let text = escaped
            .replace("&nbsp;", " ")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        self.push(&text);
        self.end_block();
    }

    fn soft_break(&mut self) {
        if self
            .text
            .chars()
            .next_back()
            .is_some_and(|c| c.is_ascii_graphic())
        {
            self.text.push(' ');
        }
    }

    fn end_block(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_plain_line_is_what_the_parser_makes_of_it(line in "[a-zA-Z中文é][ -~中文，。：é\u{a0}\u{2028}\t]{0,30}") {
            let mut parsed = Text::default();
            let mut links = 0;
            for event in events(&line) {
                parsed.push(&event);
                links += usize::from(link(&event).is_some());
            }
            if is_plain_line(&line) {
                prop_assert_eq!((parsed.finish(), links), (line, 0));
            }
        }
    }

    #[test]
    fn most_questions_are_plain_lines_and_markdown_is_not() {
        let plain = [
            "怎么重启？",
            "nacos 2.3.0 (k8s) 启动失败: \"Connection refused\"！",
            "a - b # c = d + 1. 2) e",
        ];
        let marked = [
            "",
            "a\nb",
            "# a",
            "- a",
            "1. a",
            "a `b`",
            "*a*",
            "a <b>",
            "a &amp; b",
            "[a](b)",
            "a ",
            " a",
            "a_b_",
        ];
        assert!(plain.into_iter().all(is_plain_line));
        assert!(!marked.into_iter().any(is_plain_line));
    }

    #[test]
    fn inline_marks_never_cut_a_chinese_word() {
        assert_eq!(
            plain_text("服务**器**和\n<font color=\"red\">网</font>关"),
            "服务器和网关"
        );
    }

    #[test]
    fn blocks_are_lines_and_latin_words_stay_apart() {
        assert_eq!(
            plain_text("# A\n\none\ntwo\n\n- x\n- y\n\n```java\nint a;\nint b;\n```"),
            "A\none two\nx\ny\nint a;\nint b;"
        );
        assert_eq!(plain_text("| a | b |\n|---|---|\n| 1 | 2 |"), "a b\n1 2");
    }

    #[test]
    fn html_nested_without_end_is_text_as_it_is() {
        let deep = format!("{}正文", "<div>".repeat(20_000));
        assert_eq!(plain_text(&deep), deep);
    }

    #[test]
    fn html_blocks_keep_their_words_and_lose_their_scripts() {
        assert_eq!(
            plain_text("<div>a &amp; b<script>x</script></div>"),
            "a & b"
        );
        assert_eq!(
            plain_text("a\n\n<font color=\"#949494\">---------------</font>\n\nb"),
            "a\nb"
        );
    }
}
