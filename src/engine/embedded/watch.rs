//! Watches folders and acts after changes.

use super::EmbeddedEngine;
use super::sync::Changes;
use crate::document::Rejection;
use crate::engine::Engine;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

/// Editors and `git checkout` write in bursts: a sync waits for this much quiet.
const QUIET: Duration = Duration::from_millis(150);
/// A burst without end is synced all the same after this long.
const LONGEST_BURST: Duration = Duration::from_secs(1);
/// Some file systems report nothing: the folder is looked at this often anyway.
const LOOK_ANYWAY: Duration = Duration::from_secs(30);

/// A folder whose changes are reported. Begins before there is an engine to tell: looking through a large folder takes as
/// long as opening its index, and what changes meanwhile must not be missed.
pub struct Watch {
    /// Stops the reports when dropped; none where the system cannot watch.
    watcher: Option<RecommendedWatcher>,
    /// Keeps the channel open where nothing watches.
    events: mpsc::Sender<()>,
    reported: mpsc::Receiver<()>,
}

impl Watch {
    /// Watches `folder` from now on. Where the system cannot, a warning says so.
    pub fn begin(folder: &Path) -> Self {
        let (events, reported) = mpsc::channel();
        let watcher = watcher(folder, events.clone()).inspect_err(|error| {
            tracing::warn!(%error, folder = %folder.display(), "the folder cannot be watched; it is looked at every half minute");
        });
        Self {
            watcher: watcher.ok(),
            events,
            reported,
        }
    }
}

/// Syncs with `content` after each change until the engine is dropped.
pub fn watch(engine: &Arc<EmbeddedEngine>, content: PathBuf, watch: Watch) {
    on_change(engine, watch, move |engine| sync(engine, &content));
}

/// Syncs and logs what came of it.
pub fn sync(engine: &EmbeddedEngine, content: &Path) {
    let known = engine.status().rejected;
    match engine.sync(content, &|_, _| {}) {
        Ok(changes) => report(&changes, &known),
        Err(error) => {
            tracing::error!(error = %crate::error_chain(&error), "the content could not be indexed; searches go on as before");
        }
    }
}

/// Calls `act` after each change that `watch` reports, and every half minute, until the engine is dropped; on a thread of
/// its own.
pub fn on_change(
    engine: &Arc<EmbeddedEngine>,
    watch: Watch,
    act: impl Fn(&EmbeddedEngine) + Send + 'static,
) {
    let engine = Arc::downgrade(engine);
    std::thread::spawn(move || {
        let Watch {
            watcher,
            events,
            reported,
        } = watch;
        // Kept until the engine is gone: the one stops the events, the other would end the wait.
        let _keep = (watcher, events);
        while wait_for_change(&reported, &engine) {
            let Some(engine) = engine.upgrade() else {
                return;
            };
            act(&engine);
        }
    });
}

fn watcher(content: &Path, events: mpsc::Sender<()>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.map_or(true, |e| !e.kind.is_access()) {
            // The receiver is gone only when the engine is: nothing is left to tell.
            let _ = events.send(());
        }
    })?;
    watcher.watch(content, RecursiveMode::Recursive)?;
    Ok(watcher)
}

/// Waits for a change and the quiet after it; `false` when the engine is gone.
fn wait_for_change(reported: &mpsc::Receiver<()>, engine: &Weak<EmbeddedEngine>) -> bool {
    match reported.recv_timeout(LOOK_ANYWAY) {
        Ok(()) => {
            let began = Instant::now();
            while began.elapsed() < LONGEST_BURST && reported.recv_timeout(QUIET).is_ok() {}
            while reported.try_recv().is_ok() {}
        }
        Err(RecvTimeoutError::Timeout) => {}
        Err(RecvTimeoutError::Disconnected) => return false,
    }
    engine.strong_count() > 0
}

/// Logs what changed, and each file that is left out once: `known` are those that were before.
fn report(changes: &Changes, known: &[Rejection]) {
    for rejection in &changes.rejected {
        let same_file = known.binary_search_by(|k| k.path.cmp(&rejection.path));
        if same_file.is_ok_and(|index| known[index] == *rejection) {
            tracing::debug!(%rejection, "left out");
        } else {
            tracing::warn!(%rejection, "left out");
        }
    }
    if changes.any() {
        let Changes {
            added,
            updated,
            removed,
            unchanged,
            rejected,
        } = changes;
        tracing::info!(
            added,
            updated,
            removed,
            unchanged,
            rejected = rejected.len(),
            "content changed"
        );
    }
}
