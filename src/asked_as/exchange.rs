//! Requests and answers as files, for models that are asked elsewhere, in the chat protocol of `assistant`.
//!
//! Two forms go out: the batch files that clouds take (a request of that protocol on each line), and plain prompts with a
//! line `=== id ===` above each. Answers come back in the same two forms, or as lines `{"id": …, "asked_as": […]}`.

use super::answer::questions_in;
use crate::assistant::{answer_in, request_body};
use serde::Deserialize;
use serde_json::{Value, json};

/// One request of a batch file, as a line.
pub(crate) fn batch_line(id: &str, model: &str, answer_tokens: u32, prompt: &str) -> String {
    let request = json!({
        "custom_id": id,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": request_body(model, answer_tokens, prompt),
    });
    format!("{request}\n")
}

/// A plain prompt with its id above.
pub(crate) fn plain_prompt(id: &str, prompt: &str) -> String {
    format!("=== {id} ===\n{}\n\n", prompt.trim())
}

/// What came back for one document: the questions, or why there are none.
pub(crate) type Answer = (String, Result<Vec<String>, String>);

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
    let nameless = format!("line {number}");
    let Ok(line) = serde_json::from_str::<Line>(line) else {
        return (nameless, Err("is no JSON of a known form".to_owned()));
    };
    if let (Some(id), Some(asked_as)) = (&line.id, line.asked_as) {
        return (id.clone(), Ok(asked_as));
    }
    let Some(id) = line.custom_id else {
        return (
            nameless,
            Err("names no document; expected `custom_id`".to_owned()),
        );
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
    (id, questions.and_then(some))
}

fn of_sections(text: &str) -> Vec<Answer> {
    let mut answers: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let id = line
            .trim()
            .strip_prefix("===")
            .and_then(|id| id.strip_suffix("==="));
        match (id, answers.last_mut()) {
            (Some(id), _) => answers.push((id.trim().to_owned(), String::new())),
            (None, Some((_, answer))) => {
                answer.push_str(line);
                answer.push('\n');
            }
            (None, None) => {}
        }
    }
    let answers = answers.into_iter();
    answers
        .map(|(id, answer)| (id, some(questions_in(&answer))))
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

    #[test]
    fn a_request_of_a_batch_names_its_document() {
        let line = batch_line("a", "small", 9, "问");
        let request: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(request["custom_id"], "a");
        assert_eq!(request["body"]["messages"][0]["content"], "问");
        assert!(line.ends_with('\n') && line.matches('\n').count() == 1);
    }

    #[test]
    fn answers_come_back_in_each_form() {
        let batch = r#"{"custom_id":"a","response":{"body":{"choices":[{"message":{"content":"[\"甲\",\"乙\"]"}}]}},"error":null}
{"custom_id":"b","response":null,"error":{"message":"expired"}}
{"id":"c","asked_as":["丙"]}
nonsense"#;
        let answers = answers_in(batch);
        assert_eq!(
            answers[0],
            ("a".to_owned(), Ok(vec!["甲".to_owned(), "乙".to_owned()]))
        );
        assert!(
            answers[1].1.as_ref().unwrap_err().contains("expired"),
            "{answers:?}"
        );
        assert_eq!(answers[2].1.as_deref(), Ok(&["丙".to_owned()][..]));
        assert_eq!(answers[3].0, "line 4");
        let plain = format!("随便说说\n{}=== b ===\n1. 乙\n", plain_prompt("a", "- 甲"));
        let answers = answers_in(&plain);
        assert_eq!(answers[0], ("a".to_owned(), Ok(vec!["甲".to_owned()])));
        assert_eq!(answers[1], ("b".to_owned(), Ok(vec!["乙".to_owned()])));
        assert_eq!(answers_in(""), []);
    }
}
