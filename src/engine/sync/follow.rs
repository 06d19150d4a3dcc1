//! Brings an index up to date with a content folder, by content hash: what has not changed is not touched.

use super::changes::{Changes, Progress};
use super::error::{IndexError, SyncError};
use super::plan::{FileRead, KnownFile, Plan, Rest, Step, files_of};
use super::writer::{IndexBatch, IndexWriter, Prepare};
use crate::asked_as::AskedAs;
use crate::document::{
    self, ContentError, ContentFile, Document, DocumentId, LeftOut, Listing, ReadDocument,
    Rejection, Unusable, Warning,
};
use jiff::Timestamp;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Files read at once: enough for every core, few enough that memory stays flat on any corpus.
const CHUNK: usize = 512;
/// Files of a chunk that a thread takes at once; with more, the others would wait for the last one.
const TAKEN_AT_ONCE: usize = 8;

/// What an index is brought up to date with.
#[derive(Clone, Copy)]
pub(crate) struct Content<'c> {
    /// The folder of documents.
    pub(crate) folder: &'c Path,
    /// How they are asked.
    pub(crate) asked_as: &'c AskedAs,
}

/// Makes the index durable as the folder is now. An index that is gone is made anew.
///
/// # Errors
/// When the folder cannot be listed or the index not be written. The index is then as it was.
pub(crate) fn bring_up_to_date<W: IndexWriter>(
    writer: &mut W,
    content: Content<'_>,
    list: impl FnOnce() -> Result<Listing, ContentError> + Send,
    progress: Progress<'_>,
) -> Result<Changes, SyncError> {
    // Both take long where there are many files, and neither needs the other.
    let reads: &W = writer;
    let (listing, known) = rayon::join(list, || reads.known());
    let listing = listing?;
    let updated = known.and_then(|known| update(writer, content, &listing, known, progress));
    match updated {
        Err(error) if !writer.roll_back() => {
            tracing::warn!(error = %crate::error_chain(&error), "the index is gone; it is rebuilt");
            writer.start_anew()?;
            let known = writer.known()?;
            let updated = update(writer, content, &listing, known, progress);
            Ok(updated.inspect_err(|_| {
                writer.roll_back();
            })?)
        }
        outcome => Ok(outcome?),
    }
}

/// Replaces everything by `documents`.
///
/// # Errors
/// When the index cannot be written.
pub(crate) fn replace_all<W: IndexWriter>(
    writer: &mut W,
    documents: &[Document],
) -> Result<(), IndexError> {
    let preparer = writer.preparer();
    let mut batch = writer.begin(true)?;
    let all = documents.par_iter().map(|document| {
        let file = ContentFile {
            path: document.id.0.clone(),
            stamp: None,
        };
        let read = ReadDocument {
            answer_text: document.answer_text(),
            document: document.clone(),
            hash: document::content_hash(document.id.0.as_bytes()),
            warnings: Vec::new(),
            asked_as: 0,
            holds_until: None,
        };
        preparer.prepare(&read, &file)
    });
    batch.put(all.collect::<Result<_, _>>()?)?;
    batch.finish()?;
    writer.commit(documents.len())
}

/// Applies what changed and makes it durable.
fn update<W: IndexWriter>(
    writer: &mut W,
    content: Content<'_>,
    listing: &Listing,
    known: HashMap<Box<str>, KnownFile>,
    progress: Progress<'_>,
) -> Result<Changes, IndexError> {
    let later_stamps = writer.later_stamps().clone();
    let files = files_of(listing, &known, &later_stamps);
    let plan = Plan::new(&files, known, later_stamps);
    let applied = apply(writer, content, (&files, listing), plan, progress);
    let (changes, later_stamps) = applied.map_err(|error| writer.cause(error))?;
    writer.set_later_stamps(later_stamps);
    if changes.any() || writer.must_commit() {
        writer.commit(changes.documents())?;
    }
    Ok(changes)
}

fn apply<W: IndexWriter>(
    writer: &mut W,
    content: Content<'_>,
    (files, listing): (&[ContentFile], &Listing),
    mut plan: Plan<'_>,
    progress: Progress<'_>,
) -> Result<(Changes, HashMap<String, u64>), IndexError> {
    let preparer = writer.preparer();
    let mut batch = writer.begin(plan.is_from_nothing())?;
    let mut new = Vec::new();
    for (done, chunk) in (0..).step_by(CHUNK).zip(files.chunks(CHUNK)) {
        let mut puts = || batch.put(std::mem::take(&mut new));
        let reads = || {
            read_chunk(content, chunk, &plan, |read, file| {
                preparer.prepare(read, file)
            })
        };
        // The dictionary and the tables of an index are together too large for the caches: one after the other takes a
        // twentieth less time, unless threads would have nothing to do.
        let (put, read) = if rayon::current_num_threads() > W::Batch::BUSY_THREADS {
            rayon::join(puts, reads)
        } else {
            (puts(), reads())
        };
        put?;
        for (number, read) in (done..).zip(read) {
            let path = &files[number].path;
            match plan.decide(number, read) {
                Step::Leave => {}
                Step::Add(document) => new.push(document?),
                Step::Replace(document) => {
                    batch.remove(path);
                    new.push(document?);
                }
                Step::Remove => batch.remove(path),
            }
        }
        progress(done + chunk.len(), files.len());
    }
    batch.put(new)?;
    let Rest {
        gone,
        later_stamps,
        changes,
    } = plan.finish(listing);
    for path in &gone {
        batch.remove(path);
    }
    batch.finish()?;
    Ok((changes, later_stamps))
}

/// Reads files on all cores, and makes of each changed document what `make` does.
fn read_chunk<D: Send>(
    content: Content<'_>,
    chunk: &[ContentFile],
    plan: &Plan<'_>,
    make: impl Fn(&ReadDocument, &ContentFile) -> D + Sync,
) -> Vec<FileRead<D>> {
    let now = Timestamp::now();
    let files = chunk.par_iter().with_max_len(TAKEN_AT_ONCE);
    files
        .map(|file| {
            let known = plan.known(&file.path).filter(|known| known.holds_at(now));
            read(content, file, known, &make)
        })
        .collect()
}

/// Reads a file, unless what is `known` of it still holds.
fn read<D>(
    content: Content<'_>,
    file: &ContentFile,
    known: Option<&KnownFile>,
    make: impl FnOnce(&ReadDocument, &ContentFile) -> D,
) -> FileRead<D> {
    let known = known.filter(|known| known.asked_as == content.asked_as.hash(&known.id));
    if known.is_some_and(|known| Some(known.stamp) == file.stamp) {
        return FileRead::Unchanged;
    }
    match document::read_document(content.folder, &file.path) {
        Ok(read) if known.is_some_and(|known| known.hash == read.hash) => FileRead::Unchanged,
        Ok(mut read) => {
            read.asked_as = content.asked_as.apply(&mut read.document);
            FileRead::Changed {
                document: make(&read, file),
                id: read.document.id,
                warnings: read.warnings,
            }
        }
        Err(Unusable::Rejected(rejection)) => FileRead::Rejected(rejection),
        Err(Unusable::LeftOut(left_out)) => FileRead::LeftOut(left_out),
    }
}

/// What a sync would make of a folder.
#[derive(Debug)]
pub struct Checked {
    /// The documents there would be.
    pub accepted: HashSet<DocumentId>,
    /// Files that cannot be used, folders that cannot be seen, and why, by path.
    pub rejected: Vec<Rejection>,
    /// Files and folders that are not meant for readers.
    pub left_out: Vec<LeftOut>,
    /// What of the documents should be looked at, in the order of the files.
    pub warnings: Vec<Warning>,
}

/// Checks files without indexing them: the same judgement as a sync over an empty index.
///
/// # Errors
/// When the folder cannot be read.
pub fn check(content: &Path) -> Result<Checked, ContentError> {
    let listing = document::list_files(content)?;
    let asked_as = AskedAs::default();
    let content = Content {
        folder: content,
        asked_as: &asked_as,
    };
    let files = &listing.files;
    let mut plan = Plan::new(files, HashMap::new(), HashMap::new());
    for (done, chunk) in (0..).step_by(CHUNK).zip(files.chunks(CHUNK)) {
        let read = read_chunk(content, chunk, &plan, |_, _| ());
        for (number, read) in (done..).zip(read) {
            plan.decide(number, read);
        }
    }
    let accepted = plan.ids().map(|id| DocumentId(id.to_owned()));
    let accepted = accepted.collect();
    let Changes {
        rejected,
        left_out,
        warnings,
        ..
    } = plan.finish(&listing).changes;
    Ok(Checked {
        accepted,
        rejected,
        left_out,
        warnings,
    })
}
