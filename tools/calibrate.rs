//! Fits the two probabilities of the answer state, with cross-validation.
//!
//! `cargo run --release --example calibrate -- [--asked-as FILE] SET@FOLDER… SET…` asks the queries of judged sets, writes what the first
//! hits have of them to `eval/calibration.jsonl` (numbers only) and fits. A set over a content folder names it behind `@`;
//! the others bring their documents. Without sets it fits to that file.
//!
//! Every query is asked over its own documents (`judged`), over those of the other sets where none of its answers is
//! (`foreign`: nothing answers it there), and, over a content folder, with its answers hidden (`hidden`: the first hit is
//! wrong, though what is asked is near). The figures that are printed come from constants that were fitted without the
//! sets and documents they judge, one group of sets over the same documents after the other.

#![allow(clippy::print_stdout, reason = "a tool that prints what it finds")]

use anyhow::Context;
use clap::Parser;
use dayi::analysis::Analyzer;
use dayi::document::DocumentId;
use dayi::engine::{CALIBRATION, Confidence, Engine, SearchQuery, Signal};
use dayi::eval::JudgedQuery;
use serde::{Deserialize, Serialize};
use sets::Site;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Queries that a set counts as, at most: sets count alike, whatever their size.
const MOST_OF_A_SET: f64 = 100.0;
/// What a query counts that was asked of other documents, and one whose answers were hidden, beside a judged one.
const FOREIGN: f64 = 0.5;
const HIDDEN: f64 = 0.3;
/// Queries of a set with documents of its own that are asked, and queries of a set that are asked of other documents.
const MOST_ASKED: usize = 300;
const MOST_FOREIGN: usize = 60;
/// Ridge penalty: few queries, so that no weight may grow without reason.
const PENALTY: f64 = 0.005;
const STEPS: usize = 2_000;
const FILE: &str = "eval/calibration.jsonl";

mod sets;

#[derive(Parser)]
struct Arguments {
    /// How the documents of folders are asked, a file such as `words/asked_as.jsonl`: sites with one and sites without are
    /// both to be told the truth
    #[arg(long)]
    asked_as: Option<PathBuf>,
    /// Folders of judged sets, `SET@FOLDER` for a set over a folder of documents
    sets: Vec<String>,
}

/// What is known of one query that was asked.
#[derive(Serialize, Deserialize)]
struct Row {
    set: String,
    documents: String,
    kind: Kind,
    /// Whether the documents said in which other words they are asked.
    asked_as: bool,
    unanswerable: bool,
    first_is_relevant: bool,
    confidence: Confidence,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Judged,
    Foreign,
    Hidden,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if !arguments.sets.is_empty() {
        let mut rows = observe(&arguments.sets, None)?;
        if let Some(asked_as) = &arguments.asked_as {
            rows.extend(observe(&arguments.sets, Some(asked_as))?);
        }
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
    let [none_from, answered_from] = [CALIBRATION.none_from, CALIBRATION.answered_from];
    // A hidden answer may have a near-duplicate that is not: only that the first hit is wrong is sure enough.
    let asked: Vec<&Row> = rows.iter().filter(|r| r.kind != Kind::Hidden).collect();
    show("none", &asked, |row| row.unanswerable, none_from);
    let all: Vec<&Row> = rows.iter().collect();
    show("answered", &all, |row| row.first_is_relevant, answered_from);
    Ok(())
}

/// Asks a query of another site's set, or of the site's own; `None` where that tells nothing.
fn ask(
    site: &Site,
    of: &Site,
    query: &JudgedQuery,
    (kind, asked_as): (Kind, bool),
) -> anyhow::Result<Option<Row>> {
    let relevant = query.grades.iter().filter(|(_, grade)| **grade > 0);
    let mut here = Vec::new();
    for (id, _) in relevant {
        let id = DocumentId(id.clone());
        if site.engine.document(&id)?.is_some() {
            here.push(id);
        }
    }
    let tells = match kind {
        Kind::Judged => true,
        Kind::Foreign => here.is_empty(),
        Kind::Hidden => !here.is_empty(),
    };
    if !tells {
        return Ok(None);
    }
    let unanswerable = here.is_empty() || kind == Kind::Hidden;
    let mut asked = SearchQuery {
        text: query.text.clone(),
        limit: 1,
        ..SearchQuery::default()
    };
    if kind == Kind::Hidden {
        asked.filter.hidden = here;
    }
    let found = site.engine.search(&asked)?;
    let first = found.hits.first().map(|h| h.document.id.0.as_str());
    let grade = first.and_then(|id| query.grades.get(id));
    Ok(Some(Row {
        set: of.set.name.clone(),
        documents: site.documents.clone(),
        kind,
        asked_as,
        unanswerable,
        first_is_relevant: grade.is_some_and(|grade| *grade > 0),
        confidence: found.confidence.unwrap_or_default(),
    }))
}

fn observe(sets: &[String], asked_as: Option<&PathBuf>) -> anyhow::Result<Vec<Row>> {
    let analyzer = Analyzer::new();
    let sites: Vec<Site> = sets
        .iter()
        .map(|set| Site::open(set, &analyzer, asked_as.map(PathBuf::as_path)))
        .collect::<Result<_, _>>()?;
    let mut rows = Vec::new();
    for (number, site) in sites.iter().enumerate() {
        // What a set brings is not asked in other words.
        if asked_as.is_some() && site.set.documents.is_some() {
            continue;
        }
        for (other, of) in sites.iter().enumerate() {
            let (kinds, most): (&[Kind], usize) =
                match (number == other, of.set.documents.is_some()) {
                    (true, false) => (&[Kind::Judged, Kind::Hidden], usize::MAX),
                    (true, true) => (&[Kind::Judged], MOST_ASKED),
                    // Documents that two sets are over are asked once.
                    (false, _)
                        if sites[..number]
                            .iter()
                            .any(|s| s.documents == site.documents) =>
                    {
                        (&[], 1)
                    }
                    (false, _) => (&[Kind::Foreign], MOST_FOREIGN),
                };
            let every = of.set.queries.len().div_ceil(most).max(1);
            for query in of.set.queries.iter().step_by(every) {
                for kind in kinds {
                    rows.extend(ask(site, of, query, (*kind, asked_as.is_some()))?);
                }
            }
        }
    }
    Ok(rows)
}

/// What each row counts.
fn weights(rows: &[&Row]) -> Vec<f64> {
    let count = |set: &str| {
        let of_set = rows
            .iter()
            .filter(|r| r.set == set && r.kind == Kind::Judged);
        of_set.count().max(1) as f64
    };
    let weight = |row: &&Row| match row.kind {
        Kind::Judged => (MOST_OF_A_SET / count(&row.set)).min(1.0),
        Kind::Foreign => FOREIGN,
        Kind::Hidden => HIDDEN,
    };
    rows.iter().map(weight).collect()
}

/// Prints a table of `calibration.toml`, and how well constants do that were fitted without the rows they judge.
fn show(name: &str, rows: &[&Row], label: fn(&Row) -> bool, threshold: f32) {
    let weights = weights(rows);
    let all: Vec<usize> = (0..rows.len()).collect();
    let fitted = fit(rows, &weights, label, &all);
    let names = Signal::ALL.iter().map(|signal| signal.name());
    println!("[{name}]");
    for (name, weight) in std::iter::once("intercept").chain(names).zip(&fitted) {
        println!("{name} = {weight:.3}");
    }
    // Sets over the same documents are one group.
    let judged = rows.iter().filter(|r| r.kind == Kind::Judged);
    let groups: BTreeSet<&str> = judged.map(|r| r.documents.as_str()).collect();
    for group in groups {
        let sets: BTreeSet<&str> = rows
            .iter()
            .filter(|r| r.documents == group && r.kind == Kind::Judged)
            .map(|r| r.set.as_str())
            .collect();
        let is_of_group = |row: &Row| row.documents == group || sets.contains(row.set.as_str());
        let others: Vec<usize> = all
            .iter()
            .copied()
            .filter(|r| !is_of_group(rows[*r]))
            .collect();
        let without = fit(rows, &weights, label, &others);
        let held_out: Vec<(f64, bool)> = rows
            .iter()
            .filter(|r| r.documents == group && r.kind == Kind::Judged)
            .map(|row| (probability(&without, row), label(row)))
            .collect();
        print_group(group, &sets, &held_out, f64::from(threshold));
    }
}

/// Prints precision and recall around the threshold, and how often what was said with some probability was true.
fn print_group(group: &str, sets: &BTreeSet<&str>, held_out: &[(f64, bool)], threshold: f64) {
    let true_ones = held_out.iter().filter(|(_, label)| *label).count();
    println!(
        "  without {group} ({sets:?}), {true_ones} of {}",
        held_out.len()
    );
    let within = |from: f64, to: f64| {
        let said = held_out.iter().filter(|(p, _)| *p >= from && *p < to);
        said.fold((0, 0), |(said, right), (_, label)| {
            (said + 1, right + usize::from(*label))
        })
    };
    let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
    for from in [
        threshold - 0.1,
        threshold - 0.05,
        threshold,
        threshold + 0.05,
        threshold + 0.1,
    ] {
        let (said, right) = within(from, f64::INFINITY);
        let mark = if (from - threshold).abs() < f64::EPSILON {
            "  <- in use"
        } else {
            ""
        };
        println!(
            "    from {from:.2}: precision {:.3}, recall {:.3}{mark}",
            share(right, said),
            share(right, true_ones)
        );
    }
    let steps = [0.0, 0.2, 0.4, 0.6, 0.8, 1.01];
    let reliability = steps.windows(2).map(|step| {
        let (said, right) = within(step[0], step[1]);
        format!(
            "{:.1} to {:.1}: {right} of {said}",
            step[0],
            step[1].min(1.0)
        )
    });
    println!(
        "    said and true: {}",
        reliability.collect::<Vec<_>>().join(", ")
    );
}

/// Logistic regression by gradient descent over standardized signals; the intercept comes first.
fn fit(rows: &[&Row], weights: &[f64], label: fn(&Row) -> bool, used: &[usize]) -> Vec<f64> {
    let width = Signal::ALL.len();
    let signals: Vec<Vec<f64>> = rows.iter().map(|row| signals(row)).collect();
    let total: f64 = used.iter().map(|r| weights[*r]).sum();
    let mean_of = |value: &dyn Fn(usize) -> f64| {
        let weighted = used.iter().map(|r| weights[*r] * value(*r));
        weighted.sum::<f64>() / total
    };
    let mean: Vec<f64> = (0..width).map(|c| mean_of(&|r| signals[r][c])).collect();
    let deviation: Vec<f64> = (0..width)
        .map(|c| {
            mean_of(&|r| (signals[r][c] - mean[c]).powi(2))
                .sqrt()
                .max(1e-9)
        })
        .collect();
    let standard = |r: usize, c: usize| (signals[r][c] - mean[c]) / deviation[c];
    let mut fitted = vec![0.0; width + 1];
    for _ in 0..STEPS {
        let mut gradient = vec![0.0; width + 1];
        for r in used {
            let z = fitted[0]
                + (0..width)
                    .map(|c| fitted[c + 1] * standard(*r, c))
                    .sum::<f64>();
            let said = 1.0 / (1.0 + (-z).exp());
            let error = weights[*r] / total * (said - f64::from(u8::from(label(rows[*r]))));
            gradient[0] += error;
            for c in 0..width {
                gradient[c + 1] += error * standard(*r, c);
            }
        }
        for (place, (weight, slope)) in fitted.iter_mut().zip(gradient).enumerate() {
            *weight -= 0.5 * (slope + if place > 0 { PENALTY * *weight } else { 0.0 });
        }
    }
    let mut plain = vec![fitted[0]];
    for c in 0..width {
        plain.push(fitted[c + 1] / deviation[c]);
        plain[0] -= fitted[c + 1] * mean[c] / deviation[c];
    }
    plain
}

fn signals(row: &Row) -> Vec<f64> {
    row.confidence.iter().map(|(_, n)| f64::from(n)).collect()
}

fn probability(fitted: &[f64], row: &Row) -> f64 {
    let weighted = fitted[1..].iter().zip(signals(row)).map(|(w, n)| w * n);
    let z = fitted[0] + weighted.sum::<f64>();
    1.0 / (1.0 + (-z).exp())
}
