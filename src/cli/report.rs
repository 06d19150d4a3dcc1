//! The only code that prints: data on stdout, everything else on stderr.

use crate::document::{Rejection, Warning};
use crate::engine::embedded::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

/// Standard output, locked for many lines of data.
pub(super) fn stdout() -> io::StdoutLock<'static> {
    io::stdout().lock()
}

/// Prints text to stdout.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(())
}

/// Prints one JSON object to stdout.
pub(super) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    print(&format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Prints each rejection of a content folder to stderr, a line each.
pub(super) fn rejections(content: &Path, rejected: &[Rejection]) {
    for rejection in rejected {
        announce(rejection.below(content));
    }
}

/// Prints each warning about documents of a content folder to stderr, a line each.
pub(super) fn warnings(content: &Path, warnings: &[Warning]) {
    for warning in warnings {
        announce(warning.below(content));
    }
}

/// Prints a message that is not data, for a person at a terminal.
pub(super) fn announce(text: impl Display) {
    // If stderr is closed, there is nowhere to report that.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints why a command failed, with the causes.
pub(super) fn failure(error: &anyhow::Error) {
    let text = error
        .chain()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ");
    let _ = writeln!(io::stderr().lock(), "error: {text}");
}

/// Whether a reader such as `head` has closed the pipe, which is a normal end.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// A progress bar over this many, hidden if stderr is no terminal.
pub(super) fn bar(all: usize, doing: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(all as u64)
        .with_style(style)
        .with_message(doing)
}

/// Runs work on files, with a progress bar that is hidden if stderr is no terminal.
pub(super) fn with_progress_bar<T>(work: impl FnOnce(Progress<'_>) -> T) -> T {
    let bar = bar(0, "indexing");
    let done = work(&|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    done
}
