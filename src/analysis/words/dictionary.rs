//! `dictionary.txt`: `name` or `name = alias, alias`, under `[products]` or `[terms]`.

use super::lines::{WordsProblem, lines};

/// A name that the segmenter leaves whole, with its other spellings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analysis) struct DictionaryEntry {
    /// The name.
    pub(in crate::analysis) name: String,
    /// Other spellings of exactly the same thing.
    pub(in crate::analysis) aliases: Vec<String>,
    /// Whether it is a product. A product hints at what a query is about; an answer need not name it.
    pub(in crate::analysis) is_product: bool,
}

pub(super) fn parse(
    file: &str,
    text: &str,
    problems: &mut Vec<WordsProblem>,
) -> Vec<DictionaryEntry> {
    let mut entries = Vec::new();
    let mut is_product = false;
    for (number, line) in lines(text) {
        let mut problem = |found: String, expected| {
            problems.push(WordsProblem {
                file: file.to_owned(),
                line: number,
                found,
                expected,
            });
        };
        match line {
            "[products]" => is_product = true,
            "[terms]" => is_product = false,
            _ if line.starts_with('[') => {
                problem(
                    format!("unknown section `{line}`"),
                    "`[products]` or `[terms]`",
                );
            }
            _ => {
                let (name, aliases) = line.split_once('=').unwrap_or((line, ""));
                let name = name.trim().to_owned();
                if name.is_empty() {
                    problem(
                        "the line has no name".to_owned(),
                        "`name` or `name = alias, alias`",
                    );
                    continue;
                }
                let aliases = aliases.split(',').map(str::trim).filter(|a| !a.is_empty());
                let aliases = aliases.map(str::to_owned).collect();
                entries.push(DictionaryEntry {
                    name,
                    aliases,
                    is_product,
                });
            }
        }
    }
    entries
}
