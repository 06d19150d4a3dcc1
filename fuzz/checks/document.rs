//! Invariants of any text that is read as a document.

use dayi::document::{Document, Rejection, parse};
use std::collections::{BTreeMap, HashSet};

const PATH: &str = "folder/name.md";
/// What may be rewritten of a text.
const REWRITTEN: [&str; 9] = [
    "<", "{", "%%", "[//]", "omment]", ":::", "!!!", "???", "===",
];

pub(crate) fn check(text: &str) {
    let read = parse(PATH, text);
    match &read {
        Ok(document) => check_document(document, text),
        Err(rejection) => check_rejection(rejection, text),
    }
    if !text.contains('\r') && !text.starts_with('\u{feff}') {
        let odd = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(
            read,
            parse(PATH, &odd),
            "a mark of the byte order and CRLF change nothing"
        );
    }
}

/// The lines of a file, as an editor counts them.
fn lines(text: &str) -> Vec<String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').map(str::to_owned).collect()
}

fn check_rejection(rejection: &Rejection, text: &str) {
    let shown = rejection.to_string();
    assert!(
        !shown.contains(['\n', '\r']),
        "a rejection is one line: {shown:?}"
    );
    assert!(shown.starts_with(PATH) && shown.contains("; expected "));
    let lines = lines(text);
    // Something missing may be reported just behind the end.
    assert!(
        (1..=lines.len() + 1).contains(&rejection.line),
        "{shown} in {} lines",
        lines.len()
    );
    let line = lines.get(rejection.line - 1).map_or("", String::as_str);
    assert!(
        (1..=line.chars().count() + 1).contains(&rejection.column),
        "{shown} in the line {line:?}"
    );
}

fn check_document(document: &Document, text: &str) {
    let Document {
        id,
        title,
        question,
        answer,
        answer_line,
        references,
        grade_id,
        tags,
        keywords,
        category,
        description,
        author,
        ..
    } = document;
    assert!((1..=200).contains(&id.0.len()));
    assert!(
        !id.0
            .contains(|c: char| c.is_whitespace() || c.is_control() || "/\\?#%<>\"".contains(c)),
        "{id} goes into addresses"
    );
    for filled in [title, question, answer] {
        assert!(!filled.trim().is_empty(), "{document:?}");
    }
    assert!(!title.contains('\n') && !document.headline().trim().is_empty());
    check_answer_line(answer, *answer_line, text);
    for reference in references {
        assert!(!reference.text.trim().is_empty());
        // It may be relative to the file; what it leads to is known where it is shown.
        assert!(reference.url.as_deref().is_none_or(|url| {
            let url = url.trim().to_lowercase();
            !url.is_empty() && !url.starts_with("javascript:") && !url.starts_with("data:")
        }));
    }
    assert!(grade_id.as_ref().is_none_or(|grade| {
        !grade.0.is_empty() && grade.0.bytes().all(|b| b.is_ascii_digit())
    }));
    for labels in [tags, keywords] {
        assert!(labels.iter().all(|l| !l.is_empty() && l.trim() == l));
        assert_eq!(
            labels.iter().collect::<HashSet<_>>().len(),
            labels.len(),
            "labels are there once"
        );
    }
    for said in [category, description, author].into_iter().flatten() {
        assert!(!said.trim().is_empty());
    }
    let shown = document.answer_text();
    assert_eq!(shown.trim_end(), shown);
    check_stored(document);
}

/// `answer_line` is the line on which an editor shows the beginning of the answer.
fn check_answer_line(answer: &str, answer_line: usize, text: &str) {
    let lines = lines(text);
    let line = answer_line.checked_sub(1).and_then(|at| lines.get(at));
    let line = line.unwrap_or_else(|| panic!("line {answer_line} of {}", lines.len()));
    let first = answer.split('\n').next().unwrap_or_default();
    // Comments, callouts and the like are rewritten when a file is read.
    if REWRITTEN.iter().any(|sign| text.contains(sign)) {
        return;
    }
    // Terminal sequences go whole, other characters that nobody sees by themselves.
    if text.contains(['\u{1b}', '\u{9b}']) {
        return;
    }
    let is_seen = |c: &char| {
        !matches!(
            c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        ) && (*c == '\t' || !c.is_control())
    };
    let line: String = line.chars().filter(is_seen).collect();
    let first: String = first.chars().filter(is_seen).collect();
    assert_eq!(
        line.replace('\u{a0}', " ").trim(),
        first.trim(),
        "line {answer_line} begins the answer"
    );
}

/// The index stores a document as JSON, and its answer as it is.
fn check_stored(document: &Document) {
    let json = serde_json::to_vec(document).expect("a document can be stored");
    let mut stored: Document = serde_json::from_slice(&json).expect("what was stored can be read");
    assert!(stored.extra.keys().eq(document.extra.keys()));
    // Fractions may differ in their last digit.
    stored.extra = BTreeMap::clone(&document.extra);
    assert!(stored.answer.is_empty(), "the answer is stored once");
    stored.answer.clone_from(&document.answer);
    assert_eq!(&stored, document);
}
