//! Golden records: everything an engine returns for a query, to compare two builds.
//!
//! A change of structure must not change any result. `tools/golden.rs` writes the records of judged sets with one
//! build and compares them with those of the next; `tests/golden.rs` does so for the documents in `content/`.

use super::JudgedSet;
use crate::document::DocumentId;
use crate::engine::{Engine, EngineError, Filter, SearchQuery, SearchResults, Sort, Suggestion};
use rayon::prelude::*;
use serde_json::{Value, json};

/// Documents in the ranking of a record.
const RANKED: usize = 60;
/// Hits on a page in a record.
const HITS: usize = 10;
/// Suggestions, and related documents, in a record.
const NEIGHBOURS: usize = 6;
/// Characters of the query for which suggestions are recorded.
const TYPED: usize = 3;

/// Fills an index on one thread, so that it has its documents in a fixed order. Otherwise documents of one day would
/// be listed in an order that depends on the speed of threads.
pub fn on_one_thread<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        // If no thread is available, the order depends on chance.
        Err(_) => work(),
    }
}

/// The records of a set, a JSON object for each query, in the order of the set.
///
/// # Errors
/// When a search fails.
pub fn records<E: Engine>(engine: &E, set: &JudgedSet) -> Result<Vec<Value>, EngineError> {
    let queries = set.queries.par_iter();
    queries
        .map(|query| record(engine, &set.name, &query.id, &query.text))
        .collect()
}

fn record(engine: &dyn Engine, set: &str, id: &str, text: &str) -> Result<Value, EngineError> {
    let ranked = engine.rank(text, RANKED)?;
    let search = |change: &dyn Fn(&mut SearchQuery)| {
        let mut query = SearchQuery {
            text: text.to_owned(),
            limit: HITS,
            ..SearchQuery::default()
        };
        change(&mut query);
        engine.search(&query).map(|results| page(&results))
    };
    let first = ranked.documents.first().map(|(id, _)| id.clone());
    let document = first.as_ref().map(|id| engine.document(id)).transpose()?;
    let document = document.flatten();
    let narrowed = Filter {
        tags: document
            .iter()
            .filter_map(|d| d.tags.first().cloned())
            .collect(),
        category: document.as_ref().and_then(|d| d.category.clone()),
        from: document.as_ref().and_then(|d| d.date),
        ..Filter::default()
    };
    let typed: String = text.chars().take(TYPED).collect();
    let documents = ranked.documents.iter();
    Ok(json!({
        "set": set,
        "query": id,
        "rank": documents.map(|(id, parts)| json!([id, parts])).collect::<Vec<_>>(),
        "confidence": ranked.confidence,
        "search": search(&|_| {})?,
        "second_page": search(&|query| query.offset = HITS)?,
        "newest": search(&|query| query.sort = Sort::Newest)?,
        "narrowed": search(&|query| query.filter = narrowed.clone())?,
        "suggest": suggestions(&engine.suggest(&typed, NEIGHBOURS)?),
        "related": first.map(|id| related(engine, &id)).transpose()?,
    }))
}

fn page(results: &SearchResults) -> Value {
    let hits = results.hits.iter().map(|hit| {
        json!({
            "id": hit.document.id,
            "score": hit.score,
            "title": hit.title_html,
            "snippet": hit.snippet_html,
            "asked_as": hit.asked_as,
            "similar": hit.similar,
        })
    });
    json!({
        "state": results.answer_state,
        "reason": results.reason,
        "total": results.total,
        "suggestion": results.suggestion,
        "confidence": results.confidence,
        "understanding": results.understanding,
        "facets": results.facets,
        "hits": hits.collect::<Vec<_>>(),
    })
}

fn suggestions(suggestions: &[Suggestion]) -> Vec<String> {
    let written = |s: &Suggestion| format!("{} {:?} {:?}", s.text, s.target, s.tag);
    suggestions.iter().map(written).collect()
}

fn related(engine: &dyn Engine, id: &DocumentId) -> Result<Vec<String>, EngineError> {
    let related = engine.related(id, NEIGHBOURS)?;
    Ok(related.into_iter().map(|document| document.id.0).collect())
}

/// The differences between two records: paths into them, with both values. Empty if the records are the same. Numbers
/// within `tolerance` count as the same.
pub fn differences(expected: &Value, found: &Value, tolerance: f64) -> Vec<String> {
    let mut differences = Vec::new();
    compare("", expected, found, tolerance, &mut differences);
    differences
}

fn compare(path: &str, expected: &Value, found: &Value, tolerance: f64, into: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            for (key, expected) in a {
                let found = b.get(key).unwrap_or(&Value::Null);
                compare(&format!("{path}/{key}"), expected, found, tolerance, into);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (expected, found)) in a.iter().zip(b).enumerate() {
                compare(&format!("{path}/{at}"), expected, found, tolerance, into);
            }
        }
        (Value::Number(a), Value::Number(b)) if is_near(a.as_f64(), b.as_f64(), tolerance) => {}
        _ if expected == found => {}
        _ => into.push(format!("{path}: expected {expected}, found {found}")),
    }
}

fn is_near(a: Option<f64>, b: Option<f64>, tolerance: f64) -> bool {
    a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= tolerance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_name_their_place_and_pass_over_what_rounding_makes() {
        let expected = json!({"hits": [{"id": "a", "score": 1.0}], "total": 1});
        let near = json!({"hits": [{"id": "a", "score": 1.000_001}], "total": 1});
        assert!(differences(&expected, &near, 1e-5).is_empty());
        assert_eq!(
            differences(&expected, &near, 0.0),
            ["/hits/0/score: expected 1.0, found 1.000001"]
        );
        let other = json!({"hits": [{"id": "b", "score": 1.0}], "total": 2});
        assert_eq!(differences(&expected, &other, 1e-5).len(), 2);
        let fewer = json!({"hits": [], "total": 1});
        assert_eq!(differences(&expected, &fewer, 1e-5).len(), 1);
    }
}
