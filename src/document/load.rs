//! Reading one file of a content folder.

use super::hash::content_hash;
use super::listing::would_be_listed;
use super::model::Document;
use super::parse::{Parsed, parse_published};
use super::rejection::Rejection;
use super::unusable::Unusable;
use super::warning::Warning;
use jiff::Timestamp;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Larger files are refused: no answer is this long, and one mistake must not fill the memory, of which rendering takes some
/// 70 bytes for each byte.
const LARGEST_FILE: u64 = 1024 * 1024;

/// Raised whenever the same file gives another document than before, so that all files are read again.
pub const READING_VERSION: u32 = 3;

/// The result of reading a file.
#[derive(Debug)]
pub struct ReadDocument {
    /// Its document.
    pub document: Document,
    /// The answer as plain text, as [`Document::answer_text`] gives it.
    pub answer_text: String,
    /// A [`content_hash`] of the file's bytes.
    pub hash: u64,
    /// What its author should look at.
    pub warnings: Vec<Warning>,
    /// A number that changes with what the site says of how the document is asked; 0 where it says nothing.
    pub asked_as: u64,
    /// When the same file will be read otherwise, because a day has come; never, where there is no such day.
    pub holds_until: Option<Timestamp>,
}

/// Reads and parses one file of `folder`, as it is meant now.
///
/// # Errors
/// [`Unusable::Rejected`] when the file cannot be read, is not UTF-8, or is no usable document; [`Unusable::LeftOut`] when
/// it is not meant for readers.
pub fn read_document(folder: &Path, path: &str) -> Result<ReadDocument, Unusable> {
    let bytes = read_bytes(folder, path)?;
    let hash = content_hash(&bytes);
    let text = simdutf8::compat::from_utf8(&bytes)
        .map_err(|error| not_utf8(path, &bytes, error.valid_up_to()))?;
    let Parsed {
        document,
        answer_text,
        warnings,
        holds_until,
    } = parse_published(path, text, Timestamp::now())?;
    Ok(ReadDocument {
        document,
        answer_text,
        hash,
        warnings,
        asked_as: 0,
        holds_until,
    })
}

/// The bytes of a file that is no link out of the folder, no pipe and not too large.
fn read_bytes(folder: &Path, path: &str) -> Result<Vec<u8>, Rejection> {
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
                        "the link leads out of the content folder, or to a file that is no document of it",
                        "a link to a document of the folder itself",
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
    Ok(bytes)
}

/// Opens a file for reading. Does not follow links, and does not wait for the writer of a pipe.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    options.read(true).custom_flags(flags).open(path)
}

/// The target of a link; `None` if it is outside of `folder`, or a file that would not be listed there itself: that would
/// publish files that were not meant to be.
fn end_within(folder: &Path, link: &Path) -> io::Result<Option<PathBuf>> {
    let end = link.canonicalize()?;
    let folder = folder.canonicalize()?;
    let is_document = end.strip_prefix(folder).is_ok_and(would_be_listed);
    Ok(is_document.then_some(end))
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
        for name in [
            ".hidden/secret.md",
            "_drafts/a.md",
            "notes.txt",
            "..data/a.md",
        ] {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        link(Path::new(".hidden/secret.md"), "hidden.md");
        link(Path::new("_drafts/a.md"), "draft.md");
        link(Path::new("notes.txt"), "notes.md");
        link(Path::new("..data/a.md"), "mounted.md");
        let read = |name| read_document(folder.path(), name).map_err(|r| r.to_string());
        assert!(read("inside.md").is_ok() && read("mounted.md").is_ok());
        for name in [
            "outside.md",
            "device.md",
            "hidden.md",
            "draft.md",
            "notes.md",
        ] {
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
}
