//! What indexes documents and answers queries.
//!
//! [`Engine`] is what pages, the API and the command line know; [`embedded`] is the implementation that ships.
//!
//! ```text
//! a query     query -> ranking -> results      knowledge, written once: needs no index
//!             pipeline                         the way of a query over any index
//!             index                            what the pipeline asks of an index
//! a document  sync                             which files changed, and what to do with the index for each
//!             searchable                       what of a document is searched as which field
//! an index    embedded                         tantivy, and nothing else
//! ```
//! Each room uses only those above it; `tests/architecture.rs` keeps the order. No tantivy types outside `embedded`.

mod askings;
pub mod embedded;
mod error;
mod fields;
#[cfg(test)]
mod in_memory;
mod index;
mod learned;
mod model;
mod pipeline;
mod query;
mod ranking;
mod results;
mod searchable;
mod spellings;
mod statistics;
mod sync;
mod tuning;
mod typing;
mod vocabulary;

pub use error::EngineError;
pub use model::{
    Card, FacetCount, Facets, Filter, Hit, Passage, Quality, Ranked, SearchQuery, SearchResults,
    Similar, Sort, Status, Suggestion, SuggestionTarget,
};
pub use query::{LONGEST_QUERY, Origin, Reduced, Understanding, UnderstoodConcept, reduce};
pub use ranking::{
    AnswerState, CALIBRATION, Calibration, Confidence, DEFAULTS as RANKING_DEFAULTS, Feature,
    Features, Logistic, Reason, ScoreParts, Signal, Weights,
};
pub use results::{CommonTags, PINNED, Pin, Pins};
pub use spellings::label_key;

use crate::document::{Document, DocumentId, DocumentNames, GradeId};
use std::sync::Arc;

/// Answers queries over the indexed documents. All methods are CPU work and may block on the disk.
pub trait Engine: Send + Sync {
    /// Finds documents; an empty text lists them.
    ///
    /// # Errors
    /// When the index cannot be read. No text, filter or page is an error.
    fn search(&self, query: &SearchQuery) -> Result<SearchResults, EngineError>;

    /// The best documents for a text, before ratings nudge their order and anything is folded away or shown.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn rank(&self, text: &str, limit: usize) -> Result<Ranked, EngineError>;

    /// Questions that continue what is being typed, best first.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, EngineError>;

    /// The words of the question before that a short follow-up goes on with; none where it stands on its own.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn carried(&self, text: &str, last: &str) -> Result<Option<String>, EngineError>;

    /// One document, by its id; where no document has it, by an id that only one document once had.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn document(&self, id: &DocumentId) -> Result<Option<Document>, EngineError>;

    /// The file of a document, by its path below the content folder.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn path_of(&self, id: &DocumentId) -> Result<Option<String>, EngineError>;

    /// The questions that a model wrote for a document. Those of people are in the document itself.
    fn written_for(&self, id: &DocumentId) -> Vec<String>;

    /// Both names of the document with this id, or once with it. A look-up: it takes microseconds.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn names_of_id(&self, id: &DocumentId) -> Result<Option<DocumentNames>, EngineError>;

    /// The document that once had an address, as [`alias_key`](crate::document::alias_key) gives it, where there is only one.
    /// A look-up: it takes microseconds.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn once_at(&self, alias: &str) -> Result<Option<DocumentId>, EngineError>;

    /// Both names of the document whose feedback link carries `grade`. A look-up: it takes microseconds.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn names_of_grade(&self, grade: &GradeId) -> Result<Option<DocumentNames>, EngineError>;

    /// Both names of the document with this file, by its path below the content folder. A look-up: it takes microseconds.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn names_of_path(&self, path: &str) -> Result<Option<DocumentNames>, EngineError>;

    /// The passage of a document that answers a text; none where there is no such document.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn passage(&self, text: &str, id: &DocumentId) -> Result<Option<Passage>, EngineError>;

    /// Documents about the same matter as `id`, best first, without `id` itself.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn related(&self, id: &DocumentId, limit: usize) -> Result<Vec<Document>, EngineError>;

    /// Documents as a list names them, the newest first, behind the first `skip`. Reads no document whole.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn newest(&self, skip: usize, limit: usize) -> Result<Vec<Card>, EngineError>;

    /// All labels of all documents with their counts.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn labels(&self) -> Result<Facets, EngineError>;

    /// Tags that so many documents carry that lists do not show them.
    fn common_tags(&self) -> Arc<CommonTags>;

    /// Replaces what is known of the quality of answers; the next search uses it.
    fn set_quality(&self, quality: Quality);

    /// What is indexed now.
    fn status(&self) -> Status;
}
