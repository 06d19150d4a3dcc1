//! `GET /questions/{id}.md`: a document as Markdown.

use super::links::question_path;
use super::refusal::Refusal;
use super::response_cache::CachedResponse;
use super::state::AppState;
use crate::document::{Document, DocumentId};
use axum::response::Response;
use std::fmt::Write;
use std::sync::Arc;

/// A document as Markdown: question, answer, references.
pub(super) async fn question_markdown(state: &AppState, id: &str) -> Result<Response, Refusal> {
    let id = DocumentId(id.to_owned());
    let found = state
        .with_engine(move |engine| {
            let found = engine.document(&id)?;
            Ok(found.filter(|document| document.id == id))
        })
        .await?;
    let document = found.ok_or(Refusal::NotFound)?;
    let references = state
        .texts
        .current()
        .default_language()
        .text("markdown-references");
    let text = markdown(&document, &references, &state.config.base_url);
    Ok(Arc::new(CachedResponse::new(text, "text/markdown; charset=utf-8")).response())
}

fn markdown(document: &Document, references: &str, base_url: &str) -> String {
    let mut text = format!("# {}\n\n", document.headline());
    if document.question != document.headline() {
        let _ = write!(text, "{}\n\n", document.question);
    }
    let _ = writeln!(text, "{}", document.answer);
    if !document.references.is_empty() {
        let _ = write!(text, "\n## {references}\n\n");
        for reference in &document.references {
            let _ = match &reference.url {
                Some(url) => writeln!(text, "* [{}]({url})", reference.text),
                None => writeln!(text, "* {}", reference.text),
            };
        }
    }
    let _ = write!(text, "\n<{base_url}{}>\n", question_path(&document.id));
    text
}
