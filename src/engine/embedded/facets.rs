//! Counts by tag, category and year, as a tantivy aggregation over the columns.

use super::schema::{CATEGORY, TAG, YEAR};
use crate::engine::{FacetCount, Facets};
use serde_json::json;
use std::sync::LazyLock;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::agg_result::{AggregationResult, AggregationResults, BucketResult};
use tantivy::aggregation::{AggContextParams, AggregationCollector, AggregationLimitsGuard, Key};

/// Values a facet shows, at most.
const MOST_VALUES: usize = 40;

static REQUEST: LazyLock<Aggregations> = LazyLock::new(|| {
    serde_json::from_value(json!({
        TAG: { "terms": { "field": TAG, "size": MOST_VALUES } },
        CATEGORY: { "terms": { "field": CATEGORY, "size": MOST_VALUES } },
        YEAR: { "terms": { "field": YEAR, "size": MOST_VALUES, "order": { "_key": "desc" } } },
    }))
    .expect("the request is written in tantivy's own format")
});

pub(super) fn collector(searcher: &tantivy::Searcher) -> AggregationCollector {
    let tokenizers = searcher.index().tokenizers().clone();
    AggregationCollector::from_aggs(
        REQUEST.clone(),
        AggContextParams::new(AggregationLimitsGuard::default(), tokenizers),
    )
}

pub(super) fn counts(results: &AggregationResults) -> Facets {
    Facets {
        tags: buckets(results, TAG),
        categories: buckets(results, CATEGORY),
        years: buckets(results, YEAR),
    }
}

fn buckets(results: &AggregationResults, name: &str) -> Vec<FacetCount> {
    let Some(AggregationResult::BucketResult(BucketResult::Terms { buckets, .. })) =
        results.0.get(name)
    else {
        return Vec::new();
    };
    buckets
        .iter()
        .map(|bucket| FacetCount {
            value: value(&bucket.key),
            count: bucket.doc_count,
        })
        .collect()
}

fn value(key: &Key) -> String {
    match key {
        Key::Str(text) => text.clone(),
        Key::U64(number) => number.to_string(),
        Key::I64(number) => number.to_string(),
        Key::F64(number) => format!("{number:.0}"),
    }
}
