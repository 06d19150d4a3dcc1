//! `GET /api/v1/questions/{id}` and its related questions.

use crate::document::{Document, DocumentId, Html};
use crate::web::cache::CachePolicy;
use crate::web::extract::Parameters;
use crate::web::locale::Locale;
use crate::web::pages::question_path;
use crate::web::path::Path;
use crate::web::problem::{ApiRefusal, Problem, Refusal};
use crate::web::state::AppState;
use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

/// Related questions shown unless asked otherwise.
const DEFAULT_RELATED: usize = 5;

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
    /// The answer as it was written.
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
    related: Vec<RelatedQuestion>,
}

/// What visitors say of an answer.
#[derive(Serialize, ToSchema)]
pub(in crate::web) struct FeedbackCounts {
    /// It helped.
    pub(in crate::web) helpful: i64,
    /// It did not.
    pub(in crate::web) unhelpful: i64,
}

/// One related question.
#[derive(Serialize, ToSchema)]
pub(super) struct RelatedQuestion {
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
        (status = 404, description = "No document has this id", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much from one address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn question(
    State(state): State<AppState>,
    locale: Locale,
    Path(id): Path<String>,
) -> Result<(Extension<CachePolicy>, Json<QuestionResponse>), ApiRefusal> {
    let rendered = state
        .with_engine(move |engine| {
            Ok(engine
                .document(&DocumentId(id))?
                .map(QuestionResponse::from))
        })
        .await
        .map_err(|e| ApiRefusal(e.into(), locale))?;
    let mut response = rendered.ok_or(ApiRefusal(Refusal::NotFound, locale))?;
    response.feedback = state.feedback_counts(&response.id).await;
    Ok((Extension(CachePolicy::Revalidate), Json(response)))
}

/// Questions about the same matter.
#[utoipa::path(
    get,
    path = "/api/v1/questions/{id}/related",
    params(
        ("id" = String, Path, description = "Document id"),
        ("limit" = Option<usize>, Query, description = "Questions wanted; 5 unless given, capped at 50", minimum = 1),
    ),
    responses(
        (status = 200, description = "Related questions, best first", body = RelatedResponse),
        (status = 400, description = "A parameter cannot be used; the problem names it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No document has this id", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much from one address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn related(
    State(state): State<AppState>,
    locale: Locale,
    Path(id): Path<String>,
    parameters: Parameters,
) -> Result<(Extension<CachePolicy>, Json<RelatedResponse>), ApiRefusal> {
    let limit = parameters
        .limit(DEFAULT_RELATED)
        .map_err(|r| ApiRefusal(r, locale))?;
    let found = state
        .with_engine(move |engine| {
            let id = DocumentId(id);
            if engine.document(&id)?.is_none() {
                return Ok(None);
            }
            engine.related(&id, limit).map(Some)
        })
        .await
        .map_err(|e| ApiRefusal(e.into(), locale))?
        .ok_or(ApiRefusal(Refusal::NotFound, locale))?;
    let related = found.into_iter().map(RelatedQuestion::from).collect();
    Ok((
        Extension(CachePolicy::Revalidate),
        Json(RelatedResponse { related }),
    ))
}

impl From<Document> for QuestionResponse {
    fn from(document: Document) -> Self {
        Self {
            url: question_path(&document.id),
            title: document.headline().to_owned(),
            answer_html: document.answer_html(),
            id: document.id.0,
            question: document.question,
            answer_markdown: document.answer,
            references: document
                .references
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
        }
    }
}

impl From<Document> for RelatedQuestion {
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
