//! An answer where it is shown: its links lead to pages and pictures of this site, and what rendering costs is bounded.

use super::frame::language_of;
use super::links::{encode, question_path};
use super::refusal::Refusal;
use super::state::AppState;
use crate::document::{Callout, Document, DocumentId, Reference, Surroundings, reference_address};
use crate::engine::{Engine, EngineError};
use crate::texts::Texts;

/// Bytes of Markdown that are rendered without asking for room.
const SMALL: usize = 64 * 1024;

/// The surroundings of one answer.
pub(super) struct Place<'a> {
    engine: &'a dyn Engine,
    path: String,
    base: String,
    own_page: String,
    texts: Texts,
}

impl<'a> Place<'a> {
    /// On a page of this site.
    pub(super) fn here(
        engine: &'a dyn Engine,
        document: &Document,
        state: &AppState,
    ) -> Result<Self, EngineError> {
        let language = language_of(&document.answer);
        let texts = state.texts.current();
        let texts = texts.language(language).unwrap_or(texts.default_language());
        Ok(Self {
            engine,
            path: engine.path_of(&document.id)?.unwrap_or_default(),
            base: String::new(),
            own_page: String::new(),
            texts: texts.clone(),
        })
    }

    /// On another page of this site than that of the answer.
    pub(super) fn beside(
        engine: &'a dyn Engine,
        document: &Document,
        state: &AppState,
    ) -> Result<Self, EngineError> {
        Ok(Self {
            own_page: question_path(&document.id),
            ..Self::here(engine, document, state)?
        })
    }

    /// Away from this site, where addresses have to be absolute: in a feed, in a file.
    pub(super) fn elsewhere(
        engine: &'a dyn Engine,
        document: &Document,
        state: &AppState,
    ) -> Result<Self, EngineError> {
        let base = state.config.base_url.clone();
        Ok(Self {
            own_page: format!("{base}{}", question_path(&document.id)),
            base,
            ..Self::here(engine, document, state)?
        })
    }

    /// References with addresses that lead somewhere from here.
    pub(super) fn references(&self, references: Vec<Reference>) -> Vec<Reference> {
        let resolved = references.into_iter().map(|reference| Reference {
            url: reference.url.and_then(|url| reference_address(&url, self)),
            text: reference.text,
        });
        resolved.collect()
    }
}

impl Surroundings for Place<'_> {
    fn path(&self) -> &str {
        &self.path
    }

    fn page(&self, path: &str) -> Option<String> {
        // A link of an index that cannot be read is text; the page itself could be read a moment ago.
        let names = self.engine.names_of_path(path).ok().flatten()?;
        Some(question_path(&names.id))
    }

    fn picture(&self, path: &str) -> Option<String> {
        let parts: Vec<String> = path.split('/').map(encode).collect();
        Some(format!("/pictures/{}", parts.join("/")))
    }

    fn base(&self) -> &str {
        &self.base
    }

    fn own_page(&self) -> &str {
        &self.own_page
    }

    fn callout_title(&self, kind: Callout) -> String {
        self.texts.text(match kind {
            Callout::Note => "callout-note",
            Callout::Tip => "callout-tip",
            Callout::Important => "callout-important",
            Callout::Warning => "callout-warning",
            Callout::Caution => "callout-caution",
        })
    }
}

/// The ids of a document: the one it has, and those that it alone once had.
pub(super) fn ids_of(engine: &dyn Engine, document: &Document) -> Result<Vec<String>, EngineError> {
    let mut ids = vec![document.id.0.clone()];
    for alias in &document.aliases {
        let found = engine.names_of_id(&DocumentId(alias.clone()))?;
        if found.is_some_and(|names| names.id == document.id) {
            ids.push(alias.clone());
        }
    }
    Ok(ids)
}

/// A document of which something was made, or one that needs room first.
enum Read<T, M> {
    Done(T),
    Large(Box<Document>, M),
}

/// Whether an answer is so large that rendering it needs room, see [`AppState::with_document`].
pub(super) fn needs_room(document: &Document) -> bool {
    document.answer.len() > SMALL
}

/// By which of its ids a document may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    /// The one that it has: other addresses lead to its page.
    ByItsId,
    /// Also one that only this document had before.
    ByAnyId,
}

impl AppState {
    /// Makes something of a document on the threads of the engine. Large answers wait for room, so that those rendered at
    /// the same time are bounded in bytes.
    pub(super) async fn with_document<T, M>(
        &self,
        id: DocumentId,
        called: Called,
        make: M,
    ) -> Result<T, Refusal>
    where
        T: Send + 'static,
        M: FnOnce(&dyn Engine, Document) -> Result<T, EngineError> + Send + 'static,
    {
        let read = move |engine: &dyn Engine| match engine.document(&id)? {
            None => Ok(None),
            Some(document) if called == Called::ByItsId && document.id != id => Ok(None),
            Some(document) if !needs_room(&document) => {
                make(engine, document).map(|made| Some(Read::Done(made)))
            }
            Some(document) => Ok(Some(Read::Large(Box::new(document), make))),
        };
        match self.with_engine(read).await?.ok_or(Refusal::NotFound)? {
            Read::Done(done) => Ok(done),
            Read::Large(document, make) => {
                let room = self.room_for(document.answer.len()).await?;
                let make = move |engine: &dyn Engine| {
                    let _until_made = room;
                    make(engine, *document)
                };
                Ok(self.with_engine(make).await?)
            }
        }
    }
}
