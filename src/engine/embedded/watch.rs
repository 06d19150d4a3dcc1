//! Watches folders and acts after changes.

use super::EmbeddedEngine;
use super::sync::Changes;
use crate::document::Rejection;
use crate::engine::Engine;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// Editors and `git checkout` write in bursts: a sync waits for this much quiet.
const QUIET: Duration = Duration::from_millis(150);
/// A burst without end is synced all the same after this long.
const LONGEST_BURST: Duration = Duration::from_secs(1);
/// Some file systems report nothing: the folder is looked at this often anyway.
const LOOK_ANYWAY: Duration = Duration::from_secs(30);

/// Syncs with `content` after each change until the engine is dropped, and once at the beginning.
pub fn watch(engine: &Arc<EmbeddedEngine>, content: PathBuf) {
    on_change(engine, content.clone(), move |engine| {
        sync(engine, &content);
    });
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

/// Calls `act` after each change below `folder`, and every half minute, until the engine is dropped; on a thread of its own.
/// It is called first when watching has begun, which takes long in a large folder: for what changed until then.
pub fn on_change(
    engine: &Arc<EmbeddedEngine>,
    folder: PathBuf,
    act: impl Fn(&EmbeddedEngine) + Send + 'static,
) {
    let engine = Arc::downgrade(engine);
    std::thread::spawn(move || {
        // Both are kept until the engine is gone: the one stops the events, the other would end the wait.
        let (events, reported) = mpsc::channel();
        let _watcher = watcher(&folder, events.clone()).inspect_err(|error| {
            tracing::warn!(%error, folder = %folder.display(), "the folder cannot be watched; it is looked at every half minute");
        });
        while let Some(engine) = engine.upgrade() {
            // What fails over one state of the folder may well work on the next.
            if catch_unwind(AssertUnwindSafe(|| act(&engine))).is_err() {
                tracing::error!(folder = %folder.display(), "what should follow a change of the folder failed; the next change is another try");
            }
            drop(engine);
            wait_for_change(&reported);
        }
        drop(events);
    });
}

fn watcher(content: &Path, events: mpsc::Sender<()>) -> notify::Result<RecommendedWatcher> {
    let tell = move |event: notify::Result<notify::Event>| {
        if event.map_or(true, |e| !e.kind.is_access()) {
            // The receiver is gone only when the engine is: nothing is left to tell.
            let _ = events.send(());
        }
    };
    // Folders behind links are none of the content.
    let config = notify::Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(tell, config)?;
    // The folder itself may be a link.
    watcher.watch(&content.canonicalize()?, RecursiveMode::Recursive)?;
    Ok(watcher)
}

/// Waits for a change and the quiet after it, or until it is time to look anyway.
fn wait_for_change(reported: &mpsc::Receiver<()>) {
    if reported.recv_timeout(LOOK_ANYWAY).is_ok() {
        let began = Instant::now();
        while began.elapsed() < LONGEST_BURST && reported.recv_timeout(QUIET).is_ok() {}
        while reported.try_recv().is_ok() {}
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_panic_is_not_the_end_of_watching() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Arc::new(EmbeddedEngine::in_memory(Analyzer::new()).unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        on_change(&engine, folder.path().to_owned(), move |_| {
            assert!(counted.fetch_add(1, Ordering::SeqCst) > 0, "as it should");
        });
        for number in 0.. {
            assert!(number < 100, "never called again");
            std::fs::write(folder.path().join("a.md"), number.to_string()).unwrap();
            if calls.load(Ordering::SeqCst) > 1 {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
