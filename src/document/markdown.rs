//! Markdown to searchable text, from parser events and never by regular expressions.
//!
//! Only blocks are separated, and lines between two Latin words: a space inside a Chinese word would split the word.

use super::bare_addresses;
use super::callout::Callout;
use super::emphasis::Marked;
use super::line_breaks::begins_a_step;
use super::nesting::is_nested_too_deep;
use super::separators::is_separator;
use super::tags::{HtmlTag, elements_only};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The Markdown dialect of documents: CommonMark with tables, strikethrough, task lists and footnotes.
const PARSER_OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_FOOTNOTES);

/// The text a reader sees, one line per block; line breaks in code stay.
pub fn plain_text(markdown: &str) -> String {
    read(markdown, |_| {})
}

/// The events of the parser.
pub(super) fn events(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, PARSER_OPTIONS)
}

/// The text a reader sees and the addresses of its links: those in brackets in their order, then bare ones.
pub(super) fn text_and_links(markdown: &str) -> (String, Vec<String>) {
    let mut links = Vec::new();
    let text = read(markdown, |event| {
        links.extend(link(event).map(ToOwned::to_owned));
    });
    links.extend(bare_addresses::addresses(&text));
    (text, links)
}

/// The text a reader sees; `look` sees each event.
fn read(markdown: &str, mut look: impl FnMut(&Event<'_>)) -> String {
    if is_plain_line(markdown) {
        return markdown.to_owned();
    }
    let mut text = Text::default();
    for event in Marked::new(markdown).events() {
        text.push(&event);
        look(&event);
    }
    text.finish()
}

/// The beginning of an answer, of at most so many bytes: whole blocks, or whole lines of its first block, or a part of its
/// first line.
pub fn beginning(markdown: &str, most: usize) -> &str {
    if markdown.len() <= most {
        return markdown;
    }
    let within = &markdown[..markdown.floor_char_boundary(most)];
    let mut depth = 0_usize;
    let mut end = 0;
    // What is cut off changes no block that ends before it.
    for (event, range) in events(within).into_offset_iter() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && range.end < within.len() {
            end = range.end;
        }
    }
    if end == 0 {
        end = within.rfind('\n').unwrap_or(within.len());
    }
    &within[..end]
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
    /// The HTML block that is being read.
    html: String,
    /// Where the text of a quote begins, until its first line ends.
    quote: Option<usize>,
    /// Tags in lines that nothing has closed so far, with their places in the text.
    open: Vec<(usize, String)>,
}

impl Text {
    pub(super) fn push(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(tag) => {
                self.in_code |= matches!(tag, Tag::CodeBlock(_));
                if is_block(tag) {
                    self.writer.end_block();
                }
                if matches!(tag, Tag::BlockQuote(_)) {
                    self.quote = Some(self.writer.text.len());
                }
            }
            Event::End(TagEnd::TableCell) => self.writer.push(" "),
            Event::End(end) if is_block_end(*end) => {
                self.in_code &= *end != TagEnd::CodeBlock;
                if *end == TagEnd::HtmlBlock {
                    let html = std::mem::take(&mut self.html);
                    self.writer.push_html(&html);
                }
                self.end_first_line_of_quote();
                self.writer.end_block();
            }
            Event::Text(text) if !self.in_code && is_separator(text) => {}
            Event::Text(text) | Event::Code(text) => self.writer.push(text),
            Event::InlineHtml(html) => self.push_inline_html(html),
            Event::Html(html) => self.html.push_str(html),
            Event::SoftBreak if self.quote.is_none() => self.writer.soft_break(),
            Event::SoftBreak | Event::HardBreak | Event::Rule => {
                if !self.end_first_line_of_quote() && matches!(event, Event::SoftBreak) {
                    self.writer.soft_break();
                } else {
                    self.writer.end_block();
                }
            }
            _ => {}
        }
    }

    /// Takes off the mark of a callout. Returns whether there was one.
    fn end_first_line_of_quote(&mut self) -> bool {
        let Some(start) = self.quote.take() else {
            return false;
        };
        let line = self.writer.text.get(start..).unwrap_or_default();
        let Some((_, title)) = Callout::marked(line) else {
            return false;
        };
        let end = self.writer.text.len() - title.len();
        self.writer.text.replace_range(start..end, "");
        true
    }

    /// Tags are left out, but for those that are no elements. Elements that nothing closes are text, too.
    fn push_inline_html(&mut self, html: &str) {
        let Some(tag) = HtmlTag::at_start(html) else {
            if !html.starts_with("<!--") {
                self.writer.push(html);
            }
            return;
        };
        if is_line_break(html) {
            self.writer.end_block();
        } else if !tag.is_element() {
            self.writer.push(html);
        } else if tag.is_end {
            let name = |opening: &(usize, String)| {
                HtmlTag::at_start(&opening.1).is_some_and(|opening| opening.is(tag.name))
            };
            if let Some(nth) = self.open.iter().rposition(name) {
                self.open.remove(nth);
            }
        } else if !tag.stands_alone(&self.writer.text) && self.open.len() < MOST_OPEN {
            self.open.push((self.writer.text.len(), html.to_owned()));
        }
    }

    pub(super) fn finish(self) -> String {
        let mut text = self.writer.finish();
        for (at, tag) in self.open.iter().rev() {
            if text.is_char_boundary(*at) {
                text.insert_str(*at, tag);
            }
        }
        text
    }
}

/// Tags that may be open at a time; more are nobody's text.
const MOST_OPEN: usize = 100;

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
            | Tag::FootnoteDefinition(_)
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
    /// Whether a line of a paragraph ended.
    is_behind_line: bool,
}

impl TextWriter {
    fn push(&mut self, text: &str) {
        if std::mem::take(&mut self.is_behind_line) {
            if begins_a_step(text) {
                self.end_block();
            } else if self.text.ends_with(|c: char| c.is_ascii_graphic()) {
                self.text.push(' ');
            }
        }
        self.text.push_str(text);
    }

    /// Appends the text of an HTML block without tags and without the content of scripts and styles, a line for each of its
    /// lines. HTML that is nested too deep is appended as it is, because parsing it would take too long.
    fn push_html(&mut self, html: &str) {
        if is_nested_too_deep(html) {
            self.push(html);
            self.end_block();
            return;
        }
        let escaped = ammonia::Builder::empty()
            .clean(&elements_only(html))
            .to_string();
        let text = escaped
            .replace("&nbsp;", " ")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        for line in text.lines().filter(|line| !is_separator(line)) {
            self.push(line);
            self.end_block();
        }
    }

    fn soft_break(&mut self) {
        self.is_behind_line = true;
    }

    fn end_block(&mut self) {
        self.is_behind_line = false;
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
