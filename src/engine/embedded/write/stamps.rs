//! `seen.json` in the folder of an index: later stamps of files whose content is still as the index has it, as after a copy
//! or a new checkout. Without them such files would be read again at every start.

use super::manifest::replace_file;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;

const STAMPS: &str = "seen.json";

/// The stamps by path; none where the list is missing or damaged.
pub(super) fn read_stamps(folder: &Path) -> HashMap<String, u64> {
    let bytes = fs::read(folder.join(STAMPS)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Replaces the list at once. An empty list removes the file.
pub(super) fn write_stamps(folder: &Path, stamps: &HashMap<String, u64>) -> io::Result<()> {
    if stamps.is_empty() {
        return match fs::remove_file(folder.join(STAMPS)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    replace_file(folder, STAMPS, &serde_json::to_vec(stamps)?)
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
        engine.later_stamps()
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
        fs::write(folder.path().join(STAMPS), "{\"a.md\": 1").unwrap();
        assert_eq!(read_stamps(folder.path()), HashMap::new());
    }
}
