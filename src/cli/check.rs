//! `dayi check`: documents without indexing; the same judgement as a sync.

use super::args::Format;
use super::words::SiteWords;
use super::{FOUND_A_PROBLEM, GOOD, report};
use crate::config::Config;
use crate::document::{Rejection, read_document};
use crate::engine::embedded;
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Serialize)]
struct Outcome {
    accepted: usize,
    rejected: Vec<Rejection>,
    /// Lines of the site's words that cannot be used.
    words: Vec<String>,
}

pub(super) fn check(config: &Config, paths: &[PathBuf], format: Format) -> anyhow::Result<u8> {
    let content = [config.content.value.clone()];
    let mut outcome = Outcome {
        accepted: 0,
        rejected: Vec::new(),
        words: Vec::new(),
    };
    if paths.is_empty() {
        outcome.words = SiteWords::read(config).problems;
    }
    for path in if paths.is_empty() { &content } else { paths } {
        if path.is_dir() {
            let (accepted, rejected) = embedded::check(path)?;
            outcome.accepted += accepted;
            outcome
                .rejected
                .extend(rejected.into_iter().map(|r| under(path, r)));
        } else {
            check_file(path, &mut outcome)?;
        }
    }
    let Outcome {
        accepted,
        rejected,
        words,
    } = &outcome;
    match format {
        Format::Json => report::print_json(&outcome)?,
        Format::Human => {
            report::rejections(rejected);
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
        Err(rejection) => outcome.rejected.push(under(folder, rejection)),
    }
    Ok(())
}

/// The rejection with the path as the user would type it.
fn under(folder: &Path, rejection: Rejection) -> Rejection {
    Rejection {
        path: folder.join(&rejection.path).display().to_string(),
        ..rejection
    }
}
