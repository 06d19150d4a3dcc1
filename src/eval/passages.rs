//! Judged passages: which block of a document answers a question.

use super::set::{SetError, read_lines};
use crate::document::{DocumentId, headed_blocks};
use crate::engine::{Engine, EngineError, SearchQuery};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The file of a set's judged passages.
pub const PASSAGES: &str = "passages.jsonl";

/// A question, its document, and what only passages say that answer it.
#[derive(Debug, Clone, Deserialize)]
pub struct JudgedPassage {
    /// What the visitor typed.
    pub query: String,
    /// The document that answers it.
    pub id: String,
    /// Pieces of text of which a passage that answers has at least one. White space makes no difference.
    pub holds: Vec<String>,
}

/// How many of the questions are answered, as shares from 0 to 1.
#[derive(Debug, Clone, Serialize)]
pub struct PassageReport {
    /// The folder of the set.
    pub set: String,
    /// Questions.
    pub pairs: usize,
    /// The passage of the right document answers.
    pub passage: f64,
    /// The first block of the right document does: what a page without passages would show.
    pub first_block: f64,
    /// The passage of the first hit of a search answers.
    pub of_first_hit: f64,
    /// Characters of a passage, on average.
    pub characters: f64,
}

impl JudgedPassage {
    /// Reads the judged passages of a set.
    ///
    /// # Errors
    /// When the file cannot be read or a line is malformed.
    pub fn load(folder: &Path) -> Result<Vec<Self>, SetError> {
        let path = folder.join(PASSAGES);
        read_lines(&path, "{\"query\", \"id\", \"holds\"} as JSON")
    }

    fn is_answered_by(&self, text: &str) -> bool {
        let text = solid(text);
        self.holds.iter().any(|piece| text.contains(&solid(piece)))
    }
}

/// Without what an author may write in several ways: white space and marks of emphasis and code.
fn solid(text: &str) -> String {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '*' | '`' | '\\');
    text.chars().filter(|c| !is_mark(*c)).collect()
}

/// Finds a passage for each question.
///
/// # Errors
/// When a search fails.
pub fn evaluate_passages(
    engine: &dyn Engine,
    set: &str,
    judged: &[JudgedPassage],
) -> Result<PassageReport, EngineError> {
    let (mut right, mut right_first, mut right_hit, mut characters) = (0, 0, 0, 0);
    for one in judged {
        let id = DocumentId(one.id.clone());
        let passage = engine.passage(&one.query, &id)?;
        let passage = passage.map(|passage| passage.text).unwrap_or_default();
        characters += passage.chars().count();
        let is_right = one.is_answered_by(&passage);
        right += usize::from(is_right);
        if !is_right {
            tracing::debug!(
                query = one.query,
                id = one.id,
                passage,
                "a passage does not answer"
            );
        }
        let blocks = engine
            .document(&id)?
            .map(|document| headed_blocks(&document.answer));
        let first = blocks
            .iter()
            .flatten()
            .flat_map(|headed| &headed.blocks)
            .next();
        right_first += usize::from(first.is_some_and(|block| one.is_answered_by(&block.text)));
        let query = SearchQuery {
            text: one.query.clone(),
            limit: 1,
            passages: 1,
            ..SearchQuery::default()
        };
        let hits = engine.search(&query)?.hits;
        let hit = hits.first().and_then(|hit| hit.passage.as_ref());
        right_hit += usize::from(hit.is_some_and(|passage| one.is_answered_by(&passage.text)));
    }
    let share = |count: usize| count as f64 / judged.len().max(1) as f64;
    Ok(PassageReport {
        set: set.to_owned(),
        pairs: judged.len(),
        passage: share(right),
        first_block: share(right_first),
        of_first_hit: share(right_hit),
        characters: share(characters),
    })
}
