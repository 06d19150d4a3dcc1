//! Indexing and searching in this process, beside what jieba and tantivy do by themselves, on 2 threads.

use crate::material;
use crate::process::cpu_seconds;
use crate::queries::Stream;
use crate::raw::{self, Cut, Plain, RawSearch, Walk};
use crate::report::{Table, median_of, number};
use anyhow::Context;
use dayi::analysis::Analyzer;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{Engine, SearchQuery};
use dayi::eval::percentile;
use rayon::prelude::*;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tantivy::query::BooleanQuery;

/// Threads everything runs on.
const THREADS: usize = 2;
/// Different queries that are asked in turn: more than the service keeps the answers of.
const QUERIES: usize = 20_000;
/// So many of them tantivy alone is asked.
const RAW_QUERIES: usize = 2_000;
/// Hits of a search.
const HITS: usize = 10;

/// What to measure, how often.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of documents.
    #[arg(long)]
    content: PathBuf,
    /// Runs of which the median counts.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Seconds each run of searches takes.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

/// What one job took.
struct Took {
    seconds: f64,
    /// Seconds of CPU, by all threads.
    cpu: f64,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(THREADS)
        .build_global()
        .context("cannot set the number of threads")?;
    let work = tempfile::tempdir().context("no temporary folder")?;
    let index = work.path().join("index");
    let analyzer = Analyzer::new();
    let mut of_dayi = Vec::new();
    for run in 0..arguments.runs {
        eprintln!("dayi indexes, run {}", run + 1);
        if index.exists() {
            std::fs::remove_dir_all(&index)?;
        }
        of_dayi.push(timed(|| build(&arguments.content, &index, &analyzer))?);
    }
    // The documents are read only now, so that dayi above had the memory of a fresh process.
    let (documents, of_jieba, of_tantivy) = limits_of_indexing(arguments, &analyzer, work.path())?;
    let runs = [
        ("dayi: read, parse, cut, index, commit", &of_dayi),
        ("jieba alone, the same text", &of_jieba),
        ("tantivy alone, text cut before", &of_tantivy),
    ];
    let measured = runs.map(|(name, runs)| (name, Indexing::of(runs, documents)));
    print_indexing(&measured, documents, arguments.runs);
    let engine = EmbeddedEngine::open_read_only(&index, analyzer.clone())?;
    searching(&engine, &index, &analyzer, arguments)
}

/// Medians of some runs.
#[derive(Clone, Copy)]
struct Indexing {
    /// Documents a second.
    rate: f64,
    /// CPU milliseconds of a document: what else the machine does costs time, but hardly CPU.
    cpu: f64,
}

impl Indexing {
    fn of(runs: &[Took], documents: usize) -> Self {
        Self {
            rate: documents as f64 / median_of(runs, |t| t.seconds),
            cpu: median_of(runs, |t| t.cpu) * 1e3 / documents as f64,
        }
    }
}

/// dayi, jieba, tantivy, and the two ways to make a limit of the latter.
fn print_indexing(measured: &[(&str, Indexing); 3], documents: usize, runs: usize) {
    let [(_, dayi), (_, jieba), (_, tantivy)] = *measured;
    let series = Indexing {
        rate: 1.0 / (1.0 / jieba.rate + 1.0 / tantivy.rate),
        cpu: jieba.cpu + tantivy.cpu,
    };
    let slower = if jieba.rate < tantivy.rate {
        jieba
    } else {
        tantivy
    };
    let limits = [
        ("limit: jieba, then tantivy", series),
        ("limit: the slower of the two", slower),
    ];
    let mut table = Table::new(&[
        "indexing",
        "documents/s",
        "dayi / it",
        "cores busy",
        "CPU ms a document",
        "it / dayi, by CPU",
    ]);
    for (name, one) in measured.iter().chain(&limits) {
        let busy = one.rate * one.cpu / 1e3;
        let ratios = [dayi.rate / one.rate, one.cpu / dayi.cpu];
        table.row(name, &[one.rate, ratios[0], busy, one.cpu, ratios[1]]);
    }
    table.print(&format!(
        "Indexing {documents} documents on {THREADS} cores, medians of {runs}"
    ));
}

fn build(content: &Path, index: &Path, analyzer: &Analyzer) -> anyhow::Result<()> {
    let (engine, _) = EmbeddedEngine::open(index, analyzer.clone())?;
    engine.sync(content, &|_, _| {})?;
    Ok(())
}

/// Documents, and what jieba and tantivy took for them in each run.
fn limits_of_indexing(
    arguments: &Arguments,
    analyzer: &Analyzer,
    work: &Path,
) -> anyhow::Result<(usize, Vec<Took>, Vec<Took>)> {
    let documents = material::read(&arguments.content)?;
    let plain: Vec<Plain> = documents.par_iter().map(Plain::of).collect();
    let jieba = jieba_rs::Jieba::new();
    let mut of_jieba = Vec::new();
    for run in 0..arguments.runs {
        eprintln!("jieba cuts, run {}", run + 1);
        of_jieba.push(timed(|| {
            raw::segment(&jieba, &plain);
            Ok(())
        })?);
    }
    let cut: Vec<Cut> = documents
        .par_iter()
        .zip(&plain)
        .map(|(document, plain)| Cut::of(document, plain, analyzer))
        .collect();
    let count = documents.len();
    drop((documents, plain));
    let mut of_tantivy = Vec::new();
    for run in 0..arguments.runs {
        eprintln!("tantivy indexes, run {}", run + 1);
        let folder = tempfile::tempdir_in(work).context("no temporary folder")?;
        of_tantivy.push(timed(|| raw::index(&cut, folder.path()))?);
    }
    Ok((count, of_jieba, of_tantivy))
}

fn timed(work: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<Took> {
    let (started, cpu) = (Instant::now(), cpu_seconds("self")?);
    work()?;
    let seconds = started.elapsed().as_secs_f64();
    Ok(Took {
        seconds,
        cpu: cpu_seconds("self")? - cpu,
    })
}

/// Searches a second, and milliseconds of each.
pub(crate) struct Rate {
    pub(crate) qps: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// CPU milliseconds of one, by all threads.
    cpu: f64,
}

/// Asks all of `queries` in turn on 2 threads for a while.
fn asked<Q: Sync>(
    queries: &[Q],
    seconds: u64,
    ask: impl Fn(&Q) -> anyhow::Result<()> + Sync,
) -> anyhow::Result<Rate> {
    let cpu = cpu_seconds("self")?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let started = Instant::now();
    let of_thread = |thread: usize| -> anyhow::Result<Vec<f64>> {
        let mut milliseconds = Vec::new();
        let first = thread * queries.len() / THREADS;
        for query in queries.iter().cycle().skip(first) {
            let asked = Instant::now();
            if asked > until {
                break;
            }
            ask(query)?;
            milliseconds.push(asked.elapsed().as_secs_f64() * 1e3);
        }
        Ok(milliseconds)
    };
    let all: Vec<f64> = (0..THREADS)
        .into_par_iter()
        .map(of_thread)
        .collect::<anyhow::Result<Vec<_>>>()?
        .concat();
    Ok(Rate {
        qps: all.len() as f64 / started.elapsed().as_secs_f64(),
        p50: percentile(&all, 0.5),
        p99: percentile(&all, 0.99),
        cpu: (cpu_seconds("self")? - cpu) * 1e3 / all.len().max(1) as f64,
    })
}

/// Searches by tantivy alone, each in both of its ways.
pub(crate) struct RawSearches {
    raw: RawSearch,
    pruned: Vec<BooleanQuery>,
    all: Vec<BooleanQuery>,
}

impl RawSearches {
    /// Makes queries of some of the texts, as `engine` understands them.
    pub(crate) fn prepare(
        engine: &dyn Engine,
        index: &Path,
        analyzer: &Analyzer,
        texts: &[String],
    ) -> anyhow::Result<Self> {
        let raw = RawSearch::open(index)?;
        let some = &texts[..RAW_QUERIES.min(texts.len())];
        let queries = |walk| -> anyhow::Result<Vec<BooleanQuery>> {
            some.par_iter()
                .map(|text| raw.query(text, walk, engine, analyzer))
                .collect()
        };
        let (pruned, all) = (queries(Walk::Pruned)?, queries(Walk::All)?);
        Ok(Self { raw, pruned, all })
    }

    /// What it needs for them: leaving out what it can, and going through all.
    pub(crate) fn rates(&self, seconds: u64) -> anyhow::Result<[Rate; 2]> {
        let rate = |queries| asked(queries, seconds, |query| self.raw.search(query));
        Ok([rate(&self.pruned)?, rate(&self.all)?])
    }
}

/// Different searches over the documents of a folder, as visitors ask them.
pub(crate) fn texts(content: &Path) -> anyhow::Result<Vec<String>> {
    let stream = Stream::over(content, 1)?;
    let mut seen = HashSet::new();
    let texts = (0..QUERIES * 10).map(|number| stream.search(number).text);
    let different = texts.filter(|text| seen.insert(text.clone()));
    Ok(different.take(QUERIES).collect())
}

fn searching(
    engine: &dyn Engine,
    index: &Path,
    analyzer: &Analyzer,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    let texts = texts(&arguments.content)?;
    eprintln!("searches");
    let raw = RawSearches::prepare(engine, index, analyzer, &texts)?;
    let ask = |text: &String| {
        let query = SearchQuery {
            text: text.clone(),
            limit: HITS,
            ..SearchQuery::default()
        };
        std::hint::black_box(engine.search(&query)?);
        Ok(())
    };
    // In turn, so that what else the machine does meets all of them.
    let (mut of_dayi, mut pruned, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..arguments.runs {
        of_dayi.push(asked(&texts, arguments.seconds, ask)?);
        let [of_pruned, of_all] = raw.rates(arguments.seconds)?;
        pruned.push(of_pruned);
        all.push(of_all);
    }
    let mut table = Table::new(&[
        "searching in process",
        "queries/s",
        "p50 ms",
        "p99 ms",
        "CPU ms a query",
    ]);
    for (name, runs) in [
        ("dayi, 10 hits with snippets", &of_dayi),
        (
            "tantivy alone, pruned: the same terms, best 100, 10 read",
            &pruned,
        ),
        ("tantivy alone, all: the same", &all),
    ] {
        let cells = [
            median_of(runs, |r| r.qps),
            median_of(runs, |r| r.p50),
            median_of(runs, |r| r.p99),
            median_of(runs, |r| r.cpu),
        ];
        table.row(name, &cells);
    }
    let qps = |runs: &[Rate]| median_of(runs, |r| r.qps);
    let ratio = qps(&of_dayi) / qps(&pruned).max(qps(&all));
    let blank = std::iter::repeat_n(String::new(), 3);
    table.add(
        ["dayi / the better of tantivy".to_owned(), number(ratio)]
            .into_iter()
            .chain(blank),
    );
    table.print(&format!(
        "Searching on {THREADS} threads, medians of {}",
        arguments.runs
    ));
    Ok(())
}
