//! dayi (答疑): a folder of Markdown Q&A documents becomes expert answers on any website.
//!
//! - [`document`] reads a file into a question and its answer.
//! - [`analysis`] turns text into tokens, the same for documents and queries.
//! - `assistant` asks a language model, where a site has one; only `asked_as` does so, when it is told to.
//! - [`asked_as`] knows in which other words visitors ask for a document.
//! - [`engine`] keeps the index in step with the folder, ranks documents for a query, and says how sure it is.
//! - [`feedback`] stores what visitors send, and computes what ranking learns from it.
//! - [`texts`] has every text that the service shows, in each language.
//! - [`config`] reads the settings; [`eval`] measures ranking on judged sets.
//! - [`web`] serves pages, the API and the widget; [`cli`] has a command for everything else.
//!
//! Dependencies point downwards: `cli` and `web` use `engine` and `feedback`, `engine` uses `analysis`, `document` and `asked_as`. Only
//! `web` knows HTTP, and only `engine::embedded` knows tantivy; `tests/architecture.rs` checks this.

pub mod analysis;
pub mod asked_as;
mod assistant;
mod clean_text;
pub mod cli;
pub mod config;
pub mod document;
pub mod engine;
mod error_chain;
pub mod eval;
pub mod feedback;
mod http_client;
pub mod texts;
pub mod web;

pub use error_chain::error_chain;
