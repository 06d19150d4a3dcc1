//! What was typed. Nothing here is checked against the world yet.

use crate::config::Layer;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Expert answers from a folder of Markdown documents.
#[derive(Debug, Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Examples:\n  dayi serve                     serve ./content on http://127.0.0.1:8080\n  dayi check                     check ./content without indexing it\n  dayi search 注册中心连不上       search from the terminal"
)]
pub struct Arguments {
    /// Flags every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags every command takes.
#[derive(Debug, Args)]
pub struct Common {
    /// Folder of Markdown documents [default: content]
    #[arg(long, global = true, value_name = "DIR")]
    pub content: Option<String>,
    /// Folder of the index, derived and disposable [default: index]
    #[arg(long, global = true, value_name = "DIR")]
    pub index: Option<String>,
    /// Folder of what visitors send, precious [default: data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<String>,
    /// Configuration file [default: dayi.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE", env = "DAYI_CONFIG")]
    pub config: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring the index up to date, watch the documents, serve the site and the API
    #[command(
        after_help = "Examples:\n  dayi serve\n  dayi serve --content docs/qa --listen 0.0.0.0:8080\n  DAYI_BASE_URL=https://qa.example.org dayi serve"
    )]
    Serve {
        /// Address and port to listen on; port 0 takes any free one [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR:PORT")]
        listen: Option<String>,
    },
    /// Build or update the index and stop
    #[command(after_help = "Examples:\n  dayi index\n  dayi index --content docs/qa --format json")]
    Index {
        /// How to print the outcome
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Check documents without indexing them; exits 1 if any is rejected
    #[command(
        after_help = "Examples:\n  dayi check\n  dayi check content/new.md docs/\n  dayi check --format json"
    )]
    Check {
        /// Files or folders; the content folder unless given
        paths: Vec<PathBuf>,
        /// How to print the outcome
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Search from the terminal; exits 1 if nothing is found
    #[command(
        after_help = "Examples:\n  dayi search 注册中心连不上\n  dayi search --format json \"No provider available\"\n  dayi search --explain natcos 配制中心"
    )]
    Search {
        /// What to look for
        #[arg(required = true)]
        query: Vec<String>,
        /// How to print the hits
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Hits to print, at most
        #[arg(long, default_value_t = 5, value_name = "N")]
        limit: usize,
        /// Show what the query was understood as, and how each hit's score came about
        #[arg(long)]
        explain: bool,
    },
    /// Measure retrieval quality on judged sets
    #[command(
        after_help = "A set is a folder with queries.jsonl ({\"id\", \"text\", \"kind\"?}), qrels.tsv (query, document, grade) and\noptionally corpus.jsonl ({\"id\", \"title\", \"text\"?}); without the latter the content folder is searched.\n\nExamples:\n  dayi eval sets/mine\n  dayi eval sets/* --format json --run mine.run"
    )]
    Eval {
        /// Folders of judged sets
        #[arg(required = true, value_name = "SET")]
        sets: Vec<PathBuf>,
        /// How to print the metrics
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Also write the rankings, in the format of TREC
        #[arg(long, value_name = "FILE")]
        run: Option<PathBuf>,
    },
    /// Print the effective configuration and where each value came from
    #[command(after_help = "Examples:\n  dayi config\n  dayi config --format json")]
    Config {
        /// How to print the values
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print a script that completes commands in a shell
    #[command(after_help = "Examples:\n  dayi completions bash > /etc/bash_completion.d/dayi")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page, or write one for each command into a folder
    #[command(
        after_help = "Examples:\n  dayi man | man -l -\n  dayi man --folder /usr/local/share/man/man1"
    )]
    Man {
        /// Write `dayi.1`, `dayi-serve.1`, … here
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// One JSON object.
    Json,
}

/// The flags as the topmost layer of the configuration.
pub(super) fn layer(common: &Common, command: &Command) -> Layer {
    let mut layer = Layer::default();
    let Common {
        content,
        index,
        data,
        config: _,
    } = common;
    layer.set_flag("content", "--content", content.clone());
    layer.set_flag("index", "--index", index.clone());
    layer.set_flag("data", "--data", data.clone());
    if let Command::Serve { listen } = command {
        layer.set_flag("listen", "--listen", listen.clone());
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }
}
