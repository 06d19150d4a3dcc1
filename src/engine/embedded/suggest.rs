//! Completions as you type: beginnings of questions first, then of words, then what sounds alike, then infixes.

use super::schema::Fields;
use crate::analysis::pinyin_of;
use crate::document::{Document, DocumentId};
use crate::engine::{EngineError, Suggestion};
use jiff::civil::Date;
use tantivy::Searcher;
use tantivy::TantivyDocument;
use tantivy::schema::Value;

/// The questions of a snapshot, ready to be matched.
#[derive(Default)]
pub(super) struct Suggestions {
    entries: Vec<Entry>,
}

struct Entry {
    id: DocumentId,
    text: String,
    /// Lower case, without spaces.
    folded: String,
    pinyin: String,
    initials: String,
}

impl Suggestions {
    /// Reads all questions of an index, and the date of the newest document.
    pub(super) fn read(
        searcher: &Searcher,
        fields: Fields,
    ) -> Result<(Self, Option<Date>), EngineError> {
        let mut entries = Vec::with_capacity(searcher.num_docs() as usize);
        let mut newest = None;
        for segment in searcher.segment_readers() {
            let store = segment
                .get_store_reader(32)
                .map_err(|e| EngineError(Box::new(e)))?;
            for stored in store.iter::<TantivyDocument>(segment.alive_bitset()) {
                let stored = stored?;
                let source = stored
                    .get_first(fields.source)
                    .and_then(|v| v.as_bytes())
                    .unwrap_or_default();
                let document: Document =
                    serde_json::from_slice(source).map_err(|e| EngineError(Box::new(e)))?;
                newest = newest.max(document.date);
                let text = document.headline().to_owned();
                let spelled = pinyin_of(&text);
                entries.push(Entry {
                    folded: folded(&text),
                    pinyin: spelled.full,
                    initials: spelled.initials,
                    id: document.id,
                    text,
                });
            }
        }
        entries
            .sort_by(|a, b| (a.text.chars().count(), &a.id).cmp(&(b.text.chars().count(), &b.id)));
        Ok((Self { entries }, newest))
    }

    /// The best completions of `typed`; among equals the shorter question.
    pub(super) fn complete(&self, typed: &str, limit: usize) -> Vec<Suggestion> {
        let typed = folded(typed);
        if typed.is_empty() {
            return Vec::new();
        }
        let latin = typed.is_ascii();
        let mut ranked: Vec<(u8, &Entry)> = self
            .entries
            .iter()
            .filter_map(|entry| Some((entry.rank(&typed, latin)?, entry)))
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let mut suggestions: Vec<Suggestion> = Vec::new();
        for (_, entry) in ranked {
            if suggestions.len() == limit {
                break;
            }
            if !suggestions.iter().any(|s| s.text == entry.text) {
                suggestions.push(Suggestion {
                    text: entry.text.clone(),
                    id: entry.id.clone(),
                });
            }
        }
        suggestions
    }
}

impl Entry {
    fn rank(&self, typed: &str, latin: bool) -> Option<u8> {
        if self.folded.starts_with(typed) {
            Some(0)
        } else if latin && self.pinyin.starts_with(typed) {
            Some(1)
        } else if self.folded.contains(typed) {
            Some(2)
        } else if latin && typed.len() >= 2 && self.initials.contains(typed) {
            Some(3)
        } else if latin && typed.len() >= 4 && self.pinyin.contains(typed) {
            Some(4)
        } else {
            None
        }
    }
}

fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}
