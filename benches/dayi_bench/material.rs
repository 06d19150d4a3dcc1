//! The material of corpora: sentences, headings, code blocks and tables of real documents, grouped by document, and
//! the shape of each answer.

use anyhow::Context;
use dayi::document::{Document, list_files, read_document};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

/// One block of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading: its marks and its text.
    Heading(String, String),
    /// A code block or a table, used as a whole.
    Whole(String),
    /// A line of text: its indentation and list mark, and its length in characters.
    Line(String, usize),
    /// An empty line.
    Gap,
}

/// The material from one document.
pub(crate) struct Source {
    pub(crate) document: Document,
    /// The shape of its answer.
    pub(crate) shape: Vec<Block>,
    pub(crate) sentences: Vec<String>,
}

/// The material from all documents of a folder.
pub(crate) struct Material {
    pub(crate) sources: Vec<Source>,
    pub(crate) headings: Vec<String>,
    /// Code blocks and tables.
    pub(crate) wholes: Vec<String>,
    /// Distinct beginnings and ends of questions.
    pub(crate) beginnings: Vec<String>,
    pub(crate) ends: Vec<String>,
    /// Tags, repeated as often as documents have them.
    pub(crate) tags: Vec<String>,
}

/// The documents of a folder; files that cannot be used are left out.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Vec<Document>> {
    read_some(folder, usize::MAX)
}

/// At most `most` documents of a folder, spread evenly over its files.
pub(crate) fn read_some(folder: &Path, most: usize) -> anyhow::Result<Vec<Document>> {
    let files = list_files(folder).context("nothing to read")?.files;
    let documents: Vec<Document> = files
        .par_iter()
        .step_by(files.len().div_ceil(most).max(1))
        .filter_map(|file| read_document(folder, &file.path).ok())
        .map(|read| read.document)
        .collect();
    anyhow::ensure!(
        !documents.is_empty(),
        "no documents in `{}`: expected Markdown files with front matter",
        folder.display()
    );
    Ok(documents)
}

impl Material {
    /// Splits the documents of a folder into material.
    pub(crate) fn of(folder: &Path) -> anyhow::Result<Self> {
        let (mut headings, mut wholes, mut tags) = (Vec::new(), Vec::new(), Vec::new());
        let (mut beginnings, mut ends) = (BTreeSet::new(), BTreeSet::new());
        let mut sources = Vec::new();
        for document in read(folder)? {
            let (shape, sentences) = take_apart(&document.answer);
            for block in &shape {
                match block {
                    Block::Heading(_, text) => headings.push(text.clone()),
                    Block::Whole(text) => wholes.push(text.clone()),
                    Block::Line(..) | Block::Gap => {}
                }
            }
            let question: Vec<char> = document.headline().chars().collect();
            let (first, second) = question.split_at(question.len().div_ceil(2));
            beginnings.insert(first.iter().collect::<String>());
            ends.insert(second.iter().collect::<String>());
            tags.extend(document.tags.iter().cloned());
            // An answer that is only a code block has no sentences.
            if !sentences.is_empty() {
                sources.push(Source {
                    document,
                    shape,
                    sentences,
                });
            }
        }
        anyhow::ensure!(
            !sources.is_empty(),
            "no sentences in the answers of `{}`",
            folder.display()
        );
        for never_empty in [&mut headings, &mut wholes, &mut tags] {
            if never_empty.is_empty() {
                never_empty.push("dayi".to_owned());
            }
        }
        Ok(Self {
            sources,
            headings,
            wholes,
            beginnings: beginnings.into_iter().collect(),
            ends: ends.into_iter().collect(),
            tags,
        })
    }
}

/// The shape of an answer, and its sentences.
fn take_apart(answer: &str) -> (Vec<Block>, Vec<String>) {
    let mut shape = Vec::new();
    let mut sentences = Vec::new();
    let mut whole = String::new();
    let mut is_code = false;
    for line in answer.lines() {
        let text = line.trim_start();
        let is_fence = text.starts_with("```");
        let is_table = !is_code && text.starts_with('|');
        if is_code || is_fence || is_table {
            whole.push_str(line);
            whole.push('\n');
            is_code ^= is_fence;
            if !is_fence || is_code {
                continue;
            }
        }
        if !whole.is_empty() {
            shape.push(Block::Whole(std::mem::take(&mut whole)));
        }
        if is_fence {
            continue;
        }
        let marks = text.len() - text.trim_start_matches('#').len();
        if text.is_empty() {
            shape.push(Block::Gap);
        } else if marks > 0 {
            let (marks, text) = text.split_at(marks);
            shape.push(Block::Heading(marks.to_owned(), text.trim().to_owned()));
        } else {
            let (lead, text) = line.split_at(lead_of(line));
            shape.push(Block::Line(lead.to_owned(), text.chars().count()));
            sentences.extend(sentences_of(text));
        }
    }
    if !whole.is_empty() {
        if is_code {
            whole.push_str("```\n");
        }
        shape.push(Block::Whole(whole));
    }
    (shape, sentences)
}

/// Length in bytes of the indentation and the list mark.
fn lead_of(line: &str) -> usize {
    let text = line.trim_start();
    let indentation = line.len() - text.len();
    let number = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = match &text[number..] {
        rest if number > 0 && rest.starts_with(". ") => number + 2,
        rest if number == 0 && ["- ", "* ", "> "].iter().any(|m| rest.starts_with(m)) => 2,
        _ => 0,
    };
    indentation + mark
}

fn sentences_of(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split_inclusive(['。', '！', '？', '；'])
        .map(|s| s.trim().to_owned())
        // Pieces with no text, such as the `**` after a full stop, are left out.
        .filter(|s| s.chars().filter(|c| c.is_alphanumeric()).count() > 1)
}
