//! Brings the index up to date with a content folder, by content hash: what has not changed is not touched.

use super::EmbeddedEngine;
use super::columns::texts_by_ordinal;
use super::schema::{HASH, ID, PATH, STAMP};
use super::snapshot::Snapshot;
use super::store::{IndexError, NewSegments, Writer};
use crate::analysis::Analyzer;
use crate::document::{
    self, ContentError, ContentFile, Document, DocumentId, ReadDocument, Rejection,
};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Searcher, TantivyDocument, TantivyError, Term};

/// Files read at once: enough for every core, few enough that memory stays flat on any corpus.
const CHUNK: usize = 512;
/// Files of a chunk that a thread takes at once; with more, the others would wait for the last one.
const TAKEN_AT_ONCE: usize = 8;

/// What a sync did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Documents that are new.
    pub added: usize,
    /// Documents whose file changed.
    pub updated: usize,
    /// Documents whose file is gone or can no longer be used.
    pub removed: usize,
    /// Documents left as they were.
    pub unchanged: usize,
    /// Files that were left out.
    pub rejected: Vec<Rejection>,
}

impl Changes {
    /// Whether the index is another one than before.
    pub fn any(&self) -> bool {
        self.added + self.updated + self.removed > 0
    }
}

/// Is told how far a sync has come: files done, files in all.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Why a sync was not done. The index is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The content folder cannot be read.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The index cannot be written.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// This engine was opened for searching only.
    #[error("the index is open for searching only")]
    ReadOnly,
}

impl From<tantivy::TantivyError> for SyncError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Index(error.into())
    }
}

impl EmbeddedEngine {
    /// Reads what changed below `content` and makes it searchable, all of it at once.
    ///
    /// # Errors
    /// When the folder cannot be read or the index cannot be written; searches go on as before.
    pub fn sync(&self, content: &Path, progress: Progress<'_>) -> Result<Changes, SyncError> {
        self.sync_with(content, || document::list_files(content), progress)
    }

    /// As [`sync`](Self::sync), where the files of the folder were listed before.
    ///
    /// # Errors
    /// As those of [`sync`](Self::sync).
    pub fn sync_files(
        &self,
        content: &Path,
        files: Vec<ContentFile>,
        progress: Progress<'_>,
    ) -> Result<Changes, SyncError> {
        self.sync_with(content, || Ok(files), progress)
    }

    /// What writes the index, once nobody else does; nothing where this engine is open for searching only.
    fn writer(&self) -> MutexGuard<'_, Option<Writer>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Files are listed when it is this sync's turn: of two, the later one sees what is newer.
    fn sync_with(
        &self,
        content: &Path,
        list: impl FnOnce() -> Result<Vec<ContentFile>, ContentError> + Send,
        progress: Progress<'_>,
    ) -> Result<Changes, SyncError> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(SyncError::ReadOnly)?;
        let changes = bring_up_to_date(writer, content, list, progress)?;
        let before = self.snapshot.load();
        let is_newer = before.searcher.generation() != writer.reader.searcher().generation();
        if is_newer || *before.rejected != *changes.rejected {
            let rejected = changes.rejected.clone().into();
            let next = Snapshot::of(writer, rejected, &before, &self.folder)?;
            self.snapshot.store(Arc::new(next));
        }
        self.up_to_date.store(true, Ordering::Relaxed);
        Ok(changes)
    }

    /// Brings the index up to date for other processes and waits until its segments are merged, so that searches have
    /// fewer to go through. This engine makes nothing searchable of it, and is open for searching only from then on.
    ///
    /// # Errors
    /// As those of [`sync`](Self::sync).
    pub fn index(&self, content: &Path, progress: Progress<'_>) -> Result<Changes, SyncError> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(SyncError::ReadOnly)?;
        let list = || document::list_files(content);
        let changes = bring_up_to_date(writer, content, list, progress)?;
        guard.take().map_or(Ok(()), Writer::finish)?;
        Ok(changes)
    }

    /// Replaces everything by `documents`; for judged sets and tests.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn replace_all(&self, documents: &[Document]) -> Result<(), SyncError> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(SyncError::ReadOnly)?;
        let mut segments = writer.begin()?;
        let prepared = documents.par_iter().map(|document| {
            let file = ContentFile {
                path: document.id.0.clone(),
                stamp: None,
            };
            let read = ReadDocument {
                answer_text: document.answer_text(),
                document: document.clone(),
                hash: document::content_hash(document.id.0.as_bytes()),
            };
            indexed(writer, &read, &file)
        });
        segments.add(prepared.collect::<Result<_, _>>()?)?;
        segments.finish()?;
        writer.commit(documents.len())?;
        writer.reader.reload()?;
        let before = self.snapshot.load();
        let next = Snapshot::of(writer, Arc::default(), &before, &self.folder)?;
        self.snapshot.store(Arc::new(next));
        Ok(())
    }

    /// Takes the site's words as they are now. New synonyms and stop words count at once; after new names of the
    /// dictionary, which cut documents differently, the next [`sync`](Self::sync) reads all documents anew. Until then
    /// searches are answered as before.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn set_analyzer(&self, analyzer: Analyzer) -> Result<(), SyncError> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(SyncError::ReadOnly)?;
        if writer.set_analyzer(analyzer) {
            return Ok(());
        }
        let before = self.snapshot.load();
        let rejected = Arc::clone(&before.rejected);
        let next = Snapshot::of(writer, rejected, &before, &self.folder)?;
        self.snapshot.store(Arc::new(next));
        Ok(())
    }
}

/// What the index knows of a file.
struct Known {
    id: Box<str>,
    hash: u64,
    stamp: u64,
}

/// A file after reading, with what was made of its document.
enum Read<D> {
    Unchanged,
    Changed(DocumentId, D),
    Rejected(Rejection),
}

/// Makes the index durable as the folder is now; where it is gone, anew.
fn bring_up_to_date(
    writer: &mut Writer,
    content: &Path,
    list: impl FnOnce() -> Result<Vec<ContentFile>, ContentError> + Send,
    progress: Progress<'_>,
) -> Result<Changes, SyncError> {
    // Both take long where there are many, and neither needs the other.
    let (searcher, reads_anew) = (writer.reader.searcher(), writer.reads_anew());
    let (files, known) = rayon::join(list, || {
        if reads_anew {
            return Ok(HashMap::new());
        }
        known_files(&searcher)
    });
    let files = files?;
    let updated = known
        .map_err(SyncError::from)
        .and_then(|known| update(writer, content, &files, known, progress));
    match updated {
        Err(error) if !writer.roll_back() => {
            tracing::warn!(error = %crate::error_chain(&error), "the index is gone; it is rebuilt");
            writer.begin_anew()?;
            let known = known_files(&writer.reader.searcher())?;
            update(writer, content, &files, known, progress).inspect_err(|_| {
                writer.roll_back();
            })
        }
        outcome => outcome,
    }
}

/// Applies what changed and makes it durable.
fn update(
    writer: &mut Writer,
    content: &Path,
    files: &[ContentFile],
    known: HashMap<Box<str>, Known>,
    progress: Progress<'_>,
) -> Result<Changes, SyncError> {
    let changes = apply(writer, content, files, known, progress).map_err(|error| {
        // That a thread of the library has ended says nothing; asked for a commit, it tells why.
        let has_ended = matches!(
            error,
            SyncError::Index(IndexError::Engine(TantivyError::ErrorInThread(_)))
        );
        let reason = has_ended.then(|| writer.index.prepare_commit().err());
        reason.flatten().map_or(error, SyncError::from)
    })?;
    if changes.any() || writer.is_unpublished() {
        writer.commit(changes.unchanged + changes.added + changes.updated)?;
        writer.publish()?;
        writer.reader.reload()?;
    }
    Ok(changes)
}

fn apply(
    writer: &mut Writer,
    content: &Path,
    files: &[ContentFile],
    mut known: HashMap<Box<str>, Known>,
    progress: Progress<'_>,
) -> Result<Changes, SyncError> {
    for (path, stamp) in &writer.seen {
        if let Some(known) = known.get_mut(path.as_str()) {
            known.stamp = *stamp;
        }
    }
    let begins = known.is_empty().then(|| writer.begin());
    let mut new_segments = begins.transpose()?;
    let mut still_seen = HashMap::new();
    let mut changes = Changes::default();
    // The place of the file that has an id.
    let mut taken: HashMap<Box<str>, usize> = HashMap::with_capacity(files.len());
    let mut new = Vec::new();
    for (done, chunk) in (0..).step_by(CHUNK).zip(files.chunks(CHUNK)) {
        let mut adds = || add(writer, new_segments.as_mut(), std::mem::take(&mut new));
        let reads = || {
            read_chunk(content, chunk, &known, |read, file| {
                indexed(writer, read, file)
            })
        };
        // The dictionary and the tables of the segments are too large for the caches together: one after the other takes
        // a twentieth less time, unless threads would have nothing to do.
        let (added, read) = if rayon::current_num_threads() > NewSegments::MOST {
            rayon::join(adds, reads)
        } else {
            (adds(), reads())
        };
        added?;
        for (place, (file, read)) in (done..).zip(chunk.iter().zip(read)) {
            let before = known.remove(file.path.as_str());
            let id = match (&read, &before) {
                (Read::Changed(id, _), _) => Some(id.0.as_str().into()),
                (Read::Unchanged, Some(known)) => Some(known.id.clone()),
                _ => None,
            };
            // The first file in path order keeps an id, so that the outcome does not depend on the history.
            let read = match id.map(|id| taken.entry(id)) {
                Some(Entry::Occupied(taken)) => {
                    let owner = &files[*taken.get()].path;
                    Read::Rejected(duplicate(&file.path, taken.key(), owner))
                }
                Some(Entry::Vacant(free)) => {
                    free.insert(place);
                    read
                }
                None => read,
            };
            match read {
                Read::Unchanged => {
                    let differs = before.is_some_and(|k| file.stamp != Some(k.stamp));
                    if let Some(stamp) = file.stamp
                        && (differs || writer.seen.contains_key(&file.path))
                    {
                        still_seen.insert(file.path.clone(), stamp);
                    }
                    changes.unchanged += 1;
                }
                Read::Changed(_, indexed) => {
                    if before.is_some() {
                        remove(writer, &file.path);
                        changes.updated += 1;
                    } else {
                        changes.added += 1;
                    }
                    new.push(indexed?);
                }
                Read::Rejected(rejection) => {
                    if before.is_some() {
                        remove(writer, &file.path);
                        changes.removed += 1;
                    }
                    changes.rejected.push(rejection);
                }
            }
        }
        progress(done + chunk.len(), files.len());
    }
    add(writer, new_segments.as_mut(), new)?;
    new_segments.map_or(Ok(()), NewSegments::finish)?;
    for path in known.keys() {
        remove(writer, path);
        changes.removed += 1;
    }
    writer.remember(still_seen);
    Ok(changes)
}

/// Reads files on all cores.
fn read_chunk<D: Send>(
    content: &Path,
    chunk: &[ContentFile],
    known: &HashMap<Box<str>, Known>,
    make: impl Fn(&ReadDocument, &ContentFile) -> D + Sync,
) -> Vec<Read<D>> {
    let files = chunk.par_iter().with_max_len(TAKEN_AT_ONCE);
    files
        .map(|file| {
            let known = known.get(file.path.as_str());
            read(content, file, known, |read| make(read, file))
        })
        .collect()
}

fn read<D>(
    content: &Path,
    file: &ContentFile,
    known: Option<&Known>,
    make: impl FnOnce(&ReadDocument) -> D,
) -> Read<D> {
    if known.is_some_and(|k| Some(k.stamp) == file.stamp) {
        return Read::Unchanged;
    }
    match document::read_document(content, &file.path) {
        Ok(read) if known.is_some_and(|k| k.hash == read.hash) => Read::Unchanged,
        Ok(read) => {
            let prepared = make(&read);
            Read::Changed(read.document.id, prepared)
        }
        Err(rejection) => Read::Rejected(rejection),
    }
}

/// Adds to the new segments, or to the index beside what it has.
fn add(
    writer: &Writer,
    new_segments: Option<&mut NewSegments<'_>>,
    documents: Vec<TantivyDocument>,
) -> tantivy::Result<()> {
    if let Some(segments) = new_segments {
        return segments.add(documents);
    }
    let mut documents = documents.into_iter();
    documents.try_for_each(|document| writer.index.add_document(document).map(|_| ()))
}

fn duplicate(path: &str, id: &str, owner: &str) -> Rejection {
    Rejection::at_start(
        path,
        format!("the id `{id}` is already that of `{owner}`"),
        "an id of its own for each document",
    )
}

fn remove(writer: &Writer, path: &str) {
    writer
        .index
        .delete_term(Term::from_field_text(writer.fields.path, path));
}

fn indexed(
    writer: &Writer,
    read: &ReadDocument,
    file: &ContentFile,
) -> tantivy::Result<TantivyDocument> {
    writer
        .fields
        .index_document(read, file, &writer.analyzer)
        .map_err(|e| tantivy::TantivyError::InternalError(e.to_string()))
}

/// The files of the index by path, read from its columns alone.
fn known_files(searcher: &Searcher) -> Result<HashMap<Box<str>, Known>, tantivy::TantivyError> {
    let mut known = HashMap::with_capacity(searcher.num_docs() as usize);
    for segment in searcher.segment_readers() {
        let columns = segment.fast_fields();
        let (Some(paths), Some(ids)) = (columns.str(PATH)?, columns.str(ID)?) else {
            continue;
        };
        let (mut path_texts, id_texts) = (texts_by_ordinal(&paths)?, texts_by_ordinal(&ids)?);
        let (hashes, stamps) = (columns.u64(HASH)?, columns.u64(STAMP)?);
        let place = |column: &StrColumn, doc: DocId| Some(column.term_ords(doc).next()? as usize);
        for doc in segment.doc_ids_alive() {
            // Of the documents that are there, each has a path of its own.
            let path = place(&paths, doc).and_then(|p| path_texts.get_mut(p).map(std::mem::take));
            let id = place(&ids, doc).and_then(|p| id_texts.get(p).cloned());
            if let (Some(path), Some(id)) = (path, id) {
                let hash = hashes.first(doc).unwrap_or_default();
                let stamp = stamps.first(doc).unwrap_or_default();
                known.insert(path, Known { id, hash, stamp });
            }
        }
    }
    Ok(known)
}

/// What a sync would make of a folder.
#[derive(Debug)]
pub struct Checked {
    /// The documents there would be.
    pub accepted: HashSet<DocumentId>,
    /// Files that would be left out.
    pub rejected: Vec<Rejection>,
}

/// Checks files without indexing them: the same judgement as a sync over an empty index.
///
/// # Errors
/// When the folder cannot be read.
pub fn check(content: &Path) -> Result<Checked, ContentError> {
    let files = document::list_files(content)?;
    let mut rejected = Vec::new();
    let mut taken: HashMap<DocumentId, String> = HashMap::new();
    for chunk in files.chunks(CHUNK) {
        let read = read_chunk(content, chunk, &HashMap::new(), |_, _| ());
        for (file, read) in chunk.iter().zip(read) {
            match read {
                Read::Changed(id, ()) => match taken.entry(id) {
                    Entry::Vacant(free) => {
                        free.insert(file.path.clone());
                    }
                    Entry::Occupied(owned) => {
                        rejected.push(duplicate(&file.path, &owned.key().0, owned.get()));
                    }
                },
                Read::Rejected(rejection) => rejected.push(rejection),
                Read::Unchanged => {}
            }
        }
    }
    Ok(Checked {
        accepted: taken.into_keys().collect(),
        rejected,
    })
}
