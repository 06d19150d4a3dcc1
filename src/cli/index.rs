//! `dayi index`: builds or updates the index and stops.

use super::args::Format;
use super::exit_code::{FOUND_A_PROBLEM, GOOD};
use super::feedback::with_store;
use super::report;
use super::upkeep::desk_of;
use super::words::SiteWords;
use crate::config::Config;
use crate::engine::embedded::{Changes, EmbeddedEngine, Opened};
use crate::feedback::Store;
use std::time::Instant;

pub(super) fn index(config: &Config, format: Format) -> anyhow::Result<u8> {
    let started = Instant::now();
    let engine = open(config)?;
    let changes = report::with_progress_bar(|progress| engine.index(&config.content, progress))?;
    report::rejections(&config.content, &changes.rejected);
    report::warnings(&config.content, &changes.warnings);
    let Changes {
        added,
        updated,
        removed,
        unchanged,
        rejected,
        ..
    } = &changes;
    match format {
        Format::Json => report::print_json(&changes)?,
        Format::Human => report::print(&format!(
            "added {added}, updated {updated}, removed {removed}, unchanged {unchanged}, rejected {} in {:.2} s\n",
            rejected.len(),
            started.elapsed().as_secs_f64()
        ))?,
    }
    Ok(if rejected.is_empty() {
        GOOD
    } else {
        FOUND_A_PROBLEM
    })
}

/// Opens the index and brings it up to date, with a progress bar on a terminal.
pub(super) fn open_and_sync(config: &Config) -> anyhow::Result<(EmbeddedEngine, Changes)> {
    let engine = open(config)?;
    let changes = report::with_progress_bar(|progress| engine.sync(&config.content, progress))?;
    Ok((engine, changes))
}

fn open(config: &Config) -> anyhow::Result<EmbeddedEngine> {
    let words = SiteWords::read_and_log(config);
    let (engine, opened) = EmbeddedEngine::open(&config.index, words.analyzer)?;
    engine.set_pins(words.pins);
    engine.set_asked_as(&words.asked_as);
    if Store::exists(&config.data, config.database.as_deref()) {
        let changes = with_store(config, async |store| Ok(store.words().all().await?))?;
        engine.set_desk(desk_of(changes));
    }
    if let Opened::Rebuilding(reason) = opened {
        tracing::warn!(reason, "the index is rebuilt");
    }
    engine.set_ranking(config.ranking());
    Ok(engine)
}
