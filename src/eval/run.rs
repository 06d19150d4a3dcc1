//! Runs the queries of a set and computes the metrics of the results.

use super::metrics::{Grades, Ranking, mrr_at, ndcg_at, percentile, recall_at};
use super::set::{JudgedQuery, JudgedSet};
use crate::engine::{AnswerState, Engine, EngineError, SearchQuery};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Instant;

/// Documents that metrics cover.
const DEPTH: usize = 10;
/// Documents a TREC run lists for each query.
const RUN_DEPTH: usize = 50;
/// Kind of queries that no document answers.
const NONE_KIND: &str = "none";
/// Kinds of queries that are not written as they are meant.
const MISTYPED_KINDS: [&str; 2] = ["typo", "pinyin"];

/// The result of one query.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Ids and scores, best first.
    pub hits: Vec<(String, f32)>,
    /// How well the engine says that its best hit answers.
    pub state: AnswerState,
    /// Whether the engine took a word for a mistyped one.
    pub is_corrected: bool,
    /// Whether the query names a product that the documents are about.
    pub names_product: bool,
    /// How long the search took, in milliseconds.
    pub milliseconds: f64,
}

/// Means over the queries of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct KindReport {
    /// Queries of this kind.
    pub queries: usize,
    /// Mean nDCG@10; `None` without relevant documents.
    #[serde(rename = "ndcg@10")]
    pub ndcg: Option<f64>,
    /// Mean reciprocal rank at 10.
    #[serde(rename = "mrr@10")]
    pub mrr: Option<f64>,
    /// Mean recall at 10.
    #[serde(rename = "recall@10")]
    pub recall: Option<f64>,
}

/// How right `none` is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NoneReport {
    /// Share of `none` results that are right; `None` if there are none.
    pub precision: Option<f64>,
    /// Share of the queries without answer for which the result is `none`.
    pub recall: Option<f64>,
}

/// The metrics of one set.
#[derive(Debug, Clone, Serialize)]
pub struct SetReport {
    /// The set's name.
    pub set: String,
    /// Means over all queries.
    #[serde(flatten)]
    pub all: KindReport,
    /// Share of `none` results that are right; `None` if there are none.
    pub none_precision: Option<f64>,
    /// Share of the queries without answer for which the result is `none`.
    pub none_recall: Option<f64>,
    /// The same two of the queries that name a product which documents name, and of the others.
    pub none_own: NoneReport,
    /// See `none_own`.
    pub none_foreign: NoneReport,
    /// Share of the queries that are `answered` whose first hit is relevant; `None` if none is.
    pub answered_precision: Option<f64>,
    /// Share of the queries with an answer that are `answered`.
    pub coverage: Option<f64>,
    /// Share of the queries without typing errors in which a word was taken for a mistyped one.
    pub false_corrections: Option<f64>,
    /// Median milliseconds of a search.
    pub p50_ms: f64,
    /// 95th percentile.
    pub p95_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
    /// Means by kind of query.
    pub kinds: BTreeMap<String, KindReport>,
}

/// Runs every query of a set, one after the other.
///
/// # Errors
/// When a search fails.
pub fn evaluate(engine: &dyn Engine, set: &JudgedSet) -> Result<Vec<Outcome>, EngineError> {
    set.queries.iter().map(|query| ask(engine, query)).collect()
}

fn ask(engine: &dyn Engine, query: &JudgedQuery) -> Result<Outcome, EngineError> {
    // Timed like a visitor's search: a page of hits with snippets.
    let asked = SearchQuery {
        text: query.text.clone(),
        limit: DEPTH,
        ..SearchQuery::default()
    };
    let started = Instant::now();
    let results = engine.search(&asked)?;
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    let state = results.answer_state;
    let hits = engine
        .rank(&query.text, RUN_DEPTH)?
        .documents
        .into_iter()
        .map(|(id, parts)| (id.0, parts.total()))
        .collect();
    Ok(Outcome {
        hits,
        state,
        is_corrected: results.understanding.has_correction(),
        names_product: results
            .understanding
            .concepts
            .iter()
            .any(|c| c.names_product),
        milliseconds,
    })
}

/// The ids of a result's documents, best first.
pub fn ranked(outcome: &Outcome) -> Ranking {
    outcome.hits.iter().map(|(id, _)| id.clone()).collect()
}

/// Computes the metrics of a set. `outcomes` must be in the order of the set's queries.
pub fn report(set: &JudgedSet, outcomes: &[Outcome]) -> SetReport {
    let answered: Vec<(&JudgedQuery, &Outcome)> = set.queries.iter().zip(outcomes).collect();
    let mut by_kind: BTreeMap<String, Vec<(&JudgedQuery, &Outcome)>> = BTreeMap::new();
    for (query, outcome) in &answered {
        if let Some(kind) = &query.kind {
            by_kind
                .entry(kind.clone())
                .or_default()
                .push((query, outcome));
        }
    }
    let is_none = |outcome: &Outcome| outcome.state == AnswerState::None;
    let is_answered = |outcome: &Outcome| outcome.state == AnswerState::Answered;
    let is_of = |query: &JudgedQuery, kind: &str| query.kind.as_deref() == Some(kind);
    let count = |wanted: &dyn Fn(&JudgedQuery, &Outcome) -> bool| {
        answered
            .iter()
            .filter(|(query, o)| wanted(query, o))
            .count()
    };
    let none = |is_among: &dyn Fn(&Outcome) -> bool| {
        let said = count(&|_, outcome| is_among(outcome) && is_none(outcome));
        let unanswerable = count(&|query, o| is_among(o) && is_of(query, NONE_KIND));
        let right = count(&|query, o| is_among(o) && is_of(query, NONE_KIND) && is_none(o));
        NoneReport {
            precision: (unanswerable > 0).then(|| share(right, said)).flatten(),
            recall: share(right, unanswerable),
        }
    };
    let of_all = none(&|_| true);
    let claimed = count(&|_, outcome| is_answered(outcome));
    let first_is_right = count(&|query, outcome| {
        let first = outcome.hits.first();
        let grade = first.and_then(|(id, _)| query.grades.get(id));
        is_answered(outcome) && grade.is_some_and(|grade| *grade > 0)
    });
    let answerable = count(&|query, _| query.grades.values().any(|grade| *grade > 0));
    let covered = count(&|query, outcome| {
        is_answered(outcome) && query.grades.values().any(|grade| *grade > 0)
    });
    let is_mistyped = |query: &JudgedQuery| MISTYPED_KINDS.iter().any(|kind| is_of(query, kind));
    let well_typed = count(&|query, _| !is_mistyped(query));
    let corrected = count(&|query, outcome| !is_mistyped(query) && outcome.is_corrected);
    let milliseconds: Vec<f64> = outcomes.iter().map(|o| o.milliseconds).collect();
    SetReport {
        set: set.name.clone(),
        all: kind_report(&answered),
        none_precision: of_all.precision,
        none_recall: of_all.recall,
        none_own: none(&|outcome| outcome.names_product),
        none_foreign: none(&|outcome| !outcome.names_product),
        answered_precision: share(first_is_right, claimed),
        coverage: share(covered, answerable),
        false_corrections: share(corrected, well_typed),
        p50_ms: percentile(&milliseconds, 0.5),
        p95_ms: percentile(&milliseconds, 0.95),
        p99_ms: percentile(&milliseconds, 0.99),
        kinds: by_kind
            .into_iter()
            .map(|(kind, answered)| (kind, kind_report(&answered)))
            .collect(),
    }
}

fn share(part: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

fn kind_report(answered: &[(&JudgedQuery, &Outcome)]) -> KindReport {
    let judged: Vec<_> = answered
        .iter()
        .filter(|(query, _)| query.grades.values().any(|g| *g > 0))
        .collect();
    let mean = |metric: fn(usize, &[String], &Grades) -> f64| {
        let sum: f64 = judged
            .iter()
            .map(|(query, outcome)| metric(DEPTH, &ranked(outcome), &query.grades))
            .sum();
        (!judged.is_empty()).then(|| sum / judged.len() as f64)
    };
    KindReport {
        queries: answered.len(),
        ndcg: mean(ndcg_at),
        mrr: mean(mrr_at),
        recall: mean(recall_at),
    }
}

/// The outcomes in the format of TREC: `query Q0 document rank score run`.
pub fn trec_run(set: &JudgedSet, outcomes: &[Outcome]) -> String {
    let mut run = String::new();
    for (query, outcome) in set.queries.iter().zip(outcomes) {
        for (rank, (document, score)) in outcome.hits.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                run,
                "{} Q0 {document} {} {score:.6} dayi",
                query.id,
                rank + 1
            );
        }
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(id: &str, kind: &str, relevant: &[&str]) -> JudgedQuery {
        let grades: Grades = relevant.iter().map(|d| ((*d).to_owned(), 1)).collect();
        JudgedQuery {
            id: id.into(),
            text: id.into(),
            kind: Some(kind.into()),
            grades,
        }
    }

    fn outcome(ids: &[&str], state: AnswerState) -> Outcome {
        let hits = ids.iter().map(|id| ((*id).to_owned(), 1.5)).collect();
        Outcome {
            hits,
            state,
            is_corrected: ids.len() == 2,
            names_product: ids.is_empty(),
            milliseconds: 2.0,
        }
    }

    #[test]
    fn a_report_counts_what_a_hand_would() {
        let set = JudgedSet {
            name: "s".into(),
            queries: vec![
                query("1", "typo", &["a"]),
                query("2", "typo", &["b"]),
                query("3", "none", &[]),
                query("4", "none", &[]),
            ],
            documents: None,
        };
        let outcomes = [
            outcome(&["a"], AnswerState::Answered),
            outcome(&["x", "b"], AnswerState::None),
            outcome(&["a"], AnswerState::None),
            outcome(&[], AnswerState::Related),
        ];
        let report = report(&set, &outcomes);
        assert_eq!((report.all.queries, report.all.mrr), (4, Some(0.75)));
        assert_eq!(
            (report.none_precision, report.none_recall),
            (Some(0.5), Some(0.5))
        );
        let half = |precision| NoneReport {
            precision,
            recall: Some(0.0),
        };
        assert_eq!(report.none_own, half(None));
        let foreign = NoneReport {
            precision: Some(0.5),
            recall: Some(1.0),
        };
        assert_eq!(report.none_foreign, foreign);
        assert_eq!(
            (report.answered_precision, report.coverage),
            (Some(1.0), Some(0.5))
        );
        assert_eq!(report.false_corrections, Some(0.0));
        assert_eq!(
            (report.kinds["typo"].recall, report.kinds["none"].ndcg),
            (Some(1.0), None)
        );
        assert!(
            trec_run(&set, &outcomes)
                .starts_with("1 Q0 a 1 1.500000 dayi\n2 Q0 x 1 1.500000 dayi\n2 Q0 b 2 ")
        );
    }
}
