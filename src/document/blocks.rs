//! An answer as blocks under their headings: what a passage of it is made of.

use super::anchors::AnchorSurvey;
use super::emphasis::Marked;
use super::markdown::{events, plain_text};
use pulldown_cmark::{Event, Tag};
use std::ops::Range;

/// An item of a list of more characters is taken apart, with its first line as a heading.
const LONGEST_ITEM: usize = 600;
/// Characters of a line that may be a heading.
const LONGEST_HEADING: usize = 60;
/// Links and footnotes of an answer that are defined elsewhere in it, at most: each is looked for in every block.
const MOST_REFERENCES: usize = 64;
/// Lists in lists that are taken apart.
const DEEPEST: usize = 3;

/// What stands under one heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeadedBlocks {
    /// The text of the heading; empty before the first one.
    pub heading: String,
    /// The id of the heading on the page of the answer, or of the one above it that has one; empty before the first one.
    pub anchor: String,
    /// In their order.
    pub blocks: Vec<Block>,
}

/// A piece of an answer that is never cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// As it was written, without the indentation of what it stood in.
    pub markdown: String,
    /// The text a reader sees.
    pub text: String,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A paragraph, a quote, HTML.
    Text,
    /// An item of a list.
    Item,
    /// Code.
    Code,
    /// A table.
    Table,
}

/// The blocks of an answer in their order, by heading; no heading without a block.
pub fn headed_blocks(markdown: &str) -> Vec<HeadedBlocks> {
    let marked = Marked::new(markdown);
    let mut survey = AnchorSurvey::default();
    let anchors: Vec<String> = marked.events().filter_map(|e| survey.see(&e)).collect();
    let parser = events(markdown);
    let definitions = parser.reference_definitions().iter().take(MOST_REFERENCES);
    let definitions = definitions.map(|(label, definition)| {
        let written = format!("[{label}]: <{}>", definition.dest);
        (format!("[{label}]"), written)
    });
    let definitions: Vec<(String, String)> = definitions.collect();
    let footnotes = parser.filter_map(|event| match event {
        Event::Start(Tag::FootnoteDefinition(label)) => Some(format!("[^{label}]")),
        _ => None,
    });
    let mut reader = Reader {
        footnotes: footnotes.take(MOST_REFERENCES).collect(),
        definitions,
        anchors: anchors.into_iter(),
        closed: Vec::new(),
        open: HeadedBlocks::default(),
    };
    reader.read(markdown, 0);
    // An answer of one bold line is no heading of nothing.
    if reader.closed.is_empty() && reader.open.blocks.is_empty() && !reader.open.heading.is_empty()
    {
        let line = std::mem::take(&mut reader.open.heading);
        if reader.open.anchor.is_empty() {
            reader.push(BlockKind::Text, &line);
        }
    }
    reader.close();
    reader.closed
}

struct Reader {
    /// Links as they are written, with the line that says where they lead. It stands elsewhere in the answer.
    definitions: Vec<(String, String)>,
    /// References to footnotes, which stand elsewhere, too.
    footnotes: Vec<String>,
    /// Ids of the headings that are still to come.
    anchors: std::vec::IntoIter<String>,
    closed: Vec<HeadedBlocks>,
    open: HeadedBlocks,
}

impl Reader {
    fn close(&mut self) {
        let anchor = self.open.anchor.clone();
        let closed = std::mem::take(&mut self.open);
        self.open.anchor = anchor;
        if !closed.blocks.is_empty() {
            self.closed.push(closed);
        }
    }

    fn head(&mut self, heading: String) {
        self.close();
        self.open.heading = heading;
    }

    /// Reads blocks; those of long items as well, as far as they are less than [`DEEPEST`] deep.
    fn read(&mut self, markdown: &str, depth: usize) {
        let mut level = 0_usize;
        // The number of the next item of the list that is open.
        let mut number = None;
        // Where the last item ends that was taken apart.
        let mut taken = 0;
        for (event, range) in events(markdown).into_offset_iter() {
            match &event {
                Event::Start(Tag::List(first)) if level == 0 => number = Some(*first),
                Event::Start(Tag::Item) if level == 1 && number.is_some() => {
                    let first = number.flatten();
                    number = Some(first.map(|n| n + 1));
                    let end = range.end;
                    if self.item(&item(markdown, range, first), depth) {
                        taken = end;
                    }
                }
                Event::Start(tag) if level == 0 => self.block(tag, &markdown[range]),
                Event::Start(Tag::Heading { .. }) if range.start >= taken => {
                    self.anchors.next();
                }
                _ => {}
            }
            match event {
                Event::Start(_) => level += 1,
                Event::End(_) => {
                    level -= 1;
                    if level == 0 {
                        number = None;
                    }
                }
                _ => {}
            }
        }
    }

    fn block(&mut self, tag: &Tag<'_>, markdown: &str) {
        let kind = match tag {
            Tag::Heading { .. } => {
                self.head(plain_text(markdown).trim().to_owned());
                self.open.anchor = self.anchors.next().unwrap_or_default();
                return;
            }
            Tag::CodeBlock(_) => BlockKind::Code,
            Tag::Table(_) => BlockKind::Table,
            Tag::FootnoteDefinition(_) => return,
            _ => BlockKind::Text,
        };
        if kind == BlockKind::Text
            && let Some(heading) = bold_line(markdown)
        {
            self.head(heading);
            return;
        }
        self.push(kind, markdown);
    }

    fn push(&mut self, kind: BlockKind, markdown: &str) {
        let mut markdown = markdown.trim_end().to_owned();
        if kind != BlockKind::Code {
            for footnote in &self.footnotes {
                markdown = markdown.replace(footnote, "");
            }
            for (link, definition) in &self.definitions {
                if markdown.contains(link) {
                    markdown.push_str("\n\n");
                    markdown.push_str(definition);
                }
            }
        }
        let text = plain_text(&markdown);
        if !text.trim().is_empty() {
            let block = Block {
                kind,
                markdown,
                text,
            };
            self.open.blocks.push(block);
        }
    }

    /// Whether the item was taken apart.
    fn item(&mut self, item: &Item, depth: usize) -> bool {
        let is_long = item.markdown.chars().count() > LONGEST_ITEM;
        if !is_long || depth == DEEPEST || !has_several_blocks(&item.content) {
            self.push(BlockKind::Item, &item.markdown);
            return false;
        }
        // What follows the item stands under the heading above it again.
        let above = self.open.heading.clone();
        if let Some((heading, rest)) = item.first_line() {
            self.head(heading);
            self.read(rest, depth + 1);
        } else {
            self.close();
            self.read(&item.content, depth + 1);
        }
        self.head(above);
        true
    }
}

/// An item of a list.
struct Item {
    /// With its mark.
    markdown: String,
    /// Without its mark and the indentation that goes with it.
    content: String,
}

impl Item {
    /// The first line as a heading, and what stands behind it; nothing where the line is no part of a paragraph, or long.
    fn first_line(&self) -> Option<(String, &str)> {
        let first = events(&self.content).next()?;
        let (line, rest) = self.content.split_once('\n')?;
        let heading = plain_text(line)
            .trim()
            .trim_end_matches(['：', ':'])
            .to_owned();
        let is_heading = matches!(first, Event::Start(Tag::Paragraph))
            && !heading.is_empty()
            && heading.chars().count() <= LONGEST_HEADING;
        is_heading.then_some((heading, rest))
    }
}

/// The item in these bytes of a text, with the number that it has on the page.
fn item(markdown: &str, range: Range<usize>, number: Option<u64>) -> Item {
    let line = markdown[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let lead = range.start - line;
    let written = &markdown[range];
    let digits = written.bytes().take_while(u8::is_ascii_digit).count();
    let behind = &written[(digits + 1).min(written.len())..];
    let spaces = behind.bytes().take_while(|b| *b == b' ').count();
    let mark = digits + 1 + if spaces > 4 { 1 } else { spaces };
    let own = without_indentation(written, lead);
    let content = own.get(mark..).unwrap_or_default();
    let markdown = match number {
        Some(number) => format!("{number}{}", &own[digits..]),
        None => own.clone(),
    };
    Item {
        markdown,
        content: without_indentation(content, mark),
    }
}

/// Takes up to so many spaces, or a tab, off each line but the first.
fn without_indentation(text: &str, spaces: usize) -> String {
    let mut lines = text.split('\n');
    let mut shifted = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let indentation = line.bytes().take_while(|b| *b == b' ').count();
        shifted.push('\n');
        shifted.push_str(match line.strip_prefix('\t') {
            Some(rest) if spaces > 0 => rest,
            _ => &line[indentation.min(spaces)..],
        });
    }
    shifted
}

fn has_several_blocks(markdown: &str) -> bool {
    let mut level = 0_usize;
    let mut blocks = 0;
    for event in events(markdown) {
        match event {
            Event::Start(_) => {
                blocks += usize::from(level == 0);
                level += 1;
            }
            Event::End(_) => level -= 1,
            _ => {}
        }
    }
    blocks > 1
}

/// The text of a paragraph that is one short line in bold: many authors write headings so.
fn bold_line(markdown: &str) -> Option<String> {
    let line = markdown.trim().trim_end_matches(['：', ':']);
    let inner = line.strip_prefix("**")?.strip_suffix("**")?;
    let is_one = !inner.contains("**") && !inner.contains('\n');
    let heading = plain_text(inner)
        .trim()
        .trim_end_matches(['：', ':'])
        .to_owned();
    (is_one && heading.chars().count() <= LONGEST_HEADING).then_some(heading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of each heading its blocks, as kind and Markdown.
    fn read(markdown: &str) -> Vec<(String, Vec<(BlockKind, String)>)> {
        let headed = headed_blocks(markdown).into_iter();
        let blocks = |blocks: Vec<Block>| {
            let blocks = blocks.into_iter();
            blocks.map(|block| (block.kind, block.markdown)).collect()
        };
        headed
            .map(|one| (one.heading, blocks(one.blocks)))
            .collect()
    }

    fn kinds(markdown: &str) -> Vec<BlockKind> {
        let read = read(markdown).into_iter();
        read.flat_map(|(_, blocks)| blocks)
            .map(|(kind, _)| kind)
            .collect()
    }

    #[test]
    fn blocks_stand_under_their_headings() {
        let read = read(
            "开头。\n\n## 第一步\n\n装好。\n\n**第二步：**\n\n启动。\n\n### 空\n\n### 完\n\n好。",
        );
        let headings: Vec<&str> = read.iter().map(|(heading, _)| heading.as_str()).collect();
        assert_eq!(headings, ["", "第一步", "第二步", "完"]);
        assert_eq!(read[2].1, [(BlockKind::Text, "启动。".to_owned())]);
    }

    #[test]
    fn anchors_are_those_of_the_page() {
        let markdown =
            "一\n\n## 步骤\n\n二\n\n- 条\n\n  ### 里面\n\n  三\n\n## 步骤\n\n四\n\n**粗**\n\n五";
        let headed = headed_blocks(markdown);
        let anchors: Vec<&str> = headed.iter().map(|one| one.anchor.as_str()).collect();
        assert_eq!(anchors, ["", "a-步骤", "a-步骤-2", "a-步骤-2"]);
        let page = super::super::render_markdown(markdown).to_string();
        assert!(
            anchors[1..]
                .iter()
                .all(|a| page.contains(&format!("id=\"{a}\""))),
            "{page}"
        );
    }

    #[test]
    fn code_tables_and_items_are_blocks_of_their_own() {
        let markdown =
            "先：\n\n```sh\na\n\nb\n```\n\n| a |\n|---|\n| b |\n\n1. 一\n   二\n1. 三\n\n> 引";
        let shapes = kinds(markdown).into_iter().map(|kind| format!("{kind:?}"));
        let shapes: Vec<String> = shapes.collect();
        assert_eq!(shapes, ["Text", "Code", "Table", "Item", "Item", "Text"]);
        let blocks = &read(markdown)[0].1;
        assert_eq!(blocks[1].1, "```sh\na\n\nb\n```");
        // The number that it has on the page, whatever was written.
        assert_eq!(
            (blocks[3].1.as_str(), blocks[4].1.as_str()),
            ("1. 一\n   二", "2. 三")
        );
    }

    #[test]
    fn a_long_item_is_taken_apart_under_its_first_line() {
        let code = "x = 1\n".repeat(120).replace('\n', "\n   ");
        let markdown =
            format!("2. **改配置**：\n\n   打开文件：\n\n   ```ini\n   {code}```\n\n3. 重启。");
        let read = read(&markdown);
        assert_eq!(read[0].0, "改配置");
        assert_eq!(read[0].1[0], (BlockKind::Text, "打开文件：".to_owned()));
        let (kind, code) = &read[0].1[1];
        assert!(
            *kind == BlockKind::Code && code.starts_with("```ini\nx = 1\nx"),
            "{code}"
        );
        assert_eq!(
            read[1],
            (
                String::new(),
                vec![(BlockKind::Item, "3. 重启。".to_owned())]
            )
        );
    }

    #[test]
    fn a_block_takes_the_addresses_of_its_links_along_and_leaves_footnotes() {
        let markdown = "见[手册][m][^1]。\n\n别的。\n\n[m]: https://a.example/x y.html\n\n[m]: <https://a.example/x>\n[^1]: 注。";
        let blocks = &read(markdown)[0].1;
        let page = super::super::render_markdown(&blocks[0].1).to_string();
        assert!(
            page.contains("<a href=\"https://a.example/x\""),
            "{page} {blocks:?}"
        );
        assert!(
            !page.contains("[^") && !blocks[1].1.contains("[m]"),
            "{blocks:?}"
        );
    }

    #[test]
    fn a_long_item_that_begins_with_code_keeps_it_whole_and_anchors_right() {
        let code = "# stop\nkill 1\n".repeat(60).replace('\n', "\n   ");
        let markdown =
            format!("## 前\n\n1. ```sh\n   {code}```\n\n   说明。\n\n2. 完。\n\n## 后\n\n尾。");
        let headed = headed_blocks(&markdown);
        let anchors: Vec<&str> = headed.iter().map(|one| one.anchor.as_str()).collect();
        assert_eq!(anchors.last(), Some(&"a-后"), "{headed:?}");
        let first = &headed[0];
        assert!(
            first.blocks[0].kind == BlockKind::Code && first.blocks[0].markdown.ends_with("```")
        );
        // The item behind it stands under the heading above again.
        let second = headed
            .iter()
            .find(|one| one.blocks[0].text.contains('完'))
            .unwrap();
        assert_eq!(second.heading, "前");
    }

    #[test]
    fn an_answer_of_one_bold_line_is_a_block() {
        assert_eq!(
            read("**8848**"),
            [(String::new(), vec![(BlockKind::Text, "8848".to_owned())])]
        );
    }

    #[test]
    fn what_shows_nothing_is_no_block() {
        assert!(headed_blocks("").is_empty());
        assert!(headed_blocks("## 只有标题\n\n<!-- 注释 -->\n\n---\n").is_empty());
    }

    proptest! {
        #[test]
        fn every_text_is_taken_apart_and_nothing_is_invented(markdown in "([#>*|`~ \n\t-]|[0-9]\\. |```\n|端口|[a-z]|\\*\\*|  - |\\[x\\]\\(y\\)|<b>){0,60}") {
            let whole: String = plain_text(&markdown).chars().filter(|c| c.is_alphanumeric()).collect();
            let known: Vec<String> = super::super::outline(&markdown).into_iter().map(|entry| entry.anchor).collect();
            for headed in headed_blocks(&markdown) {
                prop_assert!(headed.anchor.is_empty() || headed.anchor.starts_with('a') || known.contains(&headed.anchor));
                prop_assert!(!headed.blocks.is_empty());
                for block in headed.blocks {
                    prop_assert!(!block.text.trim().is_empty());
                    let letters = block.text.chars().filter(|c| c.is_alphabetic());
                    for c in letters {
                        prop_assert!(whole.contains(c), "{c} of {:?} in {:?}", block, markdown);
                    }
                }
            }
        }
    }
}
