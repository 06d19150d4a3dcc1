//! Arguments to the command line, its outcome to an exit code.

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
    let tells_no_secret = filter_fn(tells_no_secret);
    if stderr().is_terminal() {
        log.finish().with(tells_no_secret).init();
    } else {
        log.json().finish().with(tells_no_secret).init();
    }
    cli::run(arguments)
}

/// Below warnings, other crates log addresses with tokens in them, headers, and SQL statements.
fn tells_no_secret(what: &Metadata<'_>) -> bool {
    what.target().starts_with("dayi") || *what.level() <= Level::WARN
}
