//! The cost of a query, an index and a process, by the number of documents.

use crate::limits::texts;
use crate::process::Site;
use crate::report::{Table, number};
use crate::{client, corpus, plot};
use anyhow::Context;
use dayi::analysis::Analyzer;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{Engine, SearchQuery};
use dayi::eval::percentile;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Searches that are measured.
const MEASURED: usize = 1_000;
/// Runs of each search, of which the fastest counts.
const TRIES: usize = 3;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Numbers of documents, growing.
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "1000,16000,100000,1000000"
    )]
    sizes: Vec<usize>,
    /// Folder of real documents that corpora are made of.
    #[arg(long)]
    from: PathBuf,
    /// Folder that keeps the corpora for the next time; a temporary one unless given.
    #[arg(long)]
    work: Option<PathBuf>,
    /// File of the plot.
    #[arg(long, default_value = "cost-by-size.svg")]
    plot: PathBuf,
}

/// What one size costs.
struct Cost {
    documents: usize,
    /// Milliseconds of a search on one thread.
    p50: f64,
    p99: f64,
    mean: f64,
    /// Seconds and MB of indexing.
    indexing: f64,
    indexing_memory: f64,
    /// Seconds to ready, and MB of the server then.
    start: f64,
    resident: f64,
    anonymous: f64,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let temporary = tempfile::tempdir().context("no temporary folder")?;
    let work = arguments.work.as_deref().unwrap_or(temporary.path());
    fs::create_dir_all(work)?;
    let work = fs::canonicalize(work)?;
    let analyzer = Analyzer::new();
    let costs = arguments
        .sizes
        .iter()
        .map(|size| cost(*size, arguments, &work, &analyzer))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut table = Table::new(&[
        "documents",
        "ms a search, p50",
        "p99",
        "mean",
        "times the documents",
        "times the cost",
        "index s",
        "index MB",
        "start s",
        "memory MB",
        "its own MB",
    ]);
    let mut before: Option<&Cost> = None;
    for cost in &costs {
        let times = |of: fn(&Cost) -> f64| before.map_or(1.0, |b| of(cost) / of(b));
        table.row(
            &number(cost.documents as f64),
            &[
                cost.p50,
                cost.p99,
                cost.mean,
                times(|c| c.documents as f64),
                times(|c| c.mean),
                cost.indexing,
                cost.indexing_memory,
                cost.start,
                cost.resident,
                cost.anonymous,
            ],
        );
        before = Some(cost);
    }
    table.print("Cost by size");
    let line = |of: fn(&Cost) -> f64| costs.iter().map(|c| (c.documents as f64, of(c))).collect();
    let linear = costs.first().map_or_else(Vec::new, |first| {
        let of = |c: &Cost| {
            (
                c.documents as f64,
                first.p50 * c.documents as f64 / first.documents as f64,
            )
        };
        costs.iter().map(of).collect()
    });
    let lines = [
        ("p50", line(|c| c.p50)),
        ("p99", line(|c| c.p99)),
        ("linear", linear),
    ];
    plot::draw(&arguments.plot, &lines)
}

fn cost(
    documents: usize,
    arguments: &Arguments,
    work: &Path,
    analyzer: &Analyzer,
) -> anyhow::Result<Cost> {
    eprintln!("{documents} documents");
    let content = work.join(format!("{documents}/content"));
    let work = work.join(format!("{documents}/work"));
    if !content.exists() {
        corpus::make(&arguments.from, documents, &content, 1)?;
    }
    let site = Site::at(&content, Some(&work))?;
    let index = work.join("index");
    if index.exists() {
        fs::remove_dir_all(&index)?;
    }
    let (indexing, indexing_memory) = site.index()?;
    let texts = texts(&content)?;
    let server = site.serve()?;
    for text in texts.iter().take(MEASURED) {
        client::get(
            server.address,
            &format!("/api/v1/search?q={}", client::encoded(text)),
        )?;
    }
    let (start, memory) = (server.ready.as_secs_f64(), server.memory()?);
    drop(server);
    let engine = EmbeddedEngine::open_read_only(&index, analyzer.clone())?;
    let milliseconds = texts
        .iter()
        .take(MEASURED)
        .map(|text| cost_of(&engine, text))
        .collect::<anyhow::Result<Vec<f64>>>()?;
    Ok(Cost {
        documents,
        p50: percentile(&milliseconds, 0.5),
        p99: percentile(&milliseconds, 0.99),
        mean: milliseconds.iter().sum::<f64>() / milliseconds.len() as f64,
        indexing,
        indexing_memory,
        start,
        resident: memory.resident,
        anonymous: memory.anonymous,
    })
}

/// Milliseconds of a search: the minimum of some runs, because other work on the machine only adds time.
fn cost_of(engine: &dyn Engine, text: &str) -> anyhow::Result<f64> {
    let query = SearchQuery {
        text: text.to_owned(),
        limit: 10,
        ..SearchQuery::default()
    };
    let mut least = f64::MAX;
    for _ in 0..TRIES {
        let started = Instant::now();
        std::hint::black_box(engine.search(&query)?);
        least = least.min(started.elapsed().as_secs_f64() * 1e3);
    }
    Ok(least)
}
