//! The questions that a document is asked as: who wrote each, and what experts changed.

use super::refusal::Refusal;
use super::state::AppState;
use crate::document::{Document, DocumentId};
use crate::engine::Engine;
use crate::feedback::record::checked_text;
use crate::feedback::words::{ChangedWord, WordChange};
use crate::web::lists::answers::LONGEST_PATH_ID;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who wrote a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum WrittenBy {
    /// People, in the document or in the file.
    People,
    /// A model.
    Model,
    /// An expert, while the service runs.
    Expert,
}

/// A question that a document is asked as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Asking {
    /// The question.
    pub(super) text: String,
    /// Who wrote it.
    pub(super) written_by: WrittenBy,
    /// Whether an expert refused it: it does not count.
    pub(super) removed: bool,
    /// The change of an expert that can be undone.
    pub(super) change: Option<ChangedWord>,
}

/// A change of the questions of a document.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskingChange {
    /// The question.
    pub(super) text: String,
    /// `added` or `removed`.
    pub(super) change: WordChange,
}

/// The questions of a document, in the order in which they are searched, then those that experts refused.
pub(super) async fn of_document(state: &AppState, id: &str) -> Result<Vec<Asking>, Refusal> {
    let id = checked_text("id", id, LONGEST_PATH_ID)?;
    let changes = state.feedback()?.store.words().of(&id).await?;
    let wanted = DocumentId(id);
    let (document, written) = state
        .with_engine(move |engine: &dyn Engine| {
            Ok((engine.document(&wanted)?, engine.written_for(&wanted)))
        })
        .await?;
    let document = document.ok_or(Refusal::NotFound)?;
    Ok(merged(&document, &written, changes))
}

fn merged(document: &Document, written: &[String], changes: Vec<ChangedWord>) -> Vec<Asking> {
    let asking = |text: &String| Asking {
        text: text.clone(),
        written_by: if written.contains(text) {
            WrittenBy::Model
        } else {
            WrittenBy::People
        },
        removed: false,
        change: None,
    };
    let mut all: Vec<Asking> = document.asked_as.iter().map(asking).collect();
    // The index may not have the newest changes yet.
    for change in changes {
        let place = all.iter().position(|asking| asking.text == change.text);
        let known = place.map(|place| all.remove(place));
        let is_of_expert = change.change == WordChange::Added || known.is_none();
        all.push(Asking {
            text: change.text.clone(),
            written_by: match known {
                Some(known) if !is_of_expert => known.written_by,
                _ if written.contains(&change.text) => WrittenBy::Model,
                _ => WrittenBy::Expert,
            },
            removed: change.change == WordChange::Removed,
            change: Some(change),
        });
    }
    all.sort_by_key(|asking| asking.removed);
    all
}

/// Changes the questions of a document that there is.
pub(super) async fn change(
    state: &AppState,
    id: &str,
    change: &AskingChange,
    expert: &str,
) -> Result<(), Refusal> {
    let wanted = DocumentId(checked_text("id", id, LONGEST_PATH_ID)?);
    let shared = wanted.clone();
    let is_there = state
        .with_engine(move |engine: &dyn Engine| Ok(engine.names_of_id(&shared)?.is_some()))
        .await?;
    if !is_there {
        return Err(Refusal::NotFound);
    }
    let words = state.feedback()?.store.clone();
    let words = words.words();
    words
        .change(&wanted.0, &change.text, change.change, expert)
        .await?;
    Ok(())
}

/// Undoes a change of a document.
pub(super) async fn undo(
    state: &AppState,
    id: &str,
    number: &str,
    expert: &str,
) -> Result<(), Refusal> {
    let number = number.parse().map_err(|_| Refusal::NotFound)?;
    let id = checked_text("id", id, LONGEST_PATH_ID)?;
    let store = state.feedback()?.store.clone();
    if store.words().undo(&id, number, expert).await? {
        Ok(())
    } else {
        Err(Refusal::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn changed(id: i64, text: &str, change: WordChange) -> ChangedWord {
        ChangedWord {
            id,
            at: Timestamp::UNIX_EPOCH,
            expert: "li.hua".to_owned(),
            subject: "a".to_owned(),
            text: text.to_owned(),
            change,
        }
    }

    #[test]
    fn each_question_is_there_once_with_its_writer_and_its_newest_change() {
        let mut document = Document::plain("a".to_owned(), "问".to_owned(), "答".to_owned());
        document.asked_as = ["人写的", "模型写的", "新加的"].map(str::to_owned).to_vec();
        let written = ["模型写的".to_owned(), "拒了的".to_owned()];
        let changes = vec![
            changed(1, "新加的", WordChange::Added),
            changed(2, "拒了的", WordChange::Removed),
            changed(3, "人写的", WordChange::Removed),
        ];
        let all = merged(&document, &written, changes);
        let shown: Vec<_> = all
            .iter()
            .map(|a| {
                (
                    a.text.as_str(),
                    a.written_by,
                    a.removed,
                    a.change.as_ref().map(|c| c.id),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("模型写的", WrittenBy::Model, false, None),
                ("新加的", WrittenBy::Expert, false, Some(1)),
                ("拒了的", WrittenBy::Model, true, Some(2)),
                ("人写的", WrittenBy::People, true, Some(3)),
            ]
        );
    }
}
