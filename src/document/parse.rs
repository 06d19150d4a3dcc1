//! Parses the text of one file into a [`Document`]: front matter, then sections, then fallbacks for what is missing.

use super::emphasis::Marked;
use super::front_matter::{self, Front};
use super::left_out::LeftOut;
use super::markdown::plain_text;
use super::model::Document;
use super::rejection::Rejection;
use super::unusable::Unusable;
use super::warning::Warning;
use super::{closing_references, dialect, id, one_line, sections};
use crate::clean_text::clean;
use jiff::Timestamp;
use memchr::memchr2;
use std::borrow::Cow;

/// Characters of a title, at most: it stands in lists.
const LONGEST_TITLE: usize = 300;

/// Parses the text of the file at `path`, which is relative to the content folder and named in errors. Whether the
/// document is meant for readers, or a draft, makes no difference.
///
/// # Errors
/// A [`Rejection`] with line and column when the text is no usable document.
pub fn parse(path: &str, text: &str) -> Result<Document, Rejection> {
    let text = normalize(text);
    let front = front_matter::read(path, &text, Timestamp::now())?;
    parse_body(path, front).map(|parsed| parsed.document)
}

/// What the text of a file gives.
pub(super) struct Parsed {
    pub(super) document: Document,
    /// The answer as plain text, as [`Document::answer_text`] gives it: the same pass over the text produces it.
    pub(super) answer_text: String,
    /// What the author should look at.
    pub(super) warnings: Vec<Warning>,
    /// When the same text will be read otherwise.
    pub(super) holds_until: Option<Timestamp>,
}

/// Like [`parse`], with all that the text gives to readers at the moment `now`.
pub(super) fn parse_published(path: &str, text: &str, now: Timestamp) -> Result<Parsed, Unusable> {
    let text = normalize(text);
    let front = front_matter::read(path, &text, now)?;
    match front.meta.publication.withheld_at(now) {
        Some(why) => Err(Unusable::LeftOut(LeftOut {
            path: path.to_owned(),
            why,
        })),
        None => Ok(parse_body(path, front)?),
    }
}

fn parse_body(path: &str, front: Front<'_>) -> Result<Parsed, Rejection> {
    let Front {
        mut source,
        meta,
        body,
        body_line,
    } = front;
    let body = dialect::plain(path, body);
    let mut sections = sections::split(&body.text);
    if let Some((answer, list)) = closing_references::parted(&sections.answer) {
        let closing = sections::references(list);
        sections.references.extend(closing);
        let answer = answer.to_owned();
        sections.answer = answer;
        sections.answer_text = plain_text(&sections.answer);
    } else if sections.answer_text.contains(['*', '_', '~'])
        && Marked::new(&sections.answer).has_any()
    {
        // Only where marks of emphasis were left as text may there be more of it.
        sections.answer_text = plain_text(&sections.answer);
    }
    if sections.answer.trim().is_empty() {
        let problem = "the document has no answer";
        return Err(Rejection::at(
            path,
            (body_line, 1),
            problem,
            "text under `## 专家官方解答`, or a body without section headings",
        ));
    }
    let asked = sections
        .question
        .as_deref()
        .map(plain_text)
        .filter(|q| !q.trim().is_empty());
    let title = meta
        .title
        .or_else(|| asked.as_deref().map(first_line_of))
        .or_else(|| one_line::filled(sections.first_heading));
    let title = front_matter::bounded("title", title, LONGEST_TITLE, &mut source);
    let Some(title) = title else {
        return Err(Rejection::at(
            path,
            source.place_of("title"),
            "the document has no title",
            "`title: \"…\"`, a question section or a heading",
        ));
    };
    let named = match &meta.id {
        Some(id) => id::given(path, id, source.place_of("id"))?,
        None => id::of_path(path, source.place_of("id"))?,
    };
    let question_markdown = sections.question.filter(|markdown| {
        asked
            .as_ref()
            .is_some_and(|text| text.trim() != markdown.trim())
    });
    let mut aliases = meta.aliases;
    aliases.extend(named.former);
    let document = Document {
        id: named.id,
        question: asked.unwrap_or_else(|| title.clone()),
        title,
        question_markdown,
        answer_line: body_line + body.line_at(sections.answer_start),
        answer: sections.answer,
        references: sections.references,
        grade_id: sections.grade_id,
        date: meta.date,
        updated: meta.updated,
        category: meta.category,
        description: meta.description,
        tags: meta.tags,
        keywords: meta.keywords,
        asked_as: meta.asked_as,
        author: meta.author,
        aliases,
        extra: meta.extra,
    };
    Ok(Parsed {
        document,
        answer_text: sections.answer_text,
        warnings: source.warnings,
        holds_until: meta.holds_until,
    })
}

/// Removes what nobody sees, turns CRLF into LF and non-breaking spaces into spaces. Lines stay the same.
fn normalize(text: &str) -> Cow<'_, str> {
    let mut normalized = clean(text);
    // The first byte of a non-breaking space; few other characters have it.
    if memchr2(b'\r', 0xc2, normalized.as_bytes()).is_none() {
        return normalized;
    }
    for (odd, plain) in [("\r\n", "\n"), ("\r", "\n"), ("\u{a0}", " ")] {
        if normalized.contains(odd) {
            normalized = Cow::Owned(normalized.replace(odd, plain));
        }
    }
    normalized
}

fn first_line_of(text: &str) -> String {
    let mut lines = text.lines().map(str::trim);
    lines.find(|l| !l.is_empty()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bom_crlf_and_nbsp_change_nothing() {
        let plain = "---\nid: a\ntitle: t\n---\n## 问题 ：\nq\n\n## 解答\n一 段\n";
        let odd = format!(
            "\u{feff}{}",
            plain
                .replace('\n', "\r\n")
                .replace("## 问题 ：", "##\u{a0}问题\u{a0}：")
        );
        assert_eq!(parse("a.md", plain).unwrap(), parse("a.md", &odd).unwrap());
    }

    #[test]
    fn id_and_title_fall_back() {
        let read = parse(
            "dir/how-to.mdx",
            "---\ntags: [x]\n---\n## 问题\n怎么办？\n\n## 解答\n这样。",
        )
        .unwrap();
        assert_eq!(
            (
                read.id.0.as_str(),
                read.title.as_str(),
                read.question.as_str()
            ),
            ("how-to", "怎么办？", "怎么办？")
        );
        let read = parse("b.md", "---\nid: x\n---\n# 标题\n正文").unwrap();
        assert_eq!(
            (read.title.as_str(), read.question.as_str()),
            ("标题", "标题")
        );
    }

    #[test]
    fn a_blank_line_is_no_title() {
        let read = parse("a.md", "---\n---\n## 问题\n&#10;x\n\n## 解答\na\n").unwrap();
        assert_eq!(read.title, "x");
        let read = parse("a.md", "---\n---\n#\n# 标题\n正文").unwrap();
        assert_eq!(read.title, "标题");
        assert!(parse("a.md", "---\n---\n#\n正文").is_err());
        let read = parse("a.md", "---\n---\n# a&#10;b\n正文").unwrap();
        assert_eq!(read.title, "a b");
    }

    #[test]
    fn the_line_of_the_answer_is_that_of_the_file() {
        for (text, line) in [
            ("---\nid: a\ntitle: t\n---\n正文", 5),
            (
                "\n---\nid: a\n---\n## 问题\nq\n\n---------------\n## 解答\n\n这样。\n",
                11,
            ),
            (
                "\u{feff}---\r\nid: a\r\n---\r\n## 问题\r\nq\r\n## 解答\r\n这样。",
                7,
            ),
        ] {
            assert_eq!(parse("a.md", text).unwrap().answer_line, line, "{text}");
        }
    }

    #[test]
    fn the_headline_is_the_whole_question_where_the_title_was_cut() {
        let read = parse(
            "a.md",
            "---\ntitle: \"为什么注册中心...\"\n---\n## 问题\n为什么注册中心连不上？\n\n## 解答\na",
        )
        .unwrap();
        assert_eq!(read.headline(), "为什么注册中心连不上？");
        let read = parse(
            "a.md",
            "---\ntitle: 另一个标题\n---\n## 问题\n为什么？\n\n## 解答\na",
        )
        .unwrap();
        assert_eq!(read.headline(), "另一个标题");
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_place() {
        for (text, message) in [
            (
                "---\nid: a b\ntitle: t\n---\nx",
                "a.md:2:1: `a b` cannot be an id",
            ),
            (
                "---\nid: a\ntitle: t\n---\n## 问题\nq\n",
                "a.md:5:1: the document has no answer",
            ),
            ("---\nid: a\n---\nx", "a.md:2:1: the document has no title"),
        ] {
            let refused = parse("a.md", text).unwrap_err().to_string();
            assert!(refused.starts_with(message), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_document_or_a_rejection(text in any::<String>()) {
            let _ = parse("a.md", &text);
        }

        #[test]
        fn any_body_and_front_matter_is_a_document_or_a_rejection(yaml in "[a-z\\[\\]{}:\"',\n -]{0,60}", body in "[#`\\-*<>a-z问题解答：\n ]{0,120}") {
            let _ = parse("a.md", &format!("---\n{yaml}\n---\n{body}"));
        }

        #[test]
        fn accepted_fields_come_back(id in "[a-z0-9-]{1,20}", title in "[a-zA-Z\u{4e00}-\u{4eff}]{1,30}", question in "[\u{4e00}-\u{4fff}]{1,50}", answer in "[\u{4e00}-\u{4fff}]{1,50}", tags in prop::collection::btree_set("[a-z\u{4e00}-\u{4fff}]{1,8}", 0..4)) {
            let tags: Vec<String> = tags.into_iter().collect();
            let quoted = serde_json::to_string(&tags).unwrap();
            let text = format!("---\nid: \"{id}\"\ntitle: \"{title}\"\ndate: \"2024-09-03\"\ntags: {quoted}\n---\n## 用户问题 ：\n {question}\n\n---------------\n## 专家解答 ：\n\n{answer}\n");
            let read = parse("a.md", &text).unwrap();
            prop_assert_eq!(read.id.0, id);
            prop_assert_eq!(read.title, title);
            prop_assert_eq!(read.question, question);
            prop_assert_eq!(read.answer, answer);
            prop_assert_eq!(read.tags, tags);
        }
    }
}
