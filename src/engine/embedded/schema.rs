//! The fields of the index. Any change here must raise [`SCHEMA_VERSION`].

use super::{fold, terms};
use crate::analysis::{Analyzer, Terms};
use crate::document::{ContentFile, ReadDocument};
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STORED, STRING, Schema,
    TextFieldIndexing, TextOptions,
};

/// Indexes of another number are rebuilt.
pub(super) const SCHEMA_VERSION: u32 = 16;

/// Handles of the fields, by what they hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// Document id, exact.
    pub(super) id: Field,
    /// Grade id, exact.
    pub(super) grade: Field,
    /// Path of the file, exact; the key by which documents are replaced.
    pub(super) path: Field,
    /// Hash of the file's bytes and stamp of the file, for incremental updates.
    pub(super) hash: Field,
    pub(super) stamp: Field,
    /// What a reader sees as the question, in a column.
    pub(super) headline: Field,
    /// Searched text.
    pub(super) title: Field,
    pub(super) question: Field,
    pub(super) answer: Field,
    pub(super) labels: Field,
    pub(super) references: Field,
    /// Pairs of characters of the question and of the answer.
    pub(super) question_bigrams: Field,
    pub(super) answer_bigrams: Field,
    /// The words of the question in their order, as [`word_key`]s in a column: read for candidates only.
    pub(super) question_words: Field,
    /// The Chinese characters of the question, each once, in a column.
    pub(super) question_characters: Field,
    /// What the answer looks like as a number: near-equal answers differ in few bits.
    pub(super) answer_signature: Field,
    /// Filters and facets.
    pub(super) tag: Field,
    pub(super) category: Field,
    /// The date as the number `yyyymmdd`; 0 without a date.
    pub(super) day: Field,
    pub(super) year: Field,
    /// The [`Document`](crate::document::Document) as JSON, and its answer, which is no part of that; as text, which the
    /// library reads several times as fast as bytes.
    pub(super) source: Field,
    pub(super) markdown: Field,
}

pub(super) const ID: &str = "id";
pub(super) const GRADE: &str = "grade";
pub(super) const QUESTION_WORDS: &str = "question_words";
pub(super) const QUESTION_CHARACTERS: &str = "question_characters";
pub(super) const ANSWER_SIGNATURE: &str = "answer_signature";
pub(super) const HEADLINE: &str = "headline";
pub(super) const TAG: &str = "tag";
pub(super) const CATEGORY: &str = "category";
pub(super) const DAY: &str = "day";
pub(super) const YEAR: &str = "year";
pub(super) const PATH: &str = "path";
pub(super) const HASH: &str = "hash";
pub(super) const STAMP: &str = "stamp";

/// Places of the searched fields: those of words, then those of pairs of characters.
pub(super) const QUESTION: usize = 0;
pub(super) const TITLE: usize = 1;
pub(super) const LABELS: usize = 2;
pub(super) const ANSWER: usize = 3;
pub(super) const REFERENCES: usize = 4;
pub(super) const QUESTION_PAIRS: usize = 5;
pub(super) const ANSWER_PAIRS: usize = 6;
/// Fields of words.
pub(super) const WORD_PLACES: usize = 5;
/// All searched fields.
pub(super) const PLACES: usize = 7;

pub(super) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let texts = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(terms::NAME)
            .set_index_option(IndexRecordOption::WithFreqs),
    );
    let fast = NumericOptions::default().set_fast();
    let fields = Fields {
        id: schema.add_text_field(ID, STRING | FAST),
        grade: schema.add_text_field(GRADE, STRING | FAST),
        path: schema.add_text_field(PATH, STRING | FAST),
        hash: schema.add_u64_field(HASH, fast.clone()),
        stamp: schema.add_u64_field(STAMP, fast),
        headline: schema.add_text_field(HEADLINE, FAST),
        title: schema.add_text_field("title", texts.clone()),
        question: schema.add_text_field("question", texts.clone()),
        answer: schema.add_text_field("answer", texts.clone()),
        labels: schema.add_text_field("labels", texts.clone()),
        references: schema.add_text_field("references", texts.clone()),
        question_bigrams: schema.add_text_field("question_bigrams", texts.clone()),
        answer_bigrams: schema.add_text_field("answer_bigrams", texts),
        question_words: schema.add_u64_field(QUESTION_WORDS, FAST),
        question_characters: schema.add_u64_field(QUESTION_CHARACTERS, FAST),
        answer_signature: schema.add_u64_field(ANSWER_SIGNATURE, FAST),
        tag: schema.add_text_field(TAG, STRING | FAST),
        category: schema.add_text_field(CATEGORY, STRING | FAST),
        day: schema.add_u64_field(DAY, FAST | INDEXED),
        year: schema.add_u64_field(YEAR, FAST),
        source: schema.add_text_field("source", STORED),
        markdown: schema.add_text_field("markdown", STORED),
    };
    (schema.build(), fields)
}

/// About so many bytes of words, pairs and source are kept for each byte of an answer.
const INDEXED_BYTES: usize = 6;

/// A word as a number: FNV-1a of 32 bits. Two words of a vocabulary rarely share one, and then only blur a score.
pub(super) fn word_key(word: &str) -> u64 {
    let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    u64::from(hash)
}

/// A day as a number that sorts by time, as the `day` field has it.
pub(super) fn day_number(date: jiff::civil::Date) -> u64 {
    let (year, month, day) = (
        u64::try_from(date.year()).unwrap_or(0),
        date.month() as u64,
        date.day() as u64,
    );
    year * 10_000 + month * 100 + day
}

/// The day of a number made by [`day_number`]; `None` for 0.
pub(super) fn date_of(number: u64) -> Option<jiff::civil::Date> {
    let part = |value: u64| i8::try_from(value % 100).ok();
    let year = i16::try_from(number / 10_000).ok()?;
    jiff::civil::Date::new(year, part(number / 100)?, part(number)?).ok()
}

/// One text of several, of which no word goes over from one to the next.
fn lines<'t>(texts: impl Iterator<Item = &'t String>) -> String {
    let mut lines = String::new();
    for text in texts {
        lines.push_str(text);
        lines.push('\n');
    }
    lines
}

impl Fields {
    /// The searched fields by their places.
    pub(super) fn searched(&self) -> [Field; PLACES] {
        [
            self.question,
            self.title,
            self.labels,
            self.answer,
            self.references,
            self.question_bigrams,
            self.answer_bigrams,
        ]
    }

    /// What the index keeps of one file.
    pub(super) fn index_document(
        &self,
        read: &ReadDocument,
        file: &ContentFile,
        analyzer: &Analyzer,
    ) -> Result<TantivyDocument, serde_json::Error> {
        let document = &read.document;
        let bytes = document.answer.len() * INDEXED_BYTES;
        let mut indexed = TantivyDocument::with_capacity(bytes);
        // One for all texts: most are short.
        let mut terms = Terms::default();
        indexed.add_text(self.id, &document.id.0);
        if let Some(grade) = &document.grade_id {
            indexed.add_text(self.grade, &grade.0);
        }
        indexed.add_text(self.path, &file.path);
        indexed.add_u64(self.hash, read.hash);
        indexed.add_u64(self.stamp, file.stamp.unwrap_or_default());
        // A title that is the beginning of the question says nothing new.
        if !document
            .question
            .starts_with(document.title.trim_end_matches(['.', '…', ' ']))
        {
            let title = analyzer.read(&document.title);
            indexed.add_text(self.title, title.terms(&mut terms));
        }
        let question = analyzer.read(&document.question);
        indexed.add_text(self.question, question.terms(&mut terms));
        let headline = document.headline();
        indexed.add_text(self.headline, headline);
        let headline = if headline == document.question {
            question
        } else {
            analyzer.read(headline)
        };
        headline.each_plain_word(|word| indexed.add_u64(self.question_words, word_key(word)));
        for character in headline.characters() {
            indexed.add_u64(self.question_characters, u64::from(character));
        }
        indexed.add_text(self.question_bigrams, headline.pair_terms(&mut terms));
        let answer = analyzer.read(&read.answer_text);
        indexed.add_u64(self.answer_signature, fold::signature(&answer));
        indexed.add_text(self.answer, answer.terms(&mut terms));
        indexed.add_text(self.answer_bigrams, answer.pair_terms(&mut terms));
        let more = document.keywords.iter();
        let more = more.filter(|k| !document.tags.contains(k));
        let labels = lines(document.tags.iter().chain(more));
        indexed.add_text(self.labels, analyzer.read(&labels).terms(&mut terms));
        let references = lines(document.references.iter().map(|r| &r.text));
        let references = analyzer.read(&references);
        indexed.add_text(self.references, references.terms(&mut terms));
        for tag in &document.tags {
            indexed.add_text(self.tag, tag);
        }
        if let Some(category) = &document.category {
            indexed.add_text(self.category, category);
        }
        indexed.add_u64(self.day, document.date.map_or(0, day_number));
        if let Some(date) = document.date {
            indexed.add_u64(self.year, u64::try_from(date.year()).unwrap_or(0));
        }
        indexed.add_text(self.source, serde_json::to_string(document)?);
        indexed.add_text(self.markdown, &document.answer);
        Ok(indexed)
    }
}
