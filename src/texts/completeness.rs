//! Holds the files of texts to each other and to what uses them: templates, Rust and scripts.

use super::references::{References, keys, messages};
use super::{Catalog, EMBEDDED};
use fluent_bundle::FluentResource;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Keys of which code writes only the last part: `problem-{code}`.
const BY_CODE: [&str; 4] = ["ask-state-", "problem-", "reason-", "state-"];

/// The groups of texts that scripts take, with the scripts that use them.
const GROUPS: [(&str, &[&str]); 10] = [
    ("widget", &["widget.js"]),
    ("panel", &["widget-panel.js", "combobox.js"]),
    ("welcome", &["widget-home.js"]),
    ("earlier", &["widget-earlier.js"]),
    ("conversation", &["widget-conversation.js"]),
    ("reply", &["widget-answer.js", "widget-prose.js"]),
    ("box", &["search-box.js", "combobox.js"]),
    ("dialog", &["search-dialog.js"]),
    ("mine", &["my-asks.js"]),
    ("similar", &["similar.js"]),
];

fn embedded(tag: &str) -> FluentResource {
    let (_, source) = EMBEDDED.iter().find(|(t, _)| *t == tag).unwrap();
    FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(_, errors)| {
        panic!("texts/{tag}.ftl: {errors:?}");
    })
}

/// All files below a folder of the repository with this extension.
fn sources(folder: &str, extension: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|e| e == extension) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.display().to_string(), text));
            }
        }
    }
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    walk(&root.join(folder), extension, &mut found);
    found
}

fn rust_and_templates() -> Vec<(String, String)> {
    let mut files = sources("src", "rs");
    files.retain(|(path, _)| !path.contains("src/texts"));
    files.extend(sources("templates", "html"));
    files
}

fn names_of_group(group: &str) -> BTreeSet<String> {
    let camel = Regex::new("-([a-z])").unwrap();
    let prefix = format!("{group}-");
    let keys = keys(&embedded("en")).collect::<Vec<_>>().into_iter();
    keys.filter_map(|key| {
        let name = key.strip_prefix(&prefix)?.to_owned();
        let upper = |found: &regex::Captures<'_>| found[1].to_uppercase();
        Some(camel.replace_all(&name, upper).into_owned())
    })
    .collect()
}

#[test]
fn every_language_has_the_same_texts_with_the_same_variables() {
    let of_language = |tag: &str| {
        let resource = embedded(tag);
        let texts = messages(&resource).map(|message| {
            assert!(
                message.value.is_some(),
                "texts/{tag}.ftl: {}",
                message.id.name
            );
            let variables = References::of_message(message).variables;
            (message.id.name.to_owned(), variables)
        });
        let texts: Vec<_> = texts.collect();
        let by_key: BTreeMap<_, _> = texts.iter().cloned().collect();
        assert_eq!(by_key.len(), texts.len(), "texts/{tag}.ftl has a key twice");
        by_key
    };
    let english = of_language("en");
    for (tag, _) in EMBEDDED {
        assert_eq!(
            of_language(tag),
            english,
            "texts/{tag}.ftl beside texts/en.ftl"
        );
    }
}

#[test]
fn every_used_key_has_a_text() {
    let known: BTreeSet<String> = keys(&embedded("en")).collect();
    let call = Regex::new(r#"\b(?:t|count|with|around|text|format)\(\s*"([a-z][a-z0-9_-]*)""#);
    let call = call.unwrap();
    let mut used = 0;
    for (path, text) in rust_and_templates() {
        for found in call.captures_iter(&text) {
            // Other functions with these names take no key; keys have a hyphen or stand in a template.
            let key = &found[1];
            if key.contains('-') || path.contains("templates") {
                assert!(known.contains(key), "{path}: no text has the key `{key}`");
                used += 1;
            }
        }
    }
    assert!(used > 150, "only {used} uses were found");
    let resource = embedded("en");
    for message in messages(&resource) {
        for other in References::of_message(message).texts {
            assert!(
                known.contains(&other),
                "`{}` refers to `{other}`",
                message.id.name
            );
        }
    }
}

#[test]
fn every_text_is_used() {
    let literal = Regex::new(r#""([a-z][A-Za-z0-9_-]*)""#).unwrap();
    let files = rust_and_templates();
    let literals: BTreeSet<&str> = files
        .iter()
        .flat_map(|(_, text)| literal.captures_iter(text))
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    let resource = embedded("en");
    let referred: BTreeSet<String> = messages(&resource)
        .flat_map(|message| References::of_message(message).texts)
        .collect();
    for key in keys(&resource) {
        let in_group = GROUPS
            .iter()
            .any(|(group, _)| key.starts_with(&format!("{group}-")));
        let by_code = BY_CODE.iter().any(|prefix| {
            let code = key.strip_prefix(prefix);
            code.is_some_and(|code| literals.contains(code.trim_end_matches("-detail")))
        });
        assert!(
            in_group || by_code || referred.contains(&key) || literals.contains(key.as_str()),
            "nothing uses the text `{key}`"
        );
    }
}

#[test]
fn scripts_use_the_texts_of_their_groups_and_no_others() {
    let scripts: BTreeMap<String, String> = sources("assets", "js")
        .into_iter()
        .map(|(path, text)| (path.rsplit('/').next().unwrap().to_owned(), text))
        .collect();
    let used = Regex::new(r"\btexts\.([A-Za-z_]+)").unwrap();
    for (group, files) in GROUPS {
        let names = names_of_group(group);
        assert!(!names.is_empty(), "{group}");
        assert!(scripts[files[0]].contains(&format!("{{ /* texts of {group} */ }}")));
        for file in files {
            for found in used.captures_iter(&scripts[*file]) {
                let name = &found[1];
                assert!(
                    names.contains(name),
                    "{file}: `{group}` has no text `{name}`"
                );
            }
        }
        for name in &names {
            let word = Regex::new(&format!(r"\b{name}\b")).unwrap();
            let is_used = files.iter().any(|file| word.is_match(&scripts[*file]));
            assert!(is_used, "no script uses `{name}` of `{group}`");
        }
    }
}

#[test]
fn no_text_stands_in_code() {
    let chinese = Regex::new(r"[\u{4e00}-\u{9fff}]").unwrap();
    let mut files = sources("templates", "html");
    files.extend(sources("assets", "js"));
    let mut rust = sources("src/web", "rs");
    rust.extend(sources("src/feedback/webhook", "rs"));
    files.extend(rust.into_iter().map(|(path, text)| {
        // Tests may say what they expect.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        (path, code.to_owned())
    }));
    for (path, text) in files {
        // A draft is a document, whose headings are syntax.
        if path.ends_with("web/draft/text.rs") {
            continue;
        }
        let mut code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let line = code.find(|line| chinese.is_match(line));
        assert_eq!(line, None, "{path}: belongs into texts/*.ftl");
    }
}

#[test]
fn every_language_has_a_whole_catalog() {
    for texts in Catalog::embedded().languages() {
        for key in texts.keys() {
            assert!(
                !texts.text(key).is_empty() || key.is_empty(),
                "{}: {key}",
                texts.tag()
            );
        }
    }
}
