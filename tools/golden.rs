//! Writes everything the engine answers to the queries of judged sets, or compares it with what another build wrote.
//!
//! ```sh
//! cargo run --release --example golden -- --content FOLDER --write FILE SET…     # with the build before a change
//! cargo run --release --example golden -- --content FOLDER --compare FILE SET…   # with the build after it
//! ```
//!
//! Both must run on one machine: the logarithm of the system's library may differ in the last bit on another processor.

#![allow(clippy::print_stdout, reason = "a command that prints what differs")]

use anyhow::{Context, bail, ensure};
use clap::{ArgGroup, Parser};
use dayi::analysis::Analyzer;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::eval::{JudgedSet, golden};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Differences that are printed.
const SHOWN: usize = 20;

#[derive(Parser)]
#[command(group = ArgGroup::new("what").required(true))]
struct Arguments {
    /// Folder of documents for sets without their own
    #[arg(long)]
    content: PathBuf,
    /// File to write the records to
    #[arg(long, group = "what")]
    write: Option<PathBuf>,
    /// File of records to compare with
    #[arg(long, group = "what")]
    compare: Option<PathBuf>,
    /// Folders of judged sets
    #[arg(required = true)]
    sets: Vec<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut records = Vec::new();
    for folder in &arguments.sets {
        records.extend(records_of(folder, &arguments.content)?);
    }
    if let Some(file) = &arguments.write {
        let lines: Vec<String> = records.iter().map(|record| format!("{record}\n")).collect();
        fs::write(file, lines.concat())?;
        println!("{} records written", records.len());
    }
    arguments
        .compare
        .map_or(Ok(()), |file| compare(&file, &records))
}

fn records_of(folder: &Path, content: &Path) -> anyhow::Result<Vec<Value>> {
    let set = JudgedSet::load(folder)?;
    let engine = EmbeddedEngine::in_memory(Analyzer::new())?;
    golden::on_one_thread(|| match &set.documents {
        Some(documents) => engine.replace_all(documents),
        None => engine.sync(content, &|_, _| {}).map(|_| ()),
    })?;
    Ok(golden::records(&engine, &set)?)
}

fn compare(file: &Path, records: &[Value]) -> anyhow::Result<()> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read the records `{}`", file.display()))?;
    let expected: Vec<&str> = text.lines().collect();
    ensure!(
        expected.len() == records.len(),
        "{} records in the file, {} now: expected the same sets",
        expected.len(),
        records.len()
    );
    let mut different = 0;
    for (line, record) in expected.iter().zip(records) {
        // Compared as text first: the shortest decimals of two numbers are the same only when the numbers are.
        let found = record.to_string();
        if *line != found {
            different += 1;
            let [expected, found] = [*line, &found].map(serde_json::from_str);
            let differences = golden::differences(&expected?, &found?, 0.0);
            for difference in differences.iter().take(SHOWN) {
                println!("{} {}{difference}", record["set"], record["query"]);
            }
        }
    }
    if different > 0 {
        bail!("{different} of {} records differ", records.len());
    }
    println!("{} records are the same", records.len());
    Ok(())
}
