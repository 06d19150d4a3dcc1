//! The whole file for a program that changes it. Whatever happens, the file on disk is the old one or the new one, and no
//! answer of a model is lost.
//!
//! Each answer is appended to a journal beside the file as it comes, and the journal is merged into the file at the end, or
//! by the next program after a kill.

use super::entry::{Entry, Written};
use super::file::{FILE, entry};
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Name of the journal. Its dot keeps it out of the words that a running service watches.
const JOURNAL: &str = ".asked_as.journal.jsonl";

/// All lines of the file, and the answers that are not in it yet.
pub(crate) struct Book {
    folder: PathBuf,
    /// The lines as they were read, with the answers.
    entries: BTreeMap<String, Entry>,
    /// What a model answered since.
    answers: BTreeMap<String, Written>,
    /// Locked: one program at a time changes the file. None where it is only read.
    journal: Option<File>,
}

/// A line of the journal.
#[derive(Serialize, Deserialize)]
struct Answered {
    id: String,
    written: Written,
}

impl Book {
    /// Opens the file in a folder of words for changes, and merges what a program that was killed left in the journal.
    ///
    /// # Errors
    /// When another program changes the file, a line of it cannot be read, which would be lost, or a file cannot be written.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        let path = folder.join(JOURNAL);
        let mut options = File::options();
        let journal = options.read(true).append(true).create(true).open(&path);
        let journal = journal.with_context(|| format!("cannot write `{}`", path.display()))?;
        match journal.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "another `dayi asked-as` changes `{}`; let it end first",
                    folder.display()
                )
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock `{}`", path.display()));
            }
        }
        let mut book = Self::read(folder)?;
        // Also where it has only a line that was cut off, which the next answer must not continue.
        let is_used = journal.metadata()?.len() > 0;
        book.journal = Some(journal);
        if is_used {
            book.save()?;
        }
        Ok(book)
    }

    /// Reads the file, with the answers of a program that may be running. Changes nothing, and waits for nobody.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let mut book = Self {
            folder: folder.to_owned(),
            entries: entries_of(&folder.join(FILE))?,
            answers: BTreeMap::new(),
            journal: None,
        };
        for answered in journal_of(&folder.join(JOURNAL))? {
            book.take(answered);
        }
        Ok(book)
    }

    /// The line of a document.
    pub(crate) fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// The ids of all lines, in order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Writes an answer of a model down for good, in place of what it answered before. All that people wrote stays.
    pub(crate) fn write(&mut self, id: &str, written: Written) -> anyhow::Result<()> {
        let answered = Answered {
            id: id.to_owned(),
            written,
        };
        let mut line = serde_json::to_vec(&answered)?;
        line.push(b'\n');
        let journal = self.journal.as_mut().context("the file is only read")?;
        let written = journal.write_all(&line).and_then(|()| journal.sync_data());
        written.context("cannot write an answer down")?;
        self.take(answered);
        Ok(())
    }

    fn take(&mut self, Answered { id, written }: Answered) {
        let entry = self.entries.entry(id.clone()).or_default();
        entry.id.clone_from(&id);
        entry.written = Some(written.clone());
        self.answers.insert(id, written);
    }

    /// Adds the answers to the file as it is now, sorted by id, and empties the journal. People may have changed the file in
    /// the meantime: all that they wrote stays.
    pub(crate) fn save(&mut self) -> anyhow::Result<()> {
        let path = self.folder.join(FILE);
        let mut entries = entries_of(&path)?;
        for (id, written) in &self.answers {
            let entry = entries.entry(id.clone()).or_default();
            entry.id.clone_from(id);
            entry.written = Some(written.clone());
        }
        self.entries = entries;
        if !self.answers.is_empty() {
            self.replace(&path)
                .with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        self.answers.clear();
        let journal = self.journal.as_ref().context("the file is only read")?;
        journal.set_len(0).context("cannot empty the journal")
    }

    fn replace(&self, path: &Path) -> io::Result<()> {
        let mut new = tempfile::Builder::new()
            .prefix(".asked_as.")
            .permissions(permissions(path))
            .tempfile_in(&self.folder)?;
        let mut lines = BufWriter::new(&mut new);
        for entry in self.entries.values() {
            serde_json::to_writer(&mut lines, entry)?;
            lines.write_all(b"\n")?;
        }
        lines.flush()?;
        drop(lines);
        new.as_file().sync_all()?;
        new.persist(path)?;
        // The new name must be on the disk before the journal is emptied.
        File::open(&self.folder)?.sync_all()
    }
}

/// The answers in a journal. Its last line may have been cut off, in the middle of a character too.
fn journal_of(path: &Path) -> anyhow::Result<Vec<Answered>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read `{}`", path.display()));
        }
    };
    let lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect())
}

/// The permissions of a file that is replaced; those that others may read where there is none.
fn permissions(path: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    let known = fs::metadata(path).map(|metadata| metadata.permissions());
    known.unwrap_or_else(|_| fs::Permissions::from_mode(0o644))
}

fn entries_of(path: &Path) -> anyhow::Result<BTreeMap<String, Entry>> {
    let mut entries = BTreeMap::new();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(entries),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read `{}`", path.display()));
        }
    };
    for (number, line) in (1..).zip(BufReader::new(file).split(b'\n')) {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let place = format!("{}:{number}", path.display());
        let entry = match entry(&line) {
            Ok(entry) => entry,
            Err(found) => bail!("{place}: {found}; mend the line first, or it would be lost"),
        };
        if entries.contains_key(&entry.id) {
            bail!(
                "{place}: the id `{}` has a line already; make one of both first",
                entry.id
            );
        }
        entries.insert(entry.id.clone(), entry);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(asking: &str) -> Written {
        Written {
            asked_as: vec![asking.to_owned()],
            ..Written::default()
        }
    }

    #[test]
    fn answers_survive_a_kill_and_what_people_wrote_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let own = "{\"id\":\"b\",\"asked_as\":[\"人写的\"],\"removed\":[\"不要\"]}\n";
        fs::write(&path, own).unwrap();
        let mut book = Book::open(folder.path()).unwrap();
        book.write("b", written("乙")).unwrap();
        book.write("a", written("甲")).unwrap();
        // Killed before it saved, in the middle of a line.
        drop(book);
        let journal = folder.path().join(JOURNAL);
        let mut half = File::options().append(true).open(&journal).unwrap();
        half.write_all(b"{\"id\":\"c\",\"wri").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), own);
        let book = Book::open(folder.path()).unwrap();
        assert!(book.entry("c").is_none());
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "{\"id\":\"a\",\"written\":{\"asked_as\":[\"甲\"]}}\n\
             {\"id\":\"b\",\"asked_as\":[\"人写的\"],\"written\":{\"asked_as\":[\"乙\"]},\"removed\":[\"不要\"]}\n"
        );
        assert_eq!(fs::metadata(&journal).unwrap().len(), 0);
    }

    #[test]
    fn half_a_line_alone_spoils_no_later_answer() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join(JOURNAL);
        // Cut in the middle of a character.
        fs::write(
            &journal,
            [
                b"{\"id\":\"c\",\"written\":{\"asked_as\":[\"".as_slice(),
                &[0xe7],
            ]
            .concat(),
        )
        .unwrap();
        let mut book = Book::open(folder.path()).unwrap();
        book.write("a", written("甲")).unwrap();
        drop(book);
        assert_eq!(
            Book::open(folder.path()).unwrap().ids().collect::<Vec<_>>(),
            ["a"]
        );
    }

    #[test]
    fn what_people_change_while_a_model_is_asked_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "{\"id\":\"a\",\"asked_as\":[\"甲\"]}\n").unwrap();
        let mut book = Book::open(folder.path()).unwrap();
        book.write("a", written("乙")).unwrap();
        let changed = "{\"id\":\"a\",\"asked_as\":[\"甲\",\"丙\"],\"removed\":[\"丁\"]}\n";
        fs::write(&path, changed).unwrap();
        // Beside it, others may read what is there, and change nothing.
        let beside = Book::read(folder.path()).unwrap();
        assert_eq!(beside.entry("a").unwrap().written, Some(written("乙")));
        fs::write(&path, format!("{changed}no json\n")).unwrap();
        assert!(book.save().is_err());
        fs::write(&path, changed).unwrap();
        book.save().unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "{\"id\":\"a\",\"asked_as\":[\"甲\",\"丙\"],\"written\":{\"asked_as\":[\"乙\"]},\"removed\":[\"丁\"]}\n"
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_whole_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        for (text, said) in [
            ("{\"id\":\n", ":1: "),
            ("{\"id\":\"a\"}\n{\"id\":\"a\"}\n", ":2: "),
        ] {
            fs::write(&path, text).unwrap();
            let error = Book::open(folder.path()).err().unwrap().to_string();
            assert!(error.contains(said), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn one_program_at_a_time_changes_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let first = Book::open(folder.path()).unwrap();
        let error = Book::open(folder.path()).err().unwrap().to_string();
        assert!(error.contains("another `dayi asked-as`"), "{error}");
        drop(first);
        Book::open(folder.path()).unwrap();
    }
}
