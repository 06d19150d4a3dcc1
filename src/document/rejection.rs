//! Why a file was left out: where the problem is, and what was expected instead.

use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::path::Path;

/// Bytes of a path that a message shows, at most.
const LONGEST_PATH: usize = 300;

/// A file that could not be used. Displays as `path:line:column: problem; expected …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// The file, relative to the content folder.
    pub path: String,
    /// Line of the problem, from 1.
    pub line: usize,
    /// Column of the problem in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
    /// What was expected.
    pub expected: String,
}

impl Rejection {
    /// A rejection at the very start of a file.
    pub fn at_start(path: &str, problem: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::at(path, (1, 1), problem, expected)
    }

    /// A rejection at a position (`line`, `column`), both from 1.
    pub fn at(
        path: &str,
        (line, column): (usize, usize),
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            line,
            column,
            problem: problem.into(),
            expected: expected.into(),
        }
    }

    /// The same rejection, with its path prefixed by `folder`, so that it can be opened from the working directory.
    #[must_use]
    pub fn below(&self, folder: &Path) -> Self {
        Self {
            path: folder.join(&self.path).display().to_string(),
            ..self.clone()
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            column,
            problem,
            expected,
        } = self;
        let path = shortened(path);
        write!(f, "{path}:{line}:{column}: {problem}; expected {expected}")
    }
}

/// A path without its middle, where it is so long that nobody would read it.
fn shortened(path: &str) -> Cow<'_, str> {
    if path.len() <= LONGEST_PATH {
        return Cow::Borrowed(path);
    }
    let half = LONGEST_PATH / 2;
    let (begin, end) = (
        path.floor_char_boundary(half),
        path.ceil_char_boundary(path.len() - half),
    );
    Cow::Owned(format!("{}…{}", &path[..begin], &path[end..]))
}
