//! A visitor's words to a tantivy query: through the analysis to term queries, never through a query syntax.

use super::schema::{Fields, day_number};
use crate::analysis::Analyzer;
use crate::engine::Filter;
use std::collections::HashMap;
use std::ops::Bound;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, Occur, Query,
    RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// How much a word counts where it stands. A question is short and says what the document is about; an answer is long.
const QUESTION_WEIGHT: f32 = 1.0;
const TITLE_WEIGHT: f32 = 0.6;
const LABELS_WEIGHT: f32 = 0.6;
const ANSWER_WEIGHT: f32 = 0.7;
const REFERENCES_WEIGHT: f32 = 0.2;
/// What a word's other fields add to its best one.
const TIE_BREAKER: f32 = 0.35;
/// Words of a query beyond this many are left out, the most frequent ones first.
const MOST_TERMS: usize = 48;

/// A word of the query with what it tells.
#[derive(Debug, Clone)]
pub(super) struct QueryTerm {
    pub(super) text: String,
    /// Inverse document frequency (BM25's, over the answers and questions): rare words tell more.
    pub(super) idf: f32,
}

/// A query understood: its words, most telling first.
#[derive(Debug, Clone, Default)]
pub(super) struct Understood {
    pub(super) terms: Vec<QueryTerm>,
}

impl Understood {
    pub(super) fn of(
        text: &str,
        analyzer: &Analyzer,
        searcher: &Searcher,
        fields: Fields,
    ) -> tantivy::Result<Self> {
        let mut terms: Vec<QueryTerm> = Vec::new();
        for token in analyzer.analyze(text) {
            if !terms.iter().any(|t| t.text == token.text) {
                let idf = idf(searcher, fields, &token.text)?;
                terms.push(QueryTerm {
                    text: token.text,
                    idf,
                });
            }
        }
        terms.sort_by(|a, b| b.idf.total_cmp(&a.idf));
        terms.truncate(MOST_TERMS);
        Ok(Self { terms })
    }

    /// Inverse document frequencies by word.
    pub(super) fn weights(&self) -> HashMap<&str, f32> {
        self.terms
            .iter()
            .map(|t| (t.text.as_str(), t.idf))
            .collect()
    }
}

/// ln(1 + (N - n + 0.5) / (n + 0.5)), Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework".
fn idf(searcher: &Searcher, fields: Fields, text: &str) -> tantivy::Result<f32> {
    let mut frequency = 0;
    for field in [fields.question, fields.answer, fields.title] {
        frequency = frequency.max(searcher.doc_freq(&Term::from_field_text(field, text))?);
    }
    let (all, with) = (searcher.num_docs() as f32, frequency as f32);
    Ok((1.0 + ((all - with).max(0.0) + 0.5) / (with + 0.5)).ln())
}

/// Documents with any of the words, within the filter.
pub(super) fn build(
    understood: Option<&Understood>,
    filter: &Filter,
    fields: Fields,
) -> Box<dyn Query> {
    let text: Box<dyn Query> = match understood {
        None => Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0)),
        Some(understood) => Box::new(BooleanQuery::union(
            understood
                .terms
                .iter()
                .map(|t| word(&t.text, fields))
                .collect(),
        )),
    };
    let conditions = conditions(filter, fields);
    if conditions.is_empty() {
        return text;
    }
    let mut clauses = vec![(Occur::Must, text)];
    clauses.extend(conditions.into_iter().map(|c| {
        (
            Occur::Must,
            Box::new(ConstScoreQuery::new(c, 0.0)) as Box<dyn Query>,
        )
    }));
    Box::new(BooleanQuery::new(clauses))
}

fn word(text: &str, fields: Fields) -> Box<dyn Query> {
    let weighted = [
        (fields.question, QUESTION_WEIGHT),
        (fields.title, TITLE_WEIGHT),
        (fields.labels, LABELS_WEIGHT),
        (fields.answer, ANSWER_WEIGHT),
        (fields.references, REFERENCES_WEIGHT),
    ];
    let in_fields = weighted.into_iter().map(|(field, weight)| {
        let query = TermQuery::new(
            Term::from_field_text(field, text),
            IndexRecordOption::WithFreqs,
        );
        Box::new(BoostQuery::new(Box::new(query), weight)) as Box<dyn Query>
    });
    Box::new(DisjunctionMaxQuery::with_tie_breaker(
        in_fields.collect(),
        TIE_BREAKER,
    ))
}

fn conditions(filter: &Filter, fields: Fields) -> Vec<Box<dyn Query>> {
    let mut conditions: Vec<Box<dyn Query>> = Vec::new();
    let mut exact = |field: Field, value: &Option<String>| {
        if let Some(value) = value {
            conditions.push(Box::new(TermQuery::new(
                Term::from_field_text(field, value),
                IndexRecordOption::Basic,
            )));
        }
    };
    exact(fields.tag, &filter.tag);
    exact(fields.category, &filter.category);
    if filter.from.is_some() || filter.to.is_some() {
        let bound = |date: Option<jiff::civil::Date>| {
            date.map(|d| Term::from_field_u64(fields.day, day_number(d)))
        };
        // Without a lower bound, documents without a date (day 0) are still left out.
        let first = bound(filter.from).unwrap_or_else(|| Term::from_field_u64(fields.day, 1));
        let last = bound(filter.to).map_or(Bound::Unbounded, Bound::Included);
        conditions.push(Box::new(RangeQuery::new(Bound::Included(first), last)));
    }
    conditions
}
