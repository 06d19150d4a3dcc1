//! Chooses the constants of ranking by a search over judged sets, and says what each is worth on sets it was not chosen on.
//!
//! `cargo run --release --example tune -- [--rounds N] [--only NAME,NAME] SET@FOLDER… SET…`
//!
//! Each round tries variations of the best constants so far and notes what each set gains. Sets count alike, whatever their
//! size. `left out` are the figures of each set with the constants that are best for all the others: sets over the same
//! documents are left out together, since they share their words. At the end each constant is put to 0 by itself: what is
//! lost is what it buys.

#![allow(clippy::print_stdout, reason = "a tool that prints what it finds")]

use clap::Parser;
use dayi::analysis::Analyzer;
use dayi::engine::{Engine, Weights};
use dayi::eval::{JudgedQuery, ndcg_at};
use rayon::prelude::*;
use sets::Site;
use std::path::PathBuf;

mod sets;

/// Queries used of each set, spread evenly.
const MOST_QUERIES: usize = 5_000;

#[derive(Parser)]
struct Arguments {
    /// Rounds over all constants
    #[arg(long, default_value_t = 2)]
    rounds: usize,
    /// Constants to vary; all unless given
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How documents are asked, a file such as `words/asked_as.jsonl`
    #[arg(long)]
    asked_as: Option<PathBuf>,
    /// Folders of judged sets, `SET@FOLDER` for a set over a folder of documents
    #[arg(required = true)]
    sets: Vec<String>,
}

/// Constants, and the mean nDCG@10 of each set with them.
struct Trial {
    ranking: Weights,
    gains: Vec<f64>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let analyzer = Analyzer::new();
    let sites: Vec<Site> = arguments
        .sets
        .iter()
        .map(|set| Site::open(set, &analyzer, arguments.asked_as.as_deref()).map(judged))
        .collect::<Result<_, _>>()?;
    let is_wanted = |name: &String| arguments.only.is_empty() || arguments.only.contains(name);
    let mut trials = vec![trial(&sites, Weights::default())?];
    print(&sites, "start", &trials[0].gains);
    let mut step = 0.5;
    for round in 0..arguments.rounds {
        for name in names(&trials[0].ranking).into_iter().filter(is_wanted) {
            for factor in [1.0 + step, 1.0 / (1.0 + step)] {
                let value = named(&best(&trials, |_| true).ranking, &name) * factor;
                let ranking = with(&best(&trials, |_| true).ranking, &name, value);
                trials.push(trial(&sites, ranking)?);
            }
            println!(
                "round {round} {name}: {:.5}",
                mean(&best(&trials, |_| true).gains)
            );
        }
        step /= 2.0;
    }
    let best_of_all = best(&trials, |_| true);
    print(&sites, "best", &best_of_all.gains);
    let left_out = sites.iter().enumerate().map(|(number, site)| {
        let chosen = best(&trials, |other| sites[other].documents != site.documents);
        chosen.gains[number]
    });
    print(&sites, "left out", &left_out.collect::<Vec<_>>());
    for (name, value) in best_of_all.ranking.named() {
        let buys = if name == "window" || !is_wanted(&name) {
            String::new()
        } else {
            let without = trial(&sites, with(&best_of_all.ranking, &name, 0.0))?;
            let lost = best_of_all.gains.iter().zip(&without.gains);
            let lost: Vec<String> = lost
                .map(|(with, without)| format!("{:+.4}", with - without))
                .collect();
            format!("  # buys {}", lost.join(", "))
        };
        println!("{name} = {value}{buys}");
    }
    Ok(())
}

/// The site with the queries that can gain, at most [`MOST_QUERIES`] of them.
fn judged(mut site: Site) -> Site {
    let queries = &mut site.set.queries;
    queries.retain(|q| q.grades.values().any(|g| *g > 0));
    let every = queries.len().div_ceil(MOST_QUERIES).max(1);
    let mut number = 0;
    queries.retain(|_| {
        number += 1;
        number % every == 0
    });
    site
}

fn trial(sites: &[Site], ranking: Weights) -> anyhow::Result<Trial> {
    let gains = sites.iter().map(|site| {
        site.engine.set_ranking(ranking.clone());
        let gain = |query: &JudgedQuery| -> anyhow::Result<f64> {
            let ranked = site.engine.rank(&query.text, 10)?;
            let ids: Vec<String> = ranked.documents.into_iter().map(|(id, _)| id.0).collect();
            Ok(ndcg_at(10, &ids, &query.grades))
        };
        let queries = &site.set.queries;
        let gains = queries
            .par_iter()
            .map(gain)
            .collect::<anyhow::Result<Vec<f64>>>()?;
        Ok(gains.iter().sum::<f64>() / gains.len().max(1) as f64)
    });
    Ok(Trial {
        gains: gains.collect::<anyhow::Result<_>>()?,
        ranking,
    })
}

fn mean(gains: &[f64]) -> f64 {
    gains.iter().sum::<f64>() / gains.len().max(1) as f64
}

/// The trial that is best over the sets within.
fn best(trials: &[Trial], within: impl Fn(usize) -> bool) -> &Trial {
    let of = |trial: &Trial| -> f64 {
        let gains = trial
            .gains
            .iter()
            .enumerate()
            .filter(|(set, _)| within(*set));
        gains.map(|(_, gain)| gain).sum()
    };
    let better = |a: &&Trial, b: &&Trial| of(a).total_cmp(&of(b));
    trials
        .iter()
        .max_by(better)
        .expect("there is always the first trial")
}

fn names(ranking: &Weights) -> Vec<String> {
    ranking
        .named()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !["window", "floor", "quality"].contains(&name.as_str()))
        .collect()
}

fn named(ranking: &Weights, name: &str) -> f64 {
    let mut all = ranking.named().into_iter();
    all.find(|(known, _)| known == name)
        .map_or(0.0, |(_, value)| value)
}

/// The constants with one of them replaced; three digits are more than the sets can tell apart.
fn with(ranking: &Weights, name: &str, value: f64) -> Weights {
    let value = (value * 1e3).round() / 1e3;
    let named = ranking.named();
    let constants = named
        .iter()
        .map(|(n, v)| (n.as_str(), if n == name { value } else { *v }));
    Weights::from_named(constants)
}

fn print(sites: &[Site], what: &str, gains: &[f64]) {
    let shown = sites
        .iter()
        .zip(gains)
        .map(|(site, gain)| format!("{} {gain:.4}", site.set.name));
    println!("{what}: {}", shown.collect::<Vec<_>>().join(", "));
}
