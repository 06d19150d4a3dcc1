//! A judged set on disk: `queries.jsonl`, `qrels.tsv`, and optionally a `corpus.jsonl` of its own.

use super::metrics::Grades;
use crate::document::Document;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file of the queries of a set.
pub const QUERIES: &str = "queries.jsonl";

/// Why a set cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// A file cannot be read.
    #[error("cannot read `{}`: expected a set folder with `queries.jsonl` and `qrels.tsv`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// A line is malformed.
    #[error("{}:{line}: {found}; expected {expected}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What was wrong.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
}

/// One query of a set with its judgements.
#[derive(Debug, Clone)]
pub struct JudgedQuery {
    /// Its id in the set.
    pub id: String,
    /// What the visitor typed.
    pub text: String,
    /// Its kind, if the set has kinds.
    pub kind: Option<String>,
    /// Its judgements.
    pub grades: Grades,
}

/// A judged set.
#[derive(Debug, Clone)]
pub struct JudgedSet {
    /// The name of its folder.
    pub name: String,
    /// Its queries in the order of the file.
    pub queries: Vec<JudgedQuery>,
    /// The set's own documents, if it has any.
    pub documents: Option<Vec<Document>>,
}

#[derive(Deserialize)]
struct QueryLine {
    id: String,
    text: String,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct DocumentLine {
    id: String,
    title: String,
    #[serde(default)]
    text: String,
}

impl JudgedSet {
    /// Reads the set in `folder`.
    ///
    /// # Errors
    /// When a file is missing or a line is malformed; the error names file and line.
    pub fn load(folder: &Path) -> Result<Self, SetError> {
        let mut grades = read_grades(&folder.join("qrels.tsv"))?;
        let lines: Vec<QueryLine> = read_lines(
            &folder.join(QUERIES),
            "{\"id\", \"text\", \"kind\"?} as JSON",
        )?;
        let queries = lines
            .into_iter()
            .map(|line| JudgedQuery {
                grades: grades.remove(&line.id).unwrap_or_default(),
                id: line.id,
                text: line.text,
                kind: line.kind,
            })
            .collect();
        let corpus = folder.join("corpus.jsonl");
        let documents = if corpus.exists() {
            let lines: Vec<DocumentLine> =
                read_lines(&corpus, "{\"id\", \"title\", \"text\"?} as JSON")?;
            Some(
                lines
                    .into_iter()
                    .map(|line| Document::plain(line.id, line.title, line.text))
                    .collect(),
            )
        } else {
            None
        };
        Ok(Self {
            name: set_name(folder),
            queries,
            documents,
        })
    }
}

/// The name of a set: that of its folder.
pub fn set_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    name.to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<String, SetError> {
    fs::read_to_string(path).map_err(|source| SetError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

pub(super) fn read_lines<T: DeserializeOwned>(
    path: &Path,
    expected: &'static str,
) -> Result<Vec<T>, SetError> {
    let text = read(path)?;
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| SetError::Malformed {
                path: path.to_owned(),
                line: number + 1,
                found: error.to_string(),
                expected,
            })
        })
        .collect()
}

fn read_grades(path: &Path) -> Result<HashMap<String, Grades>, SetError> {
    let mut grades: HashMap<String, Grades> = HashMap::new();
    for (number, line) in read(path)?
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let mut columns = line.trim_end().split('\t');
        let judged = (|| {
            Some((
                columns.next()?,
                columns.next()?,
                columns.next()?.parse().ok()?,
            ))
        })();
        let Some((query, document, grade)) = judged else {
            return Err(SetError::Malformed {
                path: path.to_owned(),
                line: number + 1,
                found: format!("`{line}` is no judgement"),
                expected: "query, document and grade, separated by tabs",
            });
        };
        grades
            .entry(query.to_owned())
            .or_default()
            .insert(document.to_owned(), grade);
    }
    Ok(grades)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(queries: &str, qrels: &str) -> Result<JudgedSet, SetError> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("queries.jsonl"), queries).unwrap();
        fs::write(folder.path().join("qrels.tsv"), qrels).unwrap();
        JudgedSet::load(folder.path())
    }

    #[test]
    fn queries_meet_their_judgements() {
        let set = set(
            "{\"id\":\"q\",\"text\":\"端口\",\"kind\":\"keyword\"}\n{\"id\":\"r\",\"text\":\"x\"}\n",
            "q\td1\t2\nq\td2\t1\n",
        )
        .unwrap();
        assert_eq!(set.queries[0].grades["d1"], 2);
        assert!(set.queries[1].grades.is_empty() && set.documents.is_none());
    }

    #[test]
    fn malformed_lines_are_named() {
        let error = set("{\"id\":\"q\",\"text\":\"端口\"}\n", "q\td1\t2\nq d2\n").unwrap_err();
        assert!(error.to_string().ends_with("qrels.tsv:2: `q d2` is no judgement; expected query, document and grade, separated by tabs"), "{error}");
        let error = set("{\"id\":1}", "").unwrap_err();
        assert!(error.to_string().contains("queries.jsonl:1: "), "{error}");
    }
}
