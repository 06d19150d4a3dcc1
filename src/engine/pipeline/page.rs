//! Pages of results: hits with their snippets, and the documents that no ranking orders.

use super::{Pipeline, docs_of};
use crate::document::{beginning, plain_text};
use crate::engine::error::EngineError;
use crate::engine::index::{IndexSnapshot, LabelCount, Over};
use crate::engine::model::{Facets, Filter, Hit, SearchQuery, SearchResults, Similar};
use crate::engine::query::Understanding;
use crate::engine::ranking::{AnswerState, Found, Judged};
use crate::engine::results::{self, Marker};
use rustc_hash::FxHashMap;

/// Bytes of an answer that snippets are taken from, at most: no hit may take the time of many.
const SNIPPET_OF: usize = 64 * 1024;
/// Hits below this share of the best score are weak. Of the relevant documents among the first ten hits of the judged sets
/// 2 in 100 are below it, and two thirds of all hits.
const WEAK: f32 = 0.45;
/// Newest documents whose headlines are read for a query of signs, at most.
const MOST_READ_FOR_SIGNS: usize = 20_000;

impl<S: IndexSnapshot> Pipeline<'_, S> {
    /// Documents whose headline has these signs as they are written, newest first: for `::` or `&&`, which are no words.
    pub(super) fn with_signs(
        &self,
        signs: &str,
        query: &SearchQuery,
        filter: &Filter,
    ) -> Result<SearchResults, EngineError> {
        let all = self.index.matching(filter)?;
        let newest = self.index.newest(&all, MOST_READ_FOR_SIGNS)?;
        let headlines = self.index.headlines(&newest)?;
        let with_signs = newest.into_iter().zip(headlines);
        let with_signs = with_signs.filter(|(_, headline)| headline.contains(signs.trim()));
        let found: Vec<S::Doc> = with_signs.map(|(doc, _)| doc).collect();
        let counts = self.index.count_labels(Over::Docs(&found), &[])?;
        let page = found.iter().skip(query.offset).take(query.limit);
        let page: Vec<_> = page.map(|doc| vec![Found::unjudged(*doc)]).collect();
        let state = if found.is_empty() {
            AnswerState::None
        } else {
            AnswerState::Related
        };
        self.unranked(found.len(), &page, &counts, state)
    }

    /// All labels of all documents with their counts.
    pub(crate) fn labels(&self) -> Result<Facets, EngineError> {
        let all = self.index.matching(&Filter::default())?;
        let counts = self.index.count_labels(Over::Matches(&all), &[])?;
        Ok(results::all_labels(&counts))
    }

    /// All documents within the filter, newest first.
    pub(super) fn list(&self, query: &SearchQuery) -> Result<SearchResults, EngineError> {
        let matches = self.index.matching(&query.filter)?;
        let counts = self.index.count_labels(Over::Matches(&matches), &[])?;
        let end = query.offset.saturating_add(query.limit);
        let newest = self.index.newest(&matches, end)?;
        let page = newest.into_iter().skip(query.offset);
        let page: Vec<_> = page.map(|doc| vec![Found::unjudged(doc)]).collect();
        let total = self.index.count(&matches);
        self.unranked(total, &page, &counts, AnswerState::Related)
    }

    /// A page of documents that no query ordered.
    fn unranked(
        &self,
        total: usize,
        page: &[Vec<Found<S::Doc>>],
        counts: &[LabelCount<'_>],
        answer_state: AnswerState,
    ) -> Result<SearchResults, EngineError> {
        let nothing_asked = FxHashMap::default();
        let marker = Marker::new(self.index.analyzer(), &nothing_asked);
        Ok(SearchResults {
            total,
            strong: total,
            hits: self.hits(page, &marker)?,
            facets: results::facets(counts),
            answer_state,
            reason: None,
            suggestion: None,
            confidence: None,
            understanding: Understanding::default(),
        })
    }

    /// Hits as they are shown: the best of each group, the others folded into it.
    pub(super) fn hits(
        &self,
        groups: &[Vec<Found<S::Doc>>],
        marker: &Marker<'_>,
    ) -> Result<Vec<Hit>, EngineError> {
        let heads: Vec<S::Doc> = groups.iter().map(|group| group[0].doc).collect();
        let documents = self.index.documents(&heads)?;
        let hits = groups.iter().zip(documents).map(|(group, document)| {
            let judged = group[0].judged.as_ref();
            let asking = judged.and_then(Judged::better_asking);
            Ok(Hit {
                asked_as: asking.and_then(|number| document.asked_as.get(number).cloned()),
                similar: self.similar(&group[1..])?,
                title_html: marker.highlight(document.headline()),
                snippet_html: marker.best(&plain_text(beginning(&document.answer, SNIPPET_OF))),
                score: group[0].score(),
                parts: group[0].parts,
                passage: None,
                document,
            })
        });
        hits.collect()
    }

    fn similar(&self, folded: &[Found<S::Doc>]) -> Result<Vec<Similar>, EngineError> {
        if folded.is_empty() {
            return Ok(Vec::new());
        }
        let docs = docs_of(folded);
        let titles = self.index.headlines(&docs)?.into_iter();
        let similar = self.index.ids(&docs)?.into_iter().zip(titles);
        Ok(similar.map(|(id, title)| Similar { id, title }).collect())
    }
}

/// How many groups there are up to the last one that is not weak. Pinned documents come first, whatever their score.
pub(super) fn strong<D>(groups: &[Vec<Found<D>>]) -> usize {
    let scores = || groups.iter().map(|group| group[0].score());
    let least = scores().fold(0.0, f32::max) * WEAK;
    let weak = scores().rev().take_while(|score| *score < least).count();
    groups.len() - weak
}
