//! dayi measured against the limits of its parts: `cargo bench --bench dayi-bench -- COMMAND` (see `--help`).
//!
//! `corpus` and `queries` generate the material, `limits` measures in one process, `http` and `overload` drive the
//! real binary, `grow` repeats all of it over sizes. Everything generated is deterministic and lies in temporary
//! folders. Nothing here is part of the released binary.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool that prints what it measured, and what it is at"
)]

mod client;
mod corpus;
mod feedback;
mod floor;
mod grow;
mod http;
mod limits;
mod material;
mod overload;
mod pages;
mod plot;
mod process;
mod queries;
mod random;
mod raw;
mod report;
mod soak;
mod traps;

use clap::{CommandFactory, Parser, Subcommand};
use std::path::PathBuf;

/// Makes corpora and query streams, and measures dayi against the limits of its parts.
#[derive(Parser)]
#[command(name = "dayi-bench")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Makes documents by recombining the sentences of a folder's documents.
    Corpus {
        /// Folder of real documents.
        #[arg(long)]
        from: PathBuf,
        /// Documents to make, 1 to 10,000,000.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
        documents: u32,
        /// New or empty folder for them.
        #[arg(long)]
        out: PathBuf,
        /// The same seed makes the same documents; fewer documents are the first of more.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Makes a stream of queries, a JSON object a line.
    Queries {
        /// Folder of documents that are asked about.
        #[arg(long)]
        from: PathBuf,
        /// Queries to make.
        #[arg(long)]
        count: usize,
        /// File for them.
        #[arg(long)]
        out: PathBuf,
        /// The same seed makes the same queries.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Indexing and searching in this process, beside jieba and tantivy alone.
    Limits(limits::Arguments),
    /// The binary under wrk, beside a fixed response; memory, start, edits.
    Http(http::Arguments),
    /// Offered against served load.
    Overload(overload::Arguments),
    /// Texts that make a careless parser slow, at growing sizes.
    Traps,
    /// Memory over minutes of load.
    Soak(soak::Arguments),
    /// Ratings beside searches: how many are kept, and what is left of the searches.
    Ratings(feedback::Arguments),
    /// The pages of experts over many ratings.
    Pages(pages::Arguments),
    /// Cost of a query and of indexing by size, as a table and a plot.
    Grow(grow::Arguments),
}

fn main() -> anyhow::Result<()> {
    // Cargo passes `--bench` to every bench.
    let arguments = Arguments::parse_from(std::env::args().filter(|a| a != "--bench"));
    match arguments.command {
        None => Arguments::command().print_help().map_err(Into::into),
        Some(Command::Corpus {
            from,
            documents,
            out,
            seed,
        }) => corpus::make(&from, documents as usize, &out, seed),
        Some(Command::Queries {
            from,
            count,
            out,
            seed,
        }) => queries::write(&from, count, &out, seed),
        Some(Command::Limits(arguments)) => limits::run(&arguments),
        Some(Command::Http(arguments)) => http::run(&arguments),
        Some(Command::Overload(arguments)) => overload::run(&arguments),
        Some(Command::Traps) => {
            traps::run();
            Ok(())
        }
        Some(Command::Soak(arguments)) => soak::run(&arguments),
        Some(Command::Ratings(arguments)) => feedback::run(&arguments),
        Some(Command::Pages(arguments)) => pages::run(&arguments),
        Some(Command::Grow(arguments)) => grow::run(&arguments),
    }
}
