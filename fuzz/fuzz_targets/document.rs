//! Any text is read as a document or refused.

#![no_main]

#[path = "../checks/document.rs"]
mod document;

libfuzzer_sys::fuzz_target!(|text: &str| document::check(text));
