//! `pinned.toml`: which documents a maintainer wants first, or hidden, for certain queries.
//!
//! ```toml
//! [[rule]]
//! query = "*端口*"                # the whole query, whatever case and spaces; * stands for anything
//! first = ["nacos-ports"]        # ids of documents, in this order
//! hide = ["outdated-answer"]
//! ```

use crate::document::DocumentId;
use serde::Deserialize;
use std::path::Path;

/// Name of the file in a folder of words.
pub const PINNED: &str = "pinned.toml";

/// The rules of a maintainer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
    /// In the order of the file. All rules that match a query apply.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Pin>,
}

/// A rule: which documents come first, or are hidden, for queries that match a pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The whole query; `*` stands for anything.
    pub query: String,
    /// Documents that come first, in this order.
    #[serde(default)]
    pub first: Vec<DocumentId>,
    /// Documents that are not shown.
    #[serde(default)]
    pub hide: Vec<DocumentId>,
}

impl Pins {
    /// The rules in `folder`; none where it has no such file.
    ///
    /// # Errors
    /// What is wrong with the file, with its line.
    pub fn load(folder: &Path) -> Result<Self, String> {
        let path = folder.join(PINNED);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(format!(
                    "{}:1: the file cannot be read ({error}); expected TOML",
                    path.display()
                ));
            }
        };
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| {
                text[..span.start.min(text.len())].matches('\n').count() + 1
            });
            format!(
                "{}:{line}: {}; expected [[rule]] with `query` and `first` or `hide`",
                path.display(),
                error.message().replace('\n', " ")
            )
        })
    }

    /// A line for each document that a rule names and that does not exist. `folder` is where the rules were loaded from.
    pub fn unknown(&self, folder: &Path, is_there: impl Fn(&DocumentId) -> bool) -> Vec<String> {
        let path = folder.join(PINNED);
        let mut problems = Vec::new();
        for rule in &self.rules {
            let named = rule.first.iter().chain(&rule.hide);
            problems.extend(named.filter(|id| !is_there(id)).map(|id| {
                format!(
                    "{}: rule `{}`: no document has the id `{id}`; expected that of one in the content folder",
                    path.display(),
                    rule.query
                )
            }));
        }
        problems
    }

    /// The rules that fit a query.
    pub fn matching<'p>(&'p self, query: &str) -> impl Iterator<Item = &'p Pin> {
        let query = folded(query);
        self.rules
            .iter()
            .filter(move |rule| fits(&folded(&rule.query), &query))
    }
}

/// The documents that these rules put first, each once, in the order of the rules.
pub(crate) fn first<'p>(rules: &[&'p Pin]) -> Vec<&'p DocumentId> {
    let mut first: Vec<&DocumentId> = Vec::new();
    for id in rules.iter().flat_map(|rule| &rule.first) {
        if !first.contains(&id) {
            first.push(id);
        }
    }
    first
}

/// The documents that these rules hide.
pub(crate) fn hidden(rules: &[&Pin]) -> Vec<DocumentId> {
    let hidden = rules.iter().flat_map(|rule| &rule.hide);
    hidden.cloned().collect()
}

fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether `text` matches `pattern`, in which `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match text.find(piece) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything_and_the_rest_for_itself() {
        for (pattern, query, expected) in [
            ("端口", " 端 口", true),
            ("端口", "端口号", false),
            ("nacos*端口*", "Nacos 2.x 端口有哪些", true),
            ("nacos*端口", "Nacos 端口有哪些", false),
            ("*", "", true),
            ("a*a", "a", false),
        ] {
            let pins = Pins {
                rules: vec![Pin {
                    query: pattern.into(),
                    ..Pin::default()
                }],
            };
            assert_eq!(
                pins.matching(query).next().is_some(),
                expected,
                "{pattern} for {query}"
            );
        }
    }

    #[test]
    fn problems_have_a_line() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Pins::load(folder.path()), Ok(Pins::default()));
        std::fs::write(
            folder.path().join(PINNED),
            "[[rule]]\nquery = \"a\"\nfrist = [\"x\"]\n",
        )
        .unwrap();
        let problem = Pins::load(folder.path()).unwrap_err();
        assert!(
            problem.contains("pinned.toml:3: unknown field `frist`"),
            "{problem}"
        );
    }
}
