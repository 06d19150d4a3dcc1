//! Retrieval quality on judged sets: loads a set, runs its queries, computes the metrics.
//!
//! Knows the engine only by its trait. Never prints.

pub mod golden;
mod metrics;
mod passages;
mod run;
mod set;

pub use metrics::{Grades, Ranking, mrr_at, ndcg_at, percentile, recall_at};
pub use passages::{JudgedPassage, PASSAGES, PassageReport, evaluate_passages};
pub use run::{KindReport, NoneReport, Outcome, SetReport, evaluate, ranked, report, trec_run};
pub use set::{JudgedQuery, JudgedSet, QUERIES, SetError, set_name};
