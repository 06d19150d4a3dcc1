//! The documents of the project name files that are there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.to_owned(), root.join("docs")];
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap().flatten());
    let files = entries.map(|entry| entry.path());
    files
        .filter(|file| file.extension().is_some_and(|e| e == "md"))
        .collect()
}

#[test]
fn links_and_paths_of_documents_lead_to_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let link = Regex::new(r"\]\(([^)#:]+)(#[^)]*)?\)").unwrap();
    let path =
        Regex::new(r"`((?:src|tests|benches|tools|deploy|docs|eval|fuzz)/[\w./-]+)`").unwrap();
    let mut missing = Vec::new();
    let mut checked = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let folder = document.parent().unwrap();
        let links = link
            .captures_iter(&text)
            .map(|found| folder.join(&found[1]));
        let paths = path.captures_iter(&text).map(|found| root.join(&found[1]));
        for named in links.chain(paths) {
            checked += 1;
            if !named.exists() {
                missing.push(format!("{}: {}", document.display(), named.display()));
            }
        }
    }
    assert!(checked > 50, "{checked} links and paths were found");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_readme_can_be_read_in_three_minutes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["README.md", "README.zh-CN.md"] {
        let lines = fs::read_to_string(root.join(name)).unwrap().lines().count();
        assert!(lines < 150, "{name} has {lines} lines");
    }
}
