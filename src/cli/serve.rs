//! `dayi serve`: index, watch, answer, until asked to stop.

use super::{GOOD, report};
use crate::analysis::Analyzer;
use crate::config::Config;
use crate::engine::embedded::{self, EmbeddedEngine, Opened};
use crate::web::{self, AppState};
use anyhow::Context;
use std::sync::Arc;
use std::time::Instant;
use tokio::signal::unix::{SignalKind, signal};

pub(super) fn serve(config: Config) -> anyhow::Result<u8> {
    let started = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let listener = web::bind(config.listen.value).await?;
        // A folder that cannot be read is an error now, not a log line later.
        crate::document::list_files(&config.content.value)?;
        let (engine, opened) = EmbeddedEngine::open(&config.index.value, Analyzer::new())?;
        let engine = Arc::new(engine);
        let content = config.content.value.clone();
        let answers_meanwhile = matches!(&opened, Opened::Rebuilding(reason) if { tracing::warn!(reason, "the index is rebuilt"); true })
            && engine.has_documents();
        let syncing = {
            let (engine, content) = (Arc::clone(&engine), content.clone());
            tokio::task::spawn_blocking(move || sync(&engine, &content))
        };
        let syncing = if answers_meanwhile { Some(syncing) } else { syncing.await??; None };
        if let Err(error) = embedded::watch(&engine, content) {
            tracing::warn!(%error, "the content folder cannot be watched; it is looked at every half minute");
        }
        let mut terminate = signal(SignalKind::terminate())?;
        let address = listener.local_addr()?;
        tracing::info!(%address, ready_ms = started.elapsed().as_millis() as u64, "serving");
        report::announce(&format!("dayi serves {} on http://{address}", config.content.value.display()));
        let state = AppState::new(engine, config);
        let asked_to_stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            tracing::info!("stopping; running requests are finished first");
        };
        web::serve(listener, state, asked_to_stop).await?;
        if let Some(syncing) = syncing {
            syncing.await??;
        }
        Ok(GOOD)
    })
}

fn sync(engine: &EmbeddedEngine, content: &std::path::Path) -> anyhow::Result<()> {
    let bar = report::progress_bar();
    let changes = engine.sync(content, &|done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    let changes = changes?;
    for rejection in &changes.rejected {
        tracing::warn!(%rejection, "left out");
    }
    let embedded::Changes {
        added,
        updated,
        removed,
        unchanged,
        rejected,
    } = &changes;
    tracing::info!(
        added,
        updated,
        removed,
        unchanged,
        rejected = rejected.len(),
        "index is up to date"
    );
    Ok(())
}
