//! Figures for Prometheus, in the OpenMetrics text format.

use crate::engine::Status;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Labels of a request: the pattern of its route, never its path, so that the number of series is bounded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Request {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// All figures of the process.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    latencies: Family<Route, Histogram>,
    documents: Gauge,
    rejected: Gauge,
    index_bytes: Gauge,
    generation: Gauge,
    lost_feedback: Gauge,
    unwritten: Gauge,
}

/// From half a millisecond to sixteen seconds.
fn latency_histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.0005, 2.0, 16))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("dayi");
        let requests = Family::default();
        let latencies = Family::new_with_constructor(latency_histogram as fn() -> Histogram);
        let (documents, rejected, index_bytes, generation, lost_feedback, unwritten) = (
            Gauge::default(),
            Gauge::default(),
            Gauge::default(),
            Gauge::default(),
            Gauge::default(),
            Gauge::default(),
        );
        registry.register(
            "http_requests",
            "Requests answered",
            Family::clone(&requests),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time to the head of the answer",
            Unit::Seconds,
            Family::clone(&latencies),
        );
        registry.register(
            "documents",
            "Documents that can be found",
            documents.clone(),
        );
        registry.register(
            "rejected_documents",
            "Files left out of the index",
            rejected.clone(),
        );
        registry.register_with_unit(
            "index",
            "Size of the index on disk",
            Unit::Bytes,
            index_bytes.clone(),
        );
        registry.register(
            "index_generation",
            "Grows with each change of the index",
            generation.clone(),
        );
        registry.register(
            "unlogged_searches",
            "Searches and opened hits since the start that were not logged, because too much was waiting",
            lost_feedback.clone(),
        );
        registry.register_with_unit(
            "feedback_unwritten",
            "For how long no feedback could be written; 0 while it can",
            Unit::Seconds,
            unwritten.clone(),
        );
        Self {
            registry,
            requests,
            latencies,
            documents,
            rejected,
            index_bytes,
            generation,
            lost_feedback,
            unwritten,
        }
    }
}

impl Metrics {
    pub(super) fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let request = Request {
            method,
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&request).inc();
        self.latencies
            .get_or_create(&Route {
                route: route.to_owned(),
            })
            .observe(took.as_secs_f64());
    }

    /// Everything in text form, with the state of the index and of the store as of now.
    pub(super) fn render(
        &self,
        status: &Status,
        lost_feedback: u64,
        unwritten: Duration,
    ) -> String {
        let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.documents.set(signed(status.documents as u64));
        self.rejected.set(signed(status.rejected.len() as u64));
        self.index_bytes.set(signed(status.index_bytes));
        self.generation.set(signed(status.generation));
        self.lost_feedback.set(signed(lost_feedback));
        // Begun seconds count: a gauge above 0 is a problem from its first moment.
        let seconds = unwritten.as_secs() + u64::from(unwritten.subsec_nanos() > 0);
        self.unwritten.set(signed(seconds));
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
