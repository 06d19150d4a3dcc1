//! Every file of `fuzz/corpus`, the starting points of fuzzing and what it found, holds what fuzzing asserts.

#![allow(clippy::print_stdout, reason = "a check that fails shows its file")]

use checks::{configuration, markdown, query, snippets};
use dayi::{analysis, document};
use std::path::Path;

#[path = "../fuzz/checks"]
mod checks {
    pub(super) mod analysis;
    pub(super) mod configuration;
    pub(super) mod document;
    pub(super) mod markdown;
    pub(super) mod marked;
    pub(super) mod query;
    pub(super) mod snippets;

    use crate::snippet;
}

// Not public: the file itself, with the rooms it uses.
#[allow(dead_code, reason = "of what it has only some is checked")]
#[path = "../src/engine/results/snippet.rs"]
mod snippet;

fn check_all(target: &str, check: fn(&str)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let files = std::fs::read_dir(&folder).expect("a folder of seeds");
    let mut checked = 0;
    for file in files {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).expect("a readable file");
        // As the fuzzer does: what is no text is cut off.
        let text = bytes.utf8_chunks().next().map_or("", |c| c.valid());
        // Shown when the check fails.
        println!("{}", path.display());
        check(text);
        checked += 1;
    }
    assert!(checked > 0, "no seeds in {}", folder.display());
}

#[test]
fn documents_are_read_or_refused() {
    check_all("document", checks::document::check);
}

#[test]
fn texts_have_tokens() {
    check_all("analysis", checks::analysis::check);
}

#[test]
fn markdown_becomes_safe_html() {
    check_all("markdown", markdown::check);
}

#[test]
fn configurations_are_taken_or_refused() {
    check_all("configuration", configuration::check);
}

#[test]
fn queries_are_answered() {
    check_all("query", query::check);
}

#[test]
fn texts_have_snippets() {
    check_all("snippets", snippets::check);
}
