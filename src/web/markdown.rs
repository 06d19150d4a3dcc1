//! `GET /questions/{id}.md`: a document as Markdown.

use super::answer::{Called, Place};
use super::refusal::Refusal;
use super::response_cache::CachedResponse;
use super::state::AppState;
use crate::document::{Document, DocumentId, Surroundings};
use crate::engine::Engine;
use axum::response::Response;
use std::fmt::Write;
use std::sync::Arc;

/// A document as Markdown: question, answer, references.
pub(super) async fn question_markdown(state: &AppState, id: &str) -> Result<Response, Refusal> {
    let references = state
        .texts
        .current()
        .default_language()
        .text("markdown-references");
    let shared = state.clone();
    let write = move |engine: &dyn Engine, document: Document| {
        let place = Place::elsewhere(engine, &document, &shared)?;
        Ok(markdown(document, &references, &place))
    };
    let id = DocumentId(id.to_owned());
    let text = state.with_document(id, Called::ByItsId, write).await?;
    Ok(Arc::new(CachedResponse::new(text, "text/markdown; charset=utf-8")).response())
}

fn markdown(document: Document, references: &str, place: &Place<'_>) -> String {
    let mut text = format!("# {}\n\n", document.headline());
    if document.question != document.headline() {
        let _ = write!(text, "{}\n\n", document.question);
    }
    let _ = writeln!(text, "{}", document.answer_markdown(place));
    let page = place.own_page().to_owned();
    if !document.references.is_empty() {
        let _ = write!(text, "\n## {references}\n\n");
        for reference in place.references(document.references) {
            let _ = match &reference.url {
                Some(url) => writeln!(text, "* [{}]({url})", reference.text),
                None => writeln!(text, "* {}", reference.text),
            };
        }
    }
    let _ = write!(text, "\n<{page}>\n");
    text
}
