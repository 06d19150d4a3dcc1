//! How long suggestions take at many documents: `cargo run --release --example suggest_speed -- [CONTENT] [DOCUMENTS]`.
//!
//! The documents are made by recombining the questions of a folder; each is asked for as it would be typed: letter by
//! letter, in Chinese, in pinyin and by initials.

#![allow(clippy::print_stdout, reason = "a tool that prints what it measured")]

use anyhow::Context;
use dayi::analysis::{Analyzer, pinyin_of};
use dayi::document::{Document, list_files, read_document};
use dayi::engine::Engine;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::eval::percentile;
use std::path::PathBuf;
use std::time::Instant;

const SUGGESTIONS: usize = 8;
/// Questions that are typed.
const TYPED: usize = 200;
/// Letters of each that are typed.
const LETTERS: usize = 12;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let content = PathBuf::from(arguments.next().unwrap_or_else(|| "content".into()));
    let count: usize = arguments
        .next()
        .map_or(Ok(100_000), |n| n.parse())
        .context("a number of documents")?;
    let files = list_files(&content)?.files;
    let read = files
        .iter()
        .filter_map(|f| read_document(&content, &f.path).ok());
    let questions: Vec<String> = read
        .map(|read| read.document.headline().to_owned())
        .collect();
    anyhow::ensure!(
        !questions.is_empty(),
        "no documents in {}",
        content.display()
    );
    let documents: Vec<Document> = (0..count).map(|n| document(n, &questions)).collect();
    let engine = EmbeddedEngine::in_memory(Analyzer::new())?;
    engine.replace_all(&documents)?;
    let mut milliseconds = Vec::new();
    for document in documents.iter().step_by((count / TYPED).max(1)) {
        let spelled = pinyin_of(&document.question);
        for text in [&document.question, &spelled.full, &spelled.initials] {
            for letters in 1..=LETTERS {
                let typed: String = text.chars().take(letters).collect();
                let started = Instant::now();
                engine.suggest(&typed, SUGGESTIONS)?;
                milliseconds.push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    let at = |share| percentile(&milliseconds, share);
    println!(
        "{count} documents, {} suggestions: p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms",
        milliseconds.len(),
        at(0.5),
        at(0.95),
        at(0.99)
    );
    Ok(())
}

/// A question that begins as one does and goes on as another.
fn document(number: usize, questions: &[String]) -> Document {
    let (first, second) = (
        &questions[number % questions.len()],
        &questions[number / questions.len() % questions.len()],
    );
    let half = first.chars().count().div_ceil(2);
    let begun: String = first.chars().take(half).collect();
    let question = format!("{begun}{second}");
    Document::plain(format!("d{number}"), question, String::new())
}
