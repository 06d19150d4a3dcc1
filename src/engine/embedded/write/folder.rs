//! Indexes in their folders: how one is made, opened, and removed when another has replaced it.

use super::directory::Files;
use super::manifest::{Manifest, next_folder};
use super::tokenizer;
use crate::analysis::Analyzer;
use crate::engine::embedded::schema;
use crate::engine::sync::IndexError;
use std::fs;
use std::path::Path;
use tantivy::schema::Schema;
use tantivy::{Directory, Index, IndexReader, IndexSettings, ReloadPolicy};

/// Blocks of stored documents that stay decompressed, of each segment: two searches rarely show the same documents, and
/// those of a page are in few blocks.
const STORE_BLOCKS: usize = 10;

/// Makes an empty index beside the `current` one.
pub(super) fn create(
    root: &Path,
    current: Option<&str>,
    analyzer: &Analyzer,
) -> Result<(Index, Manifest), IndexError> {
    let manifest = Manifest::new(next_folder(current), analyzer);
    let folder = root.join(&manifest.folder);
    fs::create_dir_all(&folder).map_err(|source| IndexError::Unwritable {
        path: root.to_owned(),
        source,
    })?;
    let files = Files::open(&folder)?;
    let index = new_index(files)?;
    Ok((index, manifest))
}

/// Makes an empty index over these files.
pub(super) fn new_index(files: impl Into<Box<dyn Directory>>) -> tantivy::Result<Index> {
    let settings = IndexSettings {
        // All cores are busy without it.
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let index = Index::create(files, schema::build().0, settings)?;
    tokenizer::register(&index);
    Ok(index)
}

/// Opens the index in `folder`, or says why that cannot be done.
pub(super) fn open_index(folder: &Path) -> Result<Index, String> {
    let files = Files::open(folder).map_err(|e| e.to_string())?;
    let index = Index::open(files).map_err(|e| e.to_string())?;
    if !begins_as(&index.schema(), &schema::build().0) {
        return Err("its fields are not those of this version".to_owned());
    }
    tokenizer::register(&index);
    Ok(index)
}

/// Whether the fields of an index are the first ones of this version, in their order: all of them in an index of this version,
/// fewer in one of a version before, from which searches can be answered until it is rebuilt.
fn begins_as(found: &Schema, own: &Schema) -> bool {
    let mut own = own.fields();
    found.fields().all(|field| own.next() == Some(field))
}

/// A reader that loads the state of each commit when it is asked to.
pub(super) fn reader(index: &Index) -> tantivy::Result<IndexReader> {
    index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .doc_store_cache_num_blocks(STORE_BLOCKS)
        .try_into()
}

/// Removes what unfinished rebuilds and replaced indexes left. Safe because the lock is held.
pub(super) fn remove_leftovers(root: &Path, current: Option<&str>) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("g-")
            && Some(name.as_ref()) != current
            && let Err(error) = fs::remove_dir_all(entry.path())
        {
            tracing::warn!(path = %entry.path().display(), %error, "cannot remove a left-over index folder");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentId;
    use crate::engine::embedded::{EmbeddedEngine, Opened};
    use crate::engine::fields::Field;
    use crate::engine::{Engine, SearchQuery};
    use tantivy::TantivyDocument;

    /// Fields of the version before.
    const FIELDS_BEFORE: usize = 25;

    /// Makes of the index in `root` one of the version before: with its fields, its documents and its manifest.
    fn age(root: &Path) {
        let current = super::super::manifest::read_manifest(root).unwrap();
        let index = open_index(&root.join(&current.folder)).unwrap();
        let mut schema = Schema::builder();
        for (_, entry) in index.schema().fields().take(FIELDS_BEFORE) {
            schema.add_field(entry.clone());
        }
        let folder = root.join("g-9");
        fs::create_dir(&folder).unwrap();
        let before = Index::create_in_dir(&folder, schema.build()).unwrap();
        tokenizer::register(&before);
        let mut writer = before.writer_with_num_threads(1, 15_000_000).unwrap();
        let stored = reader(&index).unwrap().searcher();
        for document in stored
            .search(
                &tantivy::query::AllQuery,
                &tantivy::collector::DocSetCollector,
            )
            .unwrap()
        {
            let document: TantivyDocument = stored.doc(document).unwrap();
            let mut aged = TantivyDocument::new();
            for (field, value) in document.field_values() {
                aged.add_field_value(field, value);
            }
            // What is searched and in columns is not stored: its names are enough here.
            let fields = schema::build().1;
            aged.add_text(fields.id, "a");
            aged.add_text(fields.path, "a.md");
            aged.add_text(fields.searched(Field::Question), "端口");
            writer.add_document(aged).unwrap();
        }
        writer.commit().unwrap();
        let mut manifest = serde_json::to_value(&current).unwrap();
        manifest["folder"] = "g-9".into();
        manifest["schema"] = (schema::SCHEMA_VERSION - 1).into();
        manifest.as_object_mut().unwrap().remove("reading");
        fs::write(root.join("current"), manifest.to_string()).unwrap();
    }

    #[test]
    fn an_index_of_the_version_before_answers_until_it_is_rebuilt() {
        let place = tempfile::tempdir().unwrap();
        let (content, root) = (place.path().join("content"), place.path().join("index"));
        fs::create_dir(&content).unwrap();
        fs::write(
            content.join("a.md"),
            "---\ntitle: 端口\naliases: [/old]\n---\n见文档。",
        )
        .unwrap();
        let open = || EmbeddedEngine::open(&root, Analyzer::new()).unwrap();
        open().0.index(&content, &|_, _| {}).unwrap();
        age(&root);

        let (engine, opened) = open();
        assert!(matches!(opened, Opened::Rebuilding(_)), "{opened:?}");
        let all = SearchQuery {
            limit: 10,
            ..SearchQuery::default()
        };
        assert_eq!(engine.status().generation, 1);
        assert_eq!(engine.search(&all).unwrap().total, 1);
        let asked = SearchQuery {
            text: "端口".to_owned(),
            ..all.clone()
        };
        assert_eq!(engine.search(&asked).unwrap().total, 1);
        assert_eq!(engine.suggest("端", 5).unwrap().len(), 1);
        assert_eq!(engine.newest(0, 10).unwrap()[0].changed, None);
        assert!(
            engine
                .document(&DocumentId("a".to_owned()))
                .unwrap()
                .is_some()
        );
        assert_eq!(engine.once_at("/old").unwrap(), None);
        let changes = engine.sync(&content, &|_, _| {}).unwrap();
        assert_eq!((changes.added, changes.unchanged), (1, 0));
        assert!(engine.once_at("/old").unwrap().is_some());
    }
}
