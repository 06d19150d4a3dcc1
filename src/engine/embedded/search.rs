//! Answers queries from the latest snapshot.

use super::query::{self, Understood};
use super::{EmbeddedEngine, Snapshot, answer, facets, snippet};
use crate::document::{Document, DocumentId, GradeId};
use crate::engine::{
    AnswerState, Engine, EngineError, Filter, Hit, SearchQuery, SearchResults, Sort, Status,
    Suggestion,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, Order, Score, TantivyDocument, Term};

/// Words of a document that look for its relatives: its most telling ones.
const RELATED_TERMS: usize = 16;
/// A relative must come this near to the document itself, which scores highest for its own words.
const RELATED_SCORE: f32 = 0.12;

impl Engine for EmbeddedEngine {
    fn search(&self, query: &SearchQuery) -> Result<SearchResults, EngineError> {
        let snapshot = self.snapshot.load();
        let Snapshot {
            searcher, fields, ..
        } = &**snapshot;
        let understood = Understood::of(&query.text, &self.analyzer, searcher, *fields)?;
        let lists_all = query.text.trim().is_empty();
        let built = query::build((!lists_all).then_some(&understood), &query.filter, *fields);
        let sort = if lists_all { Sort::Newest } else { query.sort };
        let (ranked, total, counted) = rank(&snapshot, &*built, sort, query.offset, query.limit)?;
        let weights = understood.weights();
        let mut hits = Vec::with_capacity(ranked.len());
        for (score, address) in ranked {
            hits.push(self.hit(&snapshot, score, address, &weights)?);
        }
        let answer_state = if lists_all {
            AnswerState::Related
        } else if query.offset == 0 && sort == Sort::Relevance {
            answer::state(
                &understood,
                hits.first().map(|h| &h.document),
                &self.analyzer,
            )
        } else {
            self.state_of_best(&snapshot, &*built, &understood)?
        };
        Ok(SearchResults {
            total,
            hits,
            facets: facets::counts(&counted),
            answer_state,
            suggestion: None,
        })
    }

    fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, EngineError> {
        Ok(self.snapshot.load().suggestions.complete(typed, limit))
    }

    fn document(&self, id: &DocumentId) -> Result<Option<Document>, EngineError> {
        let snapshot = self.snapshot.load();
        snapshot.find(snapshot.fields.id, &id.0)
    }

    fn document_of_grade(&self, grade: &GradeId) -> Result<Option<Document>, EngineError> {
        let snapshot = self.snapshot.load();
        snapshot.find(snapshot.fields.grade, &grade.0)
    }

    fn related(&self, id: &DocumentId, limit: usize) -> Result<Vec<Document>, EngineError> {
        let snapshot = self.snapshot.load();
        let Some(document) = snapshot.find(snapshot.fields.id, &id.0)? else {
            return Ok(Vec::new());
        };
        let mut about = format!("{}\n{}", document.title, document.question);
        for label in &document.tags {
            about.push('\n');
            about.push_str(label);
        }
        let mut understood =
            Understood::of(&about, &self.analyzer, &snapshot.searcher, snapshot.fields)?;
        understood.terms.truncate(RELATED_TERMS);
        let built = query::build(Some(&understood), &Filter::default(), snapshot.fields);
        let found = snapshot
            .searcher
            .search(&*built, &TopDocs::with_limit(limit + 1).order_by_score())?;
        let own_score = found.first().map_or(0.0, |(score, _)| *score);
        let mut related = Vec::new();
        for (score, address) in found {
            let candidate = snapshot.document_at(address)?;
            if candidate.id != document.id && score >= own_score * RELATED_SCORE {
                related.push(candidate);
            }
        }
        related.truncate(limit);
        Ok(related)
    }

    fn newest(&self, limit: usize) -> Result<Vec<Document>, EngineError> {
        let snapshot = self.snapshot.load();
        let everything = query::build(None, &Filter::default(), snapshot.fields);
        let newest = TopDocs::with_limit(limit.max(1))
            .order_by_fast_field::<u64>(super::schema::DAY, Order::Desc);
        let found = snapshot.searcher.search(&*everything, &newest)?;
        found
            .into_iter()
            .map(|(_, address)| snapshot.document_at(address))
            .collect()
    }

    fn status(&self) -> Status {
        let snapshot = self.snapshot.load();
        Status {
            generation: snapshot.generation,
            up_to_date: self.up_to_date.load(Ordering::Relaxed),
            documents: snapshot.searcher.num_docs() as usize,
            rejected: Arc::clone(&snapshot.rejected),
            index_bytes: snapshot.index_bytes,
            newest: snapshot.newest,
        }
    }
}

impl EmbeddedEngine {
    fn hit(
        &self,
        snapshot: &Snapshot,
        score: Score,
        address: DocAddress,
        weights: &HashMap<&str, f32>,
    ) -> Result<Hit, EngineError> {
        let document = snapshot.document_at(address)?;
        let title_html = snippet::highlight(document.headline(), &self.analyzer, weights);
        let snippet_html = snippet::best(&document.answer_text(), &self.analyzer, weights);
        Ok(Hit {
            document,
            score,
            title_html,
            snippet_html,
        })
    }

    /// The answer state belongs to the query, not to the page or order shown.
    fn state_of_best(
        &self,
        snapshot: &Snapshot,
        built: &dyn Query,
        understood: &Understood,
    ) -> Result<AnswerState, EngineError> {
        let best = snapshot
            .searcher
            .search(built, &TopDocs::with_limit(1).order_by_score())?;
        let best = best
            .first()
            .map(|(_, address)| snapshot.document_at(*address))
            .transpose()?;
        Ok(answer::state(understood, best.as_ref(), &self.analyzer))
    }
}

impl Snapshot {
    /// The document whose exact `field` is `value`.
    fn find(&self, field: Field, value: &str) -> Result<Option<Document>, EngineError> {
        let query = TermQuery::new(
            Term::from_field_text(field, value),
            IndexRecordOption::Basic,
        );
        let found = self
            .searcher
            .search(&query, &TopDocs::with_limit(1).order_by_score())?;
        found
            .first()
            .map(|(_, address)| self.document_at(*address))
            .transpose()
    }

    pub(super) fn document_at(&self, address: DocAddress) -> Result<Document, EngineError> {
        let stored: TantivyDocument = self.searcher.doc(address)?;
        let source = stored
            .get_first(self.fields.source)
            .and_then(|v| v.as_bytes())
            .unwrap_or_default();
        serde_json::from_slice(source).map_err(|e| EngineError(Box::new(e)))
    }
}

impl From<tantivy::TantivyError> for EngineError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self(Box::new(error))
    }
}

type Ranked = (
    Vec<(Score, DocAddress)>,
    usize,
    tantivy::aggregation::agg_result::AggregationResults,
);

fn rank(
    snapshot: &Snapshot,
    query: &dyn Query,
    sort: Sort,
    offset: usize,
    limit: usize,
) -> Result<Ranked, EngineError> {
    let Snapshot { searcher, .. } = snapshot;
    let top = TopDocs::with_limit(limit.max(1)).and_offset(offset);
    let facets = facets::collector(searcher);
    let (mut ranked, total, counted) = match sort {
        Sort::Relevance => searcher.search(query, &(top.order_by_score(), Count, facets))?,
        Sort::Newest => {
            let newest = top.order_by_fast_field::<u64>(super::schema::DAY, Order::Desc);
            let (found, total, counted) = searcher.search(query, &(newest, Count, facets))?;
            (
                found
                    .into_iter()
                    .map(|(_, address)| (0.0, address))
                    .collect(),
                total,
                counted,
            )
        }
    };
    ranked.truncate(limit);
    Ok((ranked, total, counted))
}
