//! Counts by tag, category and year, as a tantivy aggregation over the columns.

use super::schema::{CATEGORY, TAG, YEAR};
use crate::engine::{FacetCount, Facets};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tantivy::DocAddress;
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

/// Counts over a few documents, read from the columns.
pub(super) fn of_documents(
    searcher: &tantivy::Searcher,
    documents: impl Iterator<Item = DocAddress>,
) -> tantivy::Result<Facets> {
    let mut counted: [BTreeMap<String, u64>; 3] = Default::default();
    for DocAddress {
        segment_ord,
        doc_id,
    } in documents
    {
        let columns = searcher.segment_reader(segment_ord).fast_fields();
        for (name, counts) in [TAG, CATEGORY].iter().zip(&mut counted) {
            if let Some(column) = columns.str(name)? {
                for ordinal in column.term_ords(doc_id) {
                    let mut value = String::new();
                    column.ord_to_str(ordinal, &mut value)?;
                    *counts.entry(value).or_default() += 1;
                }
            }
        }
        for year in columns.u64(YEAR)?.values_for_doc(doc_id) {
            *counted[2].entry(year.to_string()).or_default() += 1;
        }
    }
    let [tags, categories, years] = counted.map(|counts| {
        let counts = counts
            .into_iter()
            .map(|(value, count)| FacetCount { value, count });
        counts.collect::<Vec<_>>()
    });
    let most_first = |mut counts: Vec<FacetCount>| {
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        counts.truncate(MOST_VALUES);
        counts
    };
    Ok(Facets {
        tags: most_first(tags),
        categories: most_first(categories),
        years: years.into_iter().rev().take(MOST_VALUES).collect(),
    })
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
