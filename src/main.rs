//! Arguments to the command line, its outcome to an exit code.

use clap::Parser;
use dayi::cli::{self, Arguments};
use std::io::{IsTerminal, stderr};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter =
        EnvFilter::try_from_env("DAYI_LOG").unwrap_or_else(|_| EnvFilter::new("warn,dayi=info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr);
    if stderr().is_terminal() {
        log.init();
    } else {
        log.json().init();
    }
    cli::run(arguments)
}
