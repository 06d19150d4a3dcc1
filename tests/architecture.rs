//! Dependencies point downwards only: each room names the rooms it may use, and nothing else uses a library that is
//! another room's business.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms from the top down, with what each may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("document", &[]),
    ("analysis", &[]),
    ("texts", &[]),
    ("feedback", &[]),
    ("config", &["engine", "feedback"]),
    ("engine", &["document", "analysis"]),
    ("eval", &["engine", "document"]),
    (
        "web",
        &["engine", "feedback", "config", "document", "texts"],
    ),
    (
        "cli",
        &[
            "web", "eval", "engine", "feedback", "config", "document", "analysis", "texts",
        ],
    ),
];

/// Libraries and the one place that may know them.
const OWNED: &[(&str, &str)] = &[
    ("tantivy", "src/engine/embedded"),
    ("axum", "src/web"),
    ("jieba_rs", "src/analysis"),
    ("libc", "src/document"),
    ("aho_corasick", "src/analysis"),
    ("pulldown_cmark", "src/document"),
    ("ammonia", "src/document"),
    ("clap", "src/cli"),
    ("sqlx", "src/feedback"),
    ("ureq", "src/feedback"),
    ("argon2", "src/feedback"),
    ("plotters", "src/web/admin"),
    ("fluent_bundle", "src/texts"),
    ("fluent_syntax", "src/texts"),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// Lines of code: neither comments nor the tests at the end of a file.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (room, allowed) in MAY_USE {
        let mut files = sources(&root.join(room));
        files.push(root.join(format!("{room}.rs")));
        for file in files {
            let code = code(&file);
            for (other, _) in MAY_USE
                .iter()
                .filter(|(o, _)| o != room && !allowed.contains(o))
            {
                assert!(
                    !code.contains(&format!("crate::{other}")),
                    "{} uses `{other}`, which is not below `{room}`",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn libraries_stay_in_their_room() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in sources(&root.join("src")) {
        let within = file.strip_prefix(root).unwrap().display().to_string();
        let code = code(&file);
        for (library, owner) in OWNED {
            let uses = code.contains(&format!("{library}::"));
            let main = within == "src/main.rs" && *library == "clap";
            assert!(
                !uses || within.starts_with(owner) || main,
                "{within} uses `{library}`, which belongs to {owner}"
            );
        }
    }
}

#[test]
fn every_room_is_held_to_its_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(root)
        .unwrap()
        .flatten()
        .filter(|e| e.path().is_dir())
    {
        let name = entry.file_name().into_string().unwrap();
        assert!(
            MAY_USE.iter().any(|(room, _)| *room == name),
            "`src/{name}` has no place in the order"
        );
    }
}
