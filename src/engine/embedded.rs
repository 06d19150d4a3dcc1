//! The embedded engine: tantivy with our own analysis and ranking.
//!
//! `write` owns the folder on disk, and a commit makes a new snapshot, so that one request sees one state. `read` is
//! what a snapshot is made of. `schema` says how a document is stored. What ranks is in `query`, `ranking` and `pipeline`,
//! which know nothing of tantivy.

mod read;
mod schema;
mod snapshot;
mod write;

pub use crate::engine::sync::{
    Changes, Checked, IndexError, Progress, SyncError, check, on_change,
};
pub use write::Opened;

use super::Engine;
use super::error::EngineError;
use super::index::{IndexSnapshot, Name};
use super::model::{
    Card, Facets, Passage, Provenance, Quality, Ranked, SearchQuery, SearchResults, Status,
    Suggestion,
};
use super::pipeline::Pipeline;
use super::ranking::Weights;
use super::results::{CommonTags, Pins};
use super::sync;
use super::tuning::{Tuned, Tuning};
use crate::analysis::Analyzer;
use crate::asked_as::{AskedAs, Desk};
use crate::document::{
    ContentError, Document, DocumentId, DocumentNames, GradeId, Listing, Rejection, list_files,
};
use arc_swap::ArcSwap;
use snapshot::Snapshot;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tantivy::IndexReader;
use write::Writer;

/// The engine: one writer, any number of readers.
pub struct EmbeddedEngine {
    folder: PathBuf,
    state: ArcSwap<State>,
    tuning: Tuning,
    asked_as: ArcSwap<AskedAs>,
    writer: Mutex<Option<Writer>>,
    up_to_date: AtomicBool,
}

/// What searches are answered from.
struct State {
    snapshot: Snapshot,
    /// Files that were left out.
    rejected: Arc<[Rejection]>,
    /// Grows with each change. 0 while there is nothing to answer from.
    generation: u64,
    index_bytes: u64,
}

impl EmbeddedEngine {
    /// Opens the index at `folder` for writing and searching, or creates it. An index of another version, of another
    /// analysis, or a damaged one is left aside: [`Opened`] says so, and the next [`sync`](Self::sync) rebuilds it.
    ///
    /// # Errors
    /// When another process holds the index, or the folder cannot be written.
    pub fn open(folder: &Path, analyzer: Analyzer) -> Result<(Self, Opened), IndexError> {
        let (writer, old, opened) = write::open(folder, analyzer)?;
        let engine = match old {
            Some(old) => Self::new(folder, &old, 1, writer)?,
            None => Self::of_writer(folder, writer)?,
        };
        Ok((engine, opened))
    }

    /// An engine in memory over nothing; for judged sets and tests.
    ///
    /// # Errors
    /// When the index cannot be created.
    pub fn in_memory(analyzer: Analyzer) -> Result<Self, IndexError> {
        Self::of_writer(Path::new(""), write::in_memory(analyzer)?)
    }

    /// Opens the index at `folder` for searching only, beside a process that may be writing it.
    ///
    /// # Errors
    /// When there is no usable index.
    pub fn open_read_only(folder: &Path, analyzer: Analyzer) -> Result<Self, IndexError> {
        let reader = write::open_read_only(folder)?;
        let snapshot = Snapshot::read(&reader, schema::build().1, analyzer, None)?;
        Ok(Self::over(folder, snapshot, 1, None))
    }

    fn of_writer(folder: &Path, writer: Writer) -> Result<Self, IndexError> {
        let (reader, generation) = (writer.reader.clone(), u64::from(writer.is_published()));
        Self::new(folder, &reader, generation, writer)
    }

    /// An engine that answers from what `reader` has loaded until the writer commits.
    fn new(
        folder: &Path,
        reader: &IndexReader,
        generation: u64,
        writer: Writer,
    ) -> Result<Self, IndexError> {
        let analyzer = writer.analyzer.clone();
        let snapshot = Snapshot::read(reader, writer.fields, analyzer, None)?;
        Ok(Self::over(folder, snapshot, generation, Some(writer)))
    }

    fn over(folder: &Path, snapshot: Snapshot, generation: u64, writer: Option<Writer>) -> Self {
        Self {
            folder: folder.to_owned(),
            state: ArcSwap::from_pointee(State {
                snapshot,
                rejected: Arc::default(),
                generation,
                index_bytes: folder_bytes(folder),
            }),
            tuning: Tuning::default(),
            asked_as: ArcSwap::default(),
            writer: Mutex::new(writer),
            up_to_date: AtomicBool::new(false),
        }
    }

    /// Replaces the constants of ranking; the next search uses them.
    pub fn set_ranking(&self, weights: Weights) {
        self.tuning.set_weights(weights);
    }

    /// Replaces the rules of a maintainer; the next search uses them.
    pub fn set_pins(&self, pins: Pins) {
        self.tuning.set_pins(pins);
    }

    /// Replaces how documents are asked. The next [`sync`](Self::sync) indexes those anew of which something else is known.
    /// What experts changed over it stays.
    pub fn set_asked_as(&self, asked_as: &AskedAs) {
        let change = |before: &Arc<AskedAs>| asked_as.with_desk(before.desk());
        self.asked_as.rcu(change);
    }

    /// Replaces what experts changed over the file of how documents are asked, as [`set_asked_as`](Self::set_asked_as) does
    /// the file.
    pub fn set_desk(&self, desk: Desk) {
        let desk = Arc::new(desk);
        let change = |before: &Arc<AskedAs>| before.with_desk(Arc::clone(&desk));
        self.asked_as.rcu(change);
    }

    /// Reads what changed below `content` and makes it searchable, all of it at once.
    ///
    /// # Errors
    /// When the folder cannot be read or the index cannot be written; searches go on as before.
    pub fn sync(&self, content: &Path, progress: Progress<'_>) -> Result<Changes, SyncError> {
        self.sync_with(content, || list_files(content), progress)
    }

    /// As [`sync`](Self::sync), where the folder was listed before.
    ///
    /// # Errors
    /// As those of [`sync`](Self::sync).
    pub fn sync_listed(
        &self,
        content: &Path,
        listing: Listing,
        progress: Progress<'_>,
    ) -> Result<Changes, SyncError> {
        self.sync_with(content, || Ok(listing), progress)
    }

    /// Files are listed when it is this sync's turn: of two, the later one sees what is newer.
    fn sync_with(
        &self,
        content: &Path,
        list: impl FnOnce() -> Result<Listing, ContentError> + Send,
        progress: Progress<'_>,
    ) -> Result<Changes, SyncError> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(SyncError::ReadOnly)?;
        let changes = self.bring_up_to_date(writer, content, list, progress)?;
        let before = self.state.load();
        let served = before.snapshot.view.searcher.generation();
        let is_newer = served != writer.reader.searcher().generation();
        if is_newer || *before.rejected != *changes.rejected {
            self.serve(writer, changes.rejected.clone().into())?;
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
        let list = || list_files(content);
        let changes = self.bring_up_to_date(writer, content, list, progress)?;
        guard.take().map_or(Ok(()), Writer::finish)?;
        Ok(changes)
    }

    fn bring_up_to_date(
        &self,
        writer: &mut Writer,
        folder: &Path,
        list: impl FnOnce() -> Result<Listing, ContentError> + Send,
        progress: Progress<'_>,
    ) -> Result<Changes, SyncError> {
        let asked_as = &self.asked_as.load();
        let content = sync::Content { folder, asked_as };
        sync::bring_up_to_date(writer, content, list, progress)
    }

    /// Replaces everything by `documents`; for judged sets and tests.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn replace_all(&self, documents: &[Document]) -> Result<(), SyncError> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(SyncError::ReadOnly)?;
        sync::replace_all(writer, documents)?;
        self.serve(writer, Arc::default())
    }

    /// Takes the site's words as they are now. New synonyms and stop words count at once. New names of the dictionary cut
    /// documents differently: the next [`sync`](Self::sync) reads all documents anew, and until then searches are answered
    /// as before.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn set_analyzer(&self, analyzer: Analyzer) -> Result<(), SyncError> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(SyncError::ReadOnly)?;
        if writer.set_analyzer(analyzer) {
            return Ok(());
        }
        let rejected = Arc::clone(&self.state.load().rejected);
        self.serve(writer, rejected)
    }

    /// Answers searches from the writer's last commit from now on.
    fn serve(&self, writer: &Writer, rejected: Arc<[Rejection]>) -> Result<(), SyncError> {
        let before = self.state.load();
        let analyzer = writer.analyzer.clone();
        let known = Some(&before.snapshot);
        let snapshot = Snapshot::read(&writer.reader, writer.fields, analyzer, known)
            .map_err(IndexError::from)?;
        self.state.store(Arc::new(State {
            snapshot,
            rejected,
            generation: before.generation + 1,
            index_bytes: folder_bytes(&self.folder),
        }));
        Ok(())
    }

    /// The writer, once nobody else has it; nothing where this engine is open for searching only.
    fn writer(&self) -> MutexGuard<'_, Option<Writer>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers `question` from the latest state.
    fn ask<T>(&self, question: impl FnOnce(Pipeline<'_, Snapshot>) -> T) -> T {
        let state = self.state.load();
        let tuned: &Tuned = &self.tuning.load();
        question(Pipeline::new(&state.snapshot, tuned))
    }

    fn provenance(&self, name: Name<'_>) -> Result<Option<Provenance>, EngineError> {
        let state = self.state.load();
        let found = state.snapshot.find(&[name])?.into_iter().flatten();
        let docs: Vec<_> = found.collect();
        Ok(state.snapshot.provenance(&docs)?.pop())
    }

    #[cfg(test)]
    fn with_snapshot<T>(&self, test: impl FnOnce(&Snapshot) -> T) -> T {
        test(&self.state.load().snapshot)
    }

    #[cfg(test)]
    fn later_stamps(&self) -> std::collections::HashMap<String, u64> {
        use super::sync::IndexWriter;
        self.writer().as_ref().unwrap().later_stamps().clone()
    }
}

impl Engine for EmbeddedEngine {
    fn written_for(&self, id: &DocumentId) -> Vec<String> {
        let entry = self.asked_as.load().entry(&id.0).unwrap_or_default();
        entry.written.unwrap_or_default().asked_as
    }

    fn search(&self, query: &SearchQuery) -> Result<SearchResults, EngineError> {
        self.ask(|pipeline| pipeline.search(query))
    }

    fn rank(&self, text: &str, limit: usize) -> Result<Ranked, EngineError> {
        self.ask(|pipeline| pipeline.rank(text, limit))
    }

    fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, EngineError> {
        self.ask(|pipeline| pipeline.suggest(typed, limit))
    }

    fn carried(&self, text: &str, last: &str) -> Result<Option<String>, EngineError> {
        self.ask(|pipeline| pipeline.carried(text, last))
    }

    fn document(&self, id: &DocumentId) -> Result<Option<Document>, EngineError> {
        let state = self.state.load();
        let found = state.snapshot.find(&[Name::Id(id)])?.into_iter().flatten();
        let docs: Vec<_> = found.collect();
        Ok(state.snapshot.documents(&docs)?.pop())
    }

    fn path_of(&self, id: &DocumentId) -> Result<Option<String>, EngineError> {
        let found = self.provenance(Name::Id(id))?;
        Ok(found.and_then(|provenance| provenance.path))
    }

    fn names_of_id(&self, id: &DocumentId) -> Result<Option<DocumentNames>, EngineError> {
        let found = self.provenance(Name::Id(id))?;
        Ok(found.map(|provenance| provenance.names))
    }

    fn once_at(&self, alias: &str) -> Result<Option<DocumentId>, EngineError> {
        let found = self.provenance(Name::Alias(alias))?;
        Ok(found.map(|provenance| provenance.names.id))
    }

    fn names_of_grade(&self, grade: &GradeId) -> Result<Option<DocumentNames>, EngineError> {
        let found = self.provenance(Name::Grade(grade))?;
        Ok(found.map(|provenance| provenance.names))
    }

    fn names_of_path(&self, path: &str) -> Result<Option<DocumentNames>, EngineError> {
        let found = self.provenance(Name::Path(path))?;
        Ok(found.map(|provenance| provenance.names))
    }

    fn passage(&self, text: &str, id: &DocumentId) -> Result<Option<Passage>, EngineError> {
        self.ask(|pipeline| pipeline.passage(text, id))
    }

    fn related(&self, id: &DocumentId, limit: usize) -> Result<Vec<Document>, EngineError> {
        self.ask(|pipeline| pipeline.related(id, limit))
    }

    fn newest(&self, skip: usize, limit: usize) -> Result<Vec<Card>, EngineError> {
        self.ask(|pipeline| pipeline.newest(skip, limit))
    }

    fn labels(&self) -> Result<Facets, EngineError> {
        self.ask(|pipeline| pipeline.labels())
    }

    fn common_tags(&self) -> Arc<CommonTags> {
        Arc::clone(&self.state.load().snapshot.common_tags)
    }

    fn set_quality(&self, quality: Quality) {
        self.tuning.set_quality(quality);
    }

    fn status(&self) -> Status {
        let state = self.state.load();
        Status {
            generation: state.generation,
            revision: state.generation + self.tuning.load().revision,
            up_to_date: self.up_to_date.load(Ordering::Relaxed),
            documents: state.snapshot.statistics().documents,
            rejected: Arc::clone(&state.rejected),
            index_bytes: state.index_bytes,
            newest: state.snapshot.newest,
        }
    }
}

/// Syncs with `content` after each change until the engine is dropped, and once at the beginning.
pub fn watch(engine: &Arc<EmbeddedEngine>, content: PathBuf) {
    on_change(engine, content.clone(), move |engine| {
        sync(engine, &content)
    });
}

/// Syncs and logs what came of it.
///
/// # Errors
/// When the folder cannot be listed or the index not be written; searches go on as before.
pub fn sync(engine: &EmbeddedEngine, content: &Path) -> Result<(), SyncError> {
    let known = engine.status().rejected;
    let changes = engine.sync(content, &|_, _| {})?;
    sync::log_changes(&changes, &known);
    Ok(())
}

/// Bytes of all files below a folder.
fn folder_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.filter_map(|entry| {
        let metadata = entry.metadata().ok()?;
        Some(if metadata.is_dir() {
            folder_bytes(&entry.path())
        } else {
            metadata.len()
        })
    });
    bytes.sum()
}

#[cfg(test)]
mod tests;
