//! The passage of an answer as it is shown on other pages than that of the answer.

use super::answer::Place;
use super::links::question_path;
use super::state::AppState;
use crate::document::{Document, Html, render_excerpt};
use crate::engine::{Engine, EngineError, Hit, Passage};

/// A passage that can be shown.
pub(super) struct ShownPassage {
    /// Sanitized.
    pub(super) html: Html,
    /// As it was written.
    pub(super) markdown: String,
    /// The heading that it stands under; empty where there is none.
    pub(super) heading: String,
    /// The id of that heading on the page of the answer; empty where there is none.
    pub(super) anchor: String,
}

impl ShownPassage {
    /// The passage of a hit, where one was found.
    pub(super) fn of_hit(
        engine: &dyn Engine,
        hit: &Hit,
        state: &AppState,
    ) -> Result<Option<Self>, EngineError> {
        let passage = hit.passage.as_ref();
        let shown = passage.map(|passage| Self::of(engine, &hit.document, passage, state));
        shown.transpose()
    }

    /// The passage of this document, with links that lead on from any page of this site.
    pub(super) fn of(
        engine: &dyn Engine,
        document: &Document,
        passage: &Passage,
        state: &AppState,
    ) -> Result<Self, EngineError> {
        let place = Place::beside(engine, document, state)?;
        Ok(Self {
            html: render_excerpt(&passage.markdown, &place),
            markdown: passage.markdown.clone(),
            heading: passage.heading.clone(),
            anchor: passage.anchor.clone(),
        })
    }

    /// The path of the answer, at the heading that the passage stands under.
    pub(super) fn path(&self, document: &Document) -> String {
        let page = question_path(&document.id);
        if self.anchor.is_empty() {
            page
        } else {
            format!("{page}#{}", self.anchor)
        }
    }
}
