//! `index/lock`: held by the one process that writes the index.

use crate::engine::sync::IndexError;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Name of the file.
const LOCK: &str = "lock";

/// Takes the lock. The system releases it when the process ends, however it ends.
pub(super) fn lock(root: &Path) -> Result<File, IndexError> {
    let unwritable = |source| IndexError::Unwritable {
        path: root.to_owned(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(root.join(LOCK))
        .map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(IndexError::InUse(root.to_owned())),
        Err(TryLockError::Error(source)) => Err(unwritable(source)),
    }
}
