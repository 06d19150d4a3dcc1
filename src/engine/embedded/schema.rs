//! The fields of the index. A change here must raise [`SCHEMA_VERSION`]. New fields come last: searches can then be answered
//! from an index of the version before while it is rebuilt.

use super::write::tokenizer;
use crate::analysis::Analyzer;
use crate::document::{ContentFile, ReadDocument};
use crate::engine::askings::Askings;
use crate::engine::fields::{Field, PerField};
use crate::engine::searchable::{SearchableSink, describe};
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field as SchemaField, INDEXED, IndexRecordOption, NumericOptions, STORED, STRING, Schema,
    TextFieldIndexing, TextOptions,
};

/// Indexes of another number are rebuilt.
pub(crate) const SCHEMA_VERSION: u32 = 18;

/// The fields, by what they hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    /// Document id, exact.
    pub(crate) id: SchemaField,
    /// Grade id, exact.
    pub(crate) grade: SchemaField,
    /// Path of the file, exact; the key by which documents are replaced.
    pub(crate) path: SchemaField,
    /// Hash of the file's bytes, for incremental updates.
    hash: SchemaField,
    /// Stamp of the file, for incremental updates.
    stamp: SchemaField,
    /// The headline, in a column.
    headline: SchemaField,
    /// Searched text.
    searched: PerField<SchemaField>,
    /// The words of the headline in their order, as [`word_key`](crate::engine::vocabulary::word_key)s in a column: read
    /// for candidates only.
    headline_words: SchemaField,
    /// The Chinese characters of the headline, each once, in a column.
    headline_characters: SchemaField,
    /// See [`signature`](crate::engine::ranking::signature).
    answer_signature: SchemaField,
    /// Filters and facets.
    pub(crate) tag: SchemaField,
    pub(crate) category: SchemaField,
    /// The date as the number `yyyymmdd`; 0 without a date.
    pub(crate) day: SchemaField,
    year: SchemaField,
    /// The [`Document`](crate::document::Document) as JSON, without its answer.
    pub(crate) source: SchemaField,
    /// The answer. Stored as text, which tantivy reads several times as fast as bytes.
    pub(crate) markdown: SchemaField,
    /// Ids and addresses that the document once had, exact.
    pub(crate) alias: SchemaField,
    /// The day of the last change as [`day_number`], where it is known.
    changed: SchemaField,
    /// See [`KnownFile`](crate::engine::sync::KnownFile).
    holds_until: SchemaField,
    /// See [`KnownFile`](crate::engine::sync::KnownFile).
    asked_as_hash: SchemaField,
    /// See [`askings`](crate::engine::askings).
    asked_as_words: SchemaField,
    /// See [`askings`](crate::engine::askings).
    asked_as_characters: SchemaField,
}

/// Names of columns. Those of headlines are called after the question, which they were once made of: another name would
/// be another schema.
pub(crate) const ID: &str = "id";
pub(crate) const GRADE: &str = "grade";
pub(crate) const HEADLINE_WORDS: &str = "question_words";
pub(crate) const HEADLINE_CHARACTERS: &str = "question_characters";
pub(crate) const ANSWER_SIGNATURE: &str = "answer_signature";
pub(crate) const HEADLINE: &str = "headline";
pub(crate) const TAG: &str = "tag";
pub(crate) const CATEGORY: &str = "category";
pub(crate) const DAY: &str = "day";
pub(crate) const YEAR: &str = "year";
pub(crate) const PATH: &str = "path";
pub(crate) const HASH: &str = "hash";
pub(crate) const STAMP: &str = "stamp";
pub(crate) const CHANGED: &str = "changed";
pub(crate) const HOLDS_UNTIL: &str = "holds_until";
pub(crate) const ASKED_AS_HASH: &str = "asked_as_hash";
pub(crate) const ASKED_AS_WORDS: &str = "asked_as_words";
pub(crate) const ASKED_AS_CHARACTERS: &str = "asked_as_characters";

pub(crate) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let texts = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer::NAME)
            .set_index_option(IndexRecordOption::WithFreqs),
    );
    let fast = NumericOptions::default().set_fast();
    // The order is that of the fields in the index: another one is another schema.
    let id = schema.add_text_field(ID, STRING | FAST);
    let grade = schema.add_text_field(GRADE, STRING | FAST);
    let path = schema.add_text_field(PATH, STRING | FAST);
    let hash = schema.add_u64_field(HASH, fast.clone());
    let stamp = schema.add_u64_field(STAMP, fast);
    let headline = schema.add_text_field(HEADLINE, FAST);
    let title = schema.add_text_field("title", texts.clone());
    let question = schema.add_text_field("question", texts.clone());
    let answer = schema.add_text_field("answer", texts.clone());
    let labels = schema.add_text_field("labels", texts.clone());
    let references = schema.add_text_field("references", texts.clone());
    let headline_pairs = schema.add_text_field("question_bigrams", texts.clone());
    let answer_pairs = schema.add_text_field("answer_bigrams", texts.clone());
    let fields = Fields {
        id,
        grade,
        path,
        hash,
        stamp,
        headline,
        headline_words: schema.add_u64_field(HEADLINE_WORDS, FAST),
        headline_characters: schema.add_u64_field(HEADLINE_CHARACTERS, FAST),
        answer_signature: schema.add_u64_field(ANSWER_SIGNATURE, FAST),
        tag: schema.add_text_field(TAG, STRING | FAST),
        category: schema.add_text_field(CATEGORY, STRING | FAST),
        day: schema.add_u64_field(DAY, FAST | INDEXED),
        year: schema.add_u64_field(YEAR, FAST),
        source: schema.add_text_field("source", STORED),
        markdown: schema.add_text_field("markdown", STORED),
        alias: schema.add_text_field("alias", STRING),
        changed: schema.add_u64_field(CHANGED, FAST),
        holds_until: schema.add_u64_field(HOLDS_UNTIL, FAST),
        asked_as_hash: schema.add_u64_field(ASKED_AS_HASH, FAST),
        asked_as_words: schema.add_u64_field(ASKED_AS_WORDS, FAST),
        asked_as_characters: schema.add_u64_field(ASKED_AS_CHARACTERS, FAST),
        searched: PerField::from_fn(|field| match field {
            Field::Question => question,
            Field::Title => title,
            Field::Labels => labels,
            Field::Answer => answer,
            Field::References => references,
            Field::AskedAs => schema.add_text_field("asked_as", texts.clone()),
            Field::HeadlinePairs => headline_pairs,
            Field::AnswerPairs => answer_pairs,
        }),
    };
    (schema.build(), fields)
}

/// Bytes of a text in a column, at most (`MAX_TOKEN_LEN` of tantivy).
const LONGEST_COLUMN_TEXT: usize = 65_530;
/// Bytes of words, pairs and source that an index stores for each byte of an answer, about.
const INDEXED_BYTES: usize = 6;

/// A day as a number that sorts by time, as the `day` field has it.
pub(crate) fn day_number(date: jiff::civil::Date) -> u64 {
    let (year, month, day) = (
        u64::try_from(date.year()).unwrap_or(0),
        date.month() as u64,
        date.day() as u64,
    );
    year * 10_000 + month * 100 + day
}

/// The day of a number made by [`day_number`]; `None` for 0.
pub(crate) fn date_of(number: u64) -> Option<jiff::civil::Date> {
    let part = |value: u64| i8::try_from(value % 100).ok();
    let year = i16::try_from(number / 10_000).ok()?;
    jiff::civil::Date::new(year, part(number / 100)?, part(number)?).ok()
}

/// Whether an index has a field: one of the version before lacks those that were added since.
pub(crate) fn has_field(index: &Schema, field: SchemaField) -> bool {
    (field.field_id() as usize) < index.num_fields()
}

impl Fields {
    /// The schema's field of a searched field.
    pub(crate) fn searched(&self, field: Field) -> SchemaField {
        self.searched[field]
    }

    /// What the index stores of one file.
    pub(crate) fn index_document(
        &self,
        read: &ReadDocument,
        file: &ContentFile,
        analyzer: &Analyzer,
    ) -> Result<TantivyDocument, serde_json::Error> {
        let document = &read.document;
        let bytes = document.answer.len() * INDEXED_BYTES;
        let mut indexed = TantivyDocument::with_capacity(bytes);
        indexed.add_text(self.id, &document.id.0);
        if let Some(grade) = &document.grade_id {
            indexed.add_text(self.grade, &grade.0);
        }
        indexed.add_text(self.path, &file.path);
        indexed.add_u64(self.hash, read.hash);
        indexed.add_u64(self.stamp, file.stamp.unwrap_or_default());
        indexed.add_text(self.headline, column_text(document.headline()));
        let mut sink = Indexed {
            fields: self,
            document: &mut indexed,
        };
        describe(document, &read.answer_text, analyzer, &mut sink);
        for tag in &document.tags {
            indexed.add_text(self.tag, column_text(tag));
        }
        if let Some(category) = &document.category {
            indexed.add_text(self.category, column_text(category));
        }
        indexed.add_u64(self.day, document.date.map_or(0, day_number));
        if let Some(date) = document.date {
            indexed.add_u64(self.year, u64::try_from(date.year()).unwrap_or(0));
        }
        indexed.add_text(self.source, serde_json::to_string(document)?);
        indexed.add_text(self.markdown, &document.answer);
        for alias in &document.aliases {
            indexed.add_text(self.alias, alias);
        }
        if let Some(day) = document.changed() {
            indexed.add_u64(self.changed, day_number(day));
        }
        if read.asked_as != 0 {
            indexed.add_u64(self.asked_as_hash, read.asked_as);
        }
        if let Some(moment) = read.holds_until {
            let second = u64::try_from(moment.as_second()).unwrap_or_default();
            indexed.add_u64(self.holds_until, second);
        }
        Ok(indexed)
    }
}

/// As much of a text as a column takes whole: tantivy cuts a longer one, in the middle of a character.
fn column_text(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_COLUMN_TEXT)]
}

/// Adds what is searched to a document of the index.
struct Indexed<'a> {
    fields: &'a Fields,
    document: &'a mut TantivyDocument,
}

impl SearchableSink for Indexed<'_> {
    fn terms(&mut self, field: Field, terms: &str) {
        self.document.add_text(self.fields.searched(field), terms);
    }

    fn headline_word(&mut self, key: u64) {
        self.document.add_u64(self.fields.headline_words, key);
    }

    fn headline_character(&mut self, character: u64) {
        let field = self.fields.headline_characters;
        self.document.add_u64(field, character);
    }

    fn askings(&mut self, askings: Askings) {
        for number in askings.words {
            self.document.add_u64(self.fields.asked_as_words, number);
        }
        for number in askings.characters {
            let field = self.fields.asked_as_characters;
            self.document.add_u64(field, number);
        }
    }

    fn answer_signature(&mut self, signature: u64) {
        self.document
            .add_u64(self.fields.answer_signature, signature);
    }
}
