//! The texts of a site: `words/texts/TAG.ftl`, checked against the embedded ones.

use super::references::{References, messages};
use super::{COMPLETE, EMBEDDED, identifier};
use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Message, Resource};
use fluent_syntax::{parser, serializer};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The usable texts of a file.
#[derive(Debug)]
pub(super) struct Overrides {
    pub(super) tag: String,
    pub(super) source: String,
}

/// The files of a folder, by name, and what in them cannot be used, a line each. No folder is no files.
pub(super) fn read(folder: &Path) -> (Vec<Overrides>, Vec<String>) {
    let mut problems = Vec::new();
    let paths = ftl_files(folder).unwrap_or_else(|error| {
        problems.push(format!(
            "{}: the folder cannot be read ({error}); expected a readable folder",
            folder.display()
        ));
        Vec::new()
    });
    let known = embedded_references();
    let files = paths.iter().filter_map(|path| {
        let (overrides, found) = read_file(path, &known);
        problems.extend(found);
        overrides
    });
    let files = files.collect();
    (files, problems)
}

fn ftl_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "ftl"));
    paths.sort();
    Ok(paths)
}

/// What each embedded text refers to.
fn embedded_references() -> BTreeMap<String, References> {
    let complete = EMBEDDED.iter().find(|(tag, _)| *tag == COMPLETE);
    let source = complete.map_or("", |(_, source)| source);
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(usable, _)| usable);
    let known = messages(&resource).map(|message| {
        let key = message.id.name.to_owned();
        (key, References::of_message(message))
    });
    known.collect()
}

fn read_file(
    path: &Path,
    known: &BTreeMap<String, References>,
) -> (Option<Overrides>, Vec<String>) {
    let problem = |line: usize, what: &str| format!("{}:{line}: {what}", path.display());
    let tag = path.file_stem().and_then(|stem| stem.to_str());
    let Some(tag) = tag.filter(|tag| identifier(tag).is_some()) else {
        let what = "the name is no language; expected a tag such as `en.ftl` or `zh-CN.ftl`";
        return (None, vec![problem(1, what)]);
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            let what =
                format!("the file cannot be read ({error}); expected a readable file in UTF-8");
            return (None, vec![problem(1, &what)]);
        }
    };
    let (resource, errors) = match parser::parse(text.as_str()) {
        Ok(resource) => (resource, Vec::new()),
        Err((resource, errors)) => (resource, errors),
    };
    let mut problems: Vec<String> = errors
        .iter()
        .map(|error| {
            let line = text[..error.pos.start.min(text.len())]
                .matches('\n')
                .count()
                + 1;
            let what = format!("{}; expected Fluent, such as `nav-home = Home`", error.kind);
            problem(line, &what)
        })
        .collect();
    let body = resource.body.into_iter().filter(|entry| match entry {
        Entry::Message(message) => match refused(message, known) {
            Some(what) => {
                problems.push(problem(line_of(&text, message.id.name), &what));
                false
            }
            None => true,
        },
        Entry::Term(_) => true,
        _ => false,
    });
    let body = body.collect();
    let source = serializer::serialize(&Resource { body });
    let tag = tag.to_owned();
    (Some(Overrides { tag, source }), problems)
}

/// Why a text cannot replace an embedded one.
fn refused(message: &Message<&str>, known: &BTreeMap<String, References>) -> Option<String> {
    let key = message.id.name;
    let Some(expected) = known.get(key) else {
        return Some(format!(
            "no text has the key `{key}`; expected {}",
            nearest(key, known)
        ));
    };
    if message.value.is_none() {
        return Some(format!("`{key}` has no text; expected `{key} = …`"));
    }
    let References {
        variables,
        texts,
        functions,
    } = References::of_message(message);
    if let Some(variable) = variables.difference(&expected.variables).next() {
        let names: Vec<String> = expected
            .variables
            .iter()
            .map(|v| format!("`${v}`"))
            .collect();
        let names = if names.is_empty() {
            "no variable".to_owned()
        } else {
            names.join(", ")
        };
        return Some(format!(
            "`{key}` has no variable `${variable}`; expected {names}"
        ));
    }
    if let Some(other) = texts.iter().find(|text| !known.contains_key(*text)) {
        return Some(format!(
            "`{key}` refers to `{other}`, which is no text; expected {}",
            nearest(other, known)
        ));
    }
    let function = functions.first()?;
    Some(format!("`{key}` uses `{function}()`; expected no function"))
}

/// The known key that is spelled most like `key`.
fn nearest(key: &str, known: &BTreeMap<String, References>) -> String {
    let by_likeness = |a: &&String, b: &&String| {
        let likeness = |other: &str| strsim::jaro_winkler(key, other);
        likeness(a).total_cmp(&likeness(b))
    };
    let nearest = known.keys().max_by(by_likeness);
    nearest.map_or(String::new(), |key| format!("a key such as `{key}`"))
}

/// The line, from 1, on which the text of `key` begins.
fn line_of(text: &str, key: &str) -> usize {
    let begins = |line: &str| {
        let rest = line.strip_prefix(key);
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    text.lines().position(begins).map_or(1, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write(
            "en.ftl",
            "nav-home = Start\nnav-hom = Start\n\nresults-count = { $n } hits\npages = { nav-hime }\nskip-to-content\n",
        );
        write("klingon language.ftl", "nav-home = juH\n");
        write("notes.txt", "no texts");
        let (files, problems) = read(folder.path());
        let at = folder.path().display();
        assert_eq!(files.len(), 1);
        assert!(files[0].source.contains("nav-home = Start"));
        assert_eq!(
            files[0].source.matches('=').count(),
            1,
            "{}",
            files[0].source
        );
        assert_eq!(problems.len(), 5, "{problems:#?}");
        assert!(
            problems[0].starts_with(&format!("{at}/en.ftl:6: ")),
            "{problems:#?}"
        );
        assert_eq!(
            problems[1..],
            [
                format!(
                    "{at}/en.ftl:2: no text has the key `nav-hom`; expected a key such as `nav-home`"
                ),
                format!("{at}/en.ftl:4: `results-count` has no variable `$n`; expected `$count`"),
                format!(
                    "{at}/en.ftl:5: `pages` refers to `nav-hime`, which is no text; expected a key such as `nav-home`"
                ),
                format!(
                    "{at}/klingon language.ftl:1: the name is no language; expected a tag such as `en.ftl` or `zh-CN.ftl`"
                ),
            ]
        );
    }

    #[test]
    fn no_folder_is_no_files() {
        let (files, problems) = read(Path::new("/nowhere/texts"));
        assert!(files.is_empty() && problems.is_empty());
    }
}
