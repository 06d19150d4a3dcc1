//! What is known of how one document is asked.

use crate::analysis::letters;
use crate::clean_text::clean;
use crate::document::{Document, LONGEST_ASKING, MOST_ASKINGS, content_hash};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A line of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Id of the document.
    pub id: String,
    /// Askings that people wrote. No program changes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked_as: Vec<String>,
    /// Askings that a model wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
    /// Askings that people refused. No program brings them back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
}

/// Askings that a model wrote, and from what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The askings.
    pub asked_as: Vec<String>,
    /// What of the document the model read, as [`read_hash`](super::read_hash) gives it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// Name of the model.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// The day on which it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<jiff::civil::Date>,
    /// What it answered and was not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// A question of a model that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The question.
    pub asked_as: String,
    /// Why it was not kept.
    pub why: Why,
    /// What was found: the name that the document does not have, the document with this headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

/// Why a question was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It has too few characters to say anything.
    TooShort,
    /// No visitor types so much.
    TooLong,
    /// It names a version, number, command, key, class or product that the document does not have.
    Invented,
    /// It says nearly what another question of the document says, or its headline.
    Repeated,
    /// It is the headline of another document.
    OthersHeadline,
    /// It is what a model says around its answer, or a part of the prompt.
    Residue,
    /// It is neither Chinese nor in Latin letters.
    OtherLanguage,
}

impl Why {
    /// The reason in words.
    pub fn said(self) -> &'static str {
        match self {
            Self::TooShort => "under 4 characters",
            Self::TooLong => "over 60 characters",
            Self::Invented => "names what the document does not have",
            Self::Repeated => "says what another question of the document says",
            Self::OthersHeadline => "is the headline of another document",
            Self::Residue => "is no question, but talk around an answer",
            Self::OtherLanguage => "is in another language",
        }
    }
}

impl Entry {
    /// The askings that count: those of people, then those of a model, without what people refused.
    pub fn askings(&self) -> impl Iterator<Item = &String> {
        let removed: HashSet<String> = self.removed.iter().map(|text| letters(text)).collect();
        self.all()
            .filter(move |text| !removed.contains(&letters(text)))
    }

    /// All askings, refused or not.
    pub(super) fn all(&self) -> impl Iterator<Item = &String> {
        let written = self.written.iter().flat_map(|written| &written.asked_as);
        self.asked_as.iter().chain(written)
    }

    /// A number that changes with what the entry adds to its document, never 0.
    pub(super) fn hash(&self) -> u64 {
        let mut text = String::new();
        for asking in self.all() {
            text.push_str(asking);
            text.push('\n');
        }
        for refused in &self.removed {
            text.push('\0');
            text.push_str(refused);
        }
        content_hash(text.as_bytes()).max(1)
    }

    /// What a document is asked as with this entry: its own askings, then those of the entry, each once, in whatever spelling,
    /// and none that only repeats the headline.
    pub(super) fn apply(&self, document: &mut Document) {
        let mut known: HashSet<String> = self.removed.iter().map(|text| letters(text)).collect();
        known.insert(letters(document.headline()));
        known.insert(String::new());
        let own = std::mem::take(&mut document.asked_as);
        let all = own.iter().chain(self.all()).map(|text| tidy(text));
        let fitting = all.filter(|asking| asking.chars().count() <= LONGEST_ASKING);
        let new = fitting.filter(|asking| known.insert(letters(asking)));
        document.asked_as = new.take(MOST_ASKINGS).collect();
    }
}

/// A question as it is searched and shown: on one line, without what nobody sees and what would move a terminal.
pub(super) fn tidy(text: &str) -> String {
    let words = clean(text);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        let mut document =
            Document::plain("a".to_owned(), "端口被占用".to_owned(), "见文档".to_owned());
        document.asked_as = vec!["起不来，说端口有人用了".to_owned()];
        document
    }

    #[test]
    fn askings_count_once_and_neither_refused_ones_nor_the_headline_do() {
        let entry: Entry = serde_json::from_str(
            r#"{"id":"a","asked_as":["端口 被占用","8848 被别的程序占着"],
                "written":{"asked_as":["起不来, 说端口有人用了！","怎么换端口","address already in use"]},
                "removed":["怎么换端口？"]}"#,
        )
        .unwrap();
        let mut document = document();
        entry.apply(&mut document);
        assert_eq!(
            document.asked_as,
            [
                "起不来，说端口有人用了",
                "8848 被别的程序占着",
                "address already in use"
            ]
        );
    }

    #[test]
    fn what_is_refused_and_what_is_asked_changes_the_hash_and_the_day_does_not() {
        let entry = |json: &str| serde_json::from_str::<Entry>(json).unwrap().hash();
        let written = r#"{"id":"a","written":{"asked_as":["甲"],"date":"2026-01-01"}}"#;
        assert_eq!(entry(written), entry(&written.replace("01-01", "02-02")));
        assert_eq!(entry(written), entry(r#"{"id":"a","asked_as":["甲"]}"#));
        assert_ne!(
            entry(written),
            entry(r#"{"id":"a","asked_as":["甲","乙"]}"#)
        );
        assert_ne!(
            entry(r#"{"id":"a","asked_as":["甲","乙"]}"#),
            entry(r#"{"id":"a","asked_as":["甲"],"removed":["乙"]}"#)
        );
    }
}
