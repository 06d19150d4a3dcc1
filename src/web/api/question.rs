//! `GET /api/v1/questions/{id}` and its related questions.

use super::refused::DocumentRefused;
use crate::document::{Document, DocumentId, Html};
use crate::engine::{Engine, EngineError};
use crate::feedback::reports::RatingCounts;
use crate::web::answer::{Called, Place, ids_of};
use crate::web::cache::CachePolicy;
use crate::web::intake;
use crate::web::links::question_path;
use crate::web::parameters::{Parameters, Raw};
use crate::web::path::Path;
use crate::web::problem::Problem;
use crate::web::refusal::Refusal;
use crate::web::search_request::MOST_PER_PAGE;
use crate::web::state::AppState;
use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Related questions shown unless asked otherwise.
const DEFAULT_RELATED: usize = 5;

/// Parameters of related questions.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct RelatedParameters {
    /// Questions wanted; 5 unless given, capped at 50
    #[param(value_type = Option<usize>, minimum = 1)]
    limit: Raw,
}

/// A document.
#[derive(Serialize, ToSchema)]
pub(super) struct QuestionResponse {
    /// Document id.
    id: String,
    /// Path of its page on this site.
    url: String,
    /// Headline.
    title: String,
    /// The whole question.
    question: String,
    /// The answer; sanitized HTML.
    #[schema(value_type = String)]
    answer_html: Html,
    /// The answer as Markdown, without comments and with absolute addresses.
    answer_markdown: String,
    /// What the expert relied on.
    references: Vec<ReferenceResponse>,
    /// ISO date.
    date: Option<String>,
    /// Category.
    category: Option<String>,
    /// Tags.
    tags: Vec<String>,
    /// Number in the feedback link.
    grade_id: Option<String>,
    /// How often the answer was said to have helped, and not to have; nothing while the store cannot be read.
    feedback: Option<FeedbackCounts>,
}

/// What the expert relied on.
#[derive(Serialize, ToSchema)]
pub(super) struct ReferenceResponse {
    /// Name.
    text: String,
    /// Address, where there is one.
    url: Option<String>,
}

/// Related questions.
#[derive(Serialize, ToSchema)]
pub(super) struct RelatedResponse {
    /// Best first.
    related: Vec<QuestionCard>,
}

/// What visitors say of an answer.
#[derive(Serialize, ToSchema)]
pub(super) struct FeedbackCounts {
    /// It helped.
    helpful: i64,
    /// It did not.
    unhelpful: i64,
}

/// A question in a list.
#[derive(Serialize, ToSchema)]
pub(super) struct QuestionCard {
    /// Document id.
    id: String,
    /// Path of its page on this site.
    url: String,
    /// Headline.
    title: String,
    /// ISO date.
    date: Option<String>,
    /// Tags.
    tags: Vec<String>,
}

/// One question with its answer.
#[utoipa::path(
    get,
    path = "/api/v1/questions/{id}",
    params(("id" = String, Path, description = "Document id")),
    responses(
        (status = 200, description = "The document", body = QuestionResponse),
        DocumentRefused,
    )
)]
pub(super) async fn question(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<(Extension<CachePolicy>, Json<QuestionResponse>), Refusal> {
    let shared = state.clone();
    let read = move |engine: &dyn Engine, document: Document| {
        let ids = ids_of(engine, &document)?;
        Ok((QuestionResponse::of(engine, document, &shared)?, ids))
    };
    let id = DocumentId(id);
    let (mut response, ids) = state.with_document(id, Called::ByAnyId, read).await?;
    let counts = intake::counts(&state, &ids).await;
    response.feedback =
        counts.map(|RatingCounts { helpful, unhelpful }| FeedbackCounts { helpful, unhelpful });
    Ok((Extension(CachePolicy::Revalidate), Json(response)))
}

/// Questions about the same matter.
#[utoipa::path(
    get,
    path = "/api/v1/questions/{id}/related",
    params(
        ("id" = String, Path, description = "Document id"),
        RelatedParameters,
    ),
    responses(
        (status = 200, description = "Related questions, best first", body = RelatedResponse),
        DocumentRefused,
        (status = 400, description = "A parameter cannot be used; the problem names it", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn related(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Parameters { sent, source }: Parameters<RelatedParameters>,
) -> Result<(Extension<CachePolicy>, Json<RelatedResponse>), Refusal> {
    let limit = source.positive("limit", &sent.limit)?;
    let limit = limit.unwrap_or(DEFAULT_RELATED).min(MOST_PER_PAGE);
    let read = move |engine: &dyn Engine| {
        let id = DocumentId(id);
        if engine.document(&id)?.is_none() {
            return Ok(None);
        }
        engine.related(&id, limit).map(Some)
    };
    let found = state.with_engine(read).await?.ok_or(Refusal::NotFound)?;
    let related = found.into_iter().map(QuestionCard::from).collect();
    let response = RelatedResponse { related };
    Ok((Extension(CachePolicy::Revalidate), Json(response)))
}

impl QuestionResponse {
    /// A document, with the HTML of its answer for this site and the Markdown for any place.
    pub(super) fn of(
        engine: &dyn Engine,
        document: Document,
        state: &AppState,
    ) -> Result<Self, EngineError> {
        let here = Place::here(engine, &document, state)?;
        let elsewhere = Place::elsewhere(engine, &document, state)?;
        Ok(Self {
            url: question_path(&document.id),
            title: document.headline().to_owned(),
            answer_html: document.answer_html(&here),
            answer_markdown: document.answer_markdown(&elsewhere),
            id: document.id.0,
            question: document.question,
            references: here
                .references(document.references)
                .into_iter()
                .map(|r| ReferenceResponse {
                    text: r.text,
                    url: r.url,
                })
                .collect(),
            date: document.date.map(|d| d.to_string()),
            category: document.category,
            tags: document.tags,
            grade_id: document.grade_id.map(|g| g.0),
            feedback: None,
        })
    }
}

impl From<Document> for QuestionCard {
    fn from(document: Document) -> Self {
        Self {
            url: question_path(&document.id),
            title: document.headline().to_owned(),
            id: document.id.0,
            date: document.date.map(|d| d.to_string()),
            tags: document.tags,
        }
    }
}
