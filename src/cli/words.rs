//! The site's words and pinned documents, read from their folder.

use crate::analysis::{Analyzer, Words};
use crate::asked_as::{self, AskedAs};
use crate::config::Config;
use crate::engine::Pins;
use crate::engine::embedded::{self, EmbeddedEngine};
use crate::texts::{Catalog, SharedTexts};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Pause between looks for a folder of words that does not exist yet.
const LOOK_FOR_FOLDER: Duration = Duration::from_secs(1);

/// The words of a site, with the problems found in its files.
pub(super) struct SiteWords {
    pub(super) analyzer: Analyzer,
    pub(super) pins: Pins,
    pub(super) asked_as: AskedAs,
    pub(super) texts: Catalog,
    /// One line for each problem, with file and line number.
    pub(super) problems: Vec<String>,
}

impl SiteWords {
    pub(super) fn read(config: &Config) -> Self {
        let folder = &config.words;
        let mut words = Words::built_in();
        let mut problems: Vec<String> = words
            .add_folder(folder)
            .iter()
            .map(ToString::to_string)
            .collect();
        let pins = Pins::load(folder).unwrap_or_else(|problem| {
            problems.push(problem);
            Pins::default()
        });
        let (asked_as, unusable) = AskedAs::load(folder);
        problems.extend(unusable);
        let (texts, unusable) = Catalog::load(folder);
        problems.extend(unusable);
        Self {
            analyzer: Analyzer::with_words(&words),
            pins,
            asked_as,
            texts,
            problems,
        }
    }

    /// Like [`read`](Self::read); lines that cannot be used are logged and left out.
    pub(super) fn read_and_log(config: &Config) -> Self {
        let words = Self::read(config);
        for problem in &words.problems {
            tracing::warn!(problem, "left out of the words");
        }
        words
    }
}

/// Applies changes of the words while serving, even if the folder is created later. Never ends.
pub(super) async fn watch(engine: Arc<EmbeddedEngine>, texts: SharedTexts, config: Config) {
    let folder = config.words.clone();
    let (mut known, mut is_indexed) = (Some(stamp(&folder)), true);
    let apply = move |engine: &EmbeddedEngine| {
        let now = stamp(&config.words);
        if known.as_ref() != Some(&now) {
            // Only if everything below succeeds is it known which words are in use.
            (known, is_indexed) = (None, false);
            let words = SiteWords::read_and_log(&config);
            texts.replace(words.texts);
            engine.set_pins(words.pins);
            engine.set_asked_as(&words.asked_as);
            engine.set_analyzer(words.analyzer)?;
            tracing::info!("the words changed");
            known = Some(now);
        }
        if !is_indexed {
            embedded::sync(engine, &config.content)?;
            is_indexed = true;
        }
        Ok(())
    };
    while !folder.is_dir() {
        tokio::time::sleep(LOOK_FOR_FOLDER).await;
    }
    embedded::on_change(&engine, folder, apply);
    // Watching stops when the engine is dropped.
    drop(engine);
    std::future::pending::<()>().await;
}

/// The content of all files, `texts/` included. Files are small and rarely compared, so no hash is needed.
fn stamp(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let folders = [folder.to_owned(), folder.join("texts")];
    let entries = folders.iter().filter_map(|f| std::fs::read_dir(f).ok());
    let entries = entries.flatten().flatten();
    // What programs keep beside the words.
    let shown = entries.filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."));
    let paths = shown.map(|entry| entry.path());
    let content = |path: &Path| {
        if path.ends_with(asked_as::FILE) {
            // May be large: what the file system says of it is enough.
            let stamp = std::fs::metadata(path).and_then(|m| Ok((m.len(), m.modified()?)));
            return stamp.ok().map(|stamp| format!("{stamp:?}").into_bytes());
        }
        std::fs::read(path).ok()
    };
    let mut files: Vec<_> = paths.map(|path| (path.clone(), content(&path))).collect();
    files.sort();
    files
}
