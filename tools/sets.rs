//! Judged sets with engines over their documents, for the tools.

use anyhow::Context;
use dayi::analysis::Analyzer;
use dayi::asked_as::AskedAs;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::eval::JudgedSet;
use std::fs::File;
use std::path::Path;

/// A set with the engine over its documents.
pub(crate) struct Site {
    pub(crate) set: JudgedSet,
    /// The folder of documents, or the set that brings its own.
    #[allow(dead_code, reason = "not every tool compares sites")]
    pub(crate) documents: String,
    pub(crate) engine: EmbeddedEngine,
}

impl Site {
    /// Opens `SET`, or `SET@FOLDER` for a set over a folder of documents.
    /// Documents of a folder are asked as `asked_as` says, a file such as `words/asked_as.jsonl`; those that a set brings, as
    /// the file beside them says.
    pub(crate) fn open(
        argument: &str,
        analyzer: &Analyzer,
        asked_as: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let (folder, content) = argument.split_once('@').unwrap_or((argument, ""));
        let set = JudgedSet::load(Path::new(folder))?;
        let engine = EmbeddedEngine::in_memory(analyzer.clone())?;
        let documents = if let Some(documents) = &set.documents {
            let mut documents = documents.clone();
            if asked_as.is_some() {
                let (asked_as, _) = AskedAs::load(Path::new(folder));
                for document in &mut documents {
                    asked_as.apply(document);
                }
            }
            engine.replace_all(&documents)?;
            set.name.clone()
        } else {
            anyhow::ensure!(
                !content.is_empty(),
                "`{argument}` brings no documents: name their folder, `{argument}@FOLDER`"
            );
            engine.set_asked_as(&match asked_as {
                Some(path) => AskedAs::read(File::open(path)?, path).0,
                None => AskedAs::off(),
            });
            engine
                .sync(Path::new(content), &|_, _| {})
                .with_context(|| format!("documents for {}", set.name))?;
            let name = Path::new(content).file_name().unwrap_or_default();
            name.to_string_lossy().into_owned()
        };
        Ok(Self {
            set,
            documents,
            engine,
        })
    }
}
