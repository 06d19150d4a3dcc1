//! Arguments as typed. Nothing here is checked against files or the configuration.

use crate::config::Layer;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Expert answers from a folder of Markdown documents.
#[derive(Debug, Parser)]
#[command(
    version,
    arg_required_else_help = true,
    after_help = "Examples:\n  dayi init                      make ./content with documents to begin with, and dayi.toml\n  dayi serve                     serve ./content on http://127.0.0.1:8080\n  dayi check                     check ./content without indexing it\n  dayi search 注册中心连不上       search from the terminal"
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
    /// Make a new site: a content folder with three documents, and a `dayi.toml`; nothing is overwritten
    #[command(
        after_help = "Examples:\n  dayi init\n  dayi init my-site && cd my-site && dayi serve\n  dayi init --content docs/qa"
    )]
    Init {
        /// Where; the present folder unless given
        folder: Option<PathBuf>,
    },
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
        after_help = "Examples:\n  dayi check\n  dayi check content/new.md docs/\n  dayi check --deny warnings\n  dayi check --format json"
    )]
    Check {
        /// Files or folders; the content folder unless given
        paths: Vec<PathBuf>,
        /// What else to exit 1 for
        #[arg(long, value_enum, value_name = "WHAT")]
        deny: Option<Denied>,
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
        /// In which other words documents are asked: `off`, or a file such as `words/asked_as.jsonl`, which is used unless
        /// this says otherwise. A set that brings its own documents uses the file beside them
        #[arg(long, value_name = "off|FILE")]
        asked_as: Option<PathBuf>,
        /// Also write the rankings, in the format of TREC
        #[arg(long, value_name = "FILE")]
        run: Option<PathBuf>,
    },
    /// Write down once how visitors ask for each document, with any language model; searches then need none
    AskedAs {
        /// What to do
        #[command(subcommand)]
        action: AskedAsCommand,
    },
    /// Export what visitors sent, import it, or erase it
    Feedback {
        /// What to do
        #[command(subcommand)]
        action: FeedbackCommand,
    },
    /// Copy the feedback store into a file while the service runs
    #[command(
        after_help = "Examples:\n  dayi backup feedback-2026-11-24.jsonl\n  DAYI_DATABASE=postgres://… dayi backup /backups/dayi.jsonl"
    )]
    Backup {
        /// The file; it is replaced only once the copy is whole
        file: PathBuf,
    },
    /// Read a backup into an empty feedback store, of either database
    #[command(after_help = "Examples:\n  dayi restore feedback-2026-11-24.jsonl --data new-data")]
    Restore {
        /// A file of `dayi backup`
        file: PathBuf,
    },
    /// Manage the experts who may sign in to /admin
    Expert {
        /// What to do
        #[command(subcommand)]
        action: ExpertCommand,
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

/// What to do with the other ways in which documents are asked.
#[derive(Debug, Clone, Subcommand)]
pub enum AskedAsCommand {
    /// Ask the model of `[assistant]` for every document that is new or changed
    #[command(
        after_help = "What is answered is written down at once and never asked for again; after a kill, run it again.\n\nExamples:\n  DAYI_ASSISTANT_URL=http://127.0.0.1:11434/v1 DAYI_ASSISTANT_MODEL=qwen3:8b dayi asked-as write\n  dayi asked-as write --dry-run\n  dayi asked-as write --tag nacos --limit 20 --yes"
    )]
    Write {
        /// Which documents
        #[command(flatten)]
        pending: Pending,
        /// Only say what would be asked
        #[arg(long)]
        dry_run: bool,
        /// Do not ask before it begins
        #[arg(long)]
        yes: bool,
    },
    /// Say which documents have questions, which lack them, and what was not kept
    #[command(
        after_help = "Examples:\n  dayi asked-as status\n  dayi asked-as status --review\n  dayi asked-as status --format json"
    )]
    Status {
        /// Also list what people should look at: each question is searched for, which takes a while
        #[arg(long)]
        review: bool,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print the requests, for a model that is asked elsewhere
    #[command(
        after_help = "Examples:\n  dayi asked-as export > requests.jsonl\n  dayi asked-as export --form prompts --limit 10 > prompts.txt\n  dayi asked-as export --desk > asked_as.new && mv asked_as.new words/asked_as.jsonl"
    )]
    Export {
        /// Which documents
        #[command(flatten)]
        pending: Pending,
        /// How they are written
        #[arg(long, value_enum, default_value_t)]
        form: RequestForm,
        /// Instead of requests, the whole file with what experts changed at /admin
        #[arg(long)]
        desk: bool,
    },
    /// Take answers back, through the same checks
    #[command(
        after_help = "Takes results of a batch, exported prompts replaced by their answers (the lines `=== … ===` stay), and lines {\"id\", \"asked_as\": […]}.\n\nExamples:\n  dayi asked-as import results.jsonl --model gpt-4o-mini\n  dayi asked-as import - < answers.txt"
    )]
    Import {
        /// The file; `-` for the standard input
        file: PathBuf,
        /// Name of the model that answered
        #[arg(long, value_name = "NAME")]
        model: Option<String>,
    },
}

/// Which documents a model is asked for.
#[derive(Debug, Clone, Args)]
pub struct Pending {
    /// Documents, at most
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Only documents with this tag
    #[arg(long)]
    pub tag: Option<String>,
}

/// The form of exported requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum RequestForm {
    /// A batch file, as clouds take it.
    #[default]
    Batch,
    /// Plain prompts, for any chat.
    Prompts,
}

/// What to do with feedback.
#[derive(Debug, Clone, Subcommand)]
pub enum FeedbackCommand {
    /// Print records as JSON lines or CSV
    #[command(
        after_help = "Examples:\n  dayi feedback export > feedback.jsonl\n  dayi feedback export --only asks --format csv > asks.csv"
    )]
    Export {
        /// Records of one kind only; CSV needs one
        #[arg(long, value_enum, value_name = "KIND")]
        only: Option<Kind>,
        /// How to print them
        #[arg(long, value_enum, default_value_t)]
        format: Lines,
    },
    /// Import exported JSON lines; records that the store has already are skipped
    #[command(
        after_help = "Examples:\n  dayi feedback import feedback.jsonl\n  dayi feedback import - < feedback.jsonl"
    )]
    Import {
        /// The file; `-` for the standard input
        file: PathBuf,
    },
    /// Erase the asks of a person
    #[command(after_help = "Examples:\n  dayi feedback erase --contact someone@example.org")]
    Erase {
        /// The contact, as it was given
        #[arg(long)]
        contact: String,
    },
}

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Ratings of answers.
    Ratings,
    /// Questions for the experts.
    Asks,
    /// Logged searches.
    Queries,
}

/// The format of exported records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Lines {
    /// One JSON object a line.
    #[default]
    Jsonl,
    /// Comma-separated values with a header line.
    Csv,
}

/// What to do with experts.
#[derive(Debug, Clone, Subcommand)]
pub enum ExpertCommand {
    /// Add an expert, or change an expert's password, read from the terminal or the standard input
    #[command(
        after_help = "Examples:\n  dayi expert password li.hua\n  dayi expert password li.hua < password.txt"
    )]
    Password {
        /// Name, shown in lists and in the audit log
        name: String,
    },
    /// Print a new token for scripts; it cannot be shown again
    #[command(
        after_help = "Examples:\n  dayi expert token ci --label \"nightly report\"\n  curl -H \"Authorization: Bearer $(dayi expert token ci)\" http://127.0.0.1:8080/api/v1/admin/inbox"
    )]
    Token {
        /// Name, shown in the audit log
        name: String,
        /// What it is for, shown in the list of tokens
        #[arg(
            long,
            value_name = "TEXT",
            default_value = "",
            hide_default_value = true
        )]
        label: String,
    },
    /// List the tokens of an expert: id, when it was made and last used, what it is for
    Tokens {
        /// The name
        name: String,
    },
    /// End one token of an expert
    #[command(after_help = "Examples:\n  dayi expert tokens ci\n  dayi expert revoke ci 3f9a1c")]
    Revoke {
        /// The name
        name: String,
        /// The id of the token, or as much of its beginning as no other has
        id: String,
    },
    /// Remove an expert, who then has no access any more
    Remove {
        /// The name
        name: String,
    },
    /// Print the names
    List,
}

/// What a check may be told not to let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Denied {
    /// What of a usable document should be looked at.
    Warnings,
}

/// The format of output.
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
