//! Requests and answers as files, for models that are asked elsewhere, in the chat protocol of `assistant`.
//!
//! Two forms go out: the batch files that clouds take (a request of that protocol on each line), and plain prompts with a
//! line `=== id hash ===` above each, to be replaced by their answers. Answers come back in the same two forms, or as lines `{"id": …, "asked_as": […]}`.

use super::answer::questions_in;
use crate::assistant::{answer_in, request_body};
use serde::Deserialize;
use serde_json::{Value, json};

/// One request of a batch file, as a line.
pub(crate) fn batch_line(
    (id, hash): (&str, &str),
    model: &str,
    answer_tokens: u32,
    prompt: &str,
) -> String {
    let request = json!({
        "custom_id": format!("{id} {hash}"),
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": request_body(model, answer_tokens, prompt),
    });
    format!("{request}\n")
}

/// A plain prompt with its id above.
pub(crate) fn plain_prompt((id, hash): (&str, &str), prompt: &str) -> String {
    format!("=== {id} {hash} ===\n{}\n\n", prompt.trim())
}

/// What came back for one document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The id of the document, or what stands in its place.
    pub(crate) id: String,
    /// The hash of what the model read, where the request had it.
    pub(crate) hash: Option<String>,
    /// The questions, or why there are none.
    pub(crate) questions: Result<Vec<String>, String>,
}

impl Answer {
    fn new(name: &str, questions: Result<Vec<String>, String>) -> Self {
        let is_hash = |hash: &str| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let (id, hash) = match name.trim().rsplit_once(' ') {
            Some((id, hash)) if is_hash(hash) => (id.trim(), Some(hash.to_owned())),
            _ => (name.trim(), None),
        };
        Self {
            id: id.to_owned(),
            hash,
            questions,
        }
    }
}

/// A line of a batch's results, or of our own form.
#[derive(Deserialize)]
struct Line {
    custom_id: Option<String>,
    response: Option<Value>,
    error: Option<Value>,
    id: Option<String>,
    asked_as: Option<Vec<String>>,
}

/// The answers in a text of any of the forms, in its order. A line that is none of them is said with its number.
pub(crate) fn answers_in(text: &str) -> Vec<Answer> {
    let is_lines = text.trim_start().starts_with('{');
    if is_lines {
        of_lines(text)
    } else {
        of_sections(text)
    }
}

fn of_lines(text: &str) -> Vec<Answer> {
    let lines = text
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty());
    lines.map(|(line, number)| of_line(line, number)).collect()
}

fn of_line(line: &str, number: usize) -> Answer {
    let nameless = |problem: &str| Answer {
        id: format!("line {number}"),
        hash: None,
        questions: Err(problem.to_owned()),
    };
    let Ok(line) = serde_json::from_str::<Line>(line) else {
        return nameless("is no JSON of a known form");
    };
    if let (Some(id), Some(asked_as)) = (&line.id, line.asked_as) {
        return Answer::new(id, Ok(asked_as));
    }
    let Some(id) = line.custom_id else {
        return nameless("names no document; expected `custom_id`");
    };
    let failed = line.error.filter(|error| !error.is_null());
    let body = line
        .response
        .as_ref()
        .and_then(|response| response.get("body"));
    let answer = match (failed, body) {
        (Some(error), _) => Err(format!("the batch failed: {error}")),
        (None, None) => Err("the line has no response".to_owned()),
        (None, Some(body)) => answer_in(&body.to_string()).map_err(|failure| failure.to_string()),
    };
    let questions = answer.map(|answer| questions_in(&answer));
    Answer::new(&id, questions.and_then(some))
}

fn of_sections(text: &str) -> Vec<Answer> {
    let mut answers: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let id = line
            .trim()
            .strip_prefix("===")
            .and_then(|id| id.strip_suffix("==="));
        match (id, answers.last_mut()) {
            (Some(id), _) => answers.push((id.to_owned(), String::new())),
            (None, Some((_, answer))) => {
                answer.push_str(line);
                answer.push('\n');
            }
            (None, None) => {}
        }
    }
    let answers = answers.iter();
    answers
        .map(|(id, answer)| Answer::new(id, some(questions_in(answer))))
        .collect()
}

fn some(questions: Vec<String>) -> Result<Vec<String>, String> {
    if questions.is_empty() {
        Err("the answer has no questions".to_owned())
    } else {
        Ok(questions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef";

    #[test]
    fn a_request_of_a_batch_names_its_document_and_what_is_read_of_it() {
        let line = batch_line(("a", HASH), "small", 9, "问");
        let request: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(request["custom_id"], format!("a {HASH}"));
        assert_eq!(request["body"]["messages"][0]["content"], "问");
        assert!(line.ends_with('\n') && line.matches('\n').count() == 1);
    }

    #[test]
    fn answers_come_back_in_each_form() {
        let answer = |id: &str, hash: Option<&str>, questions: &[&str]| Answer {
            id: id.to_owned(),
            hash: hash.map(str::to_owned),
            questions: Ok(questions.iter().map(|q| (*q).to_owned()).collect()),
        };
        let batch = r#"{"custom_id":"a 0123456789abcdef","response":{"body":{"choices":[{"message":{"content":"[\"甲\",\"乙\"]"}}]}},"error":null}
{"custom_id":"b","response":null,"error":{"message":"expired"}}
{"id":"c","asked_as":["丙"]}
nonsense"#;
        let answers = answers_in(batch);
        assert_eq!(answers[0], answer("a", Some(HASH), &["甲", "乙"]));
        let failed = answers[1].questions.as_ref().unwrap_err();
        assert!(failed.contains("expired"), "{answers:?}");
        assert_eq!(answers[2], answer("c", None, &["丙"]));
        assert_eq!(answers[3].id, "line 4");
        let plain = plain_prompt(("a", HASH), "- 甲");
        let plain = format!("随便说说\n{plain}=== b ===\n1. 乙\n");
        let answers = answers_in(&plain);
        assert_eq!(answers[0], answer("a", Some(HASH), &["甲"]));
        assert_eq!(answers[1], answer("b", None, &["乙"]));
        assert_eq!(answers_in(""), []);
    }
}
