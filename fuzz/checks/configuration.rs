//! Invariants of any text of a configuration file. No variable `DAYI_*` may be set.

use dayi::config::{Config, Layer};
use std::path::Path;
use std::sync::LazyLock;
use tempfile::NamedTempFile;

static FILE: LazyLock<NamedTempFile> =
    LazyLock::new(|| NamedTempFile::new().expect("a temporary file can be made"));

pub(crate) fn check(text: &str) {
    let path = FILE.path();
    match load(path, text) {
        Ok(config) => check_printed(&config, path),
        Err(problems) => check_problems(&problems, path, text),
    }
}

fn load(path: &Path, text: &str) -> Result<Config, Vec<String>> {
    std::fs::write(path, text).expect("the file can be written");
    Config::load(Layer::default(), Some(path)).map_err(|error| error.0)
}

/// Each problem is one line with the line number of the file and what was expected.
fn check_problems(problems: &[String], path: &Path, text: &str) {
    assert!(!problems.is_empty());
    let place = format!("{}:", path.display());
    let lines = text.matches('\n').count() + 1;
    for problem in problems {
        assert!(!problem.contains(['\n', '\r']), "{problem:?}");
        let (line, problem) = problem
            .strip_prefix(&place)
            .and_then(|rest| rest.split_once(": "))
            .unwrap_or_else(|| panic!("no place: {problem}"));
        let line: usize = line.parse().expect("a number of a line");
        assert!((1..=lines).contains(&line), "line {line} of {lines}");
        assert!(
            problem.contains("expected") || problem.contains("did you mean"),
            "{problem}"
        );
    }
}

/// The printed configuration can be read again and has the same values.
fn check_printed(config: &Config, path: &Path) {
    let printed = config.describe();
    let again = load(path, &printed);
    let again = again.unwrap_or_else(|problems| panic!("{problems:?} in {printed}"));
    let shown = |config: &Config| -> Vec<(String, String)> {
        let entries = config.entries().into_iter();
        entries.map(|(key, value, _)| (key, value)).collect()
    };
    assert_eq!(shown(config), shown(&again));
}
