//! Chooses the constants of ranking by a search over judged sets, with cross-validation.
//!
//! `cargo run --release --example tune -- --content FOLDER [--rounds N] [--only NAME,NAME] SET…`
//!
//! Each round tries variations of the best constants so far and keeps every query's nDCG@10 for each. The figure that
//! is printed as cross-validated comes from constants that were chosen without the queries they are measured on: the
//! queries are dealt into folds, and for each fold the variation that is best on the other folds counts.

#![allow(clippy::print_stdout, reason = "a tool that prints what it finds")]

use anyhow::Context;
use clap::Parser;
use dayi::analysis::Analyzer;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{Engine, Weights};
use dayi::eval::{JudgedSet, ndcg_at};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Parts the queries are dealt into.
const FOLDS: usize = 5;
/// Queries used of each set, spread evenly.
const MOST_QUERIES: usize = 5_000;

#[derive(Parser)]
struct Arguments {
    /// Folder of documents for sets without their own
    #[arg(long)]
    content: PathBuf,
    /// Rounds over all constants
    #[arg(long, default_value_t = 2)]
    rounds: usize,
    /// Constants to vary; all unless given
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Folders of judged sets
    #[arg(required = true)]
    sets: Vec<PathBuf>,
}

struct Bench {
    name: String,
    engine: EmbeddedEngine,
    set: JudgedSet,
}

/// Constants and what each query of each set gained with them.
struct Trial {
    ranking: Weights,
    gains: Vec<Vec<f64>>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let analyzer = Analyzer::new();
    let benches: Vec<Bench> = arguments
        .sets
        .iter()
        .map(|folder| bench(folder, &arguments.content, &analyzer))
        .collect::<Result<_, _>>()?;
    let mut trials = vec![trial(&benches, Weights::default())?];
    print(&benches, "start", &trials[0].gains);
    let mut step = 0.5;
    for round in 0..arguments.rounds {
        for name in names(&trials[0].ranking) {
            if !arguments.only.is_empty() && !arguments.only.contains(&name) {
                continue;
            }
            for factor in [1.0 + step, 1.0 / (1.0 + step)] {
                let ranking = varied(&best(&trials, |_| true).ranking, &name, factor);
                trials.push(trial(&benches, ranking)?);
            }
            println!(
                "round {round} {name}: {:.5}",
                mean(&best(&trials, |_| true).gains, |_| true)
            );
        }
        step /= 2.0;
    }
    let best = best(&trials, |_| true);
    print(&benches, "best", &best.gains);
    print(&benches, "cross-validated", &cross_validated(&trials));
    for (name, value) in best.ranking.named() {
        println!("{name} = {value}");
    }
    Ok(())
}

fn bench(folder: &Path, content: &Path, analyzer: &Analyzer) -> anyhow::Result<Bench> {
    let mut set = JudgedSet::load(folder)?;
    let engine = EmbeddedEngine::in_memory(analyzer.clone())?;
    match &set.documents {
        Some(documents) => engine.replace_all(documents)?,
        None => {
            engine
                .sync(content, &|_, _| {})
                .with_context(|| format!("documents for {}", set.name))?;
        }
    }
    set.queries.retain(|q| q.grades.values().any(|g| *g > 0));
    let every = set.queries.len().div_ceil(MOST_QUERIES);
    let mut number = 0;
    set.queries.retain(|_| {
        number += 1;
        number % every == 0
    });
    Ok(Bench {
        name: set.name.clone(),
        engine,
        set,
    })
}

fn trial(benches: &[Bench], ranking: Weights) -> anyhow::Result<Trial> {
    let gains = benches.iter().map(|bench| {
        bench.engine.set_ranking(ranking.clone());
        let gain = |query: &dayi::eval::JudgedQuery| -> anyhow::Result<f64> {
            let ranked = bench.engine.rank(&query.text, 10)?;
            let ids: Vec<String> = ranked.documents.into_iter().map(|(id, _)| id.0).collect();
            Ok(ndcg_at(10, &ids, &query.grades))
        };
        bench
            .set
            .queries
            .par_iter()
            .map(gain)
            .collect::<anyhow::Result<Vec<f64>>>()
    });
    Ok(Trial {
        gains: gains.collect::<anyhow::Result<_>>()?,
        ranking,
    })
}

/// Every set counts the same, whatever its size.
fn mean(gains: &[Vec<f64>], within: impl Fn(usize) -> bool) -> f64 {
    let of_set = |gains: &Vec<f64>| {
        let chosen: Vec<f64> = gains
            .iter()
            .enumerate()
            .filter(|(i, _)| within(*i))
            .map(|(_, g)| *g)
            .collect();
        chosen.iter().sum::<f64>() / chosen.len().max(1) as f64
    };
    gains.iter().map(of_set).sum::<f64>() / gains.len() as f64
}

fn best(trials: &[Trial], within: impl Fn(usize) -> bool + Copy) -> &Trial {
    trials
        .iter()
        .max_by(|a, b| mean(&a.gains, within).total_cmp(&mean(&b.gains, within)))
        .expect("there is always the first trial")
}

fn cross_validated(trials: &[Trial]) -> Vec<Vec<f64>> {
    let mut gains: Vec<Vec<f64>> = trials[0].gains.iter().map(|g| vec![0.0; g.len()]).collect();
    for fold in 0..FOLDS {
        let chosen = best(trials, |query| query % FOLDS != fold);
        for (set, of_set) in gains.iter_mut().enumerate() {
            for query in (fold..of_set.len()).step_by(FOLDS) {
                of_set[query] = chosen.gains[set][query];
            }
        }
    }
    gains
}

fn names(ranking: &Weights) -> Vec<String> {
    ranking
        .named()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| name != "window" && name != "floor")
        .collect()
}

fn varied(ranking: &Weights, name: &str, factor: f64) -> Weights {
    // Three digits are more than the sets can tell apart.
    let varied = |value: f64| ((value * factor).max(0.01) * 1e3).round() / 1e3;
    let named = ranking.named();
    let constants = named
        .iter()
        .map(|(n, v)| (n.as_str(), if n == name { varied(*v) } else { *v }));
    Weights::from_named(constants)
}

fn print(benches: &[Bench], what: &str, gains: &[Vec<f64>]) {
    let shown: Vec<String> = benches
        .iter()
        .zip(gains)
        .map(|(bench, gains)| {
            format!(
                "{} {:.4}",
                bench.name,
                gains.iter().sum::<f64>() / gains.len().max(1) as f64
            )
        })
        .collect();
    println!("{what}: {}", shown.join(", "));
}
