//! Splits the body: headings in several variants begin the question, answer, references and grade id; boilerplate is
//! dropped.
//!
//! Only what the Markdown parser reports as a heading is one, so `#` lines in code fences are not.

use super::addresses::may_lead_somewhere;
use super::front_matter::on_one_line;
use super::markdown;
use super::model::{GradeId, Reference};
use super::own_paths::FEEDBACK_PARAMETER;
use super::separators::{before_separators, behind_separators, is_separator, without_separators};
use pulldown_cmark::{Event, Tag};
use std::ops::Range;

/// The parts of a body as written, without separators.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Sections {
    pub(super) question: Option<String>,
    pub(super) answer: String,
    /// The text of the answer that a reader sees, one line per block.
    pub(super) answer_text: String,
    /// First byte of the answer in the body.
    pub(super) answer_start: usize,
    pub(super) references: Vec<Reference>,
    pub(super) grade_id: Option<GradeId>,
    /// Text of the first heading that begins no section; a fallback for the title.
    pub(super) first_heading: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Question,
    Answer,
    References,
    Boilerplate,
}

pub(super) fn split(body: &str) -> Sections {
    let mut splitter = Splitter::new(body);
    let mut heading: Option<Heading<'_>> = None;
    let mut depth = 0_usize;
    for (event, range) in markdown::events(body).into_offset_iter() {
        match &event {
            Event::Start(tag) => {
                if let Tag::Heading { level, .. } = tag
                    && depth == 0
                {
                    heading = Some(Heading::new(*level as u8, range));
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let Some(mut open) = heading.take() else {
            splitter.push(&event);
            continue;
        };
        open.push(event);
        if depth == 0 {
            splitter.push_heading(open);
        } else {
            heading = Some(open);
        }
    }
    splitter.finish()
}

/// A top-level heading of the body, with its events.
struct Heading<'b> {
    level: u8,
    text: String,
    range: Range<usize>,
    events: Vec<Event<'b>>,
}

impl<'b> Heading<'b> {
    fn new(level: u8, range: Range<usize>) -> Self {
        Self {
            level,
            range,
            text: String::new(),
            events: Vec::new(),
        }
    }

    fn push(&mut self, event: Event<'b>) {
        if let Event::Text(text) | Event::Code(text) = &event {
            self.text.push_str(text);
        }
        self.events.push(event);
    }
}

/// Splits a body into its sections.
struct Splitter<'b> {
    body: &'b str,
    sections: Sections,
    /// The kinds of sections opened so far, in order.
    seen: Vec<Kind>,
    /// The open section: its kind, first byte, text if it is an answer, and the grade id of its last link.
    current: Kind,
    start: usize,
    text: markdown::Text,
    grade_id: Option<GradeId>,
    /// The grade id of the last link in the body so far.
    any_grade_id: Option<GradeId>,
    answer: Vec<&'b str>,
    answer_text: Vec<String>,
}

impl<'b> Splitter<'b> {
    /// Text before the first section heading belongs to the answer.
    fn new(body: &'b str) -> Self {
        Self {
            body,
            sections: Sections::default(),
            seen: Vec::new(),
            current: Kind::Answer,
            start: 0,
            text: markdown::Text::default(),
            grade_id: None,
            any_grade_id: None,
            answer: Vec::new(),
            answer_text: Vec::new(),
        }
    }

    fn push(&mut self, event: &Event<'_>) {
        if self.current == Kind::Answer {
            self.text.push(event);
        }
        if let Some(id) = markdown::link(event).and_then(grade_id) {
            self.grade_id = Some(id.clone());
            self.any_grade_id = Some(id);
        }
    }

    /// Opens a section if the heading begins one; else adds the heading to the open section.
    fn push_heading(&mut self, heading: Heading<'_>) {
        let opened = section_kind(&heading.text).filter(|&kind| {
            heading.level <= 3 && may_follow(kind, &self.seen, self.body, &heading)
        });
        if let Some(kind) = opened {
            self.close(heading.range.start);
            (self.current, self.start) = (kind, heading.range.end);
            self.seen.push(kind);
            let mut links = heading.events.iter().rev().filter_map(markdown::link);
            self.any_grade_id = links.find_map(grade_id).or(self.any_grade_id.take());
            return;
        }
        heading.events.iter().for_each(|event| self.push(event));
        if self.sections.first_heading.is_none() && self.current == Kind::Answer {
            self.sections.first_heading = Some(heading.text).filter(|t| !t.trim().is_empty());
        }
    }

    /// Closes the open section, which ends before this byte.
    fn close(&mut self, end: usize) {
        let text = &self.body[self.start..end];
        let grade_id = self.grade_id.take();
        match self.current {
            Kind::Question => self.sections.question = Some(without_separators(text).to_owned()),
            Kind::Answer => {
                let rest = behind_separators(text);
                let part = before_separators(rest);
                if self.answer.is_empty() && !part.is_empty() {
                    self.sections.answer_start = self.start + text.len() - rest.len();
                }
                self.answer.extend(Some(part).filter(|p| !p.is_empty()));
                let text = std::mem::take(&mut self.text).finish();
                self.answer_text
                    .extend(Some(text).filter(|t| !t.is_empty()));
            }
            Kind::References => self.sections.references.extend(references(text)),
            Kind::Boilerplate => {
                self.sections.grade_id = grade_id.or(self.sections.grade_id.take());
            }
        }
    }

    fn finish(mut self) -> Sections {
        self.close(self.body.len());
        let mut sections = self.sections;
        if sections.grade_id.is_none() && !self.seen.contains(&Kind::Boilerplate) {
            sections.grade_id = self.any_grade_id;
        }
        sections.answer = self.answer.join("\n\n");
        sections.answer_text = self.answer_text.join("\n");
        sections
    }
}

fn section_kind(heading: &str) -> Option<Kind> {
    let mut name = heading.to_owned();
    name.retain(|c| !c.is_whitespace() && !matches!(c, ':' | '：'));
    name.make_ascii_lowercase();
    match name.as_str() {
        "用户问题" | "问题" | "question" => Some(Kind::Question),
        "专家官方解答" | "专家解答" | "专家回答" | "解答" | "回答" | "answer" => {
            Some(Kind::Answer)
        }
        "参考链接" | "references" => Some(Kind::References),
        "答疑服务说明" | "反馈" => Some(Kind::Boilerplate),
        _ => None,
    }
}

/// Whether a section may begin here. Each kind comes once and in order: a later `## 问题` inside an answer is the
/// expert's own heading.
fn may_follow(kind: Kind, seen: &[Kind], body: &str, heading: &Heading<'_>) -> bool {
    let ended = seen.contains(&Kind::Boilerplate);
    let answered = seen.contains(&Kind::Answer);
    match kind {
        Kind::Question => seen.is_empty() && heading.level <= 2,
        Kind::Answer => !answered && !ended && heading.level <= 2,
        Kind::References => !ended && !seen.contains(&Kind::References) && heading.level <= 2,
        Kind::Boilerplate if !heading.text.contains("反馈") => true,
        Kind::Boilerplate => ended || body[heading.range.end..].contains(FEEDBACK_PARAMETER),
    }
}

/// One reference a line: a bullet, with or without the space that Markdown requires after it, with or without a link.
pub(super) fn references(text: &str) -> Vec<Reference> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !is_separator(line))
        .filter_map(|line| {
            let item = line.strip_prefix(['*', '-', '+']).unwrap_or(line).trim();
            let (text, links) = markdown::text_and_links(item);
            let text = on_one_line(&text);
            let url = links
                .into_iter()
                .next()
                .filter(|url| may_lead_somewhere(url));
            let text = if text.is_empty() { url.clone()? } else { text };
            Some(Reference { text, url })
        })
        .collect()
}

/// The grade id in the address of a feedback link.
fn grade_id(link: &str) -> Option<GradeId> {
    let (_, value) = link.split_once(FEEDBACK_PARAMETER)?;
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(GradeId(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &str = "\n## 用户问题 ： \n 怎么重启？  \n\n---------------\n## 专家官方解答 ：\n\n先停。\n\n```sh\n## 参考链接 ：\n```\n\n### 步骤\n再起。\n\n\n<font color=\"#949494\">---------------</font> \n\n\n## 参考链接 ：\n\n*[有链接](https://a.example/x)\n * 没有链接 \n*[坏链接](aliases:)\n\n <font color=\"#949494\">---------------</font> \n\n\n## <font color=\"#FF0000\">答疑服务说明：</font> \n\n本内容\n### 另：\n其他\n### 反馈\n欢迎点：[差评](https://a.example/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=17047)给我们反馈。\n";

    #[test]
    fn a_real_body_comes_apart_into_its_sections() {
        let read = split(REAL);
        assert_eq!(read.question.as_deref(), Some("怎么重启？"));
        assert_eq!(
            read.answer,
            "先停。\n\n```sh\n## 参考链接 ：\n```\n\n### 步骤\n再起。"
        );
        let reference = |text: &str, url: Option<&str>| Reference {
            text: text.into(),
            url: url.map(Into::into),
        };
        assert_eq!(
            read.references,
            [
                reference("有链接", Some("https://a.example/x")),
                reference("没有链接", None),
                reference("坏链接", None)
            ]
        );
        assert_eq!(read.grade_id, Some(GradeId("17047".into())));
    }

    #[test]
    fn the_answer_begins_behind_separators_that_hold_it() {
        let read = split("---\n-");
        assert_eq!((read.answer.as_str(), read.answer_start), ("-", 4));
    }

    #[test]
    fn heading_variants_open_the_same_sections() {
        for (question, answer) in [
            ("## 用户问题", "## 专家解答："),
            ("# 问题:", "# 回答"),
            ("## 问 题 ：", "## 专家回答 :"),
            ("## Question", "## Answer"),
        ] {
            let read = split(&format!("{question}\nq\n\n{answer}\na\n"));
            assert_eq!(
                (read.question.as_deref(), read.answer.as_str()),
                (Some("q"), "a"),
                "{question} {answer}"
            );
        }
    }

    #[test]
    fn without_headings_the_whole_body_is_the_answer() {
        let read = split("# 安装\n\n一步。\n\n## 问答\n\n两步。\n");
        assert_eq!(read.question, None);
        assert_eq!(read.answer, "# 安装\n\n一步。\n\n## 问答\n\n两步。");
        assert_eq!(read.first_heading.as_deref(), Some("安装"));
    }

    #[test]
    fn an_experts_own_headings_stay_in_the_answer() {
        let read = split("## 问题\nq\n\n## 解答\na\n\n## 问题\nb\n\n### 反馈\nc\n");
        assert_eq!(read.answer, "a\n\n## 问题\nb\n\n### 反馈\nc");
    }

    #[test]
    fn a_footer_without_a_notice_is_dropped_all_the_same() {
        let read = split("## 解答\na\n\n### 反馈\n[差评](/user/f?enhancerGradePOJOId=7)\n");
        assert_eq!(
            (read.answer.as_str(), read.grade_id),
            ("a", Some(GradeId("7".into())))
        );
    }
}
