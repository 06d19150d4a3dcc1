//! Index a folder of documents and search it, in memory: `cargo run --example index_and_search -- content 端口`

use dayi::analysis::Analyzer;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{Engine, SearchQuery};

#[allow(clippy::print_stdout, reason = "an example that shows what it finds")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let content = arguments.next().unwrap_or_else(|| "content".to_owned());
    let text = arguments.next().unwrap_or_else(|| "nacos 端口".to_owned());
    let engine = EmbeddedEngine::in_memory(Analyzer::new())?;
    engine.sync(content.as_ref(), &|_done, _all| {})?;
    let query = SearchQuery {
        text,
        limit: 5,
        ..SearchQuery::default()
    };
    let results = engine.search(&query)?;
    println!("{} documents, {:?}", results.total, results.answer_state);
    for hit in results.hits {
        println!(
            "{:.2}  {}  ({})",
            hit.score,
            hit.document.headline(),
            hit.document.id.0
        );
    }
    Ok(())
}
