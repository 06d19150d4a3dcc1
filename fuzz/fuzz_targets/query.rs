//! Any query is answered.

#![no_main]

#[path = "../checks/marked.rs"]
mod marked;
#[path = "../checks/query.rs"]
mod query;

libfuzzer_sys::fuzz_target!(|text: &str| query::check(text));
