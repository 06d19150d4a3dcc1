//! The plan of a sync: what to do with the index for each file. Pure: reads no file and writes no index.

use super::changes::Changes;
use crate::document::{ContentFile, DocumentId, LeftOut, Listing, Rejection, Warning};
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// What the index knows of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownFile {
    /// Id of its document.
    pub(crate) id: Box<str>,
    /// Hash of its bytes.
    pub(crate) hash: u64,
    /// Stamp of the file system.
    pub(crate) stamp: u64,
    /// A number that changes with what the site said of how the document is asked.
    pub(crate) asked_as: u64,
    /// Second of Unix time from which the file is to be read anew although nothing changed; 0 where there is none.
    pub(crate) holds_until: u64,
}

impl KnownFile {
    /// Whether what is known of an unchanged file still holds at a moment.
    pub(crate) fn holds_at(&self, now: Timestamp) -> bool {
        self.holds_until == 0
            || u64::try_from(now.as_second()).is_ok_and(|now| now < self.holds_until)
    }
}

/// What reading a file brought.
#[derive(Debug)]
pub(crate) enum FileRead<D> {
    /// Stamp or hash are those that the index knows.
    Unchanged,
    /// A document that is new, or another than before.
    Changed {
        id: DocumentId,
        document: D,
        warnings: Vec<Warning>,
    },
    /// The file cannot be used.
    Rejected(Rejection),
    /// The file is not meant for readers.
    LeftOut(LeftOut),
}

/// What to do with the index for a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step<D> {
    /// Nothing.
    Leave,
    /// Add a document.
    Add(D),
    /// Remove the document that the index has of the file, and add another.
    Replace(D),
    /// Remove the document that the index has of the file.
    Remove,
}

/// What is to be done after the last file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    /// Paths of files that are gone.
    pub(crate) gone: Vec<Box<str>>,
    /// Later stamps of files that are still as the index has them, by path.
    pub(crate) later_stamps: HashMap<String, u64>,
    /// What the sync did.
    pub(crate) changes: Changes,
}

/// The files of a folder as far as anybody can see: of folders that could not be listed those that the index knows, as they
/// were. Only what a whole listing lacks is gone.
pub(crate) fn files_of<'l>(
    listing: &'l Listing,
    known: &HashMap<Box<str>, KnownFile>,
    later_stamps: &HashMap<String, u64>,
) -> Cow<'l, [ContentFile]> {
    if listing.unseen.is_empty() {
        return Cow::Borrowed(&listing.files);
    }
    let mut files = listing.files.clone();
    let listed: HashSet<&str> = listing
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    let is_unseen = |path: &str| listing.unseen.iter().any(|folder| path.starts_with(folder));
    let kept = known
        .iter()
        .filter(|(path, _)| is_unseen(path) && !listed.contains(&***path));
    let kept = kept.map(|(path, known)| ContentFile {
        path: path.to_string(),
        stamp: Some(later_stamps.get(&**path).copied().unwrap_or(known.stamp)),
    });
    let kept: Vec<ContentFile> = kept.collect();
    files.extend(kept);
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Cow::Owned(files)
}

/// The plan of one sync. Files are decided in the order of their list.
pub(crate) struct Plan<'f> {
    files: &'f [ContentFile],
    known: HashMap<Box<str>, KnownFile>,
    before: HashMap<String, u64>,
    later_stamps: HashMap<String, u64>,
    changes: Changes,
    /// By id, the number of the file that has it.
    owners: HashMap<Box<str>, usize>,
}

impl<'f> Plan<'f> {
    /// A plan for these files, where the index has `known`. `later_stamps` are those of files that only looked changed.
    pub(crate) fn new(
        files: &'f [ContentFile],
        mut known: HashMap<Box<str>, KnownFile>,
        later_stamps: HashMap<String, u64>,
    ) -> Self {
        for (path, stamp) in &later_stamps {
            if let Some(known) = known.get_mut(path.as_str()) {
                known.stamp = *stamp;
            }
        }
        Self {
            files,
            known,
            before: later_stamps,
            later_stamps: HashMap::new(),
            changes: Changes::default(),
            owners: HashMap::with_capacity(files.len()),
        }
    }

    /// What the index knows of a file that is not decided yet.
    pub(crate) fn known(&self, path: &str) -> Option<&KnownFile> {
        self.known.get(path)
    }

    /// Whether the index has nothing.
    pub(crate) fn is_from_nothing(&self) -> bool {
        self.known.is_empty()
    }

    /// Decides about the file with this number, in the list of all files.
    pub(crate) fn decide<D>(&mut self, number: usize, read: FileRead<D>) -> Step<D> {
        let file = &self.files[number];
        let before = self.known.remove(file.path.as_str());
        let read = self.without_duplicate(number, read, before.as_ref());
        match read {
            FileRead::Unchanged => {
                self.changes.unchanged += 1;
                let differs = before.is_some_and(|known| file.stamp != Some(known.stamp));
                if let Some(stamp) = file.stamp
                    && (differs || self.before.contains_key(&file.path))
                {
                    self.later_stamps.insert(file.path.clone(), stamp);
                }
                Step::Leave
            }
            FileRead::Changed {
                document, warnings, ..
            } => {
                self.changes.warnings.extend(warnings);
                if before.is_some() {
                    self.changes.updated += 1;
                    Step::Replace(document)
                } else {
                    self.changes.added += 1;
                    Step::Add(document)
                }
            }
            FileRead::Rejected(rejection) => {
                self.changes.rejected.push(rejection);
                self.without_document(before.as_ref())
            }
            FileRead::LeftOut(left_out) => {
                self.changes.left_out.push(left_out);
                self.without_document(before.as_ref())
            }
        }
    }

    /// What to do for a file that gives no document.
    fn without_document<D>(&mut self, before: Option<&KnownFile>) -> Step<D> {
        if before.is_none() {
            return Step::Leave;
        }
        self.changes.removed += 1;
        Step::Remove
    }

    /// Rejects a document whose id another file has. The first file in the order of the list keeps an id, so that the
    /// outcome does not depend on the history of the index.
    fn without_duplicate<D>(
        &mut self,
        number: usize,
        read: FileRead<D>,
        before: Option<&KnownFile>,
    ) -> FileRead<D> {
        let id: Box<str> = match (&read, before) {
            (FileRead::Changed { id, .. }, _) => id.0.as_str().into(),
            (FileRead::Unchanged, Some(known)) => known.id.clone(),
            _ => return read,
        };
        match self.owners.entry(id) {
            Entry::Occupied(owner) => {
                let path = &self.files[number].path;
                FileRead::Rejected(Rejection::at_start(
                    path,
                    format!(
                        "the id `{}` is already that of `{}`",
                        owner.key(),
                        self.files[*owner.get()].path
                    ),
                    "an id of its own for each document: another `id: \"…\"` in the front matter of one of them",
                ))
            }
            Entry::Vacant(free) => {
                free.insert(number);
                read
            }
        }
    }

    /// The ids of all documents that were accepted so far.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.owners.keys().map(AsRef::as_ref)
    }

    /// What is left to do once all files are decided. `listing` is what else was found in the folder.
    pub(crate) fn finish(mut self, listing: &Listing) -> Rest {
        self.changes.rejected.extend_from_slice(&listing.rejected);
        self.changes.rejected.sort_by(|a, b| a.path.cmp(&b.path));
        self.changes.left_out.extend_from_slice(&listing.left_out);
        self.changes.left_out.sort_by(|a, b| a.path.cmp(&b.path));
        let gone: Vec<Box<str>> = self.known.into_keys().collect();
        self.changes.removed += gone.len();
        Rest {
            gone,
            later_stamps: self.later_stamps,
            changes: self.changes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Withheld;

    fn file(path: &str, stamp: u64) -> ContentFile {
        ContentFile {
            path: path.to_owned(),
            stamp: Some(stamp),
        }
    }

    fn known(files: &[(&str, &str, u64)]) -> HashMap<Box<str>, KnownFile> {
        let known = |(path, id, stamp): &(&str, &str, u64)| {
            let known = KnownFile {
                id: (*id).into(),
                hash: 0,
                stamp: *stamp,
                asked_as: 0,
                holds_until: 0,
            };
            ((*path).into(), known)
        };
        files.iter().map(known).collect()
    }

    fn changed(id: &str) -> FileRead<()> {
        FileRead::Changed {
            id: DocumentId(id.to_owned()),
            document: (),
            warnings: Vec::new(),
        }
    }

    #[test]
    fn new_changed_and_gone_files_are_added_replaced_and_removed() {
        let files = [file("a.md", 1), file("b.md", 1), file("c.md", 1)];
        let known = known(&[("b.md", "b", 1), ("c.md", "c", 1), ("gone.md", "g", 1)]);
        let mut plan = Plan::new(&files, known, HashMap::new());
        assert_eq!(plan.decide(0, changed("a")), Step::Add(()));
        assert_eq!(plan.decide(1, changed("b")), Step::Replace(()));
        assert_eq!(plan.decide::<()>(2, FileRead::Unchanged), Step::Leave);
        let rest = plan.finish(&Listing::default());
        assert_eq!(rest.gone, [Box::from("gone.md")]);
        let Changes {
            added,
            updated,
            removed,
            unchanged,
            ..
        } = rest.changes;
        assert_eq!((added, updated, removed, unchanged), (1, 1, 1, 1));
    }

    #[test]
    fn of_two_files_with_one_id_the_first_keeps_it_whatever_the_index_has() {
        let files = [file("a.md", 1), file("b.md", 1)];
        let known = known(&[("b.md", "x", 1)]);
        let mut plan = Plan::new(&files, known, HashMap::new());
        assert_eq!(plan.decide(0, changed("x")), Step::Add(()));
        assert_eq!(plan.decide::<()>(1, FileRead::Unchanged), Step::Remove);
        let rest = plan.finish(&Listing::default());
        let rejection = rest.changes.rejected[0].to_string();
        assert!(
            rejection.contains("the id `x` is already that of `a.md`"),
            "{rejection}"
        );
        assert_eq!((rest.changes.added, rest.changes.removed), (1, 1));
    }

    #[test]
    fn a_file_that_can_no_longer_be_used_is_removed_and_told() {
        let files = [file("a.md", 1), file("b.md", 1)];
        let known = known(&[("a.md", "a", 1)]);
        let mut plan = Plan::new(&files, known, HashMap::new());
        let rejected = |path: &str| {
            FileRead::<()>::Rejected(Rejection::at_start(path, "empty".to_owned(), "text"))
        };
        assert_eq!(plan.decide(0, rejected("a.md")), Step::Remove);
        assert_eq!(plan.decide(1, rejected("b.md")), Step::Leave);
        assert_eq!(plan.finish(&Listing::default()).changes.rejected.len(), 2);
    }

    #[test]
    fn stamps_of_files_that_only_looked_changed_are_noted_until_they_change() {
        let files = [file("a.md", 2), file("b.md", 1), file("c.md", 9)];
        let known = known(&[("a.md", "a", 1), ("b.md", "b", 1), ("c.md", "c", 1)]);
        let before = HashMap::from([("c.md".to_owned(), 9)]);
        let mut plan = Plan::new(&files, known, before);
        assert_eq!(plan.known("c.md").map(|known| known.stamp), Some(9));
        for number in 0..3 {
            plan.decide::<()>(number, FileRead::Unchanged);
        }
        let expected = [("a.md".to_owned(), 2), ("c.md".to_owned(), 9)];
        assert_eq!(
            plan.finish(&Listing::default()).later_stamps,
            HashMap::from(expected)
        );
    }

    #[test]
    fn documents_of_a_folder_that_cannot_be_seen_stay_and_keep_their_ids() {
        let known = known(&[
            ("sub/a.md", "a", 1),
            ("sub/seen.md", "s", 1),
            ("gone.md", "g", 1),
            ("subway.md", "w", 1),
        ]);
        let listing = Listing {
            files: vec![file("sub/seen.md", 1), file("z.md", 1)],
            unseen: vec!["sub/".to_owned()],
            rejected: vec![Rejection::at_start("sub", "cannot be read", "a folder")],
            ..Listing::default()
        };
        let later = HashMap::from([("sub/a.md".to_owned(), 7)]);
        let files = files_of(&listing, &known, &later);
        assert_eq!(
            *files,
            [file("sub/a.md", 7), file("sub/seen.md", 1), file("z.md", 1)]
        );
        let mut plan = Plan::new(&files, known, later);
        for number in [0, 1] {
            assert_eq!(plan.decide::<()>(number, FileRead::Unchanged), Step::Leave);
        }
        assert_eq!(plan.decide(2, changed("a")), Step::Leave);
        let mut rest = plan.finish(&listing);
        rest.gone.sort();
        assert_eq!(rest.gone, ["gone.md", "subway.md"].map(Box::from));
        let rejected: Vec<&str> = rest
            .changes
            .rejected
            .iter()
            .map(|r| r.path.as_str())
            .collect();
        assert_eq!((rejected, rest.changes.unchanged), (vec!["sub", "z.md"], 2));
    }

    #[test]
    fn a_document_that_is_not_for_readers_any_more_is_removed_and_counted() {
        let files = [file("a.md", 1), file("b.md", 1)];
        let mut plan = Plan::new(&files, known(&[("a.md", "a", 1)]), HashMap::new());
        let left_out = |path: &str| {
            FileRead::<()>::LeftOut(LeftOut {
                path: path.to_owned(),
                why: Withheld::Expired,
            })
        };
        assert_eq!(plan.decide(0, left_out("a.md")), Step::Remove);
        assert_eq!(plan.decide(1, left_out("b.md")), Step::Leave);
        let changes = plan.finish(&Listing::default()).changes;
        assert_eq!(
            (
                changes.left_out.len(),
                changes.removed,
                changes.rejected.len()
            ),
            (2, 1, 0)
        );
    }

    #[test]
    fn what_is_known_of_a_file_holds_until_its_moment() {
        let mut known = known(&[("a.md", "a", 1)]).remove("a.md").unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(known.holds_at(at(1_000)));
        known.holds_until = 1_000;
        assert!(known.holds_at(at(999)) && !known.holds_at(at(1_000)));
    }
}
