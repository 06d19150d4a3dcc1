//! `dayi asked-as write`: asks the model of the settings.

use super::super::args::Pending;
use super::super::exit_code::{FOUND_A_PROBLEM, GOOD};
use super::super::feedback::runtime;
use super::super::report;
use super::{Documents, Tally};
use crate::asked_as::{Book, Request, Stopped, ask_all, tokens};
use crate::assistant::{Assistant, Settings, key_in};
use crate::config::Config;
use anyhow::{Context, ensure};
use std::io::{BufRead, IsTerminal, stdin};
use std::time::Duration;

/// Tokens that a question takes, about.
const TOKENS_OF_A_QUESTION: usize = 25;

pub(super) fn write(
    config: &Config,
    which: &Pending,
    dry_run: bool,
    yes: bool,
) -> anyhow::Result<u8> {
    let settings = settings(config)?;
    let documents = Documents::read(config)?;
    let mut book = if dry_run {
        Book::read(&config.words)?
    } else {
        Book::open(&config.words)?
    };
    let pending = documents.pending(&book, which);
    // Made twice: all of them at once could take more memory than there is.
    let read: usize = pending
        .iter()
        .map(|(document, _)| tokens(&documents.prompt_for(document)))
        .sum();
    report::announce(format!(
        "{} of {} documents are new or changed: {} requests to {} at {}, about {read} tokens to read and {} to write",
        pending.len(),
        documents.all.len(),
        pending.len(),
        settings.model,
        settings.url,
        pending.len() * documents.questions * TOKENS_OF_A_QUESTION
    ));
    if dry_run || pending.is_empty() {
        return Ok(GOOD);
    }
    ensure!(yes || is_wanted()?, "nothing was asked");
    let model = settings.model.clone();
    let assistant = Assistant::new(settings)?;
    let checker = documents.checker();
    let mut tally = Tally::default();
    let bar = report::bar(pending.len(), "asking");
    let stopped = runtime()?.block_on(ask_all(
        &assistant,
        (0..).zip(&pending).map(|(number, (document, _))| Request {
            number,
            prompt: documents.prompt_for(document),
        }),
        config.assistant_requests_at_once as usize,
        async {
            // Without a signal handler, Ctrl-C ends the process, and the journal is merged next time.
            let _ = tokio::signal::ctrl_c().await;
        },
        |number, outcome| {
            let (document, hash) = &pending[number];
            let of = (*document, hash.as_str());
            let written = outcome
                .map_err(|failure| failure.to_string())
                .and_then(|questions| documents.checked(&checker, &book, of, &questions, &model));
            match written {
                Ok(written) => {
                    tally.add(&written);
                    book.write(&document.id.0, written)?;
                }
                Err(problem) => bar.suspend(|| tally.fail(&document.id.0, &problem)),
            }
            bar.inc(1);
            Ok(())
        },
    ));
    bar.finish_and_clear();
    book.save()?;
    let stopped = stopped?;
    let code = tally.print()?;
    let Some(stopped) = stopped else {
        return Ok(code);
    };
    let left = pending.len() - tally.documents;
    report::announce(match stopped {
        Stopped::Hopeless(said) => {
            format!("{said}; {left} documents are left, run it again when that is mended")
        }
        Stopped::Interrupted => {
            format!("stopped; {left} documents are left, run it again to go on")
        }
    });
    Ok(FOUND_A_PROBLEM)
}

fn settings(config: &Config) -> anyhow::Result<Settings> {
    let url = config.assistant_url.clone().context(
        "no model is configured; set `assistant.url` up to and with /v1 (or DAYI_ASSISTANT_URL), or see `dayi asked-as export`",
    )?;
    ensure!(
        !config.assistant_model.is_empty(),
        "no model is configured; set `assistant.model` (or DAYI_ASSISTANT_MODEL) to its name on the server"
    );
    let file = &config.assistant_key_file;
    let key = match &config.assistant_key {
        Some(key) => Some(key.clone()),
        None if file.as_os_str().is_empty() => None,
        None => Some(key_in(file)?),
    };
    Ok(Settings {
        url,
        model: config.assistant_model.clone(),
        key,
        patience: Duration::from_secs(config.assistant_timeout_seconds),
        answer_tokens: config.assistant_answer_tokens,
    })
}

/// Asks a person at a terminal whether to begin.
fn is_wanted() -> anyhow::Result<bool> {
    ensure!(
        stdin().is_terminal(),
        "there is no terminal to ask at; give --yes to begin without being asked"
    );
    report::announce("Begin? [y/N]");
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
