//! `dayi asked-as`: has a model write down, once, how visitors ask for each document.

mod status;
mod write;

use super::args::{AskedAsCommand, Pending, RequestForm};
use super::documents::documents_in;
use super::exit_code::{FOUND_A_PROBLEM, GOOD};
use super::feedback::with_store;
use super::report;
use super::upkeep::desk_of;
use super::words::SiteWords;
use crate::asked_as::{
    Answer, AskedAs, Book, Checker, LeftOut, PROMPT, Written, answers_in, batch_line, headlines,
    missing_place, plain_prompt, prompt, read_hash,
};
use crate::config::Config;
use crate::document::Document;
use crate::engine::label_key;
use anyhow::{Context, ensure};
use jiff::Timestamp;
use jiff::tz::Offset;
use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write, stdin};
use std::path::Path;
use std::sync::Arc;

/// Bytes of answers that are taken back at once.
const LARGEST_IMPORT: u64 = 1024 * 1024 * 1024;

pub(super) fn asked_as(config: &Config, action: AskedAsCommand) -> anyhow::Result<u8> {
    match action {
        AskedAsCommand::Write {
            pending,
            dry_run,
            yes,
        } => write::write(config, &pending, dry_run, yes),
        AskedAsCommand::Status { review, format } => status::status(config, review, format),
        AskedAsCommand::Export { desk: true, .. } => export_desk(config),
        AskedAsCommand::Export { pending, form, .. } => export(config, &pending, form),
        AskedAsCommand::Import { file, model } => import(config, &file, model),
    }
}

/// The documents of a site, as a model reads them.
struct Documents {
    all: Vec<Document>,
    /// By the letters of a headline, the document that has it.
    headlines: HashMap<String, String>,
    words: SiteWords,
    /// The prompt by which a model is asked.
    template: String,
    /// Questions of a document, at most.
    questions: usize,
}

impl Documents {
    fn read(config: &Config) -> anyhow::Result<Self> {
        let all = documents_in(&config.content, |rejection| {
            report::announce(rejection.below(&config.content));
        })?;
        Ok(Self {
            headlines: headlines(all.iter()),
            words: SiteWords::read_and_log(config),
            template: template(config)?,
            questions: config.asked_as_questions as usize,
            all,
        })
    }

    /// The documents that a model has not read as they are now, with their hashes.
    fn pending<'d>(&'d self, book: &Book, which: &Pending) -> Vec<(&'d Document, String)> {
        let has_tag = |document: &&Document| {
            let wanted = which.tag.as_deref().map(label_key);
            let mut tags = document.tags.iter().map(|tag| label_key(tag));
            wanted.is_none_or(|wanted| tags.any(|tag| tag == wanted))
        };
        let documents = self.all.iter().filter(has_tag);
        let documents = documents.map(|document| (document, read_hash(document)));
        let pending = documents.filter(|(document, hash)| {
            let written = book.entry(&document.id.0).and_then(|e| e.written.as_ref());
            written.is_none_or(|written| written.hash != *hash)
        });
        pending.take(which.limit.unwrap_or(usize::MAX)).collect()
    }

    /// What a model is asked about a document.
    fn prompt_for(&self, document: &Document) -> String {
        prompt(&self.template, self.questions, document)
    }

    fn checker(&self) -> Checker<'_> {
        Checker::new(&self.words.analyzer, &self.headlines, &self.template)
    }

    /// Parts the questions for a document by the checks, as they are written down.
    ///
    /// # Errors
    /// When nothing is kept: the document is asked for again, and what was written for it before stays.
    fn checked(
        &self,
        checker: &Checker<'_>,
        book: &Book,
        (document, hash): (&Document, &str),
        questions: &[String],
        model: &str,
    ) -> Result<Written, String> {
        let mut known = document.asked_as.clone();
        if let Some(entry) = book.entry(&document.id.0) {
            known.extend(entry.asked_as.iter().chain(&entry.removed).cloned());
        }
        let (asked_as, left_out) = checker.check(document, &known, questions, self.questions);
        if asked_as.is_empty() {
            let first = left_out.first();
            let first = first.map(|left| format!("{}: {}", left.asked_as, left.why.said()));
            return Err(format!(
                "nothing of the answer could be kept, {}",
                first.unwrap_or_default()
            ));
        }
        Ok(Written {
            asked_as,
            left_out,
            hash: hash.to_owned(),
            model: model.to_owned(),
            date: Some(Offset::UTC.to_datetime(Timestamp::now()).date()),
        })
    }
}

/// The prompt of the site, or the one that ships.
fn template(config: &Config) -> anyhow::Result<String> {
    let path = &config.asked_as_prompt;
    if path.as_os_str().is_empty() {
        return Ok(PROMPT.to_owned());
    }
    let shown = path.display();
    let text = fs::read_to_string(path)
        .with_context(|| format!("cannot read `{shown}`; expected the text of a prompt"))?;
    if let Some(place) = missing_place(&text) {
        anyhow::bail!(
            "`{shown}` has no `{place}`; expected the place where that of the document goes"
        );
    }
    Ok(text)
}

fn export(config: &Config, which: &Pending, form: RequestForm) -> anyhow::Result<u8> {
    let documents = Documents::read(config)?;
    let book = Book::read(&config.words)?;
    let mut out = report::stdout();
    for (document, hash) in documents.pending(&book, which) {
        let prompt = documents.prompt_for(document);
        let request = match form {
            RequestForm::Batch => {
                let (model, tokens) = (&config.assistant_model, config.assistant_answer_tokens);
                batch_line((&document.id.0, &hash), model, tokens, &prompt)
            }
            RequestForm::Prompts => plain_prompt((&document.id.0, &hash), &prompt),
        };
        out.write_all(request.as_bytes())?;
    }
    out.flush()?;
    Ok(GOOD)
}

/// Prints the file as it would be with what experts changed.
fn export_desk(config: &Config) -> anyhow::Result<u8> {
    let (file, problems) = AskedAs::load(&config.words);
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    let changes = with_store(config, async |store| Ok(store.words().all().await?))?;
    let asked_as = file.with_desk(Arc::new(desk_of(changes)));
    let mut out = report::stdout();
    for id in asked_as.all_ids() {
        if let Some(entry) = asked_as.merged(id) {
            serde_json::to_writer(&mut out, &entry)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    Ok(GOOD)
}

fn import(config: &Config, file: &Path, model: Option<String>) -> anyhow::Result<u8> {
    let mut text = String::new();
    let shown = file.display();
    let from: Box<dyn Read> = if file == Path::new("-") {
        Box::new(stdin().lock())
    } else {
        Box::new(fs::File::open(file).with_context(|| format!("cannot read `{shown}`"))?)
    };
    let read = from.take(LARGEST_IMPORT).read_to_string(&mut text);
    read.with_context(|| format!("cannot read `{shown}`; expected UTF-8"))?;
    let answers = answers_in(&text);
    ensure!(
        !answers.is_empty(),
        "`{shown}` has no answers; expected results of a batch, or answers below lines `=== id ===`"
    );
    let documents = Documents::read(config)?;
    let by_id: HashMap<&str, &Document> =
        documents.all.iter().map(|d| (d.id.0.as_str(), d)).collect();
    let checker = documents.checker();
    let mut book = Book::open(&config.words)?;
    let model = model.unwrap_or_else(|| config.assistant_model.clone());
    let mut tally = Tally::default();
    for Answer {
        id,
        hash,
        questions,
    } in answers
    {
        let Some(document) = by_id.get(id.as_str()) else {
            tally.fail(&id, "no document has this id");
            continue;
        };
        let hash = hash.unwrap_or_else(|| read_hash(document));
        let of = (*document, hash.as_str());
        let written = questions
            .and_then(|questions| documents.checked(&checker, &book, of, &questions, &model));
        match written {
            Ok(written) => {
                tally.add(&written);
                book.write(&id, written)?;
            }
            Err(problem) => tally.fail(&id, &problem),
        }
    }
    book.save()?;
    tally.print()
}

/// What came of the answers.
#[derive(Default)]
struct Tally {
    documents: usize,
    kept: usize,
    left_out: Vec<LeftOut>,
    failed: usize,
}

impl Tally {
    fn add(&mut self, written: &Written) {
        self.documents += 1;
        self.kept += written.asked_as.len();
        self.left_out.extend(written.left_out.iter().cloned());
    }

    /// Says what went wrong with one document, on a line of its own.
    fn fail(&mut self, id: &str, problem: &str) {
        self.failed += 1;
        report::announce(format!("{id}: {problem}"));
    }

    /// Prints the counts. Whether all went well is the exit code.
    fn print(&self) -> anyhow::Result<u8> {
        report::print(&format!(
            "{} documents, {} questions kept, {} left out, {} documents without an answer\n{}",
            self.documents,
            self.kept,
            self.left_out.len(),
            self.failed,
            status::reasons(&self.left_out)
        ))?;
        Ok(if self.failed == 0 {
            GOOD
        } else {
            FOUND_A_PROBLEM
        })
    }
}
