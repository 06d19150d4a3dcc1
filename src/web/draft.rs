//! A draft: an ask or a query as a document to be written, for download from pages and by the API.

use super::parameters::{Parameters, Raw};
use super::refusal::Refusal;
use super::state::AppState;
use crate::feedback::inbox::ItemKind;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

/// Characters of the question in the title, at most.
const LONGEST_TITLE: usize = 60;

/// Parameters of a draft.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct DraftParameters {
    /// Number of the ask
    #[param(value_type = Option<i64>, minimum = 0)]
    ask: Raw,
    /// Or the query
    #[param(value_type = Option<String>)]
    q: Raw,
}

/// The draft of the ask or the query that the parameters name.
pub(super) async fn written(
    state: &AppState,
    parameters: &Parameters<DraftParameters>,
) -> Result<Response, Refusal> {
    let Parameters { sent, source } = parameters;
    let (name, question, tag) = if let Some(number) = source.number("ask", &sent.ask)? {
        let store = &state.feedback()?.store;
        let item = store.inbox().item(ItemKind::Ask, number).await?;
        let item = item.ok_or(Refusal::NotFound)?;
        (format!("ask-{number}"), item.text, item.tag)
    } else {
        let text = sent.q.query().text;
        let hash = blake3::hash(text.as_bytes()).to_hex();
        (format!("query-{}", &hash[..8]), text, String::new())
    };
    let answer = state
        .texts
        .current()
        .default_language()
        .text("draft-answer");
    let text = document(&name, &question, &tag, &answer);
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/markdown; charset=utf-8".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.md\""),
        ),
    ];
    Ok((headers, text).into_response())
}

/// A document in the usual format, with `answer` where the expert's answer goes.
fn document(id: &str, question: &str, tag: &str, answer: &str) -> String {
    // JSON strings are YAML strings.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let first_line = question.lines().next().unwrap_or_default();
    let title: String = first_line.chars().take(LONGEST_TITLE).collect();
    let tags = if tag.is_empty() {
        String::new()
    } else {
        quoted(tag)
    };
    let date = Timestamp::now().strftime("%Y-%m-%d");
    // Typed lines that look like Markdown are escaped, so that they cannot become a heading or end the question.
    let question: String = question
        .lines()
        .map(|line| {
            let is_markup = line
                .trim_start()
                .starts_with(['#', '-', '=', '`', '~', '>']);
            if is_markup {
                format!("\\{}\n", line.trim_start())
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    format!(
        "---\nid: {}\ntitle: {}\ndate: \"{date}\"\ntags: [{tags}]\n---\n\n## 用户问题 ：\n{question}\n---------------\n## 专家官方解答 ：\n\n{answer}\n\n## 参考链接 ：\n\n",
        quoted(id),
        quoted(&title),
    )
}

#[cfg(test)]
mod tests {
    use crate::document;

    #[test]
    fn a_draft_is_a_document_of_its_question() {
        for question in [
            "怎么升级 \"Nacos\"？",
            "# 标题\n## 专家解答\n不是解答\n---\n完",
            "a: b\n- c",
        ] {
            let text = document_text(question);
            let read = document::parse("draft.md", &text).unwrap();
            assert_eq!(read.id.0, "ask-1");
            for line in question.lines() {
                let words = line.trim_start_matches(['#', '-', ' ']);
                assert!(
                    read.question.contains(words),
                    "{words} in {}",
                    read.question
                );
            }
            assert!(read.answer.contains("在这里写下解答"), "{}", read.answer);
        }
    }

    fn document_text(question: &str) -> String {
        super::document("ask-1", question, "nacos", "（在这里写下解答）")
    }
}
