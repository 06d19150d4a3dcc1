//! The answers to the queries of `eval/content` over the documents in `content/` are those that are written down.
//!
//! After a change that means to change answers, write them down anew:
//! `cargo run --release --example golden -- --content content --write eval/content/golden.jsonl eval/content`

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use dayi::analysis::Analyzer;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::eval::{JudgedSet, golden};
use std::fs;
use std::path::Path;

/// Scores differ by no more on processors for which the system's library computes logarithms in another way.
const ROUNDING: f64 = 1e-5;

#[test]
fn answers_are_those_that_are_written_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("eval/content");
    let set = JudgedSet::load(&folder).unwrap();
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
    let content = root.join("content");
    golden::on_one_thread(|| engine.sync(&content, &|_, _| {})).unwrap();
    let records = golden::records(&engine, &set).unwrap();
    let written = fs::read_to_string(folder.join("golden.jsonl")).unwrap();
    assert_eq!(written.lines().count(), records.len());
    for (line, record) in written.lines().zip(&records) {
        let expected = serde_json::from_str(line).unwrap();
        let differences = golden::differences(&expected, record, ROUNDING);
        assert!(differences.is_empty(), "{record}\n{differences:#?}");
    }
}
