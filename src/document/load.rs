//! A content folder: listing its documents, and reading one of them.

use super::model::Document;
use super::parse::parse_with_text;
use super::rejection::Rejection;
use rayon::prelude::*;
use std::fs::{DirEntry, File};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Larger files are refused: no answer is this long, and one mistake must not fill the memory, of which rendering takes some
/// 70 bytes for each byte.
const LARGEST_FILE: u64 = 1024 * 1024;
/// Clocks of file systems tick more slowly than files are written, so a file changed this recently may change again
/// without changing its times.
const TICK: Duration = Duration::from_millis(100);

/// A content folder that cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the content folder `{}`: expected a readable folder of Markdown documents", path.display())]
pub struct ContentError {
    /// The folder.
    pub path: PathBuf,
    /// What the system says.
    #[source]
    pub source: io::Error,
}

/// A file of the content folder that should be a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentFile {
    /// Path relative to the content folder, with `/` between its parts.
    pub path: String,
    /// Changes whenever the file does; a file with the same stamp need not be read again. `None` while the file may
    /// still change without changing its times.
    pub stamp: Option<u64>,
}

/// All `.md` and `.mdx` files below `folder` in path order; hidden files and folders are left out.
///
/// # Errors
/// When the folder itself cannot be read. A file below it that cannot be read is listed, and [`read_document`]
/// reports it.
pub fn list_files(folder: &Path) -> Result<Vec<ContentFile>, ContentError> {
    let unreadable = |source| ContentError {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = folders.pop() {
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if prefix.is_empty() => return Err(unreadable(error)),
            Err(error) => {
                tracing::warn!(folder = %path.display(), %error, "leaving out a folder that cannot be read");
                continue;
            }
        };
        let entries: Vec<DirEntry> = entries.flatten().collect();
        // Asking the system about each file takes the longest, so it is done in parallel.
        let found: Vec<Found> = entries
            .par_iter()
            .filter_map(|entry| look_at(entry, &prefix))
            .collect();
        for found in found {
            match found {
                Found::Folder(path, prefix) => folders.push((path, prefix)),
                Found::File(file) => files.push(file),
            }
        }
    }
    files.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// An entry of a folder.
enum Found {
    /// Path of a folder, and the prefix of the paths in it.
    Folder(PathBuf, String),
    File(ContentFile),
}

fn look_at(entry: &DirEntry, prefix: &str) -> Option<Found> {
    let name = entry.file_name();
    let name = name.to_str().filter(|n| !n.starts_with('.'))?;
    let relative = format!("{prefix}{name}");
    let is_link = entry.file_type().is_ok_and(|t| t.is_symlink());
    // The metadata of the entry itself needs no lookup by path, but does not follow links.
    let metadata = if is_link {
        std::fs::metadata(entry.path())
    } else {
        entry.metadata()
    };
    let metadata = match metadata {
        Ok(metadata) => metadata,
        // A broken link is listed, so that the reader reports it. A file that was removed meanwhile is not.
        Err(_) if is_link && is_document_name(name) => {
            return Some(Found::File(ContentFile {
                path: relative,
                stamp: None,
            }));
        }
        Err(_) => return None,
    };
    if metadata.is_dir() {
        (!is_link).then(|| Found::Folder(entry.path(), format!("{relative}/")))
    } else {
        is_document_name(name).then(|| {
            Found::File(ContentFile {
                path: relative,
                stamp: stamp(&metadata),
            })
        })
    }
}

/// Checks that the folder can be read, without looking at its files.
///
/// # Errors
/// When it cannot be read.
pub fn check_folder(folder: &Path) -> Result<(), ContentError> {
    let unreadable = |source| ContentError {
        path: folder.to_owned(),
        source,
    };
    std::fs::read_dir(folder).map(|_| ()).map_err(unreadable)
}

fn is_document_name(name: &str) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("mdx")
}

/// Hashes the times and the size of a file. The change time cannot be set by programs and also covers permissions.
/// The modification time is included for file systems without a change time.
fn stamp(metadata: &std::fs::Metadata) -> Option<u64> {
    let (seconds, nanos) = (metadata.ctime(), metadata.ctime_nsec());
    let changed = UNIX_EPOCH.checked_add(Duration::new(seconds.try_into().ok()?, nanos as u32));
    let age = SystemTime::now().duration_since(changed?).ok()?;
    let signs = [
        seconds,
        nanos,
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.size() as i64,
    ];
    (age > TICK).then(|| content_hash(signs.map(i64::to_le_bytes).as_flattened()))
}

/// A hash that changes with the content of a file.
pub fn content_hash(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// The result of reading a file.
#[derive(Debug)]
pub struct ReadDocument {
    /// Its document.
    pub document: Document,
    /// The answer as plain text, as [`Document::answer_text`] gives it.
    pub answer_text: String,
    /// A [`content_hash`] of the file's bytes.
    pub hash: u64,
}

/// Reads and parses one file of `folder`.
///
/// # Errors
/// A [`Rejection`] when the file cannot be read, is not UTF-8, or is no usable document.
pub fn read_document(folder: &Path, path: &str) -> Result<ReadDocument, Rejection> {
    let full = folder.join(path);
    let unreadable = |e: io::Error| {
        Rejection::at_start(
            path,
            format!("the file cannot be read: {e}"),
            "a readable file",
        )
    };
    let file = match open(&full) {
        Err(error) if error.raw_os_error() == Some(libc::ELOOP) => {
            match end_within(folder, &full).map_err(unreadable)? {
                Some(file) => open(&file),
                None => {
                    return Err(Rejection::at_start(
                        path,
                        "the link leads out of the content folder",
                        "a file of the folder itself",
                    ));
                }
            }
        }
        opened => opened,
    };
    let file = file.map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    // Devices and pipes may be endless.
    if !metadata.is_file() {
        return Err(Rejection::at_start(path, "it is no regular file", "a file"));
    }
    // Reads the current length: if more is written later, the stamp changes and the file is read again. Some file
    // systems report length 0.
    let most = LARGEST_FILE + 1;
    let length = metadata.len().min(most);
    let mut bytes = Vec::with_capacity(length as usize);
    file.take(if length == 0 { most } else { length })
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Rejection::at_start(
            path,
            "the file is too large",
            format!("at most {LARGEST_FILE} bytes"),
        ));
    }
    let hash = content_hash(&bytes);
    let text = simdutf8::compat::from_utf8(&bytes)
        .map_err(|error| not_utf8(path, &bytes, error.valid_up_to()))?;
    let (document, answer_text) = parse_with_text(path, text)?;
    Ok(ReadDocument {
        document,
        answer_text,
        hash,
    })
}

/// Opens a file for reading. Does not follow links, and does not wait for the writer of a pipe.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    options.read(true).custom_flags(flags).open(path)
}

/// The target of a link; `None` if it is outside of `folder`, because that would publish files that were not meant to
/// be.
fn end_within(folder: &Path, link: &Path) -> io::Result<Option<PathBuf>> {
    let end = link.canonicalize()?;
    Ok(end.starts_with(folder.canonicalize()?).then_some(end))
}

fn not_utf8(path: &str, bytes: &[u8], valid_up_to: usize) -> Rejection {
    let valid = String::from_utf8_lossy(&bytes[..valid_up_to]);
    let line = valid.matches('\n').count() + 1;
    let column = valid.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    Rejection::at(
        path,
        (line, column),
        "the file is not UTF-8",
        "text saved in UTF-8",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_documents_in_path_order_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.md", "a.MDX", "c.txt", ".hidden.md"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::fs::create_dir_all(folder.path().join("sub/.git")).unwrap();
        std::fs::write(folder.path().join("sub/d.md"), "x").unwrap();
        std::fs::write(folder.path().join("sub/.git/e.md"), "x").unwrap();
        let paths: Vec<String> = list_files(folder.path())
            .unwrap()
            .into_iter()
            .map(|f| f.path)
            .collect();
        assert_eq!(paths, ["a.MDX", "b.md", "sub/d.md"]);
    }

    #[test]
    fn links_are_followed_within_the_folder_and_to_nothing_else() {
        let outside = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let text = "---\nid: a\ntitle: t\n---\n正文";
        std::fs::write(outside.path().join("secret.md"), text).unwrap();
        std::fs::write(folder.path().join("real.md"), text).unwrap();
        let link = |to: &Path, name: &str| {
            std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
        };
        link(&folder.path().join("real.md"), "inside.md");
        link(&outside.path().join("secret.md"), "outside.md");
        link(Path::new("/dev/zero"), "device.md");
        let read = |name| read_document(folder.path(), name).map_err(|r| r.to_string());
        assert!(read("inside.md").is_ok());
        for name in ["outside.md", "device.md"] {
            assert!(
                read(name)
                    .unwrap_err()
                    .contains("out of the content folder")
            );
        }
        let pipe = folder.path().join("pipe.md");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        assert!(read("pipe.md").unwrap_err().contains("no regular file"));
    }

    #[test]
    fn other_encodings_are_refused_where_they_begin() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.md"), b"---\nid: \xd6\xd0").unwrap();
        let refused = read_document(folder.path(), "a.md").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a.md:2:5: the file is not UTF-8; expected text saved in UTF-8"
        );
    }

    #[test]
    fn a_file_that_changes_twice_within_a_tick_has_no_stamp_that_hides_it() {
        let folder = tempfile::tempdir().unwrap();
        let stamped = |text| {
            std::fs::write(folder.path().join("a.md"), text).unwrap();
            list_files(folder.path()).unwrap()[0].stamp
        };
        for _ in 0..50 {
            let before = stamped("one");
            assert!(before.is_none() || stamped("two") != before);
        }
        std::thread::sleep(TICK * 2);
        assert!(list_files(folder.path()).unwrap()[0].stamp.is_some());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = list_files(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all"));
    }
}
