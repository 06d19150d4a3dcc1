//! `GET /api/v1/popular`: questions to offer before anything is asked.

use super::question::QuestionCard;
use super::refused::ReadRefused;
use crate::document::{Document, DocumentId};
use crate::engine::{Engine, EngineError, Filter, SearchQuery, label_key};
use crate::feedback::favourites::Favourites;
use crate::web::favourites::current;
use crate::web::parameters::{LONGEST_LABEL, Parameters, Raw, to_query};
use crate::web::refusal::Refusal;
use crate::web::response_cache::CachedResponse;
use crate::web::search_request::MOST_PER_PAGE;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::{IntoParams, ToSchema};

/// Questions shown unless asked otherwise.
const DEFAULT_POPULAR: usize = 5;
/// Answers that visitors like of which the tags are looked at, at most.
const MOST_CONSIDERED: usize = 100;

/// Parameters of popular questions.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct PopularParameters {
    /// Only documents with this tag.
    #[param(value_type = Option<String>)]
    tag: Raw,
    /// Only documents of this category.
    #[param(value_type = Option<String>)]
    category: Raw,
    /// Questions wanted; 5 unless given, capped at 50.
    #[param(value_type = Option<usize>, minimum = 1)]
    limit: Raw,
}

/// Popular questions.
#[derive(Serialize, ToSchema)]
pub(super) struct PopularResponse {
    /// Those that helped visitors first, then those they open most, then the newest.
    questions: Vec<QuestionCard>,
}

/// Questions that visitors like.
#[utoipa::path(
    get,
    path = "/api/v1/popular",
    params(PopularParameters),
    responses(
        (status = 200, description = "Popular questions, best first", body = PopularResponse),
        ReadRefused,
    )
)]
pub(super) async fn popular(
    State(state): State<AppState>,
    Parameters { sent, source }: Parameters<PopularParameters>,
) -> Result<Response, Refusal> {
    let limit = source.positive("limit", &sent.limit)?;
    let limit = limit.unwrap_or(DEFAULT_POPULAR).min(MOST_PER_PAGE);
    let label = |raw: &Raw| Some(raw.text()?.chars().take(LONGEST_LABEL).collect());
    let filter = Filter {
        tags: label(&sent.tag).into_iter().collect(),
        category: label(&sent.category),
        ..Filter::default()
    };
    let listed = async {
        let favourites = match state.feedback() {
            Ok(feedback) => state.favourites.read(&feedback.store).await,
            Err(_) => None,
        };
        let read = move |engine: &dyn Engine| {
            let first = favourites.map_or_else(Vec::new, |known| liked(&known, engine));
            documents(engine, &first, filter, limit)
        };
        let documents = state.with_engine(read).await?;
        let questions = documents.into_iter().map(QuestionCard::from).collect();
        CachedResponse::json(&PopularResponse { questions })
    };
    // What visitors like changes while the documents stay.
    let minute = Timestamp::now().as_second() / 60;
    let request = format!("{minute} {}", to_query(&sent));
    let cached = state.cached("popular", None, Some(&request), listed);
    Ok(cached.await?.response())
}

/// The answers that visitors like, best first.
fn liked(favourites: &Favourites, engine: &dyn Engine) -> Vec<DocumentId> {
    let helpful = favourites.most_helpful(current(engine));
    let read = favourites.most_read(current(engine));
    let mut seen = HashSet::new();
    let all = helpful.into_iter().chain(read);
    let all = all.filter(|id| seen.insert(id.clone())).map(DocumentId);
    all.take(MOST_CONSIDERED).collect()
}

/// The documents within a filter, those of `first` before the newest.
fn documents(
    engine: &dyn Engine,
    first: &[DocumentId],
    filter: Filter,
    limit: usize,
) -> Result<Vec<Document>, EngineError> {
    let mut shown = Vec::with_capacity(limit);
    for id in first {
        if shown.len() == limit {
            return Ok(shown);
        }
        let document = engine.document(id)?;
        shown.extend(document.filter(|document| is_within(document, &filter)));
    }
    let newest = engine.search(&SearchQuery {
        limit: limit - shown.len(),
        filter: Filter {
            hidden: shown.iter().map(|document| document.id.clone()).collect(),
            ..filter
        },
        ..SearchQuery::default()
    })?;
    shown.extend(newest.hits.into_iter().map(|hit| hit.document));
    shown.truncate(limit);
    Ok(shown)
}

/// Whether a document has the labels of a filter, in any spelling.
fn is_within(document: &Document, filter: &Filter) -> bool {
    let is = |one: &String, other: &String| label_key(one) == label_key(other);
    let mut tags = filter.tags.iter();
    tags.all(|wanted| document.tags.iter().any(|tag| is(tag, wanted)))
        && filter.category.as_ref().is_none_or(|wanted| {
            let own = document.category.as_ref();
            own.is_some_and(|category| is(category, wanted))
        })
}
