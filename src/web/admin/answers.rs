//! `/admin/answers`: answers that surely helped least, and all that is known of one.

use super::layout::{AdminLayout, private, shown_time};
use crate::document::DocumentId;
use crate::engine::Engine;
use crate::feedback::record::checked_text;
use crate::feedback::reports::{AnswerFigures, AnswerReport};
use crate::feedback::words::WordChange;
use crate::texts::Texts;
use crate::web::askings::{self, AskingChange, WrittenBy};
use crate::web::body::FormBody;
use crate::web::expert::OnPage;
use crate::web::frame::Frame;
use crate::web::labels::{reason_label, reason_labels};
use crate::web::links::{encode, question_path, source_url};
use crate::web::lists::List;
use crate::web::lists::answers::{AnswersParameters, LONGEST_PATH_ID, PAGE, WorstAnswers};
use crate::web::parameters::Parameters;
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/answers.html")]
struct AnswersPage {
    frame: Frame,
    layout: AdminLayout,
    answers: Vec<(String, String, AnswerFigures)>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/answer.html")]
struct AnswerPage {
    frame: Frame,
    layout: AdminLayout,
    title: String,
    url: String,
    csv: String,
    /// The file to correct; nothing when the document does not exist any more.
    source: Option<SourceLine>,
    report: AnswerReport,
    reasons: Vec<(String, i64)>,
    ratings: Vec<ShownRating>,
    /// None where the document does not exist any more.
    askings: Vec<ShownAsking>,
    /// Where changes of them are sent.
    change: String,
}

/// A question that the document is asked as.
struct ShownAsking {
    text: String,
    writer: String,
    removed: bool,
    /// The change that can be undone; empty where there is none.
    undo: String,
}

/// Where an answer is written.
struct SourceLine {
    /// Path below the content folder, and line.
    location: String,
    /// Where that can be seen or edited; may be empty.
    url: String,
}

impl SourceLine {
    /// `pattern` is the configured address with `{path}` and `{line}`.
    fn new(path: &str, line: usize, pattern: &str) -> Self {
        Self {
            location: format!("{path}:{line}"),
            url: source_url(pattern, path, line),
        }
    }
}

struct ShownRating {
    at: String,
    helpful: bool,
    reasons: String,
    comment: String,
    query: String,
}

pub(super) async fn worst(
    State(state): State<AppState>,
    texts: Texts,
    OnPage(expert): OnPage,
    Parameters { sent, source }: Parameters<AnswersParameters>,
) -> Result<Response, Refusal> {
    let store = &state.feedback()?.store;
    let offset = source.number("offset", &sent.offset)?;
    let found = WorstAnswers.page(store, offset, PAGE).await?;
    let rows = found.rows;
    let titled = move |engine: &dyn Engine| {
        let titled = rows.into_iter().map(|figures| {
            let id = DocumentId(figures.question_id.clone());
            let document = engine.document(&id)?;
            let title = document.map_or(id.0.clone(), |d| d.headline().to_owned());
            let url = format!("/admin/answers/{}", encode(&id.0));
            Ok((url, title, figures))
        });
        titled.collect()
    };
    let answers = state.with_engine(titled).await?;
    let (frame, layout) = AdminLayout::new(&state, texts, &expert.name, "/admin/answers");
    let next = found.next.map(|n| format!("/admin/answers?offset={n}"));
    private(&AnswersPage {
        frame,
        layout,
        answers,
        next,
    })
}

pub(super) async fn answer(
    State(state): State<AppState>,
    texts: Texts,
    OnPage(expert): OnPage,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = checked_text("id", &id, LONGEST_PATH_ID)?;
    let store = &state.feedback()?.store;
    let report = store.reports().answer_report(&id).await?;
    let wanted = DocumentId(id.clone());
    let (document, path) = state
        .with_engine(move |engine: &dyn Engine| {
            Ok((engine.document(&wanted)?, engine.path_of(&wanted)?))
        })
        .await?;
    let source = document.as_ref().zip(path).map(|(document, path)| {
        SourceLine::new(&path, document.answer_line, &state.config.source_url)
    });
    let ratings = report.ratings.iter().map(|rating| ShownRating {
        at: shown_time(rating.at),
        helpful: rating.helpful,
        reasons: reason_labels(&rating.reasons, &texts),
        comment: rating.comment.clone(),
        query: rating.query.clone(),
    });
    let ratings = ratings.collect();
    let askings = match &document {
        Some(_) => askings::of_document(&state, &id).await?,
        None => Vec::new(),
    };
    let askings = askings.into_iter().map(|asking| ShownAsking {
        writer: match (asking.written_by, &asking.change) {
            (_, Some(change)) => format!("{} · {}", change.expert, shown_time(change.at)),
            (WrittenBy::Model, None) => texts.text("askings-by-model"),
            (_, None) => texts.text("askings-by-people"),
        },
        undo: asking
            .change
            .map(|change| change.id.to_string())
            .unwrap_or_default(),
        text: asking.text,
        removed: asking.removed,
    });
    let askings = askings.collect();
    let change = format!("/admin/answers/{}/asked-as", encode(&id));
    let (frame, layout) = AdminLayout::new(&state, texts, &expert.name, "/admin/answers");
    let page = AnswerPage {
        layout,
        url: question_path(&DocumentId(id.clone())),
        csv: format!("/api/v1/admin/answers/{}?format=csv", encode(&id)),
        source,
        title: document.map_or(id, |d| d.headline().to_owned()),
        reasons: report
            .reasons
            .iter()
            .map(|(r, n)| (reason_label(*r, &frame.texts), *n))
            .collect(),
        frame,
        ratings,
        askings,
        change,
        report,
    };
    private(&page)
}

/// The form of a change of a question.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct AskingForm {
    text: String,
    /// `added` or `removed`.
    change: String,
    /// The number of a change that is to be undone.
    undo: String,
}

pub(super) async fn change_askings(
    State(state): State<AppState>,
    OnPage(expert): OnPage,
    Path(id): Path<String>,
    FormBody(form, _): FormBody<AskingForm>,
) -> Result<Redirect, Refusal> {
    if form.undo.is_empty() {
        let change = AskingChange {
            text: form.text,
            change: match form.change.as_str() {
                "added" => WordChange::Added,
                "removed" => WordChange::Removed,
                _ => return Err(Refusal::not_one_of("change", "added, removed")),
            },
        };
        askings::change(&state, &id, &change, &expert.name).await?;
    } else {
        askings::undo(&state, &id, &form.undo, &expert.name).await?;
    }
    Ok(Redirect::to(&format!(
        "/admin/answers/{}#asked-as",
        encode(&id)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_put_into_the_configured_address() {
        let line = SourceLine::new("nacos/端口 a.md", 12, "https://x.example/{path}#L{line}");
        assert_eq!(line.location, "nacos/端口 a.md:12");
        assert_eq!(
            line.url,
            "https://x.example/nacos/%E7%AB%AF%E5%8F%A3%20a.md#L12"
        );
        assert_eq!(SourceLine::new("a.md", 1, "").url, "");
    }
}
