//! Prints the tables of `docs/quality.md`.
//!
//! `cargo run --release --example quality -- [--asked-as FILE] SET@FOLDER… SET…`
//!
//! Each set as dayi ships, and without one thing after the other: the thesaurus, random halves of it, the weighing of
//! everyday talk, opposites, what questions teach. A half that brings about half of the whole shows that no line was written for a set.

#![allow(clippy::print_stdout, reason = "a tool that prints what it finds")]

mod sets;

use clap::Parser;
use dayi::analysis::{Analyzer, Words};
use dayi::engine::Weights;
use dayi::eval::{self, SetReport};
use sets::Site;
use std::path::PathBuf;

/// Random halves of the thesaurus that are tried.
const HALVES: u64 = 5;
const KINDS: [&str; 3] = ["paraphrase", "noisy", "english"];

#[derive(Parser)]
struct Arguments {
    /// How the documents of folders are asked, a file such as `words/asked_as.jsonl`; by their headlines alone unless given
    #[arg(long)]
    asked_as: Option<PathBuf>,
    /// Folders of judged sets, `SET@FOLDER` for a set over a folder of documents
    #[arg(required = true)]
    sets: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let measure =
        |analyzer: &Analyzer, constants: &[(&str, f64)]| -> anyhow::Result<Vec<SetReport>> {
            let reports = arguments.sets.iter().map(|argument| {
                let site = Site::open(argument, analyzer, arguments.asked_as.as_deref())?;
                site.engine
                    .set_ranking(Weights::from_named(constants.iter().copied()));
                let outcomes = eval::evaluate(&site.engine, &site.set)?;
                Ok(eval::report(&site.set, &outcomes))
            });
            reports.collect()
        };
    let whole = Analyzer::new();
    let shipped = measure(&whole, &[])?;
    println!("| set | kind | queries | nDCG@10 |\n| --- | --- | ---: | ---: |");
    for report in &shipped {
        println!(
            "| {} | all | {} | {} |",
            report.set,
            report.all.queries,
            number(report.all.ndcg)
        );
        for (kind, means) in report
            .kinds
            .iter()
            .filter(|(_, means)| means.ndcg.is_some())
        {
            println!("| | {kind} | {} | {} |", means.queries, number(means.ndcg));
        }
    }
    println!(
        "\n| set | `answered`: right | of the answerable | `none`: right | of the unanswerable | product named | other | false corrections |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for r in &shipped {
        let numbers = [
            r.answered_precision,
            r.coverage,
            r.none_precision,
            r.none_recall,
            r.none_own.recall,
            r.none_foreign.recall,
            r.false_corrections,
        ];
        println!("| {} | {} |", r.set, numbers.map(number).join(" | "));
    }
    let sets: Vec<&str> = shipped.iter().map(|r| r.set.as_str()).collect();
    println!(
        "\n| without | {} |\n| --- |{}",
        sets.join(" | "),
        " ---: |".repeat(sets.len())
    );
    ablated("nothing", &shipped);
    let without_thesaurus = measure(&part_of_thesaurus(|_| false), &[])?;
    ablated("the thesaurus", &without_thesaurus);
    for half in 0..HALVES {
        let half = measure(&part_of_thesaurus(|line| is_in(line, half)), &[])?;
        ablated("a random half of it", &half);
    }
    ablated(
        "weighing everyday talk less",
        &measure(&whole, &[("everyday", 0.0)])?,
    );
    ablated(
        "lowering opposites",
        &measure(&whole, &[("opposite", 0.0)])?,
    );
    if arguments.asked_as.is_some() {
        ablated(
            "learning words from questions",
            &measure(&whole, &[("learned", 0.0)])?,
        );
    }
    Ok(())
}

/// An analyzer with some of the lines of the thesaurus.
fn part_of_thesaurus(wanted: impl Fn(usize) -> bool) -> Analyzer {
    let mut words = Words::built_in();
    words.keep_of_thesaurus(wanted);
    Analyzer::with_words(&words)
}

/// Whether a line is in this half: one bit of the multiplicative hash of Knuth (The Art of Computer Programming 3, 6.4).
fn is_in(line: usize, half: u64) -> bool {
    let hash = (line as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash >> (40 + half)) & 1 == 1
}

/// Prints a row: all queries, then those of the kinds that wordings matter for.
fn ablated(without: &str, reports: &[SetReport]) {
    let cells = reports.iter().map(|report| {
        let kinds = KINDS.iter().filter_map(|kind| report.kinds.get(*kind));
        let kinds: Vec<String> = kinds.map(|means| number(means.ndcg)).collect();
        let all = number(report.all.ndcg);
        if kinds.is_empty() {
            all
        } else {
            format!("{all} ({})", kinds.join(", "))
        }
    });
    println!("| {without} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}
