//! The site's words and pinned documents, read from their folder.

use crate::analysis::{Analyzer, Words};
use crate::config::Config;
use crate::engine::Pins;
use crate::engine::embedded::{self, EmbeddedEngine};
use crate::texts::{Catalog, SharedTexts};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A folder of words that is not there yet is looked for this often.
const LOOK_FOR_FOLDER: Duration = Duration::from_secs(1);

/// What a folder of words says, and what in it cannot be used.
pub(super) struct SiteWords {
    pub(super) analyzer: Analyzer,
    pub(super) pins: Pins,
    pub(super) texts: Catalog,
    /// A line each, with file and line number.
    pub(super) problems: Vec<String>,
}

impl SiteWords {
    pub(super) fn read(config: &Config) -> Self {
        let folder = &config.words.value;
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
        let (texts, unusable) = Catalog::load(folder);
        problems.extend(unusable);
        Self {
            analyzer: Analyzer::with_words(&words),
            pins,
            texts,
            problems,
        }
    }

    /// As [`read`](Self::read); what cannot be used is logged and left out.
    pub(super) fn read_and_log(config: &Config) -> Self {
        let words = Self::read(config);
        for problem in &words.problems {
            tracing::warn!(problem, "left out of the words");
        }
        words
    }
}

/// Takes over changes of the words while serving, also of a folder that is made only then.
pub(super) fn watch(engine: &Arc<EmbeddedEngine>, texts: &SharedTexts, config: &Config) {
    let folder = config.words.value.clone();
    let (mut known, mut is_indexed) = (Some(stamp(&folder)), true);
    let (config, texts) = (config.clone(), texts.clone());
    let take_over = move |engine: &EmbeddedEngine| {
        let now = stamp(&config.words.value);
        if known.as_ref() != Some(&now) {
            // Where the rest fails, those before are no longer known to count.
            (known, is_indexed) = (None, false);
            let words = SiteWords::read_and_log(&config);
            texts.replace(words.texts);
            engine.set_pins(words.pins);
            engine.set_analyzer(words.analyzer)?;
            tracing::info!("the words changed");
            known = Some(now);
        }
        if !is_indexed {
            embedded::sync(engine, &config.content.value)?;
            is_indexed = true;
        }
        Ok(())
    };
    let engine = Arc::downgrade(engine);
    std::thread::spawn(move || {
        while let Some(engine) = engine.upgrade() {
            if folder.is_dir() {
                return embedded::on_change(&engine, folder, take_over);
            }
            drop(engine);
            std::thread::sleep(LOOK_FOR_FOLDER);
        }
    });
}

/// The text of all files, those of `texts/` too: small, and compared seldom.
fn stamp(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let folders = [folder.to_owned(), folder.join("texts")];
    let entries = folders.iter().filter_map(|f| std::fs::read_dir(f).ok());
    let paths = entries.flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = paths
        .map(|path| (path.clone(), std::fs::read(path).ok()))
        .collect();
    files.sort();
    files
}
