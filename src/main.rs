//! The binary: starts the log, then runs the command that the arguments name.

use clap::Parser;
use dayi::cli::{self, Arguments};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    cli::start_log();
    cli::run(arguments)
}
