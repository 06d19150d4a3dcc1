//! A document and its names.

use super::addresses::Surroundings;
use super::html::{Html, render_answer, render_excerpt};
use super::markdown::plain_text;
use super::markdown_addresses;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The stable name of a document, unique within a content folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(pub String);

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The number in the feedback link of a document (`enhancerGradePOJOId`); it differs from the document id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GradeId(pub String);

/// Both names of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentNames {
    /// Its id.
    pub id: DocumentId,
    /// The number in its feedback link, if it has one.
    pub grade: Option<GradeId>,
}

/// One entry under the references heading, with or without a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Plain text of the reference.
    pub text: String,
    /// Its address as it is written, which may be relative to the file of the document.
    pub url: Option<String>,
}

/// One question with one expert answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Unique name.
    pub id: DocumentId,
    /// Title in the front matter; often the first 40 characters of the question.
    pub title: String,
    /// The full question in the visitor's words, plain text.
    pub question: String,
    /// The full question as Markdown, where it has more form than its plain text: code, lists, links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_markdown: Option<String>,
    /// The expert's answer as Markdown, without separators, references, notice and feedback footer. Not part of the
    /// JSON, because escaping its quotes and line breaks would take most of the time.
    #[serde(skip)]
    pub answer: String,
    /// Line of the file in which the answer begins, from 1; for authors who want to correct it.
    pub answer_line: usize,
    /// What the expert relied on.
    pub references: Vec<Reference>,
    /// Number in the feedback link, if there is one.
    pub grade_id: Option<GradeId>,
    /// ISO 8601 calendar date of the answer.
    pub date: Option<jiff::civil::Date>,
    /// Day of the last change, where the document gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<jiff::civil::Date>,
    /// Free name of the kind of document.
    pub category: Option<String>,
    /// Automatic excerpt of the answer; may be cut off mid-sentence.
    pub description: Option<String>,
    /// Labels for browsing.
    pub tags: Vec<String>,
    /// Words for searching.
    pub keywords: Vec<String>,
    /// Other ways in which visitors ask the question, as plain text. Searched as the question is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked_as: Vec<String>,
    /// Who answered.
    pub author: Option<String>,
    /// Ids and paths of this site under which the document was once known, see
    /// [`alias_key`](super::alias::alias_key).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Unknown keys of the front matter, unchanged.
    pub extra: BTreeMap<String, serde_json::Value>,
}

impl Document {
    /// A document that is only a question and an answer, such as those of a judged set.
    pub fn plain(id: String, question: String, answer: String) -> Self {
        Self {
            id: DocumentId(id),
            title: question.clone(),
            question,
            question_markdown: None,
            answer,
            answer_line: 1,
            references: Vec::new(),
            grade_id: None,
            date: None,
            updated: None,
            category: None,
            description: None,
            tags: Vec::new(),
            keywords: Vec::new(),
            asked_as: Vec::new(),
            author: None,
            aliases: Vec::new(),
            extra: BTreeMap::new(),
        }
    }

    /// The day of the last change that is known: that of the answer, unless it was changed later.
    pub fn changed(&self) -> Option<jiff::civil::Date> {
        self.date.max(self.updated)
    }

    /// The headline for readers: the full question if the title is the cut-off beginning of it, else the title.
    pub fn headline(&self) -> &str {
        const LONGEST_HEADLINE: usize = 120;
        let cut_off = self.title.trim_end_matches(['.', '…', ' ']);
        let first_line = self.question.lines().next().unwrap_or_default().trim();
        let continues = first_line.starts_with(cut_off) && first_line.len() > self.title.len();
        if continues && first_line.chars().count() <= LONGEST_HEADLINE {
            first_line
        } else {
            &self.title
        }
    }

    /// The answer as plain text, one line per block.
    pub fn answer_text(&self) -> String {
        plain_text(&self.answer)
    }

    /// The answer as Markdown, with the addresses that it has where it is shown.
    pub fn answer_markdown(&self, around: &dyn Surroundings) -> String {
        markdown_addresses::resolved(&self.answer, around).into_owned()
    }

    /// The question as sanitized HTML, for where it is shown, where it has more form than its plain text.
    pub fn question_html(&self, around: &dyn Surroundings) -> Option<Html> {
        let markdown = self.question_markdown.as_deref()?;
        Some(render_excerpt(markdown, around))
    }

    /// The answer as sanitized HTML, for where it is shown.
    pub fn answer_html(&self, around: &dyn Surroundings) -> Html {
        render_answer(&self.answer, around)
    }
}
