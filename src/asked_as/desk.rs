//! What experts changed over the file while the service runs.

use super::entry::Entry;
use crate::analysis::letters;
use crate::document::content_hash;
use std::collections::HashMap;

/// A change of an expert: a question that counts, or counts no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The question.
    pub text: String,
    /// Whether it counts.
    pub is_added: bool,
}

/// The changes of all documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Desk(HashMap<String, Vec<Change>>);

impl Desk {
    /// The desk with these changes of documents, oldest first.
    pub fn of(changes: impl Iterator<Item = (String, Change)>) -> Self {
        let mut desk = Self::default();
        for (id, change) in changes {
            desk.0.entry(id).or_default().push(change);
        }
        desk
    }

    /// The ids of documents with changes, in no order.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The changes of a document, oldest first.
    pub(super) fn changes(&self, id: &str) -> Option<&[Change]> {
        self.0.get(id).map(Vec::as_slice)
    }

    /// A number that changes with those of a document; 0 where it has none.
    pub(super) fn hash(&self, id: &str) -> u64 {
        let Some(changes) = self.changes(id) else {
            return 0;
        };
        let lines = changes.iter().map(|change| {
            let sign = if change.is_added { '+' } else { '-' };
            format!("{sign}{}\n", change.text)
        });
        content_hash(lines.collect::<String>().as_bytes())
    }
}

impl Entry {
    /// Makes the changes of experts, oldest first. What an expert adds counts although it was refused before.
    pub(super) fn change(&mut self, changes: &[Change]) {
        for change in changes {
            let said = letters(&change.text);
            let is_same = |text: &String| letters(text) == said;
            self.removed.retain(|text| !is_same(text));
            if change.is_added {
                if !self.all().any(is_same) {
                    self.asked_as.push(change.text.clone());
                }
            } else {
                self.asked_as.retain(|text| !is_same(text));
                self.removed.push(change.text.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(text: &str, is_added: bool) -> Change {
        let text = text.to_owned();
        Change { text, is_added }
    }

    #[test]
    fn the_newest_change_of_a_question_counts() {
        let mut entry: Entry = serde_json::from_str(
            r#"{"id":"a","asked_as":["甲"],"written":{"asked_as":["乙","丙"]},"removed":["丁"]}"#,
        )
        .unwrap();
        entry.change(&[
            change("乙", false),
            change("丁", true),
            change("甲!", false),
            change("戊", true),
            change("戊", false),
            change("丙", true),
        ]);
        assert_eq!(entry.asked_as, ["丁"]);
        assert_eq!(entry.removed, ["乙", "甲!", "戊"]);
    }

    #[test]
    fn only_documents_with_changes_have_another_hash() {
        let of = |changes: &[(&str, Change)]| {
            let changes = changes.iter().cloned();
            Desk::of(changes.map(|(id, change)| (id.to_owned(), change)))
        };
        let desk = of(&[("a", change("甲", true)), ("b", change("甲", false))]);
        assert_eq!(desk.hash("c"), 0);
        assert_ne!(desk.hash("a"), desk.hash("b"));
        assert_ne!(desk.hash("a"), of(&[("a", change("乙", true))]).hash("a"));
    }
}
