//! What the index knows of files, read from its columns alone.

use crate::engine::embedded::read::columns::texts_by_ordinal;
use crate::engine::embedded::schema::{ASKED_AS_HASH, HASH, HOLDS_UNTIL, ID, PATH, STAMP};
use crate::engine::sync::KnownFile;
use std::collections::HashMap;
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Searcher};

/// The files of the index by path.
pub(super) fn known_files(searcher: &Searcher) -> tantivy::Result<HashMap<Box<str>, KnownFile>> {
    let mut known = HashMap::with_capacity(searcher.num_docs() as usize);
    for segment in searcher.segment_readers() {
        let columns = segment.fast_fields();
        let (Some(paths), Some(ids)) = (columns.str(PATH)?, columns.str(ID)?) else {
            continue;
        };
        let (mut path_texts, id_texts) = (texts_by_ordinal(&paths)?, texts_by_ordinal(&ids)?);
        let (hashes, stamps) = (columns.u64(HASH)?, columns.u64(STAMP)?);
        let asked_as = columns.column_opt::<u64>(ASKED_AS_HASH)?;
        let holding = columns.column_opt::<u64>(HOLDS_UNTIL)?;
        let ordinal = |column: &StrColumn, doc: DocId| Some(column.term_ords(doc).next()? as usize);
        for doc in segment.doc_ids_alive() {
            // Each document that is alive has a path of its own, so that the text can be taken.
            let path = ordinal(&paths, doc);
            let path = path.and_then(|o| path_texts.get_mut(o).map(std::mem::take));
            let id = ordinal(&ids, doc).and_then(|o| id_texts.get(o).cloned());
            if let (Some(path), Some(id)) = (path, id) {
                let hash = hashes.first(doc).unwrap_or_default();
                let stamp = stamps.first(doc).unwrap_or_default();
                let asked_as = asked_as.as_ref().and_then(|asked_as| asked_as.first(doc));
                let holding = holding.as_ref().and_then(|holding| holding.first(doc));
                let file = KnownFile {
                    id,
                    hash,
                    stamp,
                    asked_as: asked_as.unwrap_or_default(),
                    holds_until: holding.unwrap_or_default(),
                };
                known.insert(path, file);
            }
        }
    }
    Ok(known)
}
