//! The command line: one file per subcommand. No other room prints.

mod args;
mod asked_as;
mod background;
mod check;
mod config;
mod documents;
mod eval;
mod exit_code;
mod expert;
mod feedback;
mod generate;
mod index;
mod init;
mod log;
mod memory;
mod report;
mod search;
mod serve;
mod upkeep;
mod words;

pub use args::{Arguments, Command};
pub use log::start as start_log;

use crate::config::Config;
use exit_code::{BAD_USAGE, GOOD};
use std::process::ExitCode;

/// Runs one command and returns its exit code.
pub fn run(arguments: Arguments) -> ExitCode {
    let Arguments { common, command } = arguments;
    let flags = args::layer(&common, &command);
    let outcome = match command {
        Command::Init { folder } => init::init(
            &folder.unwrap_or_default(),
            common.content.as_deref(),
            common.config.as_deref(),
            flags,
        ),
        Command::Completions { shell } => generate::completions(shell),
        Command::Man { folder } => generate::man_pages(folder.as_deref()),
        command => Config::load(flags, common.config.as_deref())
            .map_err(anyhow::Error::from)
            .and_then(|config| match command {
                Command::Serve { .. } => serve::serve(config),
                Command::Index { format } => index::index(&config, format),
                Command::Check {
                    paths,
                    deny,
                    format,
                } => check::check(&config, &paths, deny, format),
                Command::Search {
                    query,
                    format,
                    limit,
                    explain,
                } => search::search(&config, &query.join(" "), format, limit, explain),
                Command::Eval {
                    sets,
                    format,
                    asked_as,
                    run,
                } => eval::eval(&config, &sets, asked_as.as_deref(), format, run.as_deref()),
                Command::AskedAs { action } => asked_as::asked_as(&config, action),
                Command::Feedback { action } => feedback::feedback(&config, action),
                Command::Backup { file } => feedback::backup(&config, &file),
                Command::Restore { file } => feedback::restore(&config, &file),
                Command::Expert { action } => expert::expert(&config, action),
                Command::Config { format } => config::config(&config, format),
                Command::Init { .. } | Command::Completions { .. } | Command::Man { .. } => {
                    Ok(GOOD)
                }
            }),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) if report::is_broken_pipe(&error) => ExitCode::from(GOOD),
        Err(error) => {
            report::failure(&error);
            ExitCode::from(BAD_USAGE)
        }
    }
}
