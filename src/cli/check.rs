//! `dayi check`: checks documents without indexing them, by the same rules as a sync.

use super::args::Format;
use super::exit_code::{FOUND_A_PROBLEM, GOOD};
use super::report;
use super::words::SiteWords;
use crate::config::Config;
use crate::document::{DocumentId, Rejection, dead_links_in, list_files, read_document};
use crate::engine::embedded::{self, Checked};
use serde::Serialize;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct Outcome {
    accepted: usize,
    rejected: Vec<Rejection>,
    /// Links and pictures of accepted documents that lead nowhere, one line each. They reject nothing.
    links: Vec<String>,
    /// Problems in the site's words, one line each.
    words: Vec<String>,
}

pub(super) fn check(config: &Config, paths: &[PathBuf], format: Format) -> anyhow::Result<u8> {
    let mut outcome = Outcome {
        accepted: 0,
        rejected: Vec::new(),
        links: Vec::new(),
        words: Vec::new(),
    };
    if paths.is_empty() {
        let there = check_folder(&config.content, &mut outcome)?;
        let SiteWords { pins, problems, .. } = SiteWords::read(config);
        outcome.words = problems;
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
    let Outcome {
        accepted,
        rejected,
        links,
        words,
    } = &outcome;
    match format {
        Format::Json => report::print_json(&outcome)?,
        Format::Human => {
            for rejection in rejected {
                report::announce(rejection);
            }
            for link in links {
                report::announce(link);
            }
            for problem in words {
                report::announce(problem);
            }
            report::print(&format!(
                "{accepted} accepted, {} rejected\n",
                rejected.len()
            ))?;
        }
    }
    Ok(if rejected.is_empty() && words.is_empty() {
        GOOD
    } else {
        FOUND_A_PROBLEM
    })
}

/// Checks a folder; returns the ids of the documents it would give.
fn check_folder(folder: &Path, outcome: &mut Outcome) -> anyhow::Result<HashSet<DocumentId>> {
    let Checked { accepted, rejected } = embedded::check(folder)?;
    outcome.accepted += accepted.len();
    let left_out: HashSet<&str> = rejected.iter().map(|r| r.path.as_str()).collect();
    let paths = list_files(folder)?.into_iter().map(|file| file.path);
    let documents: Vec<String> = paths
        .filter(|path| !left_out.contains(path.as_str()))
        .collect();
    for (path, dead) in dead_links_in(folder, &documents) {
        let path = folder.join(path);
        let line = dead.line;
        outcome
            .links
            .push(format!("{}:{line}: warning: {dead}", path.display()));
    }
    let rejected = rejected.iter().map(|rejection| rejection.below(folder));
    outcome.rejected.extend(rejected);
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
        Ok(_) => outcome.accepted += 1,
        Err(rejection) => outcome.rejected.push(rejection.below(folder)),
    }
    Ok(())
}
