//! Any text has a snippet.

#![no_main]

use dayi::{analysis, document};

#[path = "../checks/marked.rs"]
mod marked;
#[path = "../checks/snippets.rs"]
mod snippets;
// Not public: the file itself, with the rooms it uses.
#[path = "../../src/engine/results/snippet.rs"]
mod snippet;

libfuzzer_sys::fuzz_target!(|text: &str| snippets::check(text));
