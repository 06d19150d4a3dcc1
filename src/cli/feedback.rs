//! `dayi feedback`, `dayi backup` and `dayi restore`: export and import what visitors sent. All of them also work while the
//! service runs.

use super::args::{FeedbackCommand, Kind, Lines};
use super::exit_code::GOOD;
use super::report;
use crate::config::Config;
use crate::feedback::Store;
use crate::feedback::transfer::{Csv, EXPORTED, Table};
use crate::feedback::webhook::Outbox;
use anyhow::{Context, bail};
use serde_json::Value;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write, stdin};
use std::path::Path;
use tokio::runtime::Runtime;

/// A runtime for a command that waits for a store or a server.
pub(super) fn runtime() -> anyhow::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")
}

/// Runs `work` over the store, on a runtime of its own.
pub(super) fn with_store<T>(
    config: &Config,
    work: impl AsyncFnOnce(&Store) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    runtime()?.block_on(async {
        let database = config.database.as_deref();
        let store = Store::open(&config.data, database, Outbox::default()).await?;
        let outcome = work(&store).await;
        store.close().await;
        outcome
    })
}

pub(super) fn feedback(config: &Config, action: FeedbackCommand) -> anyhow::Result<u8> {
    match action {
        FeedbackCommand::Export { only, format } => export(config, only, format),
        FeedbackCommand::Import { file } => {
            let from: Box<dyn BufRead> = if file == Path::new("-") {
                Box::new(stdin().lock())
            } else {
                Box::new(BufReader::new(open(&file)?))
            };
            let added = with_store(config, async |store| {
                Ok(store.transfer().import(from).await?)
            })?;
            report::print(&format!("{added} new\n"))?;
            Ok(GOOD)
        }
        FeedbackCommand::Erase { contact } => {
            let erased = with_store(config, async |store| {
                Ok(store.erasure().of_contact(&contact).await?)
            })?;
            report::print(&format!("{erased} erased\n"))?;
            Ok(GOOD)
        }
    }
}

fn export(config: &Config, only: Option<Kind>, format: Lines) -> anyhow::Result<u8> {
    let tables: Vec<&Table> = match only.map(table_name) {
        Some(name) => Table::exported(name).into_iter().collect(),
        None if format == Lines::Csv => {
            bail!("CSV holds one kind of record: say which, such as `--only asks`")
        }
        None => EXPORTED.to_vec(),
    };
    with_store(config, async |store| {
        let mut out = BufWriter::new(report::stdout());
        for table in tables {
            match format {
                Lines::Jsonl => {
                    let line = |row: &_| writeln!(out, "{}", serde_json::to_string(row)?);
                    store.transfer().export(table, line).await?;
                }
                Lines::Csv => {
                    let mut csv = Csv::new(&mut out, table.column_names())?;
                    let columns: Vec<&str> = table.column_names().collect();
                    store
                        .transfer()
                        .export(table, |row| {
                            csv.row(columns.iter().map(|c| row.get(*c).unwrap_or(&Value::Null)))
                        })
                        .await?;
                    csv.finish()?;
                }
            }
        }
        out.flush()?;
        Ok(GOOD)
    })
}

fn table_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Ratings => "ratings",
        Kind::Asks => "asks",
        Kind::Queries => "queries",
    }
}

pub(super) fn backup(config: &Config, file: &Path) -> anyhow::Result<u8> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let cannot_write = || format!("cannot write {}", file.display());
    let rows = with_store(config, async |store| {
        // Written under a name that nobody else has, so that a crash leaves the old backup whole, and two backups do not
        // meet. Readable only by its owner, and new: it holds contacts, and whatever is there already may be anybody's.
        let unfinished = tempfile::Builder::new()
            .prefix(".dayi-backup-")
            .tempfile_in(folder)
            .with_context(cannot_write)?;
        let mut to = BufWriter::new(unfinished);
        let rows = store.transfer().backup(&mut to).await?;
        let finished = to.into_inner().map_err(io::Error::from)?;
        finished.as_file().sync_all()?;
        finished.persist(file).with_context(cannot_write)?;
        File::open(folder)?.sync_all()?;
        Ok(rows)
    })?;
    report::print(&format!("{rows} rows\n"))?;
    Ok(GOOD)
}

pub(super) fn restore(config: &Config, file: &Path) -> anyhow::Result<u8> {
    let from = BufReader::new(open(file)?);
    let rows = with_store(config, async |store| {
        Ok(store.transfer().restore(from).await?)
    })?;
    report::print(&format!("{rows} rows\n"))?;
    Ok(GOOD)
}

fn open(file: &Path) -> anyhow::Result<File> {
    File::open(file).with_context(|| format!("cannot read {}", file.display()))
}
