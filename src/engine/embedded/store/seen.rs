//! `seen.json` in the folder of an index: stamps of files that changed while their content did not, as after a copy or a
//! new checkout. Without them such files would be read again at every start.

use super::manifest::replace_file;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

const SEEN: &str = "seen.json";

/// The stamps by path; none where there is no whole list.
pub(super) fn read_seen(folder: &Path) -> HashMap<String, u64> {
    let bytes = fs::read(folder.join(SEEN)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Replaces the list at once; an empty one is no file.
pub(super) fn write_seen(folder: &Path, seen: &HashMap<String, u64>) -> io::Result<()> {
    if seen.is_empty() {
        return match fs::remove_file(folder.join(SEEN)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    replace_file(folder, SEEN, &serde_json::to_vec(seen)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use crate::engine::embedded::EmbeddedEngine;
    use std::thread::sleep;
    use std::time::Duration;

    /// Longer than a file system may take to give a changed file another time.
    const AGE: Duration = Duration::from_millis(200);

    fn stamps(engine: &EmbeddedEngine) -> HashMap<String, u64> {
        engine.writer.lock().unwrap().as_ref().unwrap().seen.clone()
    }

    #[test]
    fn files_that_only_look_changed_are_remembered_over_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let (content, index) = (folder.path().join("content"), folder.path().join("index"));
        fs::create_dir(&content).unwrap();
        for name in ["a.md", "b.md"] {
            fs::write(content.join(name), "---\ntitle: t\n---\n正文").unwrap();
        }
        sleep(AGE);
        let open = || EmbeddedEngine::open(&index, Analyzer::new()).unwrap().0;
        let engine = open();
        engine.sync(&content, &|_, _| {}).unwrap();
        assert_eq!(stamps(&engine), HashMap::new());

        fs::copy(content.join("a.md"), content.join("copy")).unwrap();
        fs::rename(content.join("copy"), content.join("a.md")).unwrap();
        sleep(AGE);
        let changes = engine.sync(&content, &|_, _| {}).unwrap();
        assert!(!changes.any(), "{changes:?}");
        let remembered = stamps(&engine);
        assert_eq!(remembered.keys().collect::<Vec<_>>(), ["a.md"]);
        drop(engine);

        let engine = open();
        assert_eq!(stamps(&engine), remembered);
        fs::write(content.join("a.md"), "---\ntitle: u\n---\n正文").unwrap();
        sleep(AGE);
        let changes = engine.sync(&content, &|_, _| {}).unwrap();
        assert_eq!((changes.updated, changes.unchanged), (1, 1));
        drop(engine);
        assert_eq!(stamps(&open()), HashMap::new());
    }

    #[test]
    fn a_damaged_list_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(SEEN), "{\"a.md\": 1").unwrap();
        assert_eq!(read_seen(folder.path()), HashMap::new());
    }
}
