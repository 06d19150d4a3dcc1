//! `dayi search`: the engine from the terminal.

use super::args::Format;
use super::{FOUND_A_PROBLEM, GOOD, index, report};
use crate::analysis::Analyzer;
use crate::config::Config;
use crate::document::plain_text;
use crate::engine::embedded::{EmbeddedEngine, IndexError};
use crate::engine::{AnswerState, Engine, SearchQuery};
use serde_json::json;
use std::fmt::Write;

pub(super) fn search(
    config: &Config,
    text: &str,
    format: Format,
    limit: usize,
) -> anyhow::Result<u8> {
    let engine = open(config)?;
    let found = engine.search(&SearchQuery {
        text: text.to_owned(),
        limit,
        ..SearchQuery::default()
    })?;
    match format {
        Format::Json => {
            let hits: Vec<_> = found
                .hits
                .iter()
                .map(|hit| json!({ "id": hit.document.id, "title": hit.document.headline(), "score": hit.score, "snippet_html": hit.snippet_html }))
                .collect();
            report::print_json(
                &json!({ "query": text, "total": found.total, "answer_state": found.answer_state, "hits": hits }),
            )?;
        }
        Format::Human => {
            let mut lines = String::new();
            for (rank, hit) in found.hits.iter().enumerate() {
                let document = &hit.document;
                let _ = write!(
                    lines,
                    "{}. {}\n   {}  {:.2}\n   {}\n",
                    rank + 1,
                    document.headline(),
                    document.id,
                    hit.score,
                    plain_text(&hit.snippet_html)
                );
            }
            let state = match found.answer_state {
                AnswerState::Answered => "answered",
                AnswerState::Related => "related",
                AnswerState::None => "none",
            };
            report::print(&format!("{lines}{} hits, answer: {state}\n", found.total))?;
        }
    }
    Ok(if found.hits.is_empty() {
        FOUND_A_PROBLEM
    } else {
        GOOD
    })
}

/// The index brought up to date; as it is while another process keeps it.
fn open(config: &Config) -> anyhow::Result<EmbeddedEngine> {
    match index::open_and_sync(config) {
        Ok((engine, _)) => Ok(engine),
        Err(error) if matches!(error.downcast_ref(), Some(IndexError::InUse(_))) => Ok(
            EmbeddedEngine::open_read_only(&config.index.value, Analyzer::new())?,
        ),
        Err(error) => Err(error),
    }
}
