//! Asks a model for the questions of many documents, several at once, with patience.

use super::answer::questions_in;
use crate::assistant::{Assistant, Failure};
use std::time::Duration;
use tokio::task::JoinSet;

/// Tries for one document, and the pause before the second; doubled after each.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);
/// Documents in a row that got no answer: the server is gone, and the others would not get one either.
const FAILED_IN_A_ROW: usize = 8;
const REFUSED_IN_A_ROW: usize = 20;

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Index of the document in the caller's list.
    pub(crate) number: usize,
    pub(crate) prompt: String,
}

/// Why asking ended before all were asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stopped {
    /// No further answer would come.
    #[error("{0}")]
    Hopeless(String),
    /// It was asked to stop.
    #[error("stopped")]
    Interrupted,
}

/// Sends the requests, `at_once` of them at a time, and hands each outcome to `answered` as it comes: the questions, or why
/// there are none. An error of `answered` ends all.
pub(crate) async fn ask_all(
    assistant: &Assistant,
    requests: impl IntoIterator<Item = Request>,
    at_once: usize,
    stop: impl Future<Output = ()>,
    mut answered: impl FnMut(usize, Result<Vec<String>, Failure>) -> anyhow::Result<()>,
) -> anyhow::Result<Option<Stopped>> {
    let mut requests = requests.into_iter();
    let mut running = JoinSet::new();
    let mut failed_in_a_row = 0;
    let mut stop = std::pin::pin!(stop);
    loop {
        while running.len() < at_once.max(1)
            && let Some(request) = requests.next()
        {
            let assistant = assistant.clone();
            running.spawn(async move {
                let outcome = ask_patiently(&assistant, &request.prompt).await;
                (request.number, outcome)
            });
        }
        let joined = tokio::select! {
            joined = running.join_next() => joined,
            () = &mut stop => return Ok(Some(Stopped::Interrupted)),
        };
        let Some(joined) = joined else {
            return Ok(None);
        };
        let (number, outcome) = joined?;
        let failure = outcome.as_ref().err().cloned();
        answered(number, outcome)?;
        let Some(failure) = failure else {
            failed_in_a_row = 0;
            continue;
        };
        failed_in_a_row += 1;
        let said = failure.to_string();
        let most = match failure {
            Failure::Hopeless(_) => return Ok(Some(Stopped::Hopeless(said))),
            // It may be about these documents.
            Failure::Refused(_) => REFUSED_IN_A_ROW,
            Failure::Busy { .. } | Failure::Failed(_) => FAILED_IN_A_ROW,
        };
        if failed_in_a_row >= most {
            let said = format!("{said}, and {failed_in_a_row} documents in a row got no answer");
            return Ok(Some(Stopped::Hopeless(said)));
        }
    }
}

/// Asks until there is an answer with questions, or no further try would help.
async fn ask_patiently(assistant: &Assistant, prompt: &str) -> Result<Vec<String>, Failure> {
    let mut pause = PAUSE;
    for number in 1.. {
        let failure = match assistant.ask(prompt).await {
            Ok(answer) => {
                let questions = questions_in(&answer);
                if !questions.is_empty() {
                    return Ok(questions);
                }
                Failure::Failed("the answer has no questions".to_owned())
            }
            Err(failure) => failure,
        };
        let wait = match &failure {
            Failure::Hopeless(_) | Failure::Refused(_) => return Err(failure),
            Failure::Busy { pause: asked, .. } => asked.unwrap_or(pause * 2),
            Failure::Failed(_) => pause,
        };
        if number == TRIES {
            return Err(failure);
        }
        tokio::time::sleep(wait).await;
        pause *= 2;
    }
    Err(Failure::Failed("was not asked".to_owned()))
}
