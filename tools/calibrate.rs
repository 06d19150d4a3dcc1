//! Fits the two probabilities of the answer state, with cross-validation.
//!
//! `cargo run --release --example calibrate -- --content FOLDER SET…` looks at every query of judged sets, writes what
//! the first hits have of it to `eval/calibration.jsonl` (numbers only) and fits. Without sets it fits to that file.

#![allow(clippy::print_stdout, reason = "a tool that prints what it finds")]

use anyhow::Context;
use clap::Parser;
use dayi::analysis::Analyzer;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{CALIBRATION, Confidence, Engine, SearchQuery, Signal};
use dayi::eval::JudgedSet;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::PathBuf;

const FOLDS: usize = 5;
/// Ways to deal the folds: with few queries a single one says as much of the deal as of the constants.
const DEALS: usize = 10;
/// Ridge penalty: few queries, so that no weight may grow without reason.
const PENALTY: f64 = 0.005;
const STEPS: usize = 2_000;
const FILE: &str = "eval/calibration.jsonl";

#[derive(Parser)]
struct Arguments {
    /// Folder of documents
    #[arg(long, default_value = "content")]
    content: PathBuf,
    /// Folders of judged sets over these documents
    sets: Vec<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    unanswerable: bool,
    first_is_relevant: bool,
    confidence: Confidence,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if !arguments.sets.is_empty() {
        let rows = observe(&arguments)?;
        let lines: Vec<String> = rows
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<_, _>>()?;
        fs::write(FILE, lines.join("\n") + "\n").context(FILE)?;
    }
    let text = fs::read_to_string(FILE).context(FILE)?;
    let rows: Vec<Row> = text
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let numbers: Vec<Vec<f64>> = rows
        .iter()
        .map(|r| r.confidence.iter().map(|(_, n)| f64::from(n)).collect())
        .collect();
    let unanswerable: Vec<bool> = rows.iter().map(|r| r.unanswerable).collect();
    let relevant: Vec<bool> = rows.iter().map(|r| r.first_is_relevant).collect();
    let [none_from, answered_from] = [CALIBRATION.none_from, CALIBRATION.answered_from];
    show("none", &numbers, &unanswerable, f64::from(none_from));
    show("answered", &numbers, &relevant, f64::from(answered_from));
    Ok(())
}

fn observe(arguments: &Arguments) -> anyhow::Result<Vec<Row>> {
    let engine = EmbeddedEngine::in_memory(Analyzer::new())?;
    engine.sync(&arguments.content, &|_, _| {})?;
    let mut rows = Vec::new();
    for folder in &arguments.sets {
        for query in JudgedSet::load(folder)?.queries {
            let asked = SearchQuery {
                text: query.text,
                limit: 1,
                ..SearchQuery::default()
            };
            let found = engine.search(&asked)?;
            let first = found.hits.first().map(|h| h.document.id.0.as_str());
            rows.push(Row {
                unanswerable: query.grades.is_empty(),
                first_is_relevant: first
                    .is_some_and(|id| query.grades.get(id).is_some_and(|g| *g > 0)),
                confidence: found.confidence.unwrap_or_default(),
            });
        }
    }
    Ok(rows)
}

/// Prints a table of `calibration.toml`, and how well constants do that were fitted without the rows they judge.
fn show(name: &str, numbers: &[Vec<f64>], labels: &[bool], threshold: f64) {
    let all: Vec<usize> = (0..labels.len()).collect();
    let weights = fit(numbers, labels, &all);
    let names = Signal::ALL.iter().map(|signal| signal.name());
    println!("[{name}]");
    for (name, weight) in std::iter::once("intercept").chain(names).zip(&weights) {
        println!("{name} = {weight:.3}");
    }
    let held_out: Vec<Vec<f64>> = (0..DEALS)
        .map(|deal| held_out(numbers, labels, deal))
        .collect();
    let positive = (DEALS * labels.iter().filter(|l| **l).count()).max(1) as f64;
    for candidate in [
        threshold - 0.1,
        threshold - 0.05,
        threshold,
        threshold + 0.05,
        threshold + 0.1,
    ] {
        let said = held_out
            .iter()
            .flat_map(|ps| ps.iter().zip(labels))
            .filter(|(p, _)| **p >= candidate);
        let (said, right) = said.fold((0.0, 0.0), |(said, right), (_, label)| {
            (said + 1.0, right + f64::from(u8::from(*label)))
        });
        let mark = if (candidate - threshold).abs() < f64::EPSILON {
            "  <- in use"
        } else {
            ""
        };
        println!(
            "  cross-validated from {candidate:.2}: precision {:.3}, recall {:.3}{mark}",
            right / f64::max(said, 1.0),
            right / positive
        );
    }
}

/// The probability of each row by constants that were fitted to the other folds, for one way to deal the folds.
fn held_out(numbers: &[Vec<f64>], labels: &[bool], deal: usize) -> Vec<f64> {
    let all: Vec<usize> = (0..labels.len()).collect();
    // Dealt out by label, so that every fold has its share of both; another deal skips along the rows differently.
    let mut folds = vec![0; labels.len()];
    let mut dealt = [0, 0];
    let stride = 2 * deal + 1;
    let coprime = if labels.len().is_multiple_of(stride) {
        stride + 2
    } else {
        stride
    };
    for i in all.iter().map(|i| (i * coprime) % labels.len()) {
        folds[i] = dealt[usize::from(labels[i])] % FOLDS;
        dealt[usize::from(labels[i])] += 1;
    }
    let mut probabilities = vec![0.0; labels.len()];
    for fold in 0..FOLDS {
        let (held, others): (Vec<usize>, Vec<usize>) = all.iter().partition(|i| folds[**i] == fold);
        let weights = fit(numbers, labels, &others);
        for i in held {
            probabilities[i] = probability(&weights, &numbers[i]);
        }
    }
    probabilities
}

/// Logistic regression by gradient descent over standardized numbers; the intercept comes first.
fn fit(numbers: &[Vec<f64>], labels: &[bool], rows: &[usize]) -> Vec<f64> {
    let count = rows.len() as f64;
    let width = numbers[0].len();
    let mean: Vec<f64> = (0..width)
        .map(|c| rows.iter().map(|r| numbers[*r][c]).sum::<f64>() / count)
        .collect();
    let deviation: Vec<f64> = (0..width)
        .map(|c| {
            (rows
                .iter()
                .map(|r| (numbers[*r][c] - mean[c]).powi(2))
                .sum::<f64>()
                / count)
                .sqrt()
                .max(1e-9)
        })
        .collect();
    let standard = |r: usize, c: usize| (numbers[r][c] - mean[c]) / deviation[c];
    let mut weights = vec![0.0; width + 1];
    for _ in 0..STEPS {
        let mut gradient = vec![0.0; width + 1];
        for r in rows {
            let z = weights[0]
                + (0..width)
                    .map(|c| weights[c + 1] * standard(*r, c))
                    .sum::<f64>();
            let error = 1.0 / (1.0 + (-z).exp()) - f64::from(u8::from(labels[*r]));
            gradient[0] += error / count;
            for c in 0..width {
                gradient[c + 1] += error * standard(*r, c) / count;
            }
        }
        for (place, (weight, slope)) in weights.iter_mut().zip(gradient).enumerate() {
            *weight -= 0.5 * (slope + if place > 0 { PENALTY * *weight } else { 0.0 });
        }
    }
    let mut plain = vec![weights[0]];
    for c in 0..width {
        plain.push(weights[c + 1] / deviation[c]);
        plain[0] -= weights[c + 1] * mean[c] / deviation[c];
    }
    plain
}

fn probability(weights: &[f64], numbers: &[f64]) -> f64 {
    let z = weights[0]
        + weights[1..]
            .iter()
            .zip(numbers)
            .map(|(w, n)| w * n)
            .sum::<f64>();
    1.0 / (1.0 + (-z).exp())
}
