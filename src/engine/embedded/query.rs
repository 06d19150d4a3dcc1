//! A query to tantivy: term queries for the first pass, and the visitor's filter.

use super::evidence::searched;
use super::schema::{Fields, day_number};
use super::understand::Query as Understood;
use crate::engine::understanding::Origin;
use crate::engine::{Filter, Ranking};
use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

/// Terms up to which tantivy's pruning pays.
const MOST_PRUNED: usize = 4;

/// Documents that have any word of the query, within the filter; all documents without a query. A flat union of terms:
/// of few, so that tantivy can leave out blocks of documents that cannot reach the top.
pub(super) fn build(
    understood: Option<&Understood>,
    filter: &Filter,
    fields: Fields,
    ranking: &Ranking,
) -> Box<dyn Query> {
    let text: Box<dyn Query> = match understood {
        None => Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0)),
        Some(understood) => Box::new(BooleanQuery::union(terms(understood, fields, ranking))),
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

fn terms(understood: &Understood, fields: Fields, ranking: &Ranking) -> Vec<Box<dyn Query>> {
    let mut weights: HashMap<usize, f32> = HashMap::new();
    for concept in understood.concepts.iter().filter(|c| !c.is_filler) {
        for wording in &concept.wordings {
            // A phrase of several words is as much as a single word.
            let weight = concept.scope * wording.weight / wording.words.len() as f32;
            for word in &wording.words {
                let known = weights.entry(*word).or_default();
                *known = known.max(weight);
            }
        }
    }
    let [question, title, labels, answer, references] = searched(fields);
    let weighted = [
        (question, ranking.question_weight),
        (title, ranking.title_weight),
        (labels, ranking.labels_weight),
        (answer, ranking.answer_weight),
        (references, ranking.references_weight),
    ];
    let mut terms: Vec<Box<dyn Query>> = Vec::new();
    for (word, weight) in weights {
        for (field, of_field) in weighted {
            terms.push(term(field, &understood.words[word].text, weight * of_field));
        }
    }
    for pair in &understood.bigrams {
        terms.push(term(
            fields.question_bigrams,
            &pair.text,
            ranking.question_bigrams,
        ));
    }
    if terms.len() > MOST_PRUNED {
        terms.push(nothing(fields));
    }
    terms
}

/// Words of a document by which others like it are looked for, at most.
const MOST_TELLING: usize = 6;

/// Documents whose question, title or labels have one of the words that tell most of what a text is about.
pub(super) fn alike(understood: &Understood, fields: Fields, ranking: &Ranking) -> Box<dyn Query> {
    let mut concepts: Vec<_> = understood
        .concepts
        .iter()
        .filter(|c| !c.is_filler)
        .collect();
    concepts.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let as_typed = concepts.iter().take(MOST_TELLING).flat_map(|c| &c.wordings);
    let as_typed = as_typed.filter(|wording| wording.origin == Origin::Typed);
    let words: BTreeSet<usize> = as_typed.flat_map(|w| &w.words).copied().collect();
    let weighted = [
        (fields.question, ranking.question_weight),
        (fields.title, ranking.title_weight),
        (fields.labels, ranking.labels_weight),
    ];
    let mut terms = vec![nothing(fields)];
    for word in words {
        for (field, weight) in weighted {
            terms.push(term(field, &understood.words[word].text, weight));
        }
    }
    Box::new(BooleanQuery::union(terms))
}

/// Finds nothing, and is no plain term: then tantivy adds up all documents of a union in blocks, instead of keeping its
/// terms in order to leave documents out (Ding and Suel 2011, "Faster Top-k Document Retrieval Using Block-Max Indexes").
/// With as many terms as a question has, in several fields, keeping them in order costs more than it saves: at 100,000
/// documents five times as much.
fn nothing(fields: Fields) -> Box<dyn Query> {
    let no_document = TermQuery::new(
        Term::from_field_text(fields.id, ""),
        IndexRecordOption::Basic,
    );
    Box::new(ConstScoreQuery::new(Box::new(no_document), 0.0))
}

fn term(field: Field, text: &str, weight: f32) -> Box<dyn Query> {
    let query = TermQuery::new(
        Term::from_field_text(field, text),
        IndexRecordOption::WithFreqs,
    );
    Box::new(BoostQuery::new(Box::new(query), weight))
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
