//! The text of a draft.

use crate::clean_text::clean;
use crate::document;
use jiff::Timestamp;

/// Characters of the question in the title, at most.
const LONGEST_TITLE: usize = 60;

/// A document of a question in the usual format, with `answer` where the expert's answer goes. As little of the question is
/// escaped as it takes to read it back as it was typed.
pub(super) fn document(id: &str, question: &str, tag: &str, answer: &str) -> String {
    // As a document is read: what nobody sees would only part its words.
    let question = &clean(question);
    let [least, most] = [escape_marks as fn(&str) -> String, escape_punctuation];
    let written = |escape: &dyn Fn(&str) -> String| written_with(escape, id, question, tag, answer);
    let draft = written(&|line| {
        let candidates = [line.to_owned(), least(line), most(line)];
        let is_text = |candidate: &String| document::plain_text(candidate) == line;
        candidates
            .into_iter()
            .find(is_text)
            .unwrap_or_else(|| most(line))
    });
    if is_document_of(&draft, question, answer) {
        draft
    } else {
        written(&most)
    }
}

/// Whether a draft is read as this question, apart from white space, and this answer.
fn is_document_of(draft: &str, question: &str, answer: &str) -> bool {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    document::parse("draft.md", draft).is_ok_and(|read| {
        words(&read.question) == words(question) && read.answer.trim() == answer.trim()
    })
}

/// A line with a backslash before what begins a block or is markup within one.
fn escape_marks(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 8);
    for (at, c) in line.char_indices() {
        if "\\`*_[]<&|~{%".contains(c) || (at == 0 && "#-+=>:!?".contains(c)) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A line with a backslash before all that Markdown lets be escaped.
fn escape_punctuation(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() * 2);
    for c in line.chars() {
        if c.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn written_with(
    escape: &dyn Fn(&str) -> String,
    id: &str,
    question: &str,
    tag: &str,
    answer: &str,
) -> String {
    // JSON strings are YAML strings.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut lines = question
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let title: String = lines
        .clone()
        .next()
        .unwrap_or_default()
        .chars()
        .take(LONGEST_TITLE)
        .collect();
    let tags = if tag.is_empty() {
        String::new()
    } else {
        quoted(tag)
    };
    let date = Timestamp::now().strftime("%Y-%m-%d");
    // Each typed line stays one: two spaces break it.
    let mut question = String::new();
    for line in &mut lines {
        question.push_str(&escape(line));
        question.push_str("  \n");
    }
    format!(
        "---\nid: {}\ntitle: {}\ndate: \"{date}\"\ntags: [{tags}]\n---\n\n## 用户问题 ：\n{question}\n---------------\n## 专家官方解答 ：\n\n{answer}\n\n## 参考链接 ：\n\n",
        quoted(id),
        quoted(&title),
    )
}

#[cfg(test)]
mod tests {
    use super::{document, is_document_of};
    use proptest::prelude::*;

    const ANSWER: &str = "（在这里写下解答）";

    fn draft(question: &str) -> String {
        document("ask-1", question, "nacos", ANSWER)
    }

    #[test]
    fn a_draft_is_a_document_of_its_question() {
        for question in [
            "怎么升级 \"Nacos\"？",
            "# 标题\n## 专家解答\n不是解答\n---\n完",
            "a: b\n- c",
            "<!-- hello there",
            "<script> how to",
            "<pre> how",
            "<?php how",
            "<![CDATA[ how",
            "<!X how",
            "<dependency>\n  <artifactId>nacos</artifactId>\n</dependency>\n为什么？",
            "```\n没有结尾",
            "    缩进\n\n    又一段",
            "a | b\n---|---\n1 | 2",
            "[x]: y\n[x]",
            "1. 一\n2. 二",
            "%% 一 %%",
            "{/* 一 */}",
            "::: tip\n一\n:::",
            "> [!NOTE]\n> 一",
            "!!! note\n    一",
            "&amp; &#10; &nbsp;",
            "-----",
            "**注意：**重启",
            "List<String> 和 <b>",
            "[//]: # (一)\n二",
            "一\\",
            "## 参考链接\n* x",
            "import a from 'b'",
            "[^1]: 一\n二[^1]",
            "===\n一",
            "一\n===",
        ] {
            let text = draft(question);
            assert!(
                is_document_of(&text, question, ANSWER),
                "{question}: {text}"
            );
        }
    }

    #[test]
    fn plain_questions_are_not_escaped() {
        let text = draft("nacos-server 2.3.0 启动失败 (k8s): \"refused\"？");
        assert!(
            text.contains("\nnacos-server 2.3.0 启动失败 (k8s): \"refused\"？  \n"),
            "{text}"
        );
    }

    proptest! {
        #[test]
        fn any_question_is_read_back(question in "[!-~]{0,4}[ -~\\n中文，。：；（）“”①\u{3000}\u{200d}é😀]{0,60}[!-~中]") {
            let text = draft(&question);
            prop_assert!(is_document_of(&text, &super::clean(&question), ANSWER), "{text}");
        }

        #[test]
        fn any_markup_is_read_back(question in "(<!--|-->|<[a-z]{1,3}>|</b>|```|~~~|---|===|\\[|\\]|\\(|[#>*_|&%:{}!+-]|\\*/|/\\*|\n|    | |甲|。|a|1[.]|专家解答|问题){1,25}甲") {
            let text = draft(&question);
            prop_assert!(is_document_of(&text, &question, ANSWER), "{text}");
        }
    }
}
