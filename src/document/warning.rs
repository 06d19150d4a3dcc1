//! What of a file is used otherwise than its author may think: the document is taken, and `dayi check` says so.

use serde::Serialize;
use std::fmt;
use std::path::Path;

/// Something in a usable file that should be looked at. Displays as `path:line:column: warning: what; remedy`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The file, relative to the content folder.
    pub path: String,
    /// Line of the matter, from 1.
    pub line: usize,
    /// Column of the matter in characters, from 1.
    pub column: usize,
    /// What is so, and what is done with it.
    pub what: String,
    /// What the author can do.
    pub remedy: String,
}

impl Warning {
    /// A warning at a position (`line`, `column`), both from 1.
    pub fn at(
        path: &str,
        (line, column): (usize, usize),
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            line,
            column,
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// The same warning, with its path prefixed by `folder`, so that it can be opened from the working directory.
    #[must_use]
    pub fn below(&self, folder: &Path) -> Self {
        Self {
            path: folder.join(&self.path).display().to_string(),
            ..self.clone()
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            column,
            what,
            remedy,
        } = self;
        write!(f, "{path}:{line}:{column}: warning: {what}; {remedy}")
    }
}
