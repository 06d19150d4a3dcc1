//! Any text has tokens.

#![no_main]

#[path = "../checks/analysis.rs"]
mod analysis;

libfuzzer_sys::fuzz_target!(|text: &str| analysis::check(text));
