//! `dayi asked-as status`: what is there, what is missing, what was not kept.

use super::super::args::{Format, Pending};
use super::super::exit_code::GOOD;
use super::super::report;
use super::Documents;
use crate::asked_as::{AskedAs, Book, LeftOut, Why};
use crate::config::Config;
use crate::document::Document;
use crate::engine::embedded::EmbeddedEngine;
use crate::engine::{AnswerState, Engine, SearchQuery};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

#[derive(Serialize)]
struct Report {
    documents: usize,
    /// Documents with questions of people, in the file or in their front matter.
    by_people: usize,
    /// Documents with questions of a model.
    by_model: usize,
    questions: usize,
    /// Documents that are new or changed since a model read them.
    pending: usize,
    /// Ids in the file that no document has.
    unknown: Vec<String>,
    left_out: Vec<OfDocument>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    review: Vec<Review>,
}

#[derive(Serialize)]
struct OfDocument {
    id: String,
    #[serde(flatten)]
    left_out: LeftOut,
}

/// A question that people should look at.
#[derive(Serialize)]
struct Review {
    id: String,
    asked_as: String,
    why: String,
}

pub(super) fn status(config: &Config, review: bool, format: Format) -> anyhow::Result<u8> {
    let documents = Documents::read(config)?;
    let book = Book::read(&config.words)?;
    let all = Pending {
        limit: None,
        tag: None,
    };
    let ids: HashSet<&str> = documents.all.iter().map(|d| d.id.0.as_str()).collect();
    let mut report = Report {
        documents: documents.all.len(),
        by_people: 0,
        by_model: 0,
        questions: 0,
        pending: documents.pending(&book, &all).len(),
        unknown: book
            .ids()
            .filter(|id| !ids.contains(id))
            .map(str::to_owned)
            .collect(),
        left_out: Vec::new(),
        review: if review {
            to_review(config, &documents, &book)?
        } else {
            Vec::new()
        },
    };
    for document in &documents.all {
        let entry = book.entry(&document.id.0);
        let of_people = entry.map_or(0, |entry| entry.asked_as.len()) + document.asked_as.len();
        report.by_people += usize::from(of_people > 0);
        report.questions += of_people;
        if let Some(written) = entry.and_then(|entry| entry.written.as_ref()) {
            report.by_model += 1;
            report.questions += written.asked_as.len();
            let left_out = written.left_out.iter().cloned();
            report.left_out.extend(left_out.map(|left_out| OfDocument {
                id: document.id.0.clone(),
                left_out,
            }));
        }
    }
    match format {
        Format::Json => report::print_json(&report)?,
        Format::Human => report::print(&report.text())?,
    }
    Ok(GOOD)
}

impl Report {
    fn text(&self) -> String {
        let mut text = format!(
            "{} documents: {} with questions of a model, {} of people; {} questions in all\n{} documents are new or changed since a model read them\n",
            self.documents, self.by_model, self.by_people, self.questions, self.pending
        );
        let left_out: Vec<LeftOut> = self.left_out.iter().map(|of| of.left_out.clone()).collect();
        text.push_str(&reasons(&left_out));
        for OfDocument { id, left_out } in &self.left_out {
            let what = left_out.what.as_ref().map(|what| format!(" ({what})"));
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "  {id}: {}: {}{}",
                left_out.asked_as,
                left_out.why.said(),
                what.unwrap_or_default()
            );
        }
        for id in &self.unknown {
            let _ = writeln!(text, "no document has the id `{id}`");
        }
        for Review { id, asked_as, why } in &self.review {
            let _ = writeln!(text, "look at {id}: {asked_as}: {why}");
        }
        text
    }
}

/// How many questions were left out for which reason, a line each.
pub(super) fn reasons(left_out: &[LeftOut]) -> String {
    let mut counts: BTreeMap<Why, usize> = BTreeMap::new();
    for left_out in left_out {
        *counts.entry(left_out.why).or_default() += 1;
    }
    let lines = counts
        .iter()
        .map(|(why, count)| format!("not kept: {count}, which {}\n", phrase(*why)));
    lines.collect()
}

fn phrase(why: Why) -> String {
    match why {
        Why::TooShort | Why::TooLong => format!("have {}", why.said()),
        Why::Invented => "name what the document does not have".to_owned(),
        Why::Repeated => "say what another question of the document says".to_owned(),
        Why::OthersHeadline => "are the headline of another document".to_owned(),
        Why::Residue => "are no questions, but talk around an answer".to_owned(),
        Why::OtherLanguage => "are in another language".to_owned(),
    }
}

/// Questions that say little, and those that find another document by that document's own words.
fn to_review(config: &Config, documents: &Documents, book: &Book) -> anyhow::Result<Vec<Review>> {
    let analyzer = &documents.words.analyzer;
    let engine = EmbeddedEngine::in_memory(analyzer.clone())?;
    engine.set_ranking(config.ranking());
    engine.set_asked_as(&AskedAs::off());
    engine.sync(&config.content, &|_, _| {})?;
    let mut review = Vec::new();
    for document in &documents.all {
        let Some(entry) = book.entry(&document.id.0) else {
            continue;
        };
        for asked_as in entry.askings() {
            let words = analyzer.read(asked_as).words();
            let why = if words.iter().all(|word| analyzer.is_stopword(word)) {
                Some("says little".to_owned())
            } else {
                found_by_others(&engine, document, asked_as)?
            };
            review.extend(why.map(|why| Review {
                id: document.id.0.clone(),
                asked_as: asked_as.clone(),
                why,
            }));
        }
    }
    Ok(review)
}

fn found_by_others(
    engine: &EmbeddedEngine,
    document: &Document,
    asked_as: &str,
) -> anyhow::Result<Option<String>> {
    let query = SearchQuery {
        text: asked_as.to_owned(),
        limit: 1,
        ..SearchQuery::default()
    };
    let found = engine.search(&query)?;
    let first = found.hits.first().map(|hit| &hit.document);
    let other = first.filter(|first| first.id != document.id);
    let is_sure = found.answer_state == AnswerState::Answered;
    Ok(other
        .filter(|_| is_sure)
        .map(|other| format!("finds {} first: {}", other.id, other.headline())))
}
