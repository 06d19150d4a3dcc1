//! The limits: jieba and tantivy alone, on the same text, the same fields and the same terms.

use anyhow::Context;
use dayi::analysis::{Analyzer, Terms};
use dayi::document::Document;
use dayi::engine::{Engine, SearchQuery};
use jieba_rs::{Jieba, TokenizeMode};
use rayon::prelude::*;
use std::hint::black_box;
use std::path::Path;
use tantivy::collector::TopDocs;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::query::{BooleanQuery, BoostQuery, ConstScoreQuery, Query, TermQuery};
use tantivy::schema::{
    FAST, INDEXED, IndexRecordOption, NumericOptions, STORED, STRING, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::{Index, IndexSettings, ReloadPolicy, Searcher, TantivyDocument, Term};

/// The searched fields of words, with their weights, as in dayi.
const SEARCHED: [(&str, f32); 5] = [
    ("question", 0.36),
    ("title", 0.19),
    ("labels", 0.59),
    ("answer", 0.59),
    ("references", 0.05),
];
/// The settings with which dayi fills an index: threads, memory of each thread, and the size up to which segments count as
/// equally large when they are merged.
const THREADS: usize = 2;
const BYTES_PER_THREAD: usize = 48 * 1024 * 1024;
const SMALLEST_LAYER: u32 = 1_000;
/// Candidates of a search.
const CANDIDATES: usize = 100;
/// Documents of a search that are read.
const SHOWN: usize = 10;

/// The searched text of a document by field.
pub(crate) struct Plain {
    fields: [String; 5],
    headline: String,
}

impl Plain {
    pub(crate) fn of(document: &Document) -> Self {
        let mut labels = document.tags.clone();
        let more = document.keywords.iter();
        labels.extend(more.filter(|k| !document.tags.contains(k)).cloned());
        let references = document.references.iter().map(|r| r.text.as_str());
        let says_more = !document.question.starts_with(&document.title);
        Self {
            fields: [
                document.question.clone(),
                Some(document.title.clone())
                    .filter(|_| says_more)
                    .unwrap_or_default(),
                labels.join("\n"),
                document.answer_text(),
                references.collect::<Vec<_>>().join("\n"),
            ],
            headline: document.headline().to_owned(),
        }
    }
}

/// Segments all text with jieba's own dictionary, in the mode that dayi uses, on all cores.
pub(crate) fn segment(jieba: &Jieba, texts: &[Plain]) {
    texts.par_iter().for_each(|plain| {
        for text in &plain.fields {
            black_box(jieba.tokenize(text, TokenizeMode::Search, true));
        }
    });
}

/// A document that is segmented already, so that tantivy only indexes.
pub(crate) struct Cut {
    id: String,
    words: [String; 5],
    question_bigrams: String,
    answer_bigrams: String,
    keys: Vec<u64>,
    characters: Vec<u64>,
    tags: Vec<String>,
    category: String,
    headline: String,
    source: String,
    markdown: String,
}

impl Cut {
    pub(crate) fn of(document: &Document, plain: &Plain, analyzer: &Analyzer) -> Self {
        let words = |text: &String| analyzer.read(text).terms(&mut Terms::default()).to_owned();
        let headline = analyzer.read(&plain.headline);
        let mut keys = Vec::new();
        headline.each_plain_word(|_| keys.push(keys.len() as u64));
        let [question, title, labels, answer, references] = &plain.fields;
        Self {
            id: document.id.0.clone(),
            words: [question, title, labels, answer, references].map(words),
            question_bigrams: headline.pair_terms(&mut Terms::default()).to_owned(),
            answer_bigrams: analyzer
                .read(answer)
                .pair_terms(&mut Terms::default())
                .to_owned(),
            keys,
            characters: headline.characters().into_iter().map(u64::from).collect(),
            tags: document.tags.clone(),
            category: document.category.clone().unwrap_or_default(),
            headline: plain.headline.clone(),
            source: serde_json::to_string(document).unwrap_or_default(),
            markdown: document.answer.clone(),
        }
    }
}

/// The fields of dayi's index with their options, tokenized at white space.
fn schema() -> Schema {
    let mut schema = Schema::builder();
    let text = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqs),
    );
    let number = NumericOptions::default().set_fast();
    for name in ["id", "path", "tag", "category"] {
        schema.add_text_field(name, STRING | FAST);
    }
    schema.add_text_field("grade", STRING);
    schema.add_text_field("headline", FAST);
    for (name, _) in SEARCHED {
        schema.add_text_field(name, text.clone());
    }
    schema.add_text_field("question_bigrams", text.clone());
    schema.add_text_field("answer_bigrams", text);
    for name in [
        "hash",
        "stamp",
        "question_words",
        "question_characters",
        "answer_signature",
        "year",
    ] {
        schema.add_u64_field(name, number.clone());
    }
    schema.add_u64_field("day", FAST | INDEXED);
    schema.add_text_field("source", STORED);
    schema.add_text_field("markdown", STORED);
    schema.build()
}

/// Indexes segmented documents, and waits until they are committed and all merges have ended: a merge in the
/// background would be counted with the next measurement.
pub(crate) fn index(documents: &[Cut], folder: &Path) -> anyhow::Result<()> {
    let schema = schema();
    let field = |name: &str| schema.get_field(name);
    let texts: Vec<_> = SEARCHED
        .iter()
        .map(|(name, _)| field(name))
        .collect::<Result<_, _>>()?;
    let (id, grade, path) = (field("id")?, field("grade")?, field("path")?);
    let (headline, tag, category) = (field("headline")?, field("tag")?, field("category")?);
    let (pairs, more_pairs) = (field("question_bigrams")?, field("answer_bigrams")?);
    let (keys, characters) = (field("question_words")?, field("question_characters")?);
    let (hash, stamp) = (field("hash")?, field("stamp")?);
    let (signature, year, day) = (field("answer_signature")?, field("year")?, field("day")?);
    let (source, markdown) = (field("source")?, field("markdown")?);
    let settings = IndexSettings {
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    let index = Index::builder()
        .schema(schema)
        .settings(settings)
        .create_in_dir(folder)?;
    let mut writer = index.writer_with_num_threads(THREADS, THREADS * BYTES_PER_THREAD)?;
    let mut policy = LogMergePolicy::default();
    policy.set_min_layer_size(SMALLEST_LAYER);
    writer.set_merge_policy(Box::new(policy));
    for (number, document) in documents.iter().enumerate() {
        let mut indexed = TantivyDocument::new();
        for name in [id, grade, path] {
            indexed.add_text(name, &document.id);
        }
        indexed.add_text(headline, &document.headline);
        for (field, words) in texts.iter().zip(&document.words) {
            indexed.add_text(*field, words);
        }
        indexed.add_text(pairs, &document.question_bigrams);
        indexed.add_text(more_pairs, &document.answer_bigrams);
        for key in &document.keys {
            indexed.add_u64(keys, *key);
        }
        for character in &document.characters {
            indexed.add_u64(characters, *character);
        }
        for value in &document.tags {
            indexed.add_text(tag, value);
        }
        indexed.add_text(category, &document.category);
        for (field, value) in [
            (hash, number as u64),
            (stamp, number as u64),
            (signature, number as u64),
            (year, 2024),
            (day, 20_240_926),
        ] {
            indexed.add_u64(field, value);
        }
        indexed.add_text(source, &document.source);
        indexed.add_text(markdown, &document.markdown);
        writer.add_document(indexed)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// How tantivy processes documents for many terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Walk {
    /// Skips blocks that cannot reach the top (block-max WAND), the default; slow for many terms.
    Pruned,
    /// Scores every document with any of the terms.
    All,
}

/// Searches dayi's own index with the terms that dayi makes from a query, and nothing else of dayi.
pub(crate) struct RawSearch {
    searcher: Searcher,
}

impl RawSearch {
    /// Opens the index below dayi's index folder.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let entries = std::fs::read_dir(folder)
            .with_context(|| format!("no index at `{}`", folder.display()))?;
        let folders = entries.flatten().map(|e| e.path());
        let current = folders
            .filter(|path| path.join("meta.json").exists())
            .max()
            .with_context(|| format!("no tantivy index below `{}`", folder.display()))?;
        let index = Index::open_in_dir(current)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            searcher: reader.searcher(),
        })
    }

    /// The terms that dayi looks for: every understood wording, and pairs of characters.
    pub(crate) fn query(
        &self,
        text: &str,
        walk: Walk,
        engine: &dyn Engine,
        analyzer: &Analyzer,
    ) -> anyhow::Result<BooleanQuery> {
        let asked = SearchQuery {
            text: text.to_owned(),
            limit: 1,
            ..SearchQuery::default()
        };
        let found = engine.search(&asked)?;
        // dayi too looks for stop words only if the query has nothing else.
        let concepts = &found.understanding.concepts;
        let is_telling = |typed: &str| !analyzer.is_stopword(typed);
        let any_telling = concepts.iter().any(|c| is_telling(&c.typed));
        let wordings = concepts
            .iter()
            .filter(|c| !any_telling || is_telling(&c.typed));
        let mut words: Vec<&str> = wordings
            .flat_map(|concept| &concept.wordings)
            .flat_map(|(wording, _)| wording.split(' '))
            .collect();
        words.sort_unstable();
        words.dedup();
        let schema = self.searcher.schema();
        let mut terms: Vec<Box<dyn Query>> = Vec::new();
        let mut add = |name: &str, text: &str, weight: f32| -> anyhow::Result<()> {
            let term = Term::from_field_text(schema.get_field(name)?, text);
            let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
            terms.push(Box::new(BoostQuery::new(Box::new(query), weight)));
            Ok(())
        };
        for word in words {
            for (name, weight) in SEARCHED {
                add(name, word, weight)?;
            }
        }
        let pairs = analyzer.read(text).pairs().into_iter();
        let mut pairs: Vec<String> = pairs.map(|t| t.text).collect();
        pairs.sort_unstable();
        pairs.dedup();
        for pair in pairs {
            add("question_bigrams", &pair, 0.15)?;
        }
        if walk == Walk::All {
            // tantivy skips blocks only if all parts are plain terms. This part is none, and matches no document.
            let nothing = TermQuery::new(
                Term::from_field_text(schema.get_field("id")?, ""),
                IndexRecordOption::Basic,
            );
            terms.push(Box::new(ConstScoreQuery::new(Box::new(nothing), 0.0)));
        }
        Ok(BooleanQuery::union(terms))
    }

    /// Finds the best documents and reads those that would be shown.
    pub(crate) fn search(&self, query: &BooleanQuery) -> anyhow::Result<()> {
        let top = TopDocs::with_limit(CANDIDATES).order_by_score();
        for (_, address) in self.searcher.search(query, &top)?.into_iter().take(SHOWN) {
            black_box(self.searcher.doc::<TantivyDocument>(address)?);
        }
        Ok(())
    }
}
