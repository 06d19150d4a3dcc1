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

pub mod document;
pub mod analysis;
