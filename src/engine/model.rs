//! Queries and results in the domain's own words.

use super::query::Understanding;
use super::ranking::{AnswerState, Confidence, Reason, ScoreParts};
use crate::document::{Document, DocumentId, DocumentNames, Rejection};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;

/// What a visitor looks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SearchQuery {
    /// What was typed. Text, never syntax; empty finds every document.
    pub text: String,
    /// Narrows the documents.
    pub filter: Filter,
    /// Order of the hits.
    pub sort: Sort,
    /// Hits to skip.
    pub offset: usize,
    /// Hits to return, at most.
    pub limit: usize,
    /// The first hits that get the passage of their answer, at most.
    pub passages: usize,
}

/// Conditions a hit must meet, all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Carries all of these tags.
    pub tags: Vec<String>,
    /// Is of this category.
    pub category: Option<String>,
    /// Dated this day or later.
    pub from: Option<Date>,
    /// Dated this day or earlier.
    pub to: Option<Date>,
    /// Is none of these documents, which a maintainer hides for the query.
    pub hidden: Vec<DocumentId>,
}

/// Order of hits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Best first; without a query text, newest first.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct SearchResults {
    /// Documents that match, all pages together.
    pub total: usize,
    /// How many of them are not weak; the weak ones come last. All, where nothing ranks them.
    pub strong: usize,
    /// The hits of this page.
    pub hits: Vec<Hit>,
    /// Counts over all matching documents.
    pub facets: Facets,
    /// How sure the first hit is.
    pub answer_state: AnswerState,
    /// Why hits that fit well are no answer.
    pub reason: Option<Reason>,
    /// A better wording of the query, where it finds a surer answer.
    pub suggestion: Option<String>,
    /// The signals that the answer state was judged by. None where nothing was found.
    pub confidence: Option<Confidence>,
    /// What the query was understood as.
    pub understanding: Understanding,
}

/// The best documents for a text.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// Ids with how each score came about, best first.
    pub documents: Vec<(DocumentId, ScoreParts)>,
    /// How sure the first documents are. None where nothing was found.
    pub confidence: Option<Confidence>,
}

/// One found document.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The document.
    pub document: Document,
    /// Larger is better; only comparable within one search.
    pub score: f32,
    /// How the score came about.
    pub parts: ScoreParts,
    /// The headline with the query's words in `<mark>`; safe HTML.
    pub title_html: String,
    /// Another way to ask the question that has more of the query than the headline has.
    pub asked_as: Option<String>,
    /// Documents with the same question or answer that are folded into this hit.
    pub similar: Vec<Similar>,
    /// The part of the answer that fits best, with `<mark>`; safe HTML.
    pub snippet_html: String,
    /// The passage of the answer that answers the query, for as many hits as were asked for.
    pub passage: Option<Passage>,
}

/// The part of an answer that is shown at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The heading that it stands under; empty where there is none.
    pub heading: String,
    /// The id of that heading on the page of the answer; empty where there is none.
    pub anchor: String,
    /// The blocks as they were written.
    pub markdown: String,
    /// The text a reader sees.
    pub text: String,
}

/// What a list shows of a document. The document is not read for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The id of the document.
    pub id: DocumentId,
    /// What a reader sees as its question.
    pub headline: String,
    /// The day of its answer.
    pub date: Option<Date>,
    /// The day of its last change that is known: that of its answer, unless it was changed later.
    pub changed: Option<Date>,
}

/// Where a document came from, and the names it is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Provenance {
    /// Its id, and the id that its feedback link carries.
    pub(crate) names: DocumentNames,
    /// Its file below the content folder.
    pub(crate) path: Option<String>,
}

/// A document that is folded into a hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Similar {
    /// Its id.
    pub id: DocumentId,
    /// Its headline.
    pub title: String,
}

/// A value and in how many documents it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// Documents that carry it.
    pub count: u64,
}

/// Counts for narrowing a search, most frequent first; years newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// By tag.
    pub tags: Vec<FacetCount>,
    /// By category.
    pub categories: Vec<FacetCount>,
    /// By year of the date.
    pub years: Vec<FacetCount>,
}

/// A completion of what is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The question, or a query with the word being typed completed.
    pub text: String,
    /// Where it leads.
    pub target: SuggestionTarget,
    /// First tag of the question it leads to.
    pub tag: Option<String>,
}

/// Where a suggestion leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuggestionTarget {
    /// To the document that answers it.
    Question(DocumentId),
    /// To a search for its text.
    Search,
}

/// What the engine holds at a moment.
#[derive(Debug, Clone, Default)]
pub struct Status {
    /// Grows with each change of the index. 0 before the first documents are in.
    pub generation: u64,
    /// Grows with each change that may change an answer: of the index, of the constants of ranking, of pins, of quality.
    pub revision: u64,
    /// Whether the content has been read since the start.
    pub up_to_date: bool,
    /// Documents that can be found.
    pub documents: usize,
    /// Files that were left out, and why.
    pub rejected: Arc<[Rejection]>,
    /// Size of the index on disk in bytes.
    pub index_bytes: u64,
    /// Date of the newest document.
    pub newest: Option<Date>,
}

/// What visitors' ratings and clicks say of answers, from -1 to 1, by document id. Documents without any are not in it.
pub type Quality = HashMap<String, f32>;
