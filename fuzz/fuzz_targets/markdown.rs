//! Any Markdown becomes safe HTML.

#![no_main]

#[path = "../checks/markdown.rs"]
mod markdown;

libfuzzer_sys::fuzz_target!(|text: &str| markdown::check(text));
