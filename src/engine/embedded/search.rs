//! Answers queries from the latest snapshot: understand, find candidates, look at them closely, show them.

use super::evidence::{Evidence, gather};
use super::schema::DAY;
use super::score::{Features, Scorer};
use super::understand::Query as Understood;
use super::{EmbeddedEngine, Snapshot, answer, facets, fold, query, snippet};
use crate::document::{Document, DocumentId, GradeId};
use crate::engine::{
    AnswerState, Confidence, Engine, EngineError, Facets, Filter, Hit, NONE_FROM, Pin, Pins,
    Ranking, ScoreParts, SearchQuery, SearchResults, Similar, Sort, Status, Suggestion,
    Understanding,
};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, Order, TantivyDocument, Term};

/// A relative must have this share of what the document itself has of its own question.
const RELATED_SCORE: f32 = 0.25;

/// One found document before it is read.
pub(super) struct Found {
    pub(super) address: DocAddress,
    pub(super) parts: ScoreParts,
    /// Of those that were looked at closely.
    pub(super) features: Option<Features>,
    pub(super) evidence: Option<Evidence>,
}

/// Everything found for a query, before it becomes a page of hits.
struct Answered {
    understood: Understood,
    /// Best first.
    found: Vec<Found>,
    total: usize,
    facets: Facets,
    confidence: Option<Confidence>,
}

impl Engine for EmbeddedEngine {
    fn search(&self, query: &SearchQuery) -> Result<SearchResults, EngineError> {
        let snapshot = self.snapshot.load();
        let ranking = self.ranking.load();
        if query.text.trim().is_empty() {
            return snapshot.list(query, &ranking);
        }
        let answered = snapshot.answer(query, &ranking)?;
        let suggestion = snapshot.better_wording(query, &answered, &ranking)?;
        let Answered {
            understood,
            found,
            total,
            facets,
            confidence,
        } = answered;
        let mut groups = match query.sort {
            Sort::Relevance => fold::groups(found),
            Sort::Newest => found.into_iter().map(|one| vec![one]).collect(),
        };
        let folded: usize = groups.iter().map(|group| group.len() - 1).sum();
        let pins = self.pins.load();
        let pinned = snapshot.pin(query, &pins, &mut groups)?;
        let weights = understood.weights();
        let page = groups.into_iter().skip(query.offset).take(query.limit);
        let hits = page
            .map(|group| snapshot.hit(&group, &weights))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(SearchResults {
            total: (total - folded).max(query.offset + hits.len()),
            hits,
            facets,
            answer_state: match confidence {
                _ if pinned => AnswerState::Answered,
                Some(confidence) => confidence.state(),
                None => AnswerState::None,
            },
            suggestion,
            confidence,
            understanding: understood.explained(),
        })
    }

    fn rank(&self, text: &str, limit: usize) -> Result<Vec<(DocumentId, f32)>, EngineError> {
        let snapshot = self.snapshot.load();
        let ranking = self.ranking.load();
        let (_, best) = snapshot.best(text, &Filter::default(), &ranking, limit)?;
        let ids = best.into_iter().take(limit);
        ids.map(|f| Ok((snapshot.id_at(f.address)?, f.parts.total())))
            .collect()
    }

    fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, EngineError> {
        self.snapshot.load().complete(typed, limit)
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
        let ranking = self.ranking.load();
        let mut about = document.headline().to_owned();
        for label in &document.tags {
            about.push('\n');
            about.push_str(label);
        }
        let (_, best) = snapshot.best(&about, &Filter::default(), &ranking, limit + 1)?;
        let own_score = best.first().map_or(0.0, |f| f.parts.total());
        let mut related: Vec<Document> = Vec::new();
        for found in best
            .iter()
            .take_while(|f| f.parts.total() >= own_score * RELATED_SCORE)
        {
            let candidate = snapshot.document_at(found.address)?;
            let is_known = candidate.headline() == document.headline()
                || related.iter().any(|r| r.headline() == candidate.headline());
            if candidate.id != document.id && !is_known {
                related.push(candidate);
            }
            if related.len() == limit {
                break;
            }
        }
        Ok(related)
    }

    fn newest(&self, limit: usize) -> Result<Vec<Document>, EngineError> {
        let snapshot = self.snapshot.load();
        let everything = query::build(
            None,
            &Filter::default(),
            snapshot.fields,
            &self.ranking.load(),
        );
        let found = snapshot.newest_of(&*everything, limit.max(1))?;
        found
            .into_iter()
            .map(|f| snapshot.document_at(f.address))
            .collect()
    }

    fn status(&self) -> Status {
        let snapshot = self.snapshot.load();
        Status {
            generation: snapshot.generation,
            up_to_date: self.up_to_date.load(atomic::Ordering::Relaxed),
            documents: snapshot.searcher.num_docs() as usize,
            rejected: Arc::clone(&snapshot.rejected),
            index_bytes: snapshot.index_bytes,
            newest: snapshot.newest,
        }
    }
}

impl EmbeddedEngine {
    /// Replaces the constants of ranking; the next search uses them.
    pub fn set_ranking(&self, ranking: Ranking) {
        self.ranking.store(Arc::new(ranking));
    }

    /// Replaces the rules of a maintainer; the next search uses them.
    pub fn set_pins(&self, pins: Pins) {
        self.pins.store(Arc::new(pins));
    }
}

impl Snapshot {
    /// All documents within the filter, newest first.
    fn list(&self, query: &SearchQuery, ranking: &Ranking) -> Result<SearchResults, EngineError> {
        let built = query::build(None, &query.filter, self.fields, ranking);
        let newest = self.newest_of(&*built, query.offset + query.limit.max(1))?;
        let (total, counted) = self
            .searcher
            .search(&*built, &(Count, facets::collector(&self.searcher)))?;
        let hits = newest.into_iter().skip(query.offset).take(query.limit);
        Ok(SearchResults {
            total,
            hits: hits
                .map(|f| self.hit(&[f], &HashMap::new()))
                .collect::<Result<_, _>>()?,
            facets: facets::counts(&counted),
            answer_state: AnswerState::Related,
            suggestion: None,
            confidence: None,
            understanding: Understanding::default(),
        })
    }

    /// Answers a query: everything relevant within its filter, with counts.
    fn answer(&self, query: &SearchQuery, ranking: &Ranking) -> Result<Answered, EngineError> {
        let end = query.offset + query.limit.max(1);
        let (understood, mut found) = self.best(&query.text, &query.filter, ranking, end)?;
        let scorer = Scorer::new(&understood, self.mean_lengths, ranking);
        let confidence = answer::confidence(&understood, &scorer, &found);
        let floor = found
            .first()
            .map_or(0.0, |best| best.parts.total() * ranking.floor);
        let relevant = found
            .iter()
            .take_while(|f| f.features.is_some() && f.parts.total() >= floor)
            .count();
        let (total, facets) = if relevant < found.len().min(ranking.window as usize) {
            found.truncate(relevant);
            if query.sort == Sort::Newest {
                found.sort_by(|a, b| self.newer_first(a.address, b.address));
            }
            let addresses = found.iter().map(|f| f.address);
            (relevant, facets::of_documents(&self.searcher, addresses)?)
        } else {
            let built = query::build(Some(&understood), &query.filter, self.fields, ranking);
            let (total, counted) = self
                .searcher
                .search(&*built, &(Count, facets::collector(&self.searcher)))?;
            if query.sort == Sort::Newest {
                found = self.newest_of(&*built, end)?;
            }
            (total, facets::counts(&counted))
        };
        Ok(Answered {
            understood,
            found,
            total,
            facets,
            confidence,
        })
    }

    /// The best documents for a text, at least `least` where there are so many. The first pass finds candidates by a
    /// plain sum over words, the second looks at each closely.
    fn best(
        &self,
        text: &str,
        filter: &Filter,
        ranking: &Ranking,
        least: usize,
    ) -> Result<(Understood, Vec<Found>), EngineError> {
        let understood = Understood::understand(text, self, ranking)?;
        let built = query::build(Some(&understood), filter, self.fields, ranking);
        let top = TopDocs::with_limit(least.max(ranking.window as usize)).order_by_score();
        let candidates = self.searcher.search(&*built, &top)?;
        let best = self.look_closely(&understood, &candidates, ranking)?;
        Ok((understood, best))
    }

    /// The query as it was probably meant, where that finds a surer answer than what was typed.
    fn better_wording(
        &self,
        query: &SearchQuery,
        answered: &Answered,
        ranking: &Ranking,
    ) -> Result<Option<String>, EngineError> {
        let Some(meant) = answered.understood.as_meant(&query.text) else {
            return Ok(None);
        };
        let corrected = SearchQuery {
            text: meant,
            ..query.clone()
        };
        let surer = self
            .answer(&corrected, ranking)?
            .confidence
            .unwrap_or_default();
        let typed = answered.confidence.unwrap_or_default();
        Ok(
            (surer.answered() > typed.answered() && surer.none() < NONE_FROM)
                .then_some(corrected.text),
        )
    }

    /// Puts what the maintainer wants first before the groups, takes out what is hidden; whether anything was put first.
    fn pin(
        &self,
        query: &SearchQuery,
        pins: &Pins,
        groups: &mut Vec<Vec<Found>>,
    ) -> Result<bool, EngineError> {
        let rules: Vec<&Pin> = pins.of(&query.text).collect();
        let narrowed = query.filter != Filter::default() || query.sort != Sort::Relevance;
        let first: Vec<&DocumentId> = if narrowed {
            Vec::new()
        } else {
            rules.iter().flat_map(|r| &r.first).collect()
        };
        let moved: Vec<&DocumentId> = rules
            .iter()
            .flat_map(|r| &r.hide)
            .chain(first.iter().copied())
            .collect();
        if moved.is_empty() {
            return Ok(false);
        }
        for group in groups.iter_mut() {
            let mut kept = Vec::with_capacity(group.len());
            for one in group.drain(..) {
                if !moved.contains(&&self.id_at(one.address)?) {
                    kept.push(one);
                }
            }
            *group = kept;
        }
        groups.retain(|group| !group.is_empty());
        let mut pinned = Vec::new();
        for id in first {
            if let Some(address) = self.address_of(self.fields.id, &id.0)? {
                pinned.push(vec![Found {
                    address,
                    parts: ScoreParts::default(),
                    features: None,
                    evidence: None,
                }]);
            }
        }
        let any = !pinned.is_empty();
        groups.splice(0..0, pinned);
        Ok(any)
    }

    /// A hit as it is shown: the best of its group, the others folded into it.
    fn hit(&self, group: &[Found], weights: &HashMap<&str, f32>) -> Result<Hit, EngineError> {
        let document = self.document_at(group[0].address)?;
        let similar = group[1..].iter().map(|one| {
            let document = self.document_at(one.address)?;
            Ok(Similar {
                title: document.headline().to_owned(),
                id: document.id,
            })
        });
        Ok(Hit {
            similar: similar.collect::<Result<_, EngineError>>()?,
            title_html: snippet::highlight(document.headline(), &self.analyzer, weights),
            snippet_html: snippet::best(&document.answer_text(), &self.analyzer, weights),
            score: group[0].parts.total(),
            parts: group[0].parts,
            document,
        })
    }

    /// Orders the candidates within the window by all their features; the rest keep their order.
    fn look_closely(
        &self,
        understood: &Understood,
        candidates: &[(f32, DocAddress)],
        ranking: &Ranking,
    ) -> Result<Vec<Found>, EngineError> {
        let window = ranking.window as usize;
        let addresses: Vec<DocAddress> = candidates.iter().take(window).map(|c| c.1).collect();
        let scorer = Scorer::new(understood, self.mean_lengths, ranking);
        let mut best: Vec<Found> = gather(self, understood, &addresses)?
            .into_iter()
            .map(|evidence| {
                let features = scorer.features(&evidence);
                Found {
                    address: evidence.address,
                    parts: features.weighted(ranking),
                    features: Some(features),
                    evidence: Some(evidence),
                }
            })
            .collect();
        best.sort_by(|a, b| {
            let by_score = b.parts.total().total_cmp(&a.parts.total());
            by_score.then_with(|| self.newer_first(a.address, b.address))
        });
        let beyond = candidates.iter().skip(window);
        best.extend(beyond.map(|(_, address)| Found {
            address: *address,
            parts: ScoreParts::default(),
            features: None,
            evidence: None,
        }));
        Ok(best)
    }

    /// Breaks a tie: the newer document, then the id, so that the same search always gives the same order.
    fn newer_first(&self, a: DocAddress, b: DocAddress) -> Ordering {
        let day = |address: DocAddress| {
            let days = self
                .searcher
                .segment_reader(address.segment_ord)
                .fast_fields()
                .u64(DAY);
            days.ok().and_then(|days| days.first(address.doc_id))
        };
        let id = |address: DocAddress| self.id_at(address).map(|id| id.0).unwrap_or_default();
        day(b).cmp(&day(a)).then_with(|| id(a).cmp(&id(b)))
    }

    /// The id of a document, from its column.
    pub(super) fn id_at(&self, address: DocAddress) -> Result<DocumentId, EngineError> {
        let segment = self.searcher.segment_reader(address.segment_ord);
        let mut id = String::new();
        if let Some(ids) = segment.fast_fields().str("id")?
            && let Some(ordinal) = ids.term_ords(address.doc_id).next()
        {
            ids.ord_to_str(ordinal, &mut id)
                .map_err(|e| EngineError(Box::new(e)))?;
        }
        Ok(DocumentId(id))
    }

    fn newest_of(&self, built: &dyn Query, limit: usize) -> Result<Vec<Found>, EngineError> {
        let newest = TopDocs::with_limit(limit).order_by_fast_field::<u64>(DAY, Order::Desc);
        let found = self.searcher.search(built, &newest)?;
        Ok(found
            .into_iter()
            .map(|(_, address)| Found {
                address,
                parts: ScoreParts::default(),
                features: None,
                evidence: None,
            })
            .collect())
    }

    /// The document whose exact `field` is `value`.
    fn find(&self, field: Field, value: &str) -> Result<Option<Document>, EngineError> {
        self.address_of(field, value)?
            .map(|address| self.document_at(address))
            .transpose()
    }

    fn address_of(&self, field: Field, value: &str) -> Result<Option<DocAddress>, EngineError> {
        let query = TermQuery::new(
            Term::from_field_text(field, value),
            IndexRecordOption::Basic,
        );
        let found = self
            .searcher
            .search(&query, &TopDocs::with_limit(1).order_by_score())?;
        Ok(found.first().map(|(_, address)| *address))
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
