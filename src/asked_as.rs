//! How documents are asked: the questions of visitors in other words than the headline's.
//!
//! ```text
//! words/asked_as.jsonl   one line a document -> entry
//!      -> file           the whole file for readers, of which only places are held in memory
//!      -> desk           what experts changed over it while the service runs
//! a document             -> askings: what it is searched by, beside its headline
//!
//! a document -> prompt   what a model is asked
//!      -> write          asks it, with patience; or `exchange`: requests and answers as files
//!      -> answer         questions out of what it said
//!      -> checks         what of them is kept
//!      -> book           the file for one program that changes it
//! ```
//! Searching needs no model: the file has all that one ever said.

mod answer;
mod book;
mod checks;
mod desk;
mod entry;
mod exchange;
mod file;
mod prompt;
mod write;

pub(crate) use book::Book;
pub(crate) use checks::{Checker, headlines};
pub use desk::{Change, Desk};
pub use entry::{Entry, LeftOut, Why, Written};
pub(crate) use exchange::{Answer, answers_in, batch_line, plain_prompt};
pub use file::{AskedAs, FILE};
pub use prompt::{PROMPT, read_hash};
pub(crate) use prompt::{missing_place, prompt, tokens};
pub(crate) use write::{Request, Stopped, ask_all};
