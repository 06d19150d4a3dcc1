//! The file of a site, read line by line: of each line only its place is held, however many documents there are.

use super::checks::headlines;
use super::desk::Desk;
use super::entry::Entry;
use crate::analysis::letters;
use crate::document::{Document, LONGEST_ASKING, MOST_ASKINGS};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

/// Name of the file in a folder of words.
pub const FILE: &str = "asked_as.jsonl";

/// Bytes of a line, at most.
const LONGEST_LINE: usize = 256 * 1024;

/// How the documents of a site are asked, as one state of its file says.
#[derive(Debug, Clone, Default)]
pub struct AskedAs {
    /// Open, so that what is read later is of the same state where the file is replaced as a whole.
    file: Option<Arc<File>>,
    /// By id of the document.
    lines: Arc<HashMap<Box<str>, Line>>,
    /// What experts changed over the file, by id of the document.
    desk: Arc<Desk>,
    /// Whether documents are found by their headlines alone, whatever they say themselves.
    is_off: bool,
}

/// The place of a line.
#[derive(Debug, Clone, Copy)]
struct Line {
    offset: u64,
    length: usize,
    /// See [`AskedAs::hash`].
    hash: u64,
}

impl AskedAs {
    /// Reads the file in a folder of words, with a line for each problem, which names file and line. What cannot be read is
    /// left out; no file is an empty one.
    pub fn load(folder: &Path) -> (Self, Vec<String>) {
        let path = folder.join(FILE);
        match File::open(&path) {
            Ok(file) => Self::read(file, &path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default().with(None),
            Err(error) => Self::default().with(Some(format!(
                "{}:1: the file cannot be read ({error}); expected lines of JSON",
                path.display()
            ))),
        }
    }

    /// Nothing: documents are found by their headlines alone, whatever they say themselves. For comparisons.
    pub fn off() -> Self {
        Self {
            is_off: true,
            ..Self::default()
        }
    }

    fn with(self, problem: Option<String>) -> (Self, Vec<String>) {
        (self, problem.into_iter().collect())
    }

    /// Reads an open file. Problems name it by `path`.
    pub fn read(file: File, path: &Path) -> (Self, Vec<String>) {
        let mut lines = HashMap::new();
        let mut problems = Vec::new();
        let mut reader = BufReader::new(&file);
        let (mut offset, mut bytes) = (0, Vec::new());
        for number in 1.. {
            bytes.clear();
            let length = match reader.read_until(b'\n', &mut bytes) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) => {
                    problems.push(format!(
                        "{}:{number}: {error}; expected JSON",
                        path.display()
                    ));
                    break;
                }
            };
            let line = Line {
                offset,
                length,
                hash: 0,
            };
            offset += length as u64;
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            match entry(&bytes) {
                Ok(entry) if lines.contains_key(entry.id.as_str()) => problems.push(format!(
                    "{}:{number}: the id `{}` has a line already; expected one line for each document, and the first counts",
                    path.display(),
                    entry.id
                )),
                Ok(entry) => {
                    let hash = entry.hash();
                    lines.insert(entry.id.into(), Line { hash, ..line });
                }
                Err(found) => problems.push(format!(
                    "{}:{number}: {found}; expected {{\"id\": …, \"asked_as\": […]}} on one line",
                    path.display()
                )),
            }
        }
        let read = Self {
            file: Some(Arc::new(file)),
            lines: Arc::new(lines),
            ..Self::default()
        };
        (read, problems)
    }

    /// A line for each matter between the file, in this folder of words, and the documents of a site: ids that no document
    /// has, and questions, also of documents themselves, that are said twice, are too long, or are the headline of another
    /// document.
    pub fn problems(&self, folder: &Path, documents: &[Document]) -> Vec<String> {
        let path = folder.join(FILE);
        let headlines = headlines(documents.iter());
        let known: HashSet<&str> = documents.iter().map(|d| d.id.0.as_str()).collect();
        let unknown: BTreeSet<&str> = self.ids().filter(|id| !known.contains(id)).collect();
        let unknown = unknown.into_iter().map(|id| {
            let problem = "no document has this id; expected that of one in the content folder";
            format!("{}: `{id}`: {problem}", path.display())
        });
        let mut problems: Vec<String> = unknown.collect();
        for document in documents {
            let id = document.id.0.as_str();
            let entry = self.entry(id).unwrap_or_default();
            let mut seen = HashSet::new();
            for asking in document.asked_as.iter().chain(entry.askings()) {
                let said = letters(asking);
                let other = headlines.get(&said).filter(|other| *other != id);
                let problem = if let Some(other) = other {
                    format!(
                        "is the headline of `{other}`; expected a question that only this document answers"
                    )
                } else if asking.chars().count() > LONGEST_ASKING {
                    format!(
                        "has more than {LONGEST_ASKING} characters; expected what a visitor would type"
                    )
                } else if !seen.insert(said) {
                    "is there twice; expected each question once".to_owned()
                } else {
                    continue;
                };
                problems.push(format!("{}: `{id}`: `{asking}` {problem}", path.display()));
            }
            if seen.len() > MOST_ASKINGS {
                problems.push(format!(
                    "{}: `{id}`: has {} questions; expected at most {MOST_ASKINGS}",
                    path.display(),
                    seen.len()
                ));
            }
        }
        problems
    }

    /// The ids of documents that have a line, in no order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(AsRef::as_ref)
    }

    /// The same file, with what experts changed over it.
    #[must_use]
    pub fn with_desk(&self, desk: Arc<Desk>) -> Self {
        Self {
            desk,
            ..self.clone()
        }
    }

    /// What experts changed over the file.
    pub fn desk(&self) -> Arc<Desk> {
        Arc::clone(&self.desk)
    }

    /// A number that changes with how a document is asked; 0 where nothing is known of that.
    pub fn hash(&self, id: &str) -> u64 {
        let of_file = self.lines.get(id).map_or(0, |line| line.hash);
        of_file ^ self.desk.hash(id)
    }

    /// The line of a document; none where it has none, and where the file was written over since it was read.
    pub fn entry(&self, id: &str) -> Option<Entry> {
        let line = self.lines.get(id)?;
        let mut bytes = vec![0; line.length];
        self.file
            .as_ref()?
            .read_exact_at(&mut bytes, line.offset)
            .ok()?;
        entry(&bytes).ok().filter(|entry| entry.hash() == line.hash)
    }

    /// The line of a document with what experts changed over it.
    pub fn merged(&self, id: &str) -> Option<Entry> {
        self.changed(id, self.entry(id))
    }

    /// The line of a document, as read, with what experts changed over it.
    fn changed(&self, id: &str, entry: Option<Entry>) -> Option<Entry> {
        match self.desk.changes(id) {
            None => entry,
            Some(changes) => {
                let mut entry = entry.unwrap_or_default();
                id.clone_into(&mut entry.id);
                entry.change(changes);
                Some(entry)
            }
        }
    }

    /// The ids of documents that have a line or were changed by experts, in order.
    pub fn all_ids(&self) -> BTreeSet<&str> {
        self.ids().chain(self.desk.ids()).collect()
    }

    /// Adds to a document what it is asked as. Returns the [`hash`](Self::hash) of what was added: 0, which is that of nothing,
    /// where the line of the document cannot be read any more, so that it is indexed again once the file was read anew.
    pub fn apply(&self, document: &mut Document) -> u64 {
        if self.is_off {
            document.asked_as.clear();
        }
        let id = document.id.0.clone();
        let entry = self.entry(&id);
        let is_lost = entry.is_none() && self.lines.contains_key(id.as_str());
        let merged = self.changed(&id, entry);
        if !document.asked_as.is_empty() || merged.is_some() {
            merged.unwrap_or_default().apply(document);
        }
        if is_lost { 0 } else { self.hash(&id) }
    }
}

pub(super) fn entry(bytes: &[u8]) -> Result<Entry, String> {
    if bytes.len() > LONGEST_LINE {
        return Err(format!("the line has more than {LONGEST_LINE} bytes"));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        // The line of the error is always the first.
        let error = error.to_string();
        let end = error.find(" at line ").unwrap_or(error.len());
        error[..end].to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn loaded(text: &str) -> (AskedAs, Vec<String>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), text).unwrap();
        let (asked_as, problems) = AskedAs::load(folder.path());
        (asked_as, problems, folder)
    }

    #[test]
    fn each_document_has_its_line_and_its_hash() {
        let (asked_as, problems, _folder) = loaded(
            "{\"id\":\"a\",\"asked_as\":[\"甲\"]}\n\n{\"id\":\"b\",\"asked_as\":[\"乙\"],\"removed\":[\"丙\"]}",
        );
        assert_eq!(problems, [""; 0]);
        assert_eq!(asked_as.entry("b").unwrap().removed, ["丙"]);
        assert_eq!((asked_as.entry("c"), asked_as.hash("c")), (None, 0));
        assert_ne!(asked_as.hash("a"), asked_as.hash("b"));
    }

    #[test]
    fn lines_that_cannot_be_used_are_named_and_the_others_count() {
        let (asked_as, problems, folder) = loaded(
            "{\"id\":\"a\"\n{\"id\":\"b\",\"askedas\":[]}\n{\"id\":\"c\"}\n{\"id\":\"c\"}\n[]\n",
        );
        assert_eq!(asked_as.ids().collect::<Vec<_>>(), ["c"]);
        assert_eq!(problems.len(), 4, "{problems:?}");
        let path = folder.path().join(FILE);
        let begins = |number: usize| format!("{}:{number}: ", path.display());
        for (problem, line) in problems.iter().zip([1, 2, 4, 5]) {
            assert!(problem.starts_with(&begins(line)), "{problem}");
        }
        assert!(
            problems[1].contains("unknown field `askedas`"),
            "{problems:?}"
        );
    }

    #[test]
    fn what_does_not_fit_the_documents_is_said() {
        let document = |id: &str, question: &str| {
            Document::plain(id.to_owned(), question.to_owned(), "见文档".to_owned())
        };
        let documents = [document("a", "端口"), document("b", "网关路由")];
        let (asked_as, _, folder) = loaded(
            "{\"id\":\"a\",\"asked_as\":[\"网关 路由？\",\"换口子\",\"换口子!\",\"端口\"]}\n{\"id\":\"gone\"}\n",
        );
        let problems = asked_as.problems(folder.path(), &documents);
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(
            problems[1].contains("`网关 路由？` is the headline of `b`"),
            "{problems:?}"
        );
        assert!(
            problems[2].contains("`换口子!` is there twice"),
            "{problems:?}"
        );
        assert!(
            problems[0].contains("`gone`: no document has this id"),
            "{problems:?}"
        );
    }

    #[test]
    fn no_file_is_an_empty_one_and_a_file_that_was_written_over_gives_nothing_wrong() {
        let nowhere = tempfile::tempdir().unwrap();
        let (asked_as, problems) = AskedAs::load(nowhere.path());
        assert!(problems.is_empty() && asked_as.ids().next().is_none());
        let (asked_as, _, folder) = loaded("{\"id\":\"a\",\"asked_as\":[\"甲\"]}\n");
        let path = folder.path().join(FILE);
        let mut file = fs::File::options().write(true).open(path).unwrap();
        io::Write::write_all(
            &mut file,
            "{\"id\":\"a\",\"asked_as\":[\"乙\"]}\n".as_bytes(),
        )
        .unwrap();
        assert_eq!(asked_as.entry("a"), None);
    }
}
