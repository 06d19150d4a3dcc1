//! All kinds of requests for minutes: whether the memory of the service stays constant.

use crate::http::kinds;
use crate::limits::texts;
use crate::process::{Site, first_of, wrk};
use crate::report::{Table, median};
use std::path::PathBuf;

/// What to measure, and for how long.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of documents.
    #[arg(long)]
    content: PathBuf,
    /// Minutes it goes on.
    #[arg(long, default_value_t = 10)]
    minutes: usize,
    /// Folder that keeps the index for the next time; a temporary one unless given.
    #[arg(long)]
    work: Option<PathBuf>,
}

/// Measures and prints.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let site = Site::at(&arguments.content, arguments.work.as_deref())?;
    site.index()?;
    let server = site.serve()?;
    // Equally many of each kind, one after the other.
    let kinds = kinds(&site.content, &texts(&site.content)?)?;
    let longest = kinds.iter().map(|(_, paths)| paths.len()).max();
    let paths: Vec<String> = (0..longest.unwrap_or_default())
        .flat_map(|at| kinds.iter().map(move |(_, paths)| &paths[at % paths.len()]))
        .cloned()
        .collect();
    let mut table = Table::new(&[
        "minute",
        "requests/s",
        "p99 ms",
        "errors",
        "resident MB",
        "own MB",
    ]);
    let mut resident = Vec::new();
    for minute in 1..=arguments.minutes {
        let first = first_of(minute, arguments.minutes, &paths);
        let load = wrk(server.address, &paths, first, 60, &site.work)?;
        let memory = server.memory()?;
        resident.push(memory.resident);
        let cells = [
            load.qps,
            load.p99,
            load.errors,
            memory.resident,
            memory.anonymous,
        ];
        table.row(&minute.to_string(), &cells);
    }
    table.print("Searches, suggestions and pages over 16 connections");
    let half = resident.len() / 2;
    println!(
        "memory in the second half / in the first (medians): {:.2}\n",
        median(&resident[half..]) / median(&resident[..half.max(1)])
    );
    Ok(())
}
