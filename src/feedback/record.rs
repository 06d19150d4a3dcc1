//! Records that visitors send, with their limits: text of bounded length without control characters.

use super::text::cleaned;
use super::visitor::Visitor;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// Characters of a comment, at most.
pub const LONGEST_COMMENT: usize = 2_000;
/// Bytes of a question for the experts, at most: a pasted log fits.
pub const LONGEST_QUESTION: usize = 16 * 1024;
/// Characters of a question for the experts, at least.
pub const SHORTEST_QUESTION: usize = 4;
/// Characters of a contact, at most.
pub const LONGEST_CONTACT: usize = 200;
/// Longest query in characters; the rest is cut off.
pub const LONGEST_QUERY: usize = 512;
/// Longest address of a page in characters; the rest is cut off.
pub const LONGEST_PAGE: usize = 1_000;
/// Hits of a search that are logged, at most; people rarely look further.
pub const MOST_SHOWN: usize = 20;
/// Characters of a tag, a category or a language, at most.
pub const LONGEST_LABEL: usize = 100;

/// Something that visitors send or do.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A rating of an answer; replaces the visitor's earlier one.
    Rating(Rating),
    /// A question for the experts.
    Ask(Ask),
    /// A search that was answered.
    Query(QueryRecord),
    /// A hit that was opened.
    Click(Click),
    /// Another visitor has the same question.
    MeToo(MeToo),
}

impl Record {
    /// Its kind, as keys of requests hold it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Rating(_) => "rating",
            Self::Ask(_) => "ask",
            Self::Query(_) => "query",
            Self::Click(_) => "click",
            Self::MeToo(_) => "me_too",
        }
    }
}

/// Why an answer did not help.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It answers another question.
    OffTopic,
    /// It was true once.
    Outdated,
    /// Its steps cannot be done, or do not lead there.
    StepsFail,
    /// It cannot be understood.
    Unclear,
    /// Something else.
    Other,
}

impl Reason {
    /// All of them, in the order a form shows them.
    pub const ALL: [Self; 5] = [
        Self::OffTopic,
        Self::Outdated,
        Self::StepsFail,
        Self::Unclear,
        Self::Other,
    ];

    /// As it is sent and stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::OffTopic => "off_topic",
            Self::Outdated => "outdated",
            Self::StepsFail => "steps_fail",
            Self::Unclear => "unclear",
            Self::Other => "other",
        }
    }

    /// The reason of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.code() == code)
    }

    /// The reasons of comma-separated codes; unknown ones are left out.
    pub fn from_codes(codes: &str) -> Vec<Self> {
        codes.split(',').filter_map(Self::from_code).collect()
    }
}

/// A field that is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct BadField {
    /// Its name.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: FieldProblem,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldProblem {
    /// It is longer than this many characters.
    TooLong(usize),
    /// It is shorter than this many characters.
    TooShort(usize),
    /// It has control characters, or characters that change the direction of text.
    ControlCharacters,
    /// It has marks and pictures, but no words.
    NoWords,
    /// It is not one of these values.
    NotOneOf(&'static str),
    /// It names no document.
    NoDocument,
}

impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(most) => write!(f, "is longer than {most} characters"),
            Self::TooShort(least) => write!(f, "is shorter than {least} characters"),
            Self::ControlCharacters => write!(f, "holds control characters; expected text"),
            Self::NoWords => write!(f, "has no words"),
            Self::NotOneOf(allowed) => write!(f, "is none of {allowed}"),
            Self::NoDocument => write!(f, "is the id or the address of no document"),
        }
    }
}

/// `text` without white space around it, if it is text of at most `most` characters.
///
/// # Errors
/// Names the field and what is wrong with it.
pub fn checked_text(field: &'static str, text: &str, most: usize) -> Result<String, BadField> {
    let text = text.trim().replace("\r\n", "\n");
    let bad = |problem| Err(BadField { field, problem });
    if text.chars().count() > most {
        return bad(FieldProblem::TooLong(most));
    }
    // Characters that reverse or hide text would deceive an expert who reads a list of texts.
    let is_no_text = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(is_no_text) {
        return bad(FieldProblem::ControlCharacters);
    }
    Ok(text)
}

/// `text` on one line, cut to `most` characters, without what nobody sees: for fields in which long text is no reason to
/// reject.
pub fn trimmed(text: &str, most: usize) -> String {
    let text = cleaned(text);
    let characters = text.chars().filter(|c| !c.is_control());
    characters.take(most).collect()
}

/// A visitor's rating of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Rating {
    /// When it was sent.
    pub at: Timestamp,
    /// The visitor, as a hash.
    pub visitor: Visitor,
    /// The document.
    pub question_id: String,
    /// Its grade id, where it has one.
    pub grade_id: Option<String>,
    /// Whether the answer helped.
    pub helpful: bool,
    /// Why not.
    pub reasons: Vec<Reason>,
    /// In the visitor's words.
    pub comment: String,
    /// The query that led to the answer.
    pub query: String,
    /// The page it was shown on.
    pub page: String,
    /// Language of the visitor.
    pub language: String,
}

impl Rating {
    /// The codes of the reasons, comma-separated.
    pub fn reason_codes(&self) -> String {
        let codes: Vec<_> = self.reasons.iter().map(|r| r.code()).collect();
        codes.join(",")
    }
}

/// A question for the experts.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// When it was sent.
    pub at: Timestamp,
    /// The visitor, as a hash.
    pub visitor: Visitor,
    /// The question.
    pub question: String,
    /// How to reach the visitor; may be empty.
    pub contact: String,
    /// Scope it was asked in; may be empty.
    pub tag: String,
    /// Scope it was asked in; may be empty.
    pub category: String,
    /// The page it was asked on.
    pub page: String,
    /// Language of the visitor.
    pub language: String,
}

/// How well a search was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SearchOutcome {
    /// The first hit answers the query.
    Answered,
    /// The hits may help.
    Related,
    /// Nothing answers it.
    None,
}

impl SearchOutcome {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::Answered, Self::Related, Self::None];

    /// As it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Related => "related",
            Self::None => "none",
        }
    }

    /// The outcome of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// A search that was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryRecord {
    /// When it was sent.
    pub at: Timestamp,
    /// The visitor, as a hash.
    pub visitor: Visitor,
    /// What was typed.
    pub text: String,
    /// Documents found.
    pub total: i64,
    /// How well it was answered.
    pub outcome: SearchOutcome,
    /// Microseconds the engine took.
    pub took_micros: i64,
    /// Ids of the hits shown, best first.
    pub shown: Vec<String>,
    /// How often it was sent: more than once only in imports, where it was counted up.
    pub times: i64,
}

/// A hit that was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Click {
    /// When it was sent.
    pub at: Timestamp,
    /// The visitor, as a hash.
    pub visitor: Visitor,
    /// The query it was found by.
    pub query: String,
    /// The document.
    pub question_id: String,
}

/// A visitor has the same question as an ask that all visitors see.
#[derive(Debug, Clone, PartialEq)]
pub struct MeToo {
    /// When it was said.
    pub at: Timestamp,
    /// The visitor, as a hash that is the same on every day and another one for each ask: each counts once.
    pub visitor: String,
    /// Number of the ask.
    pub ask: i64,
}

/// What an expert made of a rating or an ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkState {
    /// Nobody has looked at it.
    New,
    /// Somebody is at it.
    InWork,
    /// It has been answered, or the answer mended.
    Answered,
    /// Nothing is to be done.
    Dismissed,
}

impl WorkState {
    /// All of them, in the order of work.
    pub const ALL: [Self; 4] = [Self::New, Self::InWork, Self::Answered, Self::Dismissed];

    /// As it is sent and stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InWork => "in_work",
            Self::Answered => "answered",
            Self::Dismissed => "dismissed",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_checked_by_characters() {
        assert_eq!(
            checked_text("comment", " 你好\r\n吗 ", 4).unwrap(),
            "你好\n吗"
        );
        for (text, problem) in [
            ("你好你好你", FieldProblem::TooLong(4)),
            ("a\u{0}b", FieldProblem::ControlCharacters),
            ("a\u{202e}b", FieldProblem::ControlCharacters),
        ] {
            let refused = checked_text("comment", text, 4).unwrap_err();
            assert_eq!((refused.field, refused.problem), ("comment", problem));
        }
    }

    #[test]
    fn every_code_is_read_again() {
        assert!(
            Reason::ALL
                .iter()
                .all(|r| Reason::from_code(r.code()) == Some(*r))
        );
        assert!(
            WorkState::ALL
                .iter()
                .all(|s| WorkState::from_code(s.code()) == Some(*s))
        );
        assert_eq!(
            Reason::from_codes("unclear,nonsense,other"),
            [Reason::Unclear, Reason::Other]
        );
    }
}
