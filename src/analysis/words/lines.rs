//! The lines of word files, and what is said of those that cannot be used.

/// A line of a word file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {found}; expected {expected}")]
pub struct WordsProblem {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// What was wrong.
    pub found: String,
    /// What was expected.
    pub expected: &'static str,
}

/// Lines with content, neither empty nor a comment, with their numbers from 1.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.trim_start_matches('\u{feff}')
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// Words between commas; a comma that belongs to a word is written `\,`.
pub(super) fn list(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            ',' if !escaped => words.push(String::new()),
            _ => words.last_mut().expect("never empty").push(c),
        }
        escaped = false;
    }
    let words = words.into_iter().map(|w| w.trim().to_owned());
    words.filter(|w| !w.is_empty()).collect()
}
