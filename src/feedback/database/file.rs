//! The file of a SQLite store, watched for being removed or replaced while it is open. SQLite does not notice, and goes
//! on writing into a file that no path leads to any more.

use super::StoreError;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A file as it was when it was opened.
#[derive(Debug, Clone)]
pub(in crate::feedback) struct StoreFile {
    path: PathBuf,
    /// Beside it: the newest changes (<https://sqlite.org/wal.html>).
    log: PathBuf,
    identity: (u64, u64),
}

impl StoreFile {
    /// The file at this path, which must be open as a database.
    pub(in crate::feedback) fn at(path: &Path) -> std::io::Result<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        Ok(Self {
            identity: identity(&path.metadata()?),
            log: log.into(),
            path: path.to_owned(),
        })
    }

    /// Whether the path still leads to the file that was opened.
    pub(in crate::feedback) fn check(&self) -> Result<(), StoreError> {
        let is_there = self
            .path
            .metadata()
            .is_ok_and(|metadata| identity(&metadata) == self.identity);
        if is_there {
            Ok(())
        } else {
            Err(StoreError::FileGone(self.path.clone()))
        }
    }

    /// The same, and whether its log is there, which SQLite keeps as long as a connection is open: to be asked within a
    /// transaction.
    pub(in crate::feedback) fn check_with_log(&self) -> Result<(), StoreError> {
        self.check()?;
        if self.log.exists() {
            Ok(())
        } else {
            Err(StoreError::FileGone(self.log.clone()))
        }
    }
}

/// Device and inode.
fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
