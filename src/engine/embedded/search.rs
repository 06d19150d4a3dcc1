//! The engine's methods: each takes the latest snapshot and answers from it alone.

use super::find::{Answered, Found};
use super::snapshot::Snapshot;
use super::snippet::Marker;
use super::{EmbeddedEngine, fold};
use crate::document::{Document, DocumentId, DocumentNames, GradeId};
use crate::engine::{
    AnswerState, Engine, EngineError, Filter, ListedDocument, Pin, Pins, Quality, Ranked, Ranking,
    SearchQuery, SearchResults, Sort, Status, Suggestion, Understanding,
};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A relative must have this share of what the document itself has of its own question.
const RELATED_SCORE: f32 = 0.25;

impl Engine for EmbeddedEngine {
    fn search(&self, query: &SearchQuery) -> Result<SearchResults, EngineError> {
        let snapshot = self.snapshot.load();
        let ranking = self.ranking.load();
        if query.text.trim().is_empty() {
            return snapshot.list(query);
        }
        let pins = self.pins.load();
        let rules: Vec<&Pin> = pins.of(&query.text).collect();
        let allowed = without_hidden(query, &rules);
        let answered = snapshot.answer(&allowed, &ranking)?;
        let suggestion = snapshot.better_wording(&allowed, &answered, &ranking)?;
        let Answered {
            understood,
            mut found,
            total,
            mut counting,
            confidence,
        } = answered;
        if query.sort == Sort::Relevance {
            snapshot.prefer(&mut found, &self.quality.load(), &ranking)?;
        }
        let mut groups = match query.sort {
            Sort::Relevance => fold::groups(found),
            Sort::Newest => found.into_iter().map(|one| vec![one]).collect(),
        };
        let folded: usize = groups.iter().map(|group| group.len() - 1).sum();
        for group in groups.iter().filter(|group| group.len() > 1) {
            counting.fold(group.iter().map(|one| one.address));
        }
        let pinned = snapshot.pin(query, &rules, &mut groups)?;
        let weights = understood.weights();
        let marker = Marker::new(&snapshot.analyzer, &weights);
        let page = groups.into_iter().skip(query.offset).take(query.limit);
        let hits = page
            .map(|group| snapshot.hit(&group, &marker))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(SearchResults {
            total: (total - folded).max(if hits.is_empty() {
                0
            } else {
                query.offset + hits.len()
            }),
            hits,
            facets: counting.facets(),
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

    fn rank(&self, text: &str, limit: usize) -> Result<Ranked, EngineError> {
        let snapshot = self.snapshot.load();
        let ranking = self.ranking.load();
        let best = snapshot.best(text, &Filter::default(), &ranking, limit)?;
        let found = best.found.into_iter().take(limit);
        let documents = found.map(|f| Ok((snapshot.id_at(f.address)?, f.parts)));
        Ok(Ranked {
            documents: documents.collect::<Result<_, EngineError>>()?,
            confidence: best.confidence,
        })
    }

    fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, EngineError> {
        self.snapshot.load().complete(typed, limit)
    }

    fn document(&self, id: &DocumentId) -> Result<Option<Document>, EngineError> {
        let snapshot = self.snapshot.load();
        snapshot.find(snapshot.fields.id, &id.0)
    }

    fn path_of(&self, id: &DocumentId) -> Result<Option<String>, EngineError> {
        let snapshot = self.snapshot.load();
        match snapshot.address_of(snapshot.fields.id, &id.0)? {
            Some(address) => snapshot.column_text(|handles| &handles.paths, address),
            None => Ok(None),
        }
    }

    fn names_of_id(&self, id: &DocumentId) -> Result<Option<DocumentNames>, EngineError> {
        let snapshot = self.snapshot.load();
        snapshot.names(snapshot.fields.id, &id.0)
    }

    fn names_of_grade(&self, grade: &GradeId) -> Result<Option<DocumentNames>, EngineError> {
        let snapshot = self.snapshot.load();
        snapshot.names(snapshot.fields.grade, &grade.0)
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
        let best = snapshot.alike(&about, &ranking, limit + 1)?;
        let own_score = best.first().map_or(0.0, |f| f.parts.total());
        let mut related: Vec<Document> = Vec::new();
        for found in best
            .iter()
            .take_while(|f| f.parts.total() >= own_score * RELATED_SCORE)
        {
            let headline = snapshot.headline_at(found.address)?;
            let is_known = headline.is_none_or(|headline| {
                headline == document.headline() || related.iter().any(|r| r.headline() == headline)
            });
            if !is_known && snapshot.id_at(found.address)? != document.id {
                related.push(snapshot.document_at(found.address)?);
            }
            if related.len() == limit {
                break;
            }
        }
        Ok(related)
    }

    fn newest(&self, skip: usize, limit: usize) -> Result<Vec<ListedDocument>, EngineError> {
        let snapshot = self.snapshot.load();
        let everything = snapshot.everything(&Filter::default())?;
        let newest = snapshot.newest_of(&everything, skip.saturating_add(limit));
        let listed = newest.into_iter().skip(skip);
        listed.map(|address| snapshot.listed(address)).collect()
    }

    fn set_quality(&self, quality: Quality) {
        self.quality.store(Arc::new(quality));
        self.changes.fetch_add(1, Ordering::Release);
    }

    fn status(&self) -> Status {
        let snapshot = self.snapshot.load();
        Status {
            generation: snapshot.generation,
            revision: snapshot.generation + self.changes.load(Ordering::Acquire),
            up_to_date: self.up_to_date.load(Ordering::Relaxed),
            documents: snapshot.searcher.num_docs() as usize,
            rejected: Arc::clone(&snapshot.rejected),
            index_bytes: snapshot.index_bytes,
            newest: snapshot.newest,
        }
    }
}

/// The query without what a maintainer hides for it: a document that is not shown is no answer either.
fn without_hidden<'q>(query: &'q SearchQuery, rules: &[&Pin]) -> Cow<'q, SearchQuery> {
    let hidden: Vec<DocumentId> = rules.iter().flat_map(|rule| rule.hide.clone()).collect();
    if hidden.is_empty() {
        return Cow::Borrowed(query);
    }
    let mut query = query.clone();
    query.filter.hidden = hidden;
    Cow::Owned(query)
}

impl EmbeddedEngine {
    /// Replaces the constants of ranking; the next search uses them.
    pub fn set_ranking(&self, ranking: Ranking) {
        self.ranking.store(Arc::new(ranking));
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// Replaces the rules of a maintainer; the next search uses them.
    pub fn set_pins(&self, pins: Pins) {
        self.pins.store(Arc::new(pins));
        self.changes.fetch_add(1, Ordering::Release);
    }
}

impl Snapshot {
    /// All documents within the filter, newest first.
    fn list(&self, query: &SearchQuery) -> Result<SearchResults, EngineError> {
        let matched = self.everything(&query.filter)?;
        let mut counting = self.labels.counting();
        matched.each(|address| counting.add(address));
        let end = query.offset.saturating_add(query.limit);
        let newest = self.newest_of(&matched, end);
        let hits = newest.into_iter().skip(query.offset).map(Found::at);
        let nothing_asked = FxHashMap::default();
        let marker = Marker::new(&self.analyzer, &nothing_asked);
        Ok(SearchResults {
            total: matched.count(),
            hits: hits
                .map(|f| self.hit(&[f], &marker))
                .collect::<Result<_, _>>()?,
            facets: counting.facets(),
            answer_state: AnswerState::Related,
            suggestion: None,
            confidence: None,
            understanding: Understanding::default(),
        })
    }
}

impl From<tantivy::TantivyError> for EngineError {
    fn from(error: tantivy::TantivyError) -> Self {
        Self(Box::new(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use crate::document::Document;

    #[test]
    fn a_label_of_documents_shown_as_one_is_counted_once() {
        let document = |id: &str, question: &str, tags: &[&str]| {
            let (question, answer) = (question.to_owned(), "开放 8848 与 9848 端口。".to_owned());
            let mut document = Document::plain(id.to_owned(), question, answer);
            document.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
            document
        };
        let documents = [
            document("first", "Nacos 开放哪些端口", &["端口", "nacos"]),
            document("again", "Nacos 开放哪些端口", &["端口", "运维"]),
            document("other", "Nacos 换了端口连不上", &["端口"]),
        ];
        let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
        engine.replace_all(&documents).unwrap();
        let query = SearchQuery {
            text: "Nacos 端口".to_owned(),
            limit: 10,
            ..SearchQuery::default()
        };
        let found = engine.search(&query).unwrap();
        assert_eq!((found.total, found.hits.len()), (2, 2));
        let mut tags: Vec<_> = found
            .facets
            .tags
            .iter()
            .map(|t| (t.value.as_str(), t.count))
            .collect();
        tags.sort_unstable();
        assert_eq!(tags, [("nacos", 1), ("端口", 2), ("运维", 1)]);
    }

    /// What is found for "开放哪些端口" while a rule hides some documents.
    fn found(hide: &[&str]) -> SearchResults {
        let answers = [
            ("ports", "Nacos 开放哪些端口", "开放 8848 与 9848 端口。"),
            ("other", "网关怎样限流", "用插件限流，与端口无关。"),
            ("third", "怎样升级", "先备份。"),
        ];
        let documents = answers.map(|(id, question, answer)| {
            Document::plain(id.to_owned(), question.to_owned(), answer.to_owned())
        });
        let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
        engine.replace_all(&documents).unwrap();
        let rule = Pin {
            query: "*端口*".to_owned(),
            hide: hide.iter().map(|id| DocumentId((*id).to_owned())).collect(),
            ..Pin::default()
        };
        engine.set_pins(Pins { rules: vec![rule] });
        let query = SearchQuery {
            text: "Nacos 开放哪些端口".to_owned(),
            limit: 10,
            ..SearchQuery::default()
        };
        engine.search(&query).unwrap()
    }

    #[test]
    fn a_document_pinned_twice_is_shown_once() {
        let documents = ["a", "b"]
            .map(|id| Document::plain(id.to_owned(), format!("端口 {id}"), "见文档。".to_owned()));
        let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
        engine.replace_all(&documents).unwrap();
        let rule = |query: &str| Pin {
            query: query.to_owned(),
            first: vec![DocumentId("b".to_owned())],
            ..Pin::default()
        };
        let rules = vec![rule("*端口*"), rule("端口*")];
        engine.set_pins(Pins { rules });
        let query = SearchQuery {
            text: "端口 a".to_owned(),
            limit: 10,
            ..SearchQuery::default()
        };
        let hits = engine.search(&query).unwrap().hits;
        let ids: Vec<&str> = hits.iter().map(|hit| hit.document.id.0.as_str()).collect();
        assert_eq!(ids, ["b", "a"]);
    }

    #[test]
    fn a_hidden_document_is_no_answer_and_is_not_counted() {
        let all = found(&[]);
        assert_eq!(all.hits[0].document.id.0, "ports");
        assert_eq!(all.answer_state, AnswerState::Answered);
        let others = found(&["ports"]);
        assert!(others.hits.iter().all(|hit| hit.document.id.0 != "ports"));
        assert_ne!(others.answer_state, AnswerState::Answered);
        assert_eq!(others.total, others.hits.len());
        let none = found(&["ports", "other", "third"]);
        assert_eq!((none.total, none.hits.len()), (0, 0));
        assert_eq!(none.answer_state, AnswerState::None);
    }
}
