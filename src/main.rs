//! The binary: sets up the log, then runs the command that the arguments name.

use clap::Parser;
use dayi::cli::{self, Arguments};
use std::io::{IsTerminal, stderr};
use std::process::ExitCode;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter =
        EnvFilter::try_from_env("DAYI_LOG").unwrap_or_else(|_| EnvFilter::new("warn,dayi=info"));
    let log = fmt().with_env_filter(filter).with_writer(stderr);
    let logs_no_secret = filter_fn(logs_no_secret);
    if stderr().is_terminal() {
        log.finish().with(logs_no_secret).init();
    } else {
        log.json().finish().with(logs_no_secret).init();
    }
    cli::run(arguments)
}

/// Allows only warnings from other crates: below that, they log addresses with tokens, headers, and SQL statements.
fn logs_no_secret(what: &Metadata<'_>) -> bool {
    what.target().starts_with("dayi") || *what.level() <= Level::WARN
}
