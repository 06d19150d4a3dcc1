//! `dayi eval`: retrieval quality on judged sets.

use super::args::Format;
use super::exit_code::GOOD;
use super::report;
use super::words::SiteWords;
use crate::asked_as::AskedAs;
use crate::config::Config;
use crate::engine::embedded::EmbeddedEngine;
use crate::eval::{
    self, JudgedPassage, JudgedSet, KindReport, NoneReport, PASSAGES, PassageReport, QUERIES,
    SetReport,
};
use anyhow::Context;
use serde_json::json;
use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// What is given instead of a file where documents are to be asked by their headlines alone.
const OFF: &str = "off";

pub(super) fn eval(
    config: &Config,
    folders: &[PathBuf],
    asked_as: Option<&Path>,
    format: Format,
    run: Option<&Path>,
) -> anyhow::Result<u8> {
    let mut reports = Vec::new();
    let mut runs = String::new();
    let mut passages = Vec::new();
    for folder in folders {
        let has_passages = folder.join(PASSAGES).exists();
        if has_passages {
            let judged = JudgedPassage::load(folder)?;
            let engine = engine_over_content(config, asked_as)?;
            passages.push(eval::evaluate_passages(
                &engine,
                &eval::set_name(folder),
                &judged,
            )?);
        }
        if has_passages && !folder.join(QUERIES).exists() {
            continue;
        }
        let set = JudgedSet::load(folder)?;
        let engine = engine_for(config, (folder, &set), asked_as)?;
        let outcomes = eval::evaluate(&engine, &set)?;
        runs.push_str(&eval::trec_run(&set, &outcomes));
        reports.push(eval::report(&set, &outcomes));
    }
    if let Some(path) = run {
        fs::write(path, runs)
            .with_context(|| format!("cannot write the run `{}`", path.display()))?;
    }
    match format {
        Format::Json => {
            report::print_json(&json!({ "sets": reports, "passages": passages }))?;
        }
        Format::Human => {
            if !reports.is_empty() {
                report::print(&table(&reports))?;
            }
            if !passages.is_empty() {
                report::print(&passage_table(&passages))?;
            }
        }
    }
    Ok(GOOD)
}

/// An engine over the set's own documents if it has any, else over the content folder. The index is in memory, so
/// that a running service and its index are not touched.
fn engine_for(
    config: &Config,
    (folder, set): (&Path, &JudgedSet),
    asked_as: Option<&Path>,
) -> anyhow::Result<EmbeddedEngine> {
    let Some(documents) = &set.documents else {
        return engine_over_content(config, asked_as);
    };
    let (engine, _) = empty_engine(config)?;
    let (beside, problems) = AskedAs::load(folder);
    report_problems(&problems);
    let mut documents = documents.clone();
    let asked_as = if is_off(asked_as) {
        AskedAs::off()
    } else {
        beside
    };
    for document in &mut documents {
        asked_as.apply(document);
    }
    engine.replace_all(&documents)?;
    Ok(engine)
}

/// An engine over the content folder, with its index in memory.
fn engine_over_content(config: &Config, asked_as: Option<&Path>) -> anyhow::Result<EmbeddedEngine> {
    let (engine, own) = empty_engine(config)?;
    let asked_as = match asked_as {
        path if is_off(path) => AskedAs::off(),
        None => own,
        Some(path) => {
            let file =
                File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
            let (asked_as, problems) = AskedAs::read(file, path);
            report_problems(&problems);
            asked_as
        }
    };
    engine.set_asked_as(&asked_as);
    let changes = engine.sync(&config.content, &|_, _| {})?;
    report::rejections(&config.content, &changes.rejected);
    Ok(engine)
}

/// An engine without documents, by the words and settings of the site, and how its documents are asked.
fn empty_engine(config: &Config) -> anyhow::Result<(EmbeddedEngine, AskedAs)> {
    let words = SiteWords::read_and_log(config);
    let engine = EmbeddedEngine::in_memory(words.analyzer)?;
    engine.set_ranking(config.ranking());
    Ok((engine, words.asked_as))
}

fn is_off(asked_as: Option<&Path>) -> bool {
    asked_as.is_some_and(|path| path.as_os_str() == OFF)
}

fn report_problems(problems: &[String]) {
    for problem in problems {
        tracing::warn!(problem, "left out of what documents are asked as");
    }
}

/// The reports as a Markdown table.
fn table(reports: &[SetReport]) -> String {
    let mut table = String::from(
        "| set | kind | queries | nDCG@10 | MRR@10 | Recall@10 | `none` precision | `none` recall | p50 / p95 / p99 ms |\n\
         | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for report in reports {
        let state = format!(
            "{} | {}",
            number(report.none_precision),
            number(report.none_recall)
        );
        let speed = format!(
            "{:.2} / {:.2} / {:.2}",
            report.p50_ms, report.p95_ms, report.p99_ms
        );
        row(
            &mut table,
            &report.set,
            "all",
            &report.all,
            &format!("{state} | {speed}"),
        );
        for (kind, means) in &report.kinds {
            row(&mut table, "", kind, means, " | | ");
        }
    }
    table.push_str(&honesty(reports));
    table
}

/// How many questions passages answer, as a Markdown table.
fn passage_table(reports: &[PassageReport]) -> String {
    let mut table = String::from(
        "| set | questions | passage answers | first block answers | passage of the first hit answers | characters |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for report in reports {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| {} | {} | {:.3} | {:.3} | {:.3} | {:.0} |",
            report.set,
            report.pairs,
            report.passage,
            report.first_block,
            report.of_first_hit,
            report.characters
        );
    }
    table
}

/// How honest the answer states are, and how often a right word was corrected, as a Markdown table.
fn honesty(reports: &[SetReport]) -> String {
    let mut table = String::from(
        "\n| set | `answered` precision | coverage | `none` precision / recall, product named | other | false corrections |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for report in reports {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} |",
            report.set,
            number(report.answered_precision),
            number(report.coverage),
            of_none(report.none_own),
            of_none(report.none_foreign),
            number(report.false_corrections)
        );
    }
    table
}

fn row(table: &mut String, set: &str, kind: &str, means: &KindReport, rest: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        table,
        "| {set} | {kind} | {} | {} | {} | {} | {rest} |",
        means.queries,
        number(means.ndcg),
        number(means.mrr),
        number(means.recall)
    );
}

fn of_none(report: NoneReport) -> String {
    format!("{} / {}", number(report.precision), number(report.recall))
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{v:.4}"))
}
