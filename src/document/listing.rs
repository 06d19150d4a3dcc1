//! A content folder as a list: its documents, what is left out by its name, and what cannot be seen.

use super::hash::content_hash;
use super::left_out::{LeftOut, Withheld};
use super::rejection::Rejection;
use rayon::prelude::*;
use std::ffi::OsStr;
use std::fs::{DirEntry, FileType, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Clocks of file systems tick more slowly than files are written, so a file changed this recently may change again
/// without changing its times.
const TICK: Duration = Duration::from_millis(100);
/// The only folder with `_` whose documents are meant for readers: Jekyll's posts.
const POSTS: &str = "_posts";
/// Folders that tools fill, with documents of their own.
const TOOL_FOLDERS: [&str; 6] = [
    "node_modules",
    "bower_components",
    "jspm_packages",
    "site-packages",
    "venv",
    "lost+found",
];

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

/// What is below a content folder.
#[derive(Debug, Default)]
pub struct Listing {
    /// All `.md` and `.mdx` files that should be documents, in path order.
    pub files: Vec<ContentFile>,
    /// Folders that could not be listed, or not to their end, each with a slash at its end. What was known of files below
    /// them is still true, as far as anybody can see.
    pub unseen: Vec<String>,
    /// A rejection for each of them, and for each name that is not UTF-8.
    pub rejected: Vec<Rejection>,
    /// What is left out by its name.
    pub left_out: Vec<LeftOut>,
}

/// Lists what is below `folder`. Hidden files and folders are not part of it.
///
/// # Errors
/// When the folder itself cannot be read. A file below it that cannot be read is listed, and
/// [`read_document`](super::read_document) reports it.
pub fn list_files(folder: &Path) -> Result<Listing, ContentError> {
    let mut listing = Listing::default();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = folders.pop() {
        let listed = std::fs::read_dir(&path);
        let listed = listed.and_then(Iterator::collect::<io::Result<Vec<DirEntry>>>);
        let entries = match listed {
            Ok(entries) => entries,
            Err(source) if prefix.is_empty() => {
                let path = folder.to_owned();
                return Err(ContentError { path, source });
            }
            // It was removed meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => {
                listing.cannot_see(prefix, &error);
                continue;
            }
        };
        // Asking the system about each file takes the longest, so it is done in parallel.
        let found = entries
            .par_iter()
            .filter_map(|entry| look_at(entry, &prefix));
        for found in found.collect::<Vec<Found>>() {
            match found {
                Found::Folder(path, prefix) => folders.push((path, prefix)),
                Found::File(file) => listing.files.push(file),
                Found::Rejected(rejection) => listing.rejected.push(rejection),
                Found::LeftOut(left_out) => listing.left_out.push(left_out),
                Found::Unseen(prefix, error) => listing.cannot_see(prefix, &error),
            }
        }
    }
    listing
        .files
        .par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    listing
        .left_out
        .sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(listing)
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

impl Listing {
    fn cannot_see(&mut self, prefix: String, error: &io::Error) {
        let path = prefix.trim_end_matches('/');
        let problem =
            format!("the folder cannot be read: {error}; its documents stay as they were");
        let rejection = Rejection::at_start(path, problem, "a folder that this user may list");
        self.rejected.push(rejection);
        self.unseen.push(prefix);
    }
}

/// An entry of a folder.
enum Found {
    /// Path of a folder, and the prefix of the paths in it.
    Folder(PathBuf, String),
    File(ContentFile),
    Rejected(Rejection),
    LeftOut(LeftOut),
    /// The prefix of a folder that cannot be looked at.
    Unseen(String, io::Error),
}

fn look_at(entry: &DirEntry, prefix: &str) -> Option<Found> {
    let name = entry.file_name();
    let Some(name) = name.to_str() else {
        return unreadable_name(entry, &name, prefix);
    };
    if is_hidden(name) {
        return None;
    }
    let relative = format!("{prefix}{name}");
    let kind = entry.file_type();
    let is_link = kind.as_ref().is_ok_and(FileType::is_symlink);
    // The metadata of the entry itself needs no lookup by path, but does not follow links.
    let metadata = if is_link {
        std::fs::metadata(entry.path())
    } else {
        entry.metadata()
    };
    let metadata = match metadata {
        Ok(metadata) => metadata,
        // A file that was removed meanwhile is not listed. Anything else is, so that the reader reports it.
        Err(error) if error.kind() == io::ErrorKind::NotFound && !is_link => return None,
        Err(error) if kind.is_ok_and(|t| t.is_dir()) => {
            return Some(Found::Unseen(format!("{relative}/"), error));
        }
        Err(_) => return as_file(relative, name, None),
    };
    if !metadata.is_dir() {
        return as_file(relative, name, stamp(&metadata));
    }
    if is_link {
        return None;
    }
    let why = withheld_folder(name);
    Some(match why {
        Some(why) => Found::LeftOut(LeftOut {
            path: relative,
            why,
        }),
        None => Found::Folder(entry.path(), format!("{relative}/")),
    })
}

/// A file, if its name is that of a document.
fn as_file(path: String, name: &str, stamp: Option<u64>) -> Option<Found> {
    if !is_document_name(name) {
        return None;
    }
    Some(match withheld_file(name) {
        Some(why) => Found::LeftOut(LeftOut { path, why }),
        None => Found::File(ContentFile { path, stamp }),
    })
}

/// A name that is not UTF-8, as archives from Windows give it, is that of no document. It is told where it should be one.
fn unreadable_name(entry: &DirEntry, name: &OsStr, prefix: &str) -> Option<Found> {
    let shown = name.to_string_lossy();
    let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
    let is_told = !is_hidden(&shown) && (is_folder || is_document_name(&shown));
    is_told.then(|| {
        Found::Rejected(Rejection::at_start(
            &format!("{prefix}{shown}"),
            "the name is not UTF-8",
            "a name in UTF-8: rename it, with `convmv` where there are many",
        ))
    })
}

/// Whether a file or folder of this name is hidden.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

fn withheld_folder(name: &str) -> Option<Withheld> {
    if TOOL_FOLDERS.contains(&name) {
        Some(Withheld::ToolFolder)
    } else {
        (name.starts_with('_') && name != POSTS).then_some(Withheld::Underscore)
    }
}

fn withheld_file(name: &str) -> Option<Withheld> {
    name.starts_with('_').then_some(Withheld::Underscore)
}

fn is_document_name(name: &str) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("mdx")
}

/// Whether a path below a content folder is that of a file that would be listed as a document. Folders whose names begin
/// with two dots count as seen: Kubernetes mounts the files of a `ConfigMap` as links through such folders.
pub(super) fn would_be_listed(path: &Path) -> bool {
    let names: Option<Vec<&str>> = path.iter().map(OsStr::to_str).collect();
    let Some((file, folders)) = names.as_ref().and_then(|names| names.split_last()) else {
        return false;
    };
    let is_seen = |name: &&str| name.starts_with("..") || !is_hidden(name);
    let folders_are = folders
        .iter()
        .all(|name| is_seen(name) && withheld_folder(name).is_none());
    folders_are && !is_hidden(file) && is_document_name(file) && withheld_file(file).is_none()
}

/// Hashes the times and the size of a file. The change time cannot be set by programs and also covers permissions.
/// The modification time is included for file systems without a change time.
fn stamp(metadata: &Metadata) -> Option<u64> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt;

    fn write(folder: &Path, name: &str) {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "x").unwrap();
    }

    fn paths(listing: &Listing) -> Vec<&str> {
        listing.files.iter().map(|f| f.path.as_str()).collect()
    }

    #[test]
    fn lists_documents_in_path_order_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b.md",
            "a.MDX",
            "c.txt",
            ".hidden.md",
            "sub/d.md",
            "sub/.git/e.md",
        ] {
            write(folder.path(), name);
        }
        let listing = list_files(folder.path()).unwrap();
        assert_eq!(paths(&listing), ["a.MDX", "b.md", "sub/d.md"]);
    }

    #[test]
    fn folders_of_tools_and_names_with_an_underscore_are_left_out_and_told() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "_drafts/a.md",
            "_under.md",
            "_index.md",
            "_posts/2024-01-01-b.md",
            "sub/_x/c.md",
            "node_modules/pkg/readme.md",
            "_pictures.png",
            "a_b.md",
        ] {
            write(folder.path(), name);
        }
        let listing = list_files(folder.path()).unwrap();
        assert_eq!(paths(&listing), ["_posts/2024-01-01-b.md", "a_b.md"]);
        let left_out: Vec<String> = listing.left_out.iter().map(ToString::to_string).collect();
        assert_eq!(
            left_out,
            [
                "_drafts: left out: name with `_`",
                "_index.md: left out: name with `_`",
                "_under.md: left out: name with `_`",
                "node_modules: left out: folder of a tool",
                "sub/_x: left out: name with `_`",
            ]
        );
    }

    #[test]
    fn a_name_that_is_not_utf8_is_told() {
        let folder = tempfile::tempdir().unwrap();
        for name in [&b"inv\xff\xfe.md"[..], b"\xc4\xe3.txt", b".\xff.md"] {
            std::fs::write(folder.path().join(OsStr::from_bytes(name)), "x").unwrap();
        }
        std::fs::create_dir(folder.path().join(OsStr::from_bytes(b"\xc4\xe3"))).unwrap();
        let listing = list_files(folder.path()).unwrap();
        assert_eq!(listing.files, []);
        let mut told: Vec<String> = listing.rejected.iter().map(ToString::to_string).collect();
        told.sort();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("inv\u{fffd}\u{fffd}.md:1:1: the name is not UTF-8; expected"));
    }

    #[test]
    fn a_folder_that_cannot_be_listed_is_unseen_and_told_in_short() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a.md");
        // Deeper than a path may be long (PATH_MAX, 4,096 bytes): nobody can list the lowest folder by its path.
        let (top, above) = (
            folder.path().join("x".repeat(200)),
            folder.path().join("above"),
        );
        std::fs::create_dir(&top).unwrap();
        for _ in 0..30 {
            std::fs::create_dir(&above).unwrap();
            std::fs::rename(&top, above.join("x".repeat(200))).unwrap();
            std::fs::rename(&above, &top).unwrap();
        }
        let listing = list_files(folder.path()).unwrap();
        assert_eq!(paths(&listing), ["a.md"]);
        assert_eq!(listing.unseen.len(), 1);
        let told = listing.rejected[0].to_string();
        assert!(told.contains("the folder cannot be read"), "{told}");
        assert!(told.len() < 600, "{told}");
    }

    #[test]
    fn the_end_of_a_link_is_judged_as_a_file_is() {
        for (path, is_listed) in [
            ("a.md", true),
            ("sub/a.mdx", true),
            ("..data/a.md", true),
            ("..2024_11_30/a.md", true),
            ("_posts/a.md", true),
            (".hidden/a.md", false),
            ("sub/.git/a.md", false),
            (".a.md", false),
            ("..a.md", false),
            ("_drafts/a.md", false),
            ("_a.md", false),
            ("node_modules/a.md", false),
            ("secret.txt", false),
            ("", false),
        ] {
            assert_eq!(would_be_listed(Path::new(path)), is_listed, "{path}");
        }
    }

    #[test]
    fn a_file_that_changes_twice_within_a_tick_has_no_stamp_that_hides_it() {
        let folder = tempfile::tempdir().unwrap();
        let stamped = |text| {
            std::fs::write(folder.path().join("a.md"), text).unwrap();
            list_files(folder.path()).unwrap().files[0].stamp
        };
        for _ in 0..50 {
            let before = stamped("one");
            assert!(before.is_none() || stamped("two") != before);
        }
        std::thread::sleep(TICK * 2);
        assert!(list_files(folder.path()).unwrap().files[0].stamp.is_some());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = list_files(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all"));
    }
}
