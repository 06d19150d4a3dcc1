//! One state of the embedded index, as ranking reads it.

use super::read::dictionary::vocabulary;
use super::read::doc_set::DocSet;
use super::read::first_pass::{self, LengthNorms};
use super::read::headline_prefixes::{self, HeadlinePrefixes};
use super::read::second_pass;
use super::read::term_lists::TermLists;
use super::read::view::View;
use super::schema::Fields;
use crate::analysis::Analyzer;
use crate::document::{Document, DocumentId};
use crate::engine::askings::Askings;
use crate::engine::error::EngineError;
use crate::engine::index::{IndexSnapshot, LabelCount, LabelKind, Name, Over, Retrieved};
use crate::engine::model::{Card, Filter, Provenance};
use crate::engine::query::ParsedQuery;
use crate::engine::ranking::{Evidence, RetrievalPlan};
use crate::engine::results::CommonTags;
use crate::engine::statistics::Statistics;
use crate::engine::vocabulary::Vocabulary;
use std::cmp::Ordering;
use std::sync::Arc;
use tantivy::{DocAddress, IndexReader};

/// One state of the index; immutable, shared by the requests that began in it.
pub(crate) struct Snapshot {
    analyzer: Analyzer,
    pub(crate) view: View,
    vocabulary: Vocabulary,
    statistics: Statistics,
    pub(crate) norms: LengthNorms,
    prefixes: HeadlinePrefixes,
    /// The date of the newest document.
    pub(crate) newest: Option<jiff::civil::Date>,
    /// Tags that lists do not show.
    pub(crate) common_tags: Arc<CommonTags>,
}

impl Snapshot {
    /// Reads the state that `reader` has loaded. What `before` read of segments that are still there is not read again.
    pub(crate) fn read(
        reader: &IndexReader,
        fields: Fields,
        analyzer: Analyzer,
        before: Option<&Self>,
    ) -> tantivy::Result<Self> {
        let view = View::open(reader, fields, before.map(|b| &b.view))?;
        let (vocabulary, prefixes) = rayon::join(
            || vocabulary(&view, &analyzer),
            || HeadlinePrefixes::read(&view.searcher, before.map(|b| &b.prefixes)),
        );
        let mean_lengths = view.mean_lengths();
        let documents = view.searcher.num_docs() as usize;
        Ok(Self {
            vocabulary: vocabulary?.with_lessons(&view.lessons()),
            statistics: Statistics {
                documents,
                mean_lengths,
                asked_share: view.asked_share(),
            },
            norms: LengthNorms::new(mean_lengths),
            prefixes: prefixes?,
            newest: view.newest_day(),
            common_tags: Arc::new(common_tags(&view, documents)?),
            analyzer,
            view,
        })
    }

    /// One answer of the view for each document.
    fn each<T>(
        &self,
        docs: &[DocAddress],
        answer: impl Fn(&View, DocAddress) -> Result<T, EngineError>,
    ) -> Result<Vec<T>, EngineError> {
        docs.iter().map(|doc| answer(&self.view, *doc)).collect()
    }
}

fn common_tags(view: &View, documents: usize) -> tantivy::Result<CommonTags> {
    let mut counting = view.labels.counting();
    DocSet::matching(&Filter::default(), view)?.each(|doc| counting.add(doc));
    Ok(CommonTags::among(&counting.finish(), documents))
}

impl IndexSnapshot for Snapshot {
    type Doc = DocAddress;
    type Terms = TermLists;
    type Matches = DocSet;

    fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    fn resolve(&self, query: &mut ParsedQuery) -> Result<TermLists, EngineError> {
        Ok(TermLists::resolve(query, &self.view, &self.vocabulary)?)
    }

    fn retrieve(
        &self,
        _query: &ParsedQuery,
        plan: &RetrievalPlan,
        terms: &TermLists,
        filter: &Filter,
        limit: usize,
    ) -> Result<Retrieved<DocAddress, DocSet>, EngineError> {
        let (view, norms) = (&self.view, &self.norms);
        Ok(first_pass::retrieve(
            view, norms, plan, terms, filter, limit,
        )?)
    }

    fn evidence(
        &self,
        query: &ParsedQuery,
        terms: &TermLists,
        docs: &[DocAddress],
    ) -> Result<Vec<Evidence>, EngineError> {
        let (view, vocabulary) = (&self.view, &self.vocabulary);
        Ok(second_pass::evidence(view, vocabulary, query, terms, docs)?)
    }

    fn askings(&self, docs: &[DocAddress]) -> Result<Vec<Askings>, EngineError> {
        let docs = docs.iter();
        Ok(docs.map(|doc| self.view.askings(*doc)).collect())
    }

    fn matching(&self, filter: &Filter) -> Result<DocSet, EngineError> {
        Ok(DocSet::matching(filter, &self.view)?)
    }

    fn count(&self, matches: &DocSet) -> usize {
        matches.count()
    }

    fn newest(&self, matches: &DocSet, limit: usize) -> Result<Vec<DocAddress>, EngineError> {
        Ok(matches.newest(&self.view, limit))
    }

    fn count_labels(
        &self,
        over: Over<'_, Self>,
        groups: &[Vec<DocAddress>],
    ) -> Result<Vec<LabelCount<'_>>, EngineError> {
        let mut counting = self.view.labels.counting();
        match over {
            Over::Matches(matches) => matches.each(|doc| counting.add(doc)),
            Over::Docs(docs) => docs.iter().for_each(|doc| counting.add(*doc)),
        }
        for group in groups {
            counting.fold(group.iter().copied());
        }
        Ok(counting.finish())
    }

    fn tie_break(&self, a: DocAddress, b: DocAddress) -> Ordering {
        self.view.newer_first(a, b)
    }

    fn with_headline_prefix(
        &self,
        typed: &str,
        limit: usize,
    ) -> Result<Vec<DocAddress>, EngineError> {
        let searcher = &self.view.searcher;
        Ok(self.prefixes.starting_with(searcher, typed, limit))
    }

    fn with_question_words(
        &self,
        words: &[&str],
        completions: &[Box<str>],
        limit: usize,
    ) -> Result<Vec<DocAddress>, EngineError> {
        let view = &self.view;
        Ok(headline_prefixes::with_question_words(
            view,
            words,
            completions,
            limit,
        )?)
    }

    fn find(&self, names: &[Name<'_>]) -> Result<Vec<Option<DocAddress>>, EngineError> {
        let fields = &self.view.fields;
        let find = |name: &Name<'_>| match name {
            Name::Id(id) => match self.view.find(fields.id, &id.0)? {
                Some(doc) => Ok(Some(doc)),
                None => self.view.find_only(fields.alias, &id.0),
            },
            Name::Grade(grade) => self.view.find(fields.grade, &grade.0),
            Name::Alias(alias) => self.view.find_only(fields.alias, alias),
            Name::Path(path) => self.view.find(fields.path, path),
        };
        names.iter().map(find).collect()
    }

    fn ids(&self, docs: &[DocAddress]) -> Result<Vec<DocumentId>, EngineError> {
        self.each(docs, View::id)
    }

    fn headlines(&self, docs: &[DocAddress]) -> Result<Vec<String>, EngineError> {
        self.each(docs, View::headline)
    }

    fn first_tags(&self, docs: &[DocAddress]) -> Result<Vec<Option<String>>, EngineError> {
        self.each(docs, |view, doc| {
            let tag = view.text(|readers| &readers.tags, doc)?;
            Ok(tag.map(|tag| view.usual(LabelKind::Tag, &tag)))
        })
    }

    fn cards(&self, docs: &[DocAddress]) -> Result<Vec<Card>, EngineError> {
        self.each(docs, View::card)
    }

    fn provenance(&self, docs: &[DocAddress]) -> Result<Vec<Provenance>, EngineError> {
        self.each(docs, View::provenance)
    }

    fn documents(&self, docs: &[DocAddress]) -> Result<Vec<Document>, EngineError> {
        self.each(docs, View::document)
    }
}

impl From<tantivy::TantivyError> for EngineError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self(Box::new(error))
    }
}
