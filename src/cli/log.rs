//! Which lines of the log are written.

use std::io::{IsTerminal, stderr};
use tracing::Level;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

/// Libraries that read what others wrote. What a document holds is no line of the log, let alone thousands for each view.
const READERS_OF_TEXT: [&str; 7] = [
    "ammonia",
    "cssparser",
    "html5ever",
    "markup5ever",
    "serde_saphyr",
    "syntect",
    "tendril",
];

/// Starts the log of this process, on standard error: as text on a terminal, else as JSON.
pub fn start() {
    let filter =
        EnvFilter::try_from_env("DAYI_LOG").unwrap_or_else(|_| EnvFilter::new("warn,dayi=info"));
    let log = fmt().with_env_filter(filter).with_writer(stderr);
    let written = filter_fn(|what| is_written(what.target(), *what.level()));
    if stderr().is_terminal() {
        log.finish().with(written).init();
    } else {
        log.json().finish().with(written).init();
    }
}

/// Allows only warnings from other crates: below that, they log addresses with tokens, headers, and SQL statements.
fn is_written(target: &str, level: Level) -> bool {
    let library = target.split("::").next().unwrap_or_default();
    library.starts_with("dayi") || (level <= Level::WARN && !READERS_OF_TEXT.contains(&library))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_warn_and_those_that_read_documents_are_silent() {
        for (target, level, expected) in [
            ("dayi::web", Level::DEBUG, true),
            ("sqlx::query", Level::WARN, true),
            ("sqlx::query", Level::INFO, false),
            ("html5ever::tree_builder", Level::WARN, false),
            ("html5ever::tree_builder", Level::ERROR, false),
        ] {
            assert_eq!(is_written(target, level), expected, "{target} {level}");
        }
    }
}
