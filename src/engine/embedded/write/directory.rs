//! The files of an index. Files that every search walks through are mapped into memory. Whole documents, of which a page
//! shows ten, are read piece by piece: if they were mapped, sooner or later all of them would count as memory of the process.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, OwnedBytes, WatchCallback,
    WatchHandle, WritePtr,
};

/// The extension of files with whole documents.
const DOCUMENTS: &str = "store";
/// Bytes of the largest piece that is copied. Only a merge reads larger pieces; they are mapped, as a copy would take as much
/// memory.
const LARGEST_COPY: usize = 1024 * 1024;

/// A folder of tantivy's files.
#[derive(Debug, Clone)]
pub(super) struct Files {
    folder: PathBuf,
    mapped: MmapDirectory,
}

impl Files {
    pub(super) fn open(folder: &Path) -> tantivy::Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            mapped: MmapDirectory::open(folder)?,
        })
    }
}

impl Directory for Files {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let mapped = self.mapped.get_file_handle(path)?;
        if path.extension().is_none_or(|e| e != DOCUMENTS) {
            return Ok(mapped);
        }
        let failed = |error| OpenReadError::wrap_io_error(error, path.to_owned());
        let file = File::open(self.folder.join(path)).map_err(failed)?;
        Ok(Arc::new(Documents { file, mapped }))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.mapped.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.mapped.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.mapped.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.mapped.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.mapped.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.mapped.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.mapped.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.mapped.watch(callback)
    }
}

/// A file of whole documents. Never changes once it is there.
#[derive(Debug)]
struct Documents {
    file: File,
    mapped: Arc<dyn FileHandle>,
}

impl HasLen for Documents {
    fn len(&self) -> usize {
        self.mapped.len()
    }
}

impl FileHandle for Documents {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.len() > LARGEST_COPY {
            return self.mapped.read_bytes(range);
        }
        let mut piece = vec![0; range.len()];
        self.file.read_exact_at(&mut piece, range.start as u64)?;
        Ok(OwnedBytes::new(piece))
    }
}
