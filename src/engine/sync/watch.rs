//! Watches folders and acts after changes.

use super::changes::Changes;
use super::error::SyncError;
use crate::document::Rejection;
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
/// A failed try, on a full disk for example, is repeated after this long, or after as long as it took where that is longer.
const TRY_AGAIN: Duration = Duration::from_secs(2);

/// Calls `act` after each change below `folder`, and every half minute, until the owner is dropped; on a thread of its own.
/// The first call comes once the watching has begun, which takes long in a large folder: for what changed until then. A
/// failure is logged once for each change, and `act` is soon called again.
pub fn on_change<T: Send + Sync + 'static>(
    owner: &Arc<T>,
    folder: PathBuf,
    mut act: impl FnMut(&T) -> Result<(), SyncError> + Send + 'static,
) {
    let owner = Arc::downgrade(owner);
    std::thread::spawn(move || {
        // Both live until the owner is gone: without the watcher no events would come, without a sender the wait would end.
        let (events, reported) = mpsc::channel();
        let _watcher = watcher(&folder, events.clone()).inspect_err(|error| {
            tracing::warn!(%error, folder = %folder.display(), "the folder cannot be watched; it is looked at every half minute");
        });
        let (mut failure, mut is_changed) = (None, true);
        while let Some(owner) = owner.upgrade() {
            let began = Instant::now();
            let before = failure;
            failure = failure_of(|| act(&owner), &folder);
            drop(owner);
            if let Some(error) = failure.as_ref().filter(|_| is_changed || failure != before) {
                tracing::error!(
                    error,
                    folder = %folder.display(),
                    "the content could not be indexed; searches go on as before, and it is tried again every few seconds"
                );
            }
            let pause = match failure {
                Some(_) => TRY_AGAIN.max(began.elapsed()),
                None => LOOK_ANYWAY,
            };
            is_changed = wait_for_change(&reported, pause);
        }
        drop(events);
    });
}

/// Acts. Returns what went wrong and may soon work.
fn failure_of(act: impl FnOnce() -> Result<(), SyncError>, folder: &Path) -> Option<String> {
    let Ok(outcome) = catch_unwind(AssertUnwindSafe(act)) else {
        // A panic over one state of the folder may well not happen over the next.
        tracing::error!(folder = %folder.display(), "what should follow a change of the folder failed; the next change is another try");
        return None;
    };
    outcome.err().map(|error| crate::error_chain(&error))
}

fn watcher(content: &Path, events: mpsc::Sender<()>) -> notify::Result<RecommendedWatcher> {
    let notify = move |event: notify::Result<notify::Event>| {
        if event.map_or(true, |e| !e.kind.is_access()) {
            // The receiver is gone only when the owner is: nobody is left to notify.
            let _ = events.send(());
        }
    };
    // Folders behind links are not part of the content.
    let config = notify::Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(notify, config)?;
    // The folder itself may be a link.
    watcher.watch(&content.canonicalize()?, RecursiveMode::Recursive)?;
    Ok(watcher)
}

/// Waits for a change and the quiet after it, or this long at most. Returns whether there was a change.
fn wait_for_change(reported: &mpsc::Receiver<()>, pause: Duration) -> bool {
    let is_changed = reported.recv_timeout(pause).is_ok();
    if is_changed {
        let began = Instant::now();
        while began.elapsed() < LONGEST_BURST && reported.recv_timeout(QUIET).is_ok() {}
        while reported.try_recv().is_ok() {}
    }
    is_changed
}

/// Logs what a sync changed, and each file that is left out once: `known` were left out before.
pub(crate) fn log_changes(changes: &Changes, known: &[Rejection]) {
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
            left_out,
            warnings,
        } = changes;
        tracing::info!(
            added,
            updated,
            removed,
            unchanged,
            rejected = rejected.len(),
            left_out = left_out.len(),
            warnings = warnings.len(),
            "content changed"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_panic_is_not_the_end_of_watching() {
        let folder = tempfile::tempdir().unwrap();
        let owner = Arc::new(());
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        on_change(&owner, folder.path().to_owned(), move |()| {
            assert!(counted.fetch_add(1, Ordering::SeqCst) > 0, "as it should");
            Ok(())
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
