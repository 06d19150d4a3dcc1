//! Splits the body: headings in several variants begin the question, answer, references and grade id; boilerplate is
//! dropped.
//!
//! Only what the Markdown parser reports as a heading is one, so `#` lines in code fences are not.

use super::addresses::may_lead_somewhere;
use super::markdown;
use super::model::{GradeId, Reference};
use super::one_line::on_one_line;
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
    /// First byte of the first heading under the question that is of the rank of the question's own.
    next_heading: Option<usize>,
    /// Whether the heading of the answer is one wherever it stands.
    is_answer_sure: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Question,
    Answer,
    References,
    Boilerplate,
}

/// Digits of a grade id, at most: those of the largest number of 64 bits.
const LONGEST_GRADE: usize = 20;

/// Splits a body. Where a question has no answer under a heading that names nothing else, the next heading of its rank begins
/// the answer: `问题`, `原因`, `解决办法` are a question and an answer in two parts.
pub(super) fn split(body: &str) -> Sections {
    let sections = split_at(body, None);
    match sections.next_heading {
        Some(next) if sections.answer.is_empty() || !sections.is_answer_sure => {
            split_at(body, Some(next))
        }
        _ => sections,
    }
}

/// Splits a body, where the heading at byte `answer_at` is the first one of the answer.
fn split_at(body: &str, answer_at: Option<usize>) -> Sections {
    let mut splitter = Splitter::new(body, answer_at);
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
    answer_at: Option<usize>,
    /// Level of the heading of the question.
    question_level: u8,
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
    fn new(body: &'b str, answer_at: Option<usize>) -> Self {
        Self {
            body,
            answer_at,
            question_level: 0,
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
        let opened = section_name(&heading.text).filter(|name| self.may_follow(*name, &heading));
        if let Some((kind, is_sure)) = opened {
            self.sections.is_answer_sure |= kind == Kind::Answer && is_sure;
            self.open(kind, &heading, heading.range.end);
            return;
        }
        let start = heading.range.start;
        if self.answer_at == Some(start) {
            self.open(Kind::Answer, &heading, start);
        }
        heading.events.iter().for_each(|event| self.push(event));
        let is_next = heading.level <= self.question_level && !tells_of_question(&heading.text);
        if self.current == Kind::Question && is_next {
            self.sections.next_heading.get_or_insert(start);
        }
        if self.sections.first_heading.is_none() && self.current == Kind::Answer {
            self.sections.first_heading = Some(heading.text).filter(|t| !t.trim().is_empty());
        }
    }

    /// Opens a section whose text begins at byte `start`.
    fn open(&mut self, kind: Kind, heading: &Heading<'_>, start: usize) {
        self.close(heading.range.start);
        (self.current, self.start) = (kind, start);
        self.seen.push(kind);
        if kind == Kind::Question {
            self.question_level = heading.level;
        }
        let mut links = heading.events.iter().rev().filter_map(markdown::link);
        self.any_grade_id = links.find_map(grade_id).or(self.any_grade_id.take());
    }

    /// Whether a section may begin here. Each kind comes once and in order: a later `## 问题` inside an answer is the
    /// expert's own heading, and so is a lower one anywhere but at the beginning.
    fn may_follow(&self, (kind, is_sure): (Kind, bool), heading: &Heading<'_>) -> bool {
        let has = |kind| self.seen.contains(&kind);
        let ended = has(Kind::Boilerplate);
        let is_high = heading.level <= 2;
        match kind {
            Kind::Question => self.seen.is_empty() && (is_high || self.is_first(heading)),
            Kind::Answer => {
                !has(Kind::Answer) && !ended && (has(Kind::Question) || (is_sure && is_high))
            }
            Kind::References => !ended && !has(Kind::References) && is_high,
            Kind::Boilerplate if heading.level > 3 => false,
            Kind::Boilerplate if is_sure => true,
            Kind::Boilerplate => {
                ended || self.body[heading.range.end..].contains(FEEDBACK_PARAMETER)
            }
        }
    }

    /// Whether nothing stands before a heading but a title.
    fn is_first(&self, heading: &Heading<'_>) -> bool {
        let mut before = self.body[..heading.range.start].lines();
        before.all(|line| line.trim().is_empty() || line.starts_with("# ") || is_separator(line))
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

/// The section that a heading names, and whether it names it wherever it stands: the others may as well be headings of an
/// article, and count under a question only. The feedback footer is sure only with its link.
fn section_name(heading: &str) -> Option<(Kind, bool)> {
    let name = heading_name(heading);
    let named = match name.as_str() {
        "用户问题" | "问题" | "question" | "用户提问" | "提问" | "问题描述" | "问" | "q" => {
            (Kind::Question, true)
        }
        "专家官方解答" | "专家解答" | "专家回答" | "解答" | "回答" | "answer" => {
            (Kind::Answer, true)
        }
        "专家回复" | "官方解答" | "官方回答" | "官方回复" | "回复" | "答复" | "答案" | "答"
        | "解决办法" | "解决方案" | "解决方法" | "解法" | "处理办法" | "处理方法" | "处理方案"
        | "a" | "solution" => (Kind::Answer, false),
        "参考链接" | "参考连结" | "references" => (Kind::References, true),
        "答疑服务说明" => (Kind::Boilerplate, true),
        "反馈" => (Kind::Boilerplate, false),
        _ => return None,
    };
    Some(named)
}

/// Whether a heading names what is still a part of a question.
fn tells_of_question(heading: &str) -> bool {
    matches!(
        heading_name(heading).as_str(),
        "环境"
            | "环境信息"
            | "运行环境"
            | "版本"
            | "版本信息"
            | "背景"
            | "现象"
            | "问题现象"
            | "描述"
            | "复现"
            | "复现步骤"
            | "日志"
            | "报错"
            | "报错信息"
            | "错误信息"
            | "配置"
            | "补充"
    )
}

/// A heading without what only decorates it: numbers before it, attributes behind it, marks and emoji around it; in
/// simplified characters and small letters.
fn heading_name(heading: &str) -> String {
    let heading = heading.trim_end();
    let bare = match heading.strip_suffix('}').and_then(|h| h.rsplit_once('{')) {
        Some((text, _)) => text,
        None => heading,
    };
    let letters = without_number(bare).chars().filter(|c| c.is_alphanumeric());
    letters
        .flat_map(char::to_lowercase)
        .map(simplified)
        .collect()
}

/// A heading without the number before it, as in `1. 问题`, `一、问题`, `（2）问题`.
fn without_number(heading: &str) -> &str {
    let is_digit = |c: char| c.is_numeric() || "一二三四五六七八九十".contains(c);
    let text = heading.trim_start_matches(|c: char| !c.is_alphanumeric());
    let behind = text.trim_start_matches(is_digit);
    let number = &text[..text.len() - behind.len()];
    // A digit in a circle parts itself from what follows.
    let is_parted = behind.starts_with(|c: char| !c.is_alphanumeric())
        || number.ends_with(|c: char| !c.is_ascii() && !c.is_alphabetic());
    if is_parted { behind } else { text }
}

/// The simplified form of the traditional characters that names of sections have.
fn simplified(c: char) -> char {
    match c {
        '問' => '问',
        '題' => '题',
        '戶' | '户' => '户',
        '專' => '专',
        '復' | '覆' => '复',
        '決' => '决',
        '辦' => '办',
        '處' => '处',
        '參' => '参',
        '鏈' => '链',
        '連' => '连',
        '結' => '结',
        '饋' => '馈',
        '務' => '务',
        '說' | '説' => '说',
        other => other,
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
    let is_number = (1..=LONGEST_GRADE).contains(&digits.len());
    is_number.then_some(GradeId(digits))
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
            ("### 问题", "### 解答"),
            ("## 问题", "#### 解答"),
            ("## 问题描述", "## 解决方案"),
            ("## 问题", "## 解决办法"),
            ("## 问题", "## 答案"),
            ("## 问", "## 答"),
            ("## Q", "## A"),
            ("## 【问题】", "## 【解答】"),
            ("## **问题**", "## **解答**"),
            ("## 1. 问题", "## 2. 解答"),
            ("## 一、问题", "## 二、解答"),
            ("## （1）问题", "## （2）解答"),
            ("## ①问题", "## ②解答"),
            ("## 🙋 问题", "## ✅ 解答"),
            ("## 1️⃣ 问题", "## 2️⃣ 解答"),
            ("## 问题 ##", "## 解答 ##"),
            ("## 问题 {#q}", "## 解答 {#a .b}"),
            ("## 問題", "## 解答"),
            ("## 用戶問題", "## 專家回覆"),
            ("## 問題", "## 解決辦法"),
            ("## 问题", "## 官方回复："),
            ("问题\n---", "解答\n---"),
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
    fn a_title_may_stand_before_the_sections() {
        let read = split("# 标题\n\n##### 问题\nq\n\n##### 解答\na\n");
        assert_eq!(read.question.as_deref(), Some("q"));
        assert!(read.answer.ends_with("\n\na"), "{}", read.answer);
    }

    #[test]
    fn an_unknown_heading_behind_a_question_begins_the_answer() {
        let read = split("## 问题\nq\n\n### 环境\ne\n\n## 怎么修\na\n\n## 步骤\nb\n");
        assert_eq!(read.question.as_deref(), Some("q\n\n### 环境\ne"));
        assert_eq!(read.answer, "## 怎么修\na\n\n## 步骤\nb");
        assert_eq!(read.answer_text, "怎么修\na\n步骤\nb");
        // A known heading is surer than the first one.
        let read = split("## 问题\nq\n\n## 环境\ne\n\n## 解答\na\n");
        assert_eq!(
            (read.question.as_deref(), read.answer.as_str()),
            (Some("q\n\n## 环境\ne"), "a")
        );
        // The cause is no part of the question.
        let read = split("## 问题\nq\n\n## 原因\nc\n\n## 解决办法\na\n");
        assert_eq!(read.question.as_deref(), Some("q"));
        assert_eq!(read.answer, "## 原因\nc\n\n## 解决办法\na");
        // What was seen is.
        let read = split("## 问题\nq\n\n## 环境\ne\n\n## 解决办法\na\n");
        assert_eq!(
            (read.question.as_deref(), read.answer.as_str()),
            (Some("q\n\n## 环境\ne"), "a")
        );
        // Headings below the question's own are parts of it.
        assert_eq!(split("## 问题\nq\n\n### 环境\ne\n").answer, "");
    }

    #[test]
    fn headings_of_an_article_begin_no_section() {
        for body in [
            "## 现象\nx\n\n## 解决方案\na",
            "开头。\n\n### 问题\nx",
            "## 安装\nx\n\n### 问题\ny\n\n### 解答\nz",
            "## 问题一览\nx",
            "## 一答\nx",
            "## A\nx\n\n## B\ny",
        ] {
            let read = split(body);
            assert_eq!(
                (read.question, read.answer.as_str()),
                (None, body),
                "{body}"
            );
        }
    }

    #[test]
    fn a_number_that_is_no_grade_is_none() {
        let read = |digits: usize| {
            let number = "7".repeat(digits);
            split(&format!("a [差评](/user/f?enhancerGradePOJOId={number})")).grade_id
        };
        assert!(read(LONGEST_GRADE).is_some());
        assert_eq!(read(LONGEST_GRADE + 1), None);
        assert_eq!(read(70_000), None);
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
