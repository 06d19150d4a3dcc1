//! `GET /api/v1/search`, and `POST` for words that are too long for an address.

use super::question::QuestionResponse;
use super::refused::{ReadRefused, SearchRefused};
use crate::document::Html;
use crate::engine::{
    AnswerState, Confidence, Engine, EngineError, FacetCount, Hit, Reason, ScoreParts,
    SearchResults, Similar, Understanding,
};
use crate::web::answer::needs_room;
use crate::web::body::JsonBody;
use crate::web::client::Client;
use crate::web::intake;
use crate::web::links::question_path;
use crate::web::parameters::{Parameters, to_query};
use crate::web::passage::ShownPassage;
use crate::web::refusal::Refusal;
use crate::web::response_cache::{CachedResponse, Searched};
use crate::web::search_request::{SearchBody, SearchParameters, SearchRequest};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use std::time::Instant;
use utoipa::ToSchema;

/// What a search found.
#[derive(Serialize, ToSchema)]
pub(super) struct SearchResponse {
    /// The words as they were used.
    query: String,
    /// With `after`: the words of the question before that the query begins with, because it goes on with them.
    #[serde(skip_serializing_if = "Option::is_none")]
    carried: Option<String>,
    /// Whether parts of the words that tell nothing, such as the frames of a trace, were left out.
    query_reduced: bool,
    /// Whether parts of the words were left out because there were too many.
    query_truncated: bool,
    /// Documents that match, all pages together.
    total: usize,
    /// Page served, from 1.
    page: usize,
    /// Hits on a page.
    per_page: usize,
    /// Milliseconds the engine took, when it first answered this.
    took_ms: f64,
    /// How sure the first hit answers the query: `answered`, `related` or `none`.
    #[schema(value_type = String)]
    answer_state: AnswerState,
    /// Why hits that fit well are no answer: `opposite` where the first says the reverse of what is asked, `topic` where
    /// the query only names a product or a tag; null otherwise.
    #[schema(value_type = Option<String>)]
    reason: Option<Reason>,
    /// A wording that finds better, if there is one.
    suggestion: Option<String>,
    /// The hits of this page, best first.
    hits: Vec<SearchHit>,
    /// With `answer`, on the first page: the first hit as `/api/v1/questions/{id}` gives it, without what visitors say of
    /// it; nothing unless `answer_state` is `answered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<QuestionResponse>,
    /// Counts over all matching documents.
    facets: FacetsResponse,
    /// With `explain`: the concepts of the query and the wordings each is looked for in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    understanding: Option<Understanding>,
    /// With `explain`: what the answer state was judged by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    confidence: Option<Confidence>,
}

/// One found document.
#[derive(Serialize, ToSchema)]
pub(super) struct SearchHit {
    /// Document id.
    id: String,
    /// Path of its page on this site.
    url: String,
    /// Headline.
    title: String,
    /// The whole question.
    question: String,
    /// ISO date.
    date: Option<String>,
    /// Category.
    category: Option<String>,
    /// Tags.
    tags: Vec<String>,
    /// Larger is better; only comparable within one search.
    score: f32,
    /// Headline with `<mark>`; safe HTML.
    title_html: String,
    /// Best part of the answer with `<mark>`; safe HTML.
    snippet_html: String,
    /// Another way in which visitors ask the question, where it has more of the words than the headline has.
    asked_as: Option<String>,
    /// Documents with the same question or answer, folded into this one.
    similar: Vec<SimilarHit>,
    /// With `answer`, of the first three hits: the part of the answer that answers the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    passage: Option<PassageResponse>,
    /// With `explain`: the parts that sum up to the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    score_parts: Option<ScoreParts>,
}

/// The part of an answer that answers a query: blocks that stand together, about 600 characters of text at most unless a
/// block of code or a table is longer.
#[derive(Serialize, ToSchema)]
pub(super) struct PassageResponse {
    /// Sanitized HTML.
    #[schema(value_type = String)]
    html: Html,
    /// As it was written, without comments.
    markdown: String,
    /// The heading that it stands under; empty where there is none.
    heading: String,
    /// The id of that heading on the page of the answer; empty where there is none.
    anchor: String,
}

/// A document that is folded into a hit.
#[derive(Serialize, ToSchema)]
pub(super) struct SimilarHit {
    /// Document id.
    id: String,
    /// Path of its page on this site.
    url: String,
    /// Headline.
    title: String,
}

/// Counts for narrowing a search.
#[derive(Serialize, ToSchema)]
pub(super) struct FacetsResponse {
    /// By tag, most frequent first.
    tags: Vec<FacetValue>,
    /// By category, most frequent first.
    categories: Vec<FacetValue>,
    /// By year, newest first.
    years: Vec<FacetValue>,
}

/// A value and in how many documents it is.
#[derive(Serialize, ToSchema)]
pub(super) struct FacetValue {
    /// The value.
    value: String,
    /// Documents.
    count: u64,
}

/// Find questions and their answers.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    params(SearchParameters),
    responses(
        (status = 200, description = "Hits, best first", body = SearchResponse),
        ReadRefused,
    )
)]
pub(super) async fn search(
    State(state): State<AppState>,
    client: Client,
    parameters: Parameters<SearchParameters>,
) -> Result<Response, Refusal> {
    answered(&state, &client, &parameters).await
}

/// Find questions and their answers, with words that are too long for an address: a pasted log, for example.
#[utoipa::path(
    post,
    path = "/api/v1/search",
    request_body = SearchBody,
    responses(
        (status = 200, description = "Hits, best first", body = SearchResponse),
        SearchRefused,
    )
)]
pub(super) async fn search_long(
    State(state): State<AppState>,
    JsonBody(body, sender): JsonBody<SearchBody>,
) -> Result<Response, Refusal> {
    answered(&state, &sender.client, &body.into()).await
}

/// The response to a search, which is logged.
async fn answered(
    state: &AppState,
    client: &Client,
    parameters: &Parameters<SearchParameters>,
) -> Result<Response, Refusal> {
    let started = Instant::now();
    let mut request = SearchRequest::try_from(parameters)?;
    let carried = carry(state, &mut request).await?;
    let text = request.query.text.clone();
    let is_logged = request.page == 1 && !request.typing;
    let sent = to_query(&parameters.sent);
    let found = found(state, request, carried, started);
    let cached = state.cached("search", None, Some(&sent), found).await?;
    if let Some(searched) = cached.searched.as_ref().filter(|_| is_logged) {
        intake::log_query(state, &text, searched, started.elapsed(), client);
    }
    Ok(cached.response())
}

/// The words of the question before that a follow-up goes on with; they are searched before its own.
async fn carry(state: &AppState, request: &mut SearchRequest) -> Result<Option<String>, Refusal> {
    let Some(last) = request.after.take() else {
        return Ok(None);
    };
    let text = request.query.text.clone();
    let read = move |engine: &dyn Engine| engine.carried(&text, &last);
    let carried = state.with_engine(read).await?;
    if let Some(words) = &carried {
        request.query.text = format!("{words} {}", request.query.text);
    }
    Ok(carried)
}

/// Searches and writes the response.
async fn found(
    state: &AppState,
    request: SearchRequest,
    carried: Option<String>,
    started: Instant,
) -> Result<CachedResponse, Refusal> {
    let query = request.query.clone();
    // Nobody reads a whole answer while typing.
    let wants_answer = request.answer && request.page == 1 && !request.typing;
    let shared = state.clone();
    let search = move |engine: &dyn Engine| {
        let found = engine.search(&query)?;
        let is_answered = found.answer_state == AnswerState::Answered;
        let first = found.hits.first().filter(|_| wants_answer && is_answered);
        // One that needs room is asked for by itself.
        let first = first.filter(|hit| !needs_room(&hit.document));
        let answer = first.map(|hit| QuestionResponse::of(engine, hit.document.clone(), &shared));
        let answer = answer.transpose()?;
        let hits = found.hits.iter();
        let passages = hits.map(|hit| ShownPassage::of_hit(engine, hit, &shared));
        let passages = passages.collect::<Result<Vec<_>, EngineError>>()?;
        Ok((found, answer, passages))
    };
    let (found, answer, passages) = state.with_engine(search).await?;
    let searched = Searched::from(&found);
    let took_ms = (started.elapsed().as_secs_f64() * 1e5).round() / 100.0;
    let response = SearchResponse {
        carried,
        ..SearchResponse::new(request, found, (answer, passages), took_ms)
    };
    Ok(CachedResponse::json(&response)?.with_search(searched))
}

impl SearchResponse {
    fn new(
        request: SearchRequest,
        found: SearchResults,
        (answer, passages): (Option<QuestionResponse>, Vec<Option<ShownPassage>>),
        took_ms: f64,
    ) -> Self {
        let SearchResults {
            total,
            strong: _,
            hits,
            facets,
            answer_state,
            reason,
            suggestion,
            confidence,
            understanding,
        } = found;
        let explain = request.explain;
        let hits = hits.into_iter().zip(passages);
        let hits = hits.map(|(hit, passage)| SearchHit::new(hit, passage, explain));
        Self {
            query: request.query.text,
            carried: None,
            query_reduced: request.left_out.telling_nothing,
            query_truncated: request.left_out.too_long,
            total,
            page: request.page,
            per_page: request.per_page,
            took_ms,
            answer_state,
            reason,
            suggestion,
            hits: hits.collect(),
            answer,
            facets: FacetsResponse {
                tags: values(facets.tags),
                categories: values(facets.categories),
                years: values(facets.years),
            },
            understanding: explain.then_some(understanding),
            confidence: confidence.filter(|_| explain),
        }
    }
}

fn values(counts: Vec<FacetCount>) -> Vec<FacetValue> {
    counts
        .into_iter()
        .map(|FacetCount { value, count }| FacetValue { value, count })
        .collect()
}

impl SearchHit {
    fn new(hit: Hit, passage: Option<ShownPassage>, explain: bool) -> Self {
        let Hit {
            document,
            score,
            parts,
            asked_as,
            similar,
            title_html,
            snippet_html,
            passage: _,
        } = hit;
        Self {
            url: question_path(&document.id),
            title: document.headline().to_owned(),
            id: document.id.0,
            question: document.question,
            date: document.date.map(|d| d.to_string()),
            category: document.category,
            tags: document.tags,
            score,
            title_html,
            snippet_html,
            asked_as,
            similar: similar
                .into_iter()
                .map(|Similar { id, title }| SimilarHit {
                    url: question_path(&id),
                    id: id.0,
                    title,
                })
                .collect(),
            passage: passage.map(PassageResponse::from),
            score_parts: explain.then_some(parts),
        }
    }
}

impl From<ShownPassage> for PassageResponse {
    fn from(passage: ShownPassage) -> Self {
        let ShownPassage {
            html,
            markdown,
            heading,
            anchor,
        } = passage;
        Self {
            html,
            markdown,
            heading,
            anchor,
        }
    }
}
