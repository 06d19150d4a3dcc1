//! What is left out on purpose, and why: drafts and the like, and what tools keep beside documents.

use serde::Serialize;
use std::fmt;
use std::path::Path;

/// A file or folder that is left out although nothing is wrong with it. Displays as `path: why`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The file or folder, relative to the content folder.
    pub path: String,
    /// Why it is left out.
    pub why: Withheld,
}

/// Why something is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// `draft: true`, or a status such as `draft`.
    Draft,
    /// `published: false`, or a status such as `private`.
    Unpublished,
    /// `hidden: true` or `unlisted: true`.
    Hidden,
    /// The time to publish it has not come.
    NotYet,
    /// Its time is over.
    Expired,
    /// Its name begins with `_`.
    Underscore,
    /// A folder that a tool fills.
    ToolFolder,
}

impl LeftOut {
    /// The same, with its path prefixed by `folder`, so that it can be opened from the working directory.
    #[must_use]
    pub fn below(&self, folder: &Path) -> Self {
        Self {
            path: folder.join(&self.path).display().to_string(),
            ..*self
        }
    }
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "draft",
            Self::Unpublished => "not published",
            Self::Hidden => "hidden",
            Self::NotYet => "not published yet",
            Self::Expired => "expired",
            Self::Underscore => "name with `_`",
            Self::ToolFolder => "folder of a tool",
        })
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, why } = self;
        write!(f, "{path}: left out: {why}")
    }
}
