//! A search that failed.

/// A search that could not be done. The cause is for the log; a visitor learns only that the search failed.
#[derive(Debug, thiserror::Error)]
#[error("the index could not be searched")]
pub struct EngineError(#[source] pub Box<dyn std::error::Error + Send + Sync>);
