//! dayi (答疑): a folder of Markdown Q&A documents becomes expert answers on any website.
//!
//! The way of a document: [`document`] reads a file into a question and its answer, [`analysis`] turns their text into
//! tokens, [`engine`] keeps the index up to date with the folder.
//!
//! The way of a query: [`web`] or [`cli`] takes it, [`engine`] understands it with the same [`analysis`], ranks the
//! documents and says how sure it is, and the answer is shown.
//!
//! Dependencies point downwards only: `cli`, `web` -> `engine` -> `analysis`, `document`. Nothing below `web` knows
//! HTTP, nothing outside `engine::embedded` knows tantivy; `tests/architecture.rs` keeps both true.

pub mod analysis;
pub mod document;
pub mod engine;
pub mod feedback;
pub mod texts;

/// An error and its causes on one line, outermost first.
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
pub mod cli;
pub mod config;
pub mod eval;
pub mod web;
