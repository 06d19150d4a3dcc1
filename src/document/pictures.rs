//! Pictures of the content folder: of allowed types, not hidden, and never outside of the folder.

use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Endings of pictures, with their media types.
const TYPES: [(&str, &str); 9] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("svg", "image/svg+xml"),
    ("bmp", "image/bmp"),
    ("ico", "image/x-icon"),
];

/// An open picture.
#[derive(Debug)]
pub struct Picture {
    /// Its bytes.
    pub file: File,
    /// Its media type.
    pub media_type: &'static str,
    /// Its size in bytes, and when it was changed in nanoseconds, where the system knows.
    pub version: (u64, u128),
}

/// The media type of a file, if its name is that of a picture.
pub fn type_of(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    let known = TYPES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(ending));
    known.map(|(_, media_type)| *media_type)
}

/// Opens the picture at `path` below `folder`. `None` if there is none, or nothing that may be shown.
///
/// # Errors
/// When the system cannot say.
pub fn open_picture(folder: &Path, path: &str) -> io::Result<Option<Picture>> {
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput => {
            Ok(None)
        }
        _ if matches!(error.raw_os_error(), Some(libc::ELOOP | libc::ENAMETOOLONG)) => Ok(None),
        _ => Err(error),
    };
    if super::relative_path::file_of(path, "").is_none_or(|file| file != path) {
        return Ok(None);
    }
    let folder = folder.canonicalize()?;
    // Links are judged by where they end: within the folder, not hidden, a picture.
    let end = match folder.join(path).canonicalize() {
        Ok(end) => end,
        Err(error) => return missing(error),
    };
    let Some(name) = end.strip_prefix(&folder).ok().and_then(Path::to_str) else {
        return Ok(None);
    };
    let is_hidden = name.split('/').any(|part| part.starts_with('.'));
    let Some(media_type) = type_of(name).filter(|_| !is_hidden && type_of(path).is_some()) else {
        return Ok(None);
    };
    // Does not wait for the writer of a pipe.
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let file = match File::options().read(true).custom_flags(flags).open(&end) {
        Ok(file) => file,
        Err(error) => return missing(error),
    };
    let metadata = file.metadata()?;
    let changed = metadata
        .modified()
        .ok()
        .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let version = (metadata.len(), changed.map_or(0, |at| at.as_nanos()));
    Ok(metadata.is_file().then_some(Picture {
        file,
        media_type,
        version,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_pictures_of_the_folder_are_opened() {
        let outside = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("images/.hidden")).unwrap();
        std::fs::create_dir(at("dir.png")).unwrap();
        for name in [
            "images/a.png",
            "images/B.SVG",
            "images/.hidden/a.png",
            "images/.a.png",
            "a.md",
            "a.html",
        ] {
            std::fs::write(at(name), "x").unwrap();
        }
        std::fs::write(outside.path().join("a.png"), "x").unwrap();
        symlink(at("images/a.png"), at("inside.png")).unwrap();
        symlink(outside.path().join("a.png"), at("outside.png")).unwrap();
        symlink(outside.path(), at("folder")).unwrap();
        symlink(at("a.md"), at("document.png")).unwrap();
        symlink(at("images/.hidden/a.png"), at("hidden.png")).unwrap();
        symlink("loop.png", at("loop.png")).unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(at("pipe.png"))
            .status();
        assert!(made.unwrap().success());
        let opened = |path: &str| {
            open_picture(folder.path(), path)
                .unwrap()
                .map(|p| p.media_type)
        };
        assert_eq!(opened("images/a.png"), Some("image/png"));
        assert_eq!(opened("images/B.SVG"), Some("image/svg+xml"));
        assert_eq!(opened("inside.png"), Some("image/png"));
        for other in [
            "",
            "a.md",
            "a.html",
            "dir.png",
            "images/.a.png",
            "images/.hidden/a.png",
            "outside.png",
            "folder/a.png",
            "document.png",
            "hidden.png",
            "loop.png",
            "pipe.png",
            "missing.png",
            "../x.png",
            "images/../images/a.png",
            "/images/a.png",
            "a\0.png",
            "a.png/b.png",
            "images//a.png",
        ] {
            assert_eq!(opened(other), None, "{other}");
        }
    }
}
