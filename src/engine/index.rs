//! What ranking asks of an index: the seam between ranking, which is written once, and the machinery of an index.
//!
//! Every call takes all documents it is about and returns all it has to say of them. For an index over the network each
//! call is a round trip; for one in memory a call for each document would cost the speed of its loops. So scoring the
//! first pass and counting labels over all matches stay inside one call, and nothing here is called once per document
//! but [`tie_break`](IndexSnapshot::tie_break), which only equal scores ask for.
//!
//! Calls are generic, never through a trait object: the pipeline is compiled for each index.

use super::askings::Askings;
use super::error::EngineError;
use super::model::{Card, Filter, Provenance};
use super::query::ParsedQuery;
use super::ranking::{Evidence, RetrievalPlan};
use super::statistics::Statistics;
use super::vocabulary::Vocabulary;
use crate::analysis::Analyzer;
use crate::document::{Document, DocumentId, GradeId};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Debug;

/// One immutable state of an index. A request reads one state from its beginning to its end.
pub(crate) trait IndexSnapshot: Send + Sync {
    /// Names a document within this state only.
    type Doc: Copy + Debug + Eq + Ord + Send + Sync;
    /// The terms of a query as this index looked them up.
    type Terms: Send;
    /// All documents that match, for counting.
    type Matches: Send;

    /// The analyzer that cut the documents.
    fn analyzer(&self) -> &Analyzer;

    /// The words of all documents.
    fn vocabulary(&self) -> &Vocabulary;

    /// Counts over all documents.
    fn statistics(&self) -> &Statistics;

    /// Looks up the terms of a query, sets the inverse document frequencies of its pairs, and removes pairs that no
    /// document has.
    fn resolve(&self, query: &mut ParsedQuery) -> Result<Self::Terms, EngineError>;

    /// The first pass: the `limit` documents with the largest sums by the plan, best first, and all documents that have
    /// any of its terms. Equal sums are ordered by content, however the index was filled.
    fn retrieve(
        &self,
        query: &ParsedQuery,
        plan: &RetrievalPlan,
        terms: &Self::Terms,
        filter: &Filter,
        limit: usize,
    ) -> Result<Retrieved<Self::Doc, Self::Matches>, EngineError>;

    /// The second pass: what each of `docs` has of the query, in their order.
    fn evidence(
        &self,
        query: &ParsedQuery,
        terms: &Self::Terms,
        docs: &[Self::Doc],
    ) -> Result<Vec<Evidence>, EngineError>;

    /// In which other words documents are asked, in their order.
    fn askings(&self, docs: &[Self::Doc]) -> Result<Vec<Askings>, EngineError>;

    /// All documents that a filter lets through. Case makes no difference in its labels.
    fn matching(&self, filter: &Filter) -> Result<Self::Matches, EngineError>;

    /// The number of documents that match.
    fn count(&self, matches: &Self::Matches) -> usize;

    /// The newest documents that match, newest first, at most `limit`.
    fn newest(&self, matches: &Self::Matches, limit: usize) -> Result<Vec<Self::Doc>, EngineError>;

    /// Counts the labels of documents, in the order of the labels, without those that none has. Labels that differ in case
    /// only are one, in its [usual](super::spellings::Spellings::usual) spelling. A label that several documents of a group
    /// have counts once for the group.
    fn count_labels(
        &self,
        over: Over<'_, Self>,
        groups: &[Vec<Self::Doc>],
    ) -> Result<Vec<LabelCount<'_>>, EngineError>;

    /// Orders documents of the same score: newer first, then by content, then by id. The order does not depend on how the
    /// index was filled.
    fn tie_break(&self, a: Self::Doc, b: Self::Doc) -> Ordering;

    /// Documents whose headline starts as typed, as written, in pinyin or by initials; at most `limit`.
    fn with_headline_prefix(
        &self,
        typed: &str,
        limit: usize,
    ) -> Result<Vec<Self::Doc>, EngineError>;

    /// Documents whose question, or another way to ask it, has one of the `completions` and as many of the `words` as possible, best first.
    fn with_question_words(
        &self,
        words: &[&str],
        completions: &[Box<str>],
        limit: usize,
    ) -> Result<Vec<Self::Doc>, EngineError>;

    /// The documents of these names, in their order.
    fn find(&self, names: &[Name<'_>]) -> Result<Vec<Option<Self::Doc>>, EngineError>;

    /// The ids of documents, in their order.
    fn ids(&self, docs: &[Self::Doc]) -> Result<Vec<DocumentId>, EngineError>;

    /// The headlines of documents, in their order.
    fn headlines(&self, docs: &[Self::Doc]) -> Result<Vec<String>, EngineError>;

    /// The first tag of each document, in their order.
    fn first_tags(&self, docs: &[Self::Doc]) -> Result<Vec<Option<String>>, EngineError>;

    /// What a list shows of documents, in their order.
    fn cards(&self, docs: &[Self::Doc]) -> Result<Vec<Card>, EngineError>;

    /// Where documents came from, in their order.
    fn provenance(&self, docs: &[Self::Doc]) -> Result<Vec<Provenance>, EngineError>;

    /// Whole documents, in their order.
    fn documents(&self, docs: &[Self::Doc]) -> Result<Vec<Document>, EngineError>;
}

/// What the first pass retrieved.
pub(crate) struct Retrieved<D, M> {
    /// Best first.
    pub(crate) best: Vec<D>,
    /// All that have any of the terms.
    pub(crate) matches: M,
}

/// Documents whose labels are counted.
pub(crate) enum Over<'a, S: IndexSnapshot + ?Sized> {
    /// All that match.
    Matches(&'a S::Matches),
    /// These.
    Docs(&'a [S::Doc]),
}

/// A name that one document has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Name<'a> {
    /// The document's id; where no document has it, the id that only one document once had.
    Id(&'a DocumentId),
    /// The id in its feedback link.
    Grade(&'a GradeId),
    /// An id or address that only this document once had.
    Alias(&'a str),
    /// The path of its file below the content folder.
    Path(&'a str),
}

/// What a label says of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum LabelKind {
    Tag,
    Category,
    Year,
}

/// A label and the number of documents that have it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LabelCount<'s> {
    pub(crate) kind: LabelKind,
    pub(crate) value: Cow<'s, str>,
    pub(crate) count: u64,
}
