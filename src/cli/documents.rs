//! The documents of a folder, for commands that need no index.

use crate::document::{Document, Rejection, Unusable, list_files, read_document};
use std::collections::HashSet;
use std::path::Path;

/// The documents that a sync of `folder` would index: of two with one id the first. Hands what cannot be used to `rejected`.
pub(super) fn documents_in(
    folder: &Path,
    mut rejected: impl FnMut(&Rejection),
) -> anyhow::Result<Vec<Document>> {
    let (mut documents, mut ids) = (Vec::new(), HashSet::new());
    for file in list_files(folder)?.files {
        match read_document(folder, &file.path) {
            Ok(read) if ids.insert(read.document.id.clone()) => documents.push(read.document),
            Ok(_) | Err(Unusable::LeftOut(_)) => {}
            Err(Unusable::Rejected(rejection)) => rejected(&rejection),
        }
    }
    Ok(documents)
}
