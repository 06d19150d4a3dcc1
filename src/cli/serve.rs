//! `dayi serve`: indexes, watches and answers until it is asked to stop.

use super::background::Background;
use super::exit_code::GOOD;
use super::upkeep::{self, Feedback};
use super::words::{self, SiteWords};
use super::{memory, report};
use crate::config::{Config, reachable};
use crate::document::{ContentError, check_folder};
use crate::engine::Engine;
use crate::engine::embedded::{self, EmbeddedEngine, Opened};
use crate::texts::SharedTexts;
use crate::web::{self, AppState, Patience};
use anyhow::Context;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

pub(super) fn serve(config: Config) -> anyhow::Result<u8> {
    memory::give_back_large_blocks();
    let started = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let listener = web::bind(config.listen).await?;
        // Fails now if the folder cannot be read, instead of only logging it later.
        check_folder(&config.content).map_err(with_remedy)?;
        // Lists files while the index is opened; both take about as long.
        let listed = config.content.clone();
        let listing = std::thread::spawn(move || crate::document::list_files(&listed));
        let feedback = Feedback::open(&config).await?;
        let words = SiteWords::read_and_log(&config);
        let (engine, opened) = EmbeddedEngine::open(&config.index, words.analyzer)?;
        engine.set_pins(words.pins);
        engine.set_asked_as(&words.asked_as);
        engine.set_ranking(config.ranking());
        let desk_revision = upkeep::take_desk(&feedback.store, &engine).await?;
        let engine = Arc::new(engine);
        if let Opened::Rebuilding(reason) = &opened {
            tracing::warn!(reason, "the index is rebuilt");
        }
        let content = config.content.clone();
        let listing = listing
            .join()
            .map_err(|_| anyhow::anyhow!("the content cannot be looked at"))??;
        let files = listing.files.len();
        let texts = SharedTexts::new(words.texts);
        let mut background = Background::default();
        let (watched, shared, watching) = (Arc::clone(&engine), texts.clone(), config.clone());
        background.run("words", move || {
            words::watch(Arc::clone(&watched), shared.clone(), watching.clone())
        });
        let syncing = {
            let engine = Arc::clone(&engine);
            let content = content.clone();
            tokio::task::spawn_blocking(move || sync(&engine, &content, listing))
        };
        let syncing = if opened == Opened::Current {
            // Few files have changed since the last run, so this is quick. The first answer is then up to date.
            syncing.await??;
            None
        } else {
            Some(syncing)
        };
        let mut terminate = signal(SignalKind::terminate())?;
        // Of a terminal that is closed.
        let mut hang_up = signal(SignalKind::hangup())?;
        let address = listener.local_addr()?;
        tracing::info!(%address, ready_ms = started.elapsed().as_millis() as u64, "serving");
        let holds = match &syncing {
            None => counted(engine.status().documents, "document"),
            Some(_) => counted(files, "file") + " to read",
        };
        report::announce(announcement(address, &config.content, &holds));
        let asked_to_stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            tracing::info!("stopping; running requests are finished first");
        };
        // Loads in advance what the first answer needs, so that no visitor waits for it.
        tokio::task::spawn_blocking(crate::document::prepare_rendering);
        feedback.run(&mut background, &engine, &config, &texts, desk_revision);
        let state = AppState::new(Arc::clone(&engine) as Arc<dyn Engine>, config, texts)?
            .with_feedback(feedback.store.clone());
        let outcome = tokio::select! {
            () = web::serve(listener, state, Patience::default(), asked_to_stop) => Ok(()),
            error = keep_up(syncing, &engine, content) => Err(error),
            error = background.failed() => Err(error),
            () = feedback.store.writer_ended() => {
                Err(anyhow::anyhow!("the task that writes feedback has ended"))
            }
        };
        drop(background);
        feedback.store.close().await;
        outcome?;
        Ok(GOOD)
    })
}

/// Where the service is, which folder it watches, and what that holds.
fn announcement(address: SocketAddr, content: &Path, holds: &str) -> String {
    let (address, content) = (reachable(address), absolute(content));
    let content = content.display();
    format!("dayi serves http://{address}/ and watches {content} ({holds})")
}

fn counted(count: usize, thing: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{s}")
}

/// A path from the root, as nobody knows from which folder a service was started.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Says how to get a content folder where there is none.
fn with_remedy(error: ContentError) -> anyhow::Error {
    if error.source.kind() != ErrorKind::NotFound {
        return error.into();
    }
    let folder = absolute(&error.path);
    anyhow::anyhow!(
        "there is no content folder `{}`: run `dayi init` to make one, or name yours with `--content`",
        folder.display()
    )
}

/// Waits for the first sync, then watches the content for ever. Returns the error if the sync failed and there is no
/// index to answer from.
async fn keep_up(
    syncing: Option<JoinHandle<anyhow::Result<()>>>,
    engine: &Arc<EmbeddedEngine>,
    content: PathBuf,
) -> anyhow::Error {
    let outcome = match syncing {
        None => Ok(()),
        Some(syncing) => syncing.await.unwrap_or_else(|panic| Err(panic.into())),
    };
    match outcome {
        Err(error) if engine.status().generation == 0 => return error,
        Err(error) => {
            tracing::error!(error = %crate::error_chain(&*error), "the content could not be indexed; searches are answered from the old index");
        }
        Ok(()) => {}
    }
    embedded::watch(engine, content);
    std::future::pending().await
}

fn sync(
    engine: &EmbeddedEngine,
    content: &Path,
    listing: crate::document::Listing,
) -> anyhow::Result<()> {
    let changes =
        report::with_progress_bar(|progress| engine.sync_listed(content, listing, progress))?;
    for rejection in &changes.rejected {
        tracing::warn!(%rejection, "left out");
    }
    let embedded::Changes {
        added,
        updated,
        removed,
        unchanged,
        rejected,
        left_out,
        warnings,
    } = &changes;
    tracing::info!(
        added,
        updated,
        removed,
        unchanged,
        rejected = rejected.len(),
        left_out = left_out.len(),
        warnings = warnings.len(),
        "index is up to date"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_announced_address_can_be_opened() {
        for (listens, expected) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("0.0.0.0:81", "http://127.0.0.1:81/"),
            ("[::]:81", "http://[::1]:81/"),
        ] {
            let address = listens.parse().unwrap();
            let line = announcement(address, Path::new("/qa"), &counted(1, "document"));
            let expected = format!("dayi serves {expected} and watches /qa (1 document)");
            assert_eq!(line, expected);
        }
    }
}
