//! What the text of documents has that their authors should look at: links that lead nowhere, and what a template left.

use super::dead_links::dead_links;
use super::pictures::open_picture;
use super::residue::residues;
use super::warning::Warning;
use rayon::prelude::*;
use std::collections::HashSet;
use std::path::Path;

/// The warnings about those files of a content folder that are documents: first all links and pictures that lead nowhere,
/// then what templates left. A file that cannot be read meanwhile has none.
pub fn text_warnings_in(folder: &Path, documents: &[String]) -> Vec<Warning> {
    let there: HashSet<&str> = documents.iter().map(String::as_str).collect();
    let is_document = |path: &str| there.contains(path);
    let is_picture = |path: &str| open_picture(folder, path).is_ok_and(|picture| picture.is_some());
    let of_files = documents.par_iter().map(|path| {
        let text = std::fs::read_to_string(folder.join(path)).unwrap_or_default();
        let dead = dead_links(path, &text, &is_document, &is_picture);
        (dead, residues(path, &text))
    });
    let (dead, left): (Vec<Vec<Warning>>, Vec<Vec<Warning>>) = of_files.unzip();
    dead.into_iter().chain(left).flatten().collect()
}
