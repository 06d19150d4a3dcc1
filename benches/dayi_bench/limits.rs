//! Indexing and searching in this process, beside jieba and tantivy alone, on 2 threads.

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

/// Threads for all measurements.
const THREADS: usize = 2;
/// Different queries, asked in turn: more than the service caches.
const QUERIES: usize = 20_000;
/// Queries that tantivy alone is asked.
const RAW_QUERIES: usize = 2_000;
/// Hits of a search.
const HITS: usize = 10;

/// What to measure, and how often.
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

/// The cost of one job over all documents.
#[derive(Clone, Copy)]
struct Took {
    seconds: f64,
    /// Seconds of CPU, summed over all threads.
    cpu: f64,
}

/// The costs of jobs that were measured in turn.
struct Turn {
    dayi: Took,
    jieba: Took,
    tantivy: Took,
}

impl Turn {
    /// The cost of jieba and then tantivy.
    fn series(&self) -> Took {
        Took {
            seconds: self.jieba.seconds + self.tantivy.seconds,
            cpu: self.jieba.cpu + self.tantivy.cpu,
        }
    }

    fn slower(&self) -> Took {
        if self.jieba.seconds > self.tantivy.seconds {
            self.jieba
        } else {
            self.tantivy
        }
    }
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
    indexing(arguments, &analyzer, &index)?;
    let engine = EmbeddedEngine::open_read_only(&index, analyzer.clone())?;
    searching(&engine, &index, &analyzer, arguments)
}

/// Measures dayi, jieba and tantivy in turn, so that other work on the machine affects all of them.
fn indexing(arguments: &Arguments, analyzer: &Analyzer, index: &Path) -> anyhow::Result<()> {
    let documents = material::read(&arguments.content)?;
    let plain: Vec<Plain> = documents.par_iter().map(Plain::of).collect();
    let cut: Vec<Cut> = documents
        .par_iter()
        .zip(&plain)
        .map(|(document, plain)| Cut::of(document, plain, analyzer))
        .collect();
    let count = documents.len();
    drop(documents);
    let jieba = jieba_rs::Jieba::new();
    let mut turns = Vec::new();
    for run in 0..arguments.runs {
        eprintln!("dayi, jieba and tantivy in turn, run {}", run + 1);
        if index.exists() {
            std::fs::remove_dir_all(index)?;
        }
        let of_tantivy = tempfile::tempdir().context("no temporary folder")?;
        turns.push(Turn {
            dayi: timed(|| build(&arguments.content, index, analyzer))?,
            jieba: timed(|| {
                raw::segment(&jieba, &plain);
                Ok(())
            })?,
            tantivy: timed(|| raw::index(&cut, of_tantivy.path()))?,
        });
    }
    print_indexing(&turns, count);
    Ok(())
}

/// Reads the cost of one job from a turn.
type Job = fn(&Turn) -> Took;

fn print_indexing(turns: &[Turn], documents: usize) {
    let mut table = Table::new(&[
        "indexing",
        "documents/s",
        "dayi / it",
        "cores busy",
        "CPU ms a document",
        "it / dayi, by CPU",
    ]);
    let rows: [(&str, Job); 5] = [
        ("dayi: read, parse, cut, index, commit, merge", |t| t.dayi),
        ("jieba alone, the same text", |t| t.jieba),
        ("tantivy alone, text cut before", |t| t.tantivy),
        ("limit: jieba, then tantivy", Turn::series),
        ("limit: the slower of the two", Turn::slower),
    ];
    let documents = documents as f64;
    for (name, of) in rows {
        let cells = [
            median_of(turns, |t| documents / of(t).seconds),
            median_of(turns, |t| of(t).seconds / t.dayi.seconds),
            median_of(turns, |t| of(t).cpu / of(t).seconds),
            median_of(turns, |t| of(t).cpu * 1e3 / documents),
            median_of(turns, |t| of(t).cpu / t.dayi.cpu),
        ];
        table.row(name, &cells);
    }
    table.print(&format!(
        "Indexing {documents} documents on {THREADS} cores, medians of {}",
        turns.len()
    ));
}

fn build(content: &Path, index: &Path, analyzer: &Analyzer) -> anyhow::Result<()> {
    let (engine, _) = EmbeddedEngine::open(index, analyzer.clone())?;
    engine.index(content, &|_, _| {})?;
    Ok(())
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

/// Searches a second, and milliseconds of each search.
pub(crate) struct Rate {
    pub(crate) qps: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// CPU milliseconds of one search, summed over all threads.
    cpu: f64,
}

/// Asks all of `queries` in turn on 2 threads for some seconds.
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
    /// Makes queries from some of the texts, as `engine` understands them.
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

    /// The rates of both ways: skipping documents where possible, and scoring all.
    pub(crate) fn rates(&self, seconds: u64) -> anyhow::Result<[Rate; 2]> {
        let rate = |queries| asked(queries, seconds, |query| self.raw.search(query));
        Ok([rate(&self.pruned)?, rate(&self.all)?])
    }
}

/// Different searches over the documents of a folder, such as visitors type.
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
    // In turn, so that other work on the machine affects all of them.
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
