//! `index/current`: names the folder that holds the index, and what made it.

use crate::analysis::Analyzer;
use crate::document::READING_VERSION;
use crate::engine::embedded::schema::SCHEMA_VERSION;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Name of the file.
pub(super) const MANIFEST: &str = "current";

/// The content of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) folder: String,
    pub(super) schema: u32,
    /// The version of reading by which documents were made of files.
    #[serde(default)]
    pub(super) reading: u32,
    pub(super) analysis: String,
    pub(super) version: String,
}

impl Manifest {
    pub(super) fn new(folder: String, analyzer: &Analyzer) -> Self {
        Self {
            folder,
            schema: SCHEMA_VERSION,
            reading: READING_VERSION,
            analysis: analyzer.fingerprint().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// The manifest below `root`. None where it is missing or damaged.
pub(super) fn read_manifest(root: &Path) -> Option<Manifest> {
    let bytes = fs::read(root.join(MANIFEST)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Why an index made by `found` does not fit; `None` when it does.
pub(super) fn mismatch(found: &Manifest, wanted: &Manifest) -> Option<String> {
    if found.schema != wanted.schema || found.version != wanted.version {
        Some(format!(
            "it was written by version {} of dayi, this is {}",
            found.version, wanted.version
        ))
    } else if found.reading != wanted.reading {
        Some("documents were read by other rules".to_owned())
    } else if found.analysis != wanted.analysis {
        Some("it was written with another analysis".to_owned())
    } else {
        None
    }
}

/// The folder for a new index beside the current one.
pub(super) fn next_folder(current: Option<&str>) -> String {
    let number: u64 = current
        .and_then(|c| c.strip_prefix("g-")?.parse().ok())
        .unwrap_or(0);
    format!("g-{}", number + 1)
}

/// Replaces the manifest at once: a reader finds the old one or the new one, never a part.
pub(super) fn write_manifest(root: &Path, manifest: &Manifest) -> io::Result<()> {
    replace_file(root, MANIFEST, &serde_json::to_vec_pretty(manifest)?)
}

/// Writes a file beside the old one, then renames it over that. A power cut leaves the old file or the new one.
pub(super) fn replace_file(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let next = folder.join(format!("{name}.next"));
    fs::write(&next, bytes)?;
    File::open(&next)?.sync_all()?;
    fs::rename(&next, folder.join(name))?;
    File::open(folder)?.sync_all()
}
