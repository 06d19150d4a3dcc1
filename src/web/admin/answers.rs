//! `/admin/answers`: answers that surely helped least, and all that is known of one.

use super::{Desk, Frame, private, shown_time};
use crate::document::DocumentId;
use crate::engine::Engine;
use crate::feedback::record::checked_text;
use crate::feedback::reports::{AnswerFigures, AnswerReport};
use crate::web::expert::OnPage;
use crate::web::extract::Parameters;
use crate::web::locale::Locale;
use crate::web::pages::feedback::reason_label;
use crate::web::pages::{PageRefusal, encode, question_path};
use crate::web::path::Path;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Characters of a document's id in an address, at most.
pub(in crate::web) const LONGEST_PATH_ID: usize = 200;
/// Answers on a page.
pub(in crate::web) const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "admin/answers.html")]
struct AnswersPage {
    frame: Frame,
    desk: Desk,
    answers: Vec<(String, String, AnswerFigures)>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/answer.html")]
struct AnswerPage {
    frame: Frame,
    desk: Desk,
    title: String,
    url: String,
    csv: String,
    /// The file to mend; nothing when the document is not there any more.
    source: Option<SourceLine>,
    report: AnswerReport,
    reasons: Vec<(&'static str, i64)>,
    ratings: Vec<ShownRating>,
}

/// Where an answer is written.
struct SourceLine {
    /// Path below the content folder, and line.
    place: String,
    /// Where that can be seen or edited; may be empty.
    url: String,
}

impl SourceLine {
    /// `pattern` is the configured address with `{path}` and `{line}`.
    fn new(path: &str, line: usize, pattern: &str) -> Self {
        let encoded: Vec<String> = path.split('/').map(encode).collect();
        Self {
            place: format!("{path}:{line}"),
            url: pattern
                .replace("{path}", &encoded.join("/"))
                .replace("{line}", &line.to_string()),
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
    locale: Locale,
    OnPage(expert): OnPage,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let store = &state.feedback().map_err(&refuse)?.store;
    let offset = parameters.number("offset").map_err(&refuse)?.unwrap_or(0);
    let found = store
        .reports()
        .worst_answers(offset, PAGE)
        .await
        .map_err(|e| refuse(e.into()))?;
    let is_full = found.len() as i64 == PAGE;
    let answers = state
        .with_engine(move |engine| {
            let titled = found.into_iter().map(|figures| {
                let document = engine.document(&DocumentId(figures.question_id.clone()))?;
                let title =
                    document.map_or(figures.question_id.clone(), |d| d.headline().to_owned());
                Ok((
                    format!("/admin/answers/{}", encode(&figures.question_id)),
                    title,
                    figures,
                ))
            });
            titled.collect()
        })
        .await
        .map_err(|e| refuse(e.into()))?;
    let (frame, desk) = Desk::new(&state, locale, &expert.name, "/admin/answers");
    let page = AnswersPage {
        frame,
        desk,
        answers,
        next: is_full.then(|| format!("/admin/answers?offset={}", offset + PAGE)),
    };
    private(&page, &state, locale)
}

pub(super) async fn answer(
    State(state): State<AppState>,
    locale: Locale,
    OnPage(expert): OnPage,
    Path(id): Path<String>,
) -> Result<Response, PageRefusal> {
    let refuse = super::refusing(&state, locale);
    let id = checked_text("id", &id, LONGEST_PATH_ID).map_err(|e| refuse(e.into()))?;
    let store = &state.feedback().map_err(&refuse)?.store;
    let report = store
        .reports()
        .answer_report(&id)
        .await
        .map_err(|e| refuse(e.into()))?;
    let wanted = DocumentId(id.clone());
    let (document, path) = state
        .with_engine(move |engine: &dyn Engine| {
            Ok((engine.document(&wanted)?, engine.path_of(&wanted)?))
        })
        .await
        .map_err(|e| refuse(e.into()))?;
    let source = document.as_ref().zip(path).map(|(document, path)| {
        SourceLine::new(&path, document.answer_line, &state.config.source_url)
    });
    let ratings = report.ratings.iter().map(|rating| {
        let reasons: Vec<&str> = rating
            .reasons
            .iter()
            .map(|r| reason_label(*r, locale))
            .collect();
        ShownRating {
            at: shown_time(rating.at),
            helpful: rating.helpful,
            reasons: reasons.join(locale.pick("、", ", ")),
            comment: rating.comment.clone(),
            query: rating.query.clone(),
        }
    });
    let (frame, desk) = Desk::new(&state, locale, &expert.name, "/admin/answers");
    let page = AnswerPage {
        frame,
        desk,
        url: question_path(&DocumentId(id.clone())),
        csv: format!("/api/v1/admin/answers/{}?format=csv", encode(&id)),
        source,
        title: document.map_or(id, |d| d.headline().to_owned()),
        reasons: report
            .reasons
            .iter()
            .map(|(r, n)| (reason_label(*r, locale), *n))
            .collect(),
        ratings: ratings.collect(),
        report,
    };
    private(&page, &state, locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_part_of_the_configured_address() {
        let line = SourceLine::new("nacos/端口 a.md", 12, "https://x.example/{path}#L{line}");
        assert_eq!(line.place, "nacos/端口 a.md:12");
        assert_eq!(
            line.url,
            "https://x.example/nacos/%E7%AB%AF%E5%8F%A3%20a.md#L12"
        );
        assert_eq!(SourceLine::new("a.md", 1, "").url, "");
    }
}
