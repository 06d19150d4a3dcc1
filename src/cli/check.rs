//! `dayi check`: checks documents without indexing them, by the same rules as a sync.

use super::args::{Denied, Format};
use super::documents::documents_in;
use super::exit_code::{FOUND_A_PROBLEM, GOOD};
use super::report;
use super::words::SiteWords;
use crate::config::Config;
use crate::document::{
    DocumentId, LeftOut, Rejection, Unusable, Warning, Withheld, list_files, read_document,
    text_warnings_in,
};
use crate::engine::embedded::{self, Checked};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

#[derive(Default, Serialize)]
struct Outcome {
    accepted: usize,
    rejected: Vec<Rejection>,
    /// What is not meant for readers.
    left_out: Vec<LeftOut>,
    /// What of accepted documents should be looked at.
    warnings: Vec<Warning>,
    /// Problems in the site's words, one line each.
    words: Vec<String>,
}

pub(super) fn check(
    config: &Config,
    paths: &[PathBuf],
    deny: Option<Denied>,
    format: Format,
) -> anyhow::Result<u8> {
    let mut outcome = Outcome::default();
    if paths.is_empty() {
        let there = check_folder(&config.content, &mut outcome)?;
        let SiteWords {
            pins,
            problems,
            asked_as,
            ..
        } = SiteWords::read(config);
        outcome.words = problems;
        let documents = documents_in(&config.content, |_| {})?;
        let problems = asked_as.problems(&config.words, &documents);
        outcome.words.extend(problems);
        let unknown = pins.unknown(&config.words, |id| there.contains(id));
        outcome.words.extend(unknown);
    }
    for path in paths {
        if path.is_dir() {
            check_folder(path, &mut outcome)?;
        } else {
            check_file(path, &mut outcome)?;
        }
    }
    match format {
        Format::Json => report::print_json(&outcome)?,
        Format::Human => outcome.print()?,
    }
    Ok(if outcome.is_good(deny) {
        GOOD
    } else {
        FOUND_A_PROBLEM
    })
}

impl Outcome {
    /// Whether nothing was found that stops a check.
    fn is_good(&self, deny: Option<Denied>) -> bool {
        let passes = match deny {
            None => true,
            Some(Denied::Warnings) => self.warnings.is_empty(),
        };
        passes && self.rejected.is_empty() && self.words.is_empty()
    }

    /// Prints a line for each matter, and a summary.
    fn print(&self) -> anyhow::Result<()> {
        self.rejected.iter().for_each(report::announce);
        self.warnings.iter().for_each(report::announce);
        self.words.iter().for_each(report::announce);
        let mut counts = format!(
            "{} accepted, {} rejected",
            self.accepted,
            self.rejected.len()
        );
        if !self.left_out.is_empty() {
            let mut reasons: BTreeMap<Withheld, usize> = BTreeMap::new();
            for left_out in &self.left_out {
                *reasons.entry(left_out.why).or_default() += 1;
            }
            let reasons = reasons.iter().map(|(why, count)| format!("{count} {why}"));
            let reasons = reasons.collect::<Vec<_>>().join(", ");
            let _ = write!(counts, ", {} left out ({reasons})", self.left_out.len());
        }
        if !self.warnings.is_empty() {
            let s = if self.warnings.len() == 1 { "" } else { "s" };
            let _ = write!(counts, ", {} warning{s}", self.warnings.len());
        }
        report::print(&format!("{counts}\n"))
    }
}

/// Checks a folder; returns the ids of the documents it would give.
fn check_folder(folder: &Path, outcome: &mut Outcome) -> anyhow::Result<HashSet<DocumentId>> {
    let Checked {
        accepted,
        rejected,
        left_out,
        warnings,
    } = embedded::check(folder)?;
    outcome.accepted += accepted.len();
    let unused = rejected.iter().map(|r| r.path.as_str());
    let unused: HashSet<&str> = unused
        .chain(left_out.iter().map(|l| l.path.as_str()))
        .collect();
    let paths = list_files(folder)?.files.into_iter().map(|file| file.path);
    let documents: Vec<String> = paths
        .filter(|path| !unused.contains(path.as_str()))
        .collect();
    let of_texts = text_warnings_in(folder, &documents);
    let of_texts = of_texts.iter().map(|warning| warning.below(folder));
    outcome.warnings.extend(of_texts);
    let rejected = rejected.iter().map(|rejection| rejection.below(folder));
    outcome.rejected.extend(rejected);
    outcome
        .left_out
        .extend(left_out.iter().map(|left_out| left_out.below(folder)));
    let warnings = warnings.iter().map(|warning| warning.below(folder));
    outcome.warnings.extend(warnings);
    Ok(accepted)
}

fn check_file(path: &Path, outcome: &mut Outcome) -> anyhow::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|n| n.to_str()))
    else {
        anyhow::bail!(
            "`{}` is no file: expected Markdown documents or folders of them",
            path.display()
        );
    };
    match read_document(folder, name) {
        Ok(read) => {
            outcome.accepted += 1;
            let warnings = read.warnings.iter().map(|warning| warning.below(folder));
            outcome.warnings.extend(warnings);
        }
        Err(Unusable::Rejected(rejection)) => outcome.rejected.push(rejection.below(folder)),
        Err(Unusable::LeftOut(left_out)) => outcome.left_out.push(left_out.below(folder)),
    }
    Ok(())
}
