//! The binary as visitors and operators see it: under load of wrk beside a fixed response, after a start, after an
//! edit.

use crate::client;
use crate::floor::Floor;
use crate::limits::{RawSearches, texts};
use crate::material;
use crate::process::{Load, Server, Site, first_of, wrk};
use crate::queries::Stream;
use crate::report::{Table, median, median_of, number};
use dayi::analysis::Analyzer;
use dayi::document::list_files;
use dayi::engine::embedded::EmbeddedEngine;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Different addresses of each kind, requested in turn.
const ADDRESSES: usize = 10_000;
/// Responses whose mean size the fixed response has.
const SAMPLED: usize = 100;
/// Longest wait for an edit to be found.
const PATIENCE: Duration = Duration::from_mins(1);

/// What to measure, and how often.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of documents. One file is edited and put back as it was.
    #[arg(long)]
    content: PathBuf,
    /// Runs of which the median counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Seconds each run under load takes.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Folder that keeps the index for the next time; a temporary one unless given.
    #[arg(long)]
    work: Option<PathBuf>,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let site = Site::at(&arguments.content, arguments.work.as_deref())?;
    eprintln!("indexes");
    let (indexed, indexing_memory) = site.index()?;
    let mut starts = Vec::new();
    for _ in 1..arguments.runs {
        starts.push(site.serve()?.ready.as_secs_f64());
    }
    let server = site.serve()?;
    starts.push(server.ready.as_secs_f64());
    let started = server.memory()?;
    let texts = texts(&site.content)?;
    let (search_qps, raw_qps) = under_load(&server, &site, &texts, arguments)?;
    let loaded = server.memory()?;
    eprintln!("edits");
    let edits = (0..arguments.runs)
        .map(|run| edit(&server, &site.content, run))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let edited = server.memory()?;
    drop(server);
    let mut table = Table::new(&["what", "measured"]);
    for (name, value) in [
        (
            "tantivy alone in process, the same terms, queries/s",
            raw_qps,
        ),
        ("search over HTTP / that", search_qps / raw_qps),
        (
            "`dayi index`, s (little where the index was there)",
            indexed,
        ),
        ("memory while indexing, at most, MB", indexing_memory),
        ("start to ready with the index there, s", median(&starts)),
        ("edit of one file to found, s", median(&edits)),
        ("memory after the start, MB", started.resident),
        ("memory after the load, MB", loaded.resident),
        ("of that its own, MB", loaded.anonymous),
        ("of that pages of files, MB", loaded.of_files),
        ("memory after the edits, MB", edited.resident),
        ("memory at most, MB", edited.most),
    ] {
        table.add([name.to_owned(), number(value)].into_iter());
    }
    table.print("Start, memory, edits");
    Ok(())
}

/// Measures and prints each kind of request. Returns searches a second, and those of tantivy alone over the same
/// index, in the faster of its two ways.
fn under_load(
    server: &Server,
    site: &Site,
    texts: &[String],
    arguments: &Arguments,
) -> anyhow::Result<(f64, f64)> {
    let (index, analyzer) = (site.work.join("index"), Analyzer::new());
    let engine = EmbeddedEngine::open_read_only(&index, analyzer.clone())?;
    let raw = RawSearches::prepare(&engine, &index, &analyzer, texts)?;
    let (mut pruned, mut all) = (Vec::new(), Vec::new());
    let mut table = Table::new(&[
        "16 connections",
        "qps",
        "p50 ms",
        "p99 ms",
        "p99 / p50",
        "errors",
        "KB",
        "floor qps",
        "qps / floor",
    ]);
    let mut search_qps = 0.0;
    for (name, paths) in kinds(&site.content, texts)? {
        eprintln!("asks for {name}");
        let beside = || {
            if name == SEARCH {
                let [of_pruned, of_all] = raw.rates(arguments.seconds)?;
                pruned.push(of_pruned.qps);
                all.push(of_all.qps);
            }
            Ok(())
        };
        let (loads, floor, bytes) = loaded(server, &paths, arguments, &site.work, beside)?;
        let qps = median_of(&loads, |l| l.qps);
        let (p50, p99) = (median_of(&loads, |l| l.p50), median_of(&loads, |l| l.p99));
        let errors = loads.iter().map(|l| l.errors).sum::<f64>();
        let kilobytes = bytes as f64 / 1024.0;
        let cells = [
            qps,
            p50,
            p99,
            p99 / p50,
            errors,
            kilobytes,
            floor,
            qps / floor,
        ];
        table.row(name, &cells);
        if name == SEARCH {
            search_qps = qps;
        }
    }
    table.print(&format!(
        "HTTP, 10 hits with snippets, medians of {}",
        arguments.runs
    ));
    Ok((search_qps, median(&pruned).max(median(&all))))
}

const SEARCH: &str = "search";
/// Pages that are requested again and again.
const POPULAR: usize = 300;

/// Kinds of requests: a name, and addresses.
pub(crate) fn kinds(
    content: &Path,
    texts: &[String],
) -> anyhow::Result<Vec<(&'static str, Vec<String>)>> {
    let stream = Stream::over(content, 1)?;
    let of_texts = |path: &str| -> Vec<String> {
        let encoded = texts.iter().map(|t| client::encoded(t));
        encoded.map(|t| format!("{path}?q={t}")).collect()
    };
    let beginnings = (0..ADDRESSES).map(|n| client::encoded(&stream.beginning(n).text));
    let documents = material::read_some(content, ADDRESSES)?;
    let pages: Vec<String> = documents
        .iter()
        .map(|d| format!("/questions/{}", client::encoded(&d.id.0)))
        .collect();
    Ok(vec![
        (SEARCH, of_texts("/api/v1/search")),
        ("results page", of_texts("/search")),
        (
            "suggest",
            beginnings
                .map(|t| format!("/api/v1/suggest?q={t}"))
                .collect(),
        ),
        (
            "question page, asked for by many",
            pages[..POPULAR.min(pages.len())].to_vec(),
        ),
        ("question page, each another", pages),
    ])
}

/// Measures load in several runs: the load of each run, the median rate of a fixed response of the same size, and
/// that size, together with what `beside` measures in each run.
fn loaded(
    server: &Server,
    paths: &[String],
    arguments: &Arguments,
    work: &Path,
    mut beside: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<(Vec<Load>, f64, usize)> {
    let mut bytes = 0;
    for path in &paths[..SAMPLED.min(paths.len())] {
        let (status, body) = client::get(server.address, path)?;
        anyhow::ensure!(
            status == 200,
            "`{path}` was answered {status}, expected 200"
        );
        bytes += body.len();
    }
    bytes /= SAMPLED.min(paths.len()).max(1);
    let floor = Floor::serve("x".repeat(bytes))?;
    let (mut loads, mut floors) = (Vec::new(), Vec::new());
    // In turn, so that other work on the machine affects both.
    for run in 0..arguments.runs {
        let first = first_of(run, arguments.runs, paths);
        loads.push(wrk(server.address, paths, first, arguments.seconds, work)?);
        floors.push(wrk(
            floor.address,
            paths,
            first,
            arguments.seconds.min(3),
            work,
        )?);
        beside()?;
    }
    Ok((loads, median_of(&floors, |l| l.qps), bytes))
}

/// Adds a word to a file and removes it again; returns the seconds until it was found.
fn edit(server: &Server, content: &Path, run: usize) -> anyhow::Result<f64> {
    let files = list_files(content)?.files;
    let file = &files[(run + 1) * files.len() / (run + 2)].path;
    let path = content.join(file);
    let before = fs::read_to_string(&path)?;
    let word = format!("edited{}", std::process::id() + run as u32);
    let marker = "专家官方解答 ：\n";
    let after = match before.split_once(marker) {
        Some((start, rest)) => format!("{start}{marker}\n{word}\n{rest}"),
        None => format!("{before}\n{word}\n"),
    };
    let asked = format!("/api/v1/search?q={word}");
    let found = format!("<mark>{word}</mark>");
    let started = Instant::now();
    fs::write(&path, after)?;
    let outcome = loop {
        let answer = client::get(server.address, &asked);
        match answer {
            Ok((_, body)) if body.contains(&found) => break Ok(started.elapsed().as_secs_f64()),
            _ if started.elapsed() > PATIENCE => {
                break Err(anyhow::anyhow!(
                    "an edit of `{file}` was not found in a minute"
                ));
            }
            _ => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    fs::write(&path, before)?;
    // The next edit begins only when this one has been removed from the index.
    while client::get(server.address, &asked).is_ok_and(|(_, body)| body.contains(&found)) {
        std::thread::sleep(Duration::from_millis(20));
    }
    outcome
}
