//! `GET /api/v1/search`.

use super::question::QuestionResponse;
use crate::engine::{
    AnswerState, Confidence, FacetCount, Hit, ScoreParts, SearchResults, Similar, Understanding,
};
use crate::web::client::Client;
use crate::web::extract::{Parameters, SearchRequest};
use crate::web::kept::{Answer, Searched};
use crate::web::locale::Locale;
use crate::web::pages::question_path;
use crate::web::problem::{ApiRefusal, Problem, Refusal};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use std::time::Instant;
use utoipa::{IntoParams, ToSchema};

/// Parameters of a search; all optional.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters; `SearchRequest` reads and checks them"
)]
pub(super) struct SearchParameters {
    /// The visitor's words: text, never query syntax; cut at 512 characters. Empty lists all documents.
    q: Option<String>,
    /// Page, from 1; `page * per_page` is capped at 1,000.
    #[param(minimum = 1)]
    page: Option<usize>,
    /// Hits on a page; 10 unless given, capped at 50.
    #[param(minimum = 1)]
    per_page: Option<usize>,
    /// Only documents with this tag.
    tag: Option<String>,
    /// Only documents of this category.
    category: Option<String>,
    /// Only documents of this day or later.
    #[param(format = Date)]
    from: Option<String>,
    /// Only documents of this day or earlier.
    #[param(format = Date)]
    to: Option<String>,
    /// `relevance` (default) or `newest`.
    sort: Option<String>,
    /// Whether to tell what the query was understood as, and how each score came about.
    explain: Option<bool>,
    /// Whether to give the whole answer of the first hit along, where it answers the query: saves asking for it.
    answer: Option<bool>,
}

/// What a search found.
#[derive(Serialize, ToSchema)]
pub(super) struct SearchResponse {
    /// The words as they were used.
    query: String,
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
    /// Documents with the same question or answer, folded into this one.
    similar: Vec<SimilarHit>,
    /// With `explain`: the parts that sum up to the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    score_parts: Option<ScoreParts>,
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
        (status = 400, description = "A parameter cannot be used; the problem names it", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much from one address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn search(
    State(state): State<AppState>,
    locale: Locale,
    client: Client,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let refuse = |refusal: Refusal| ApiRefusal(refusal, locale);
    let started = Instant::now();
    let SearchRequest {
        page,
        per_page,
        query,
        explain,
        answer,
    } = SearchRequest::try_from(&parameters).map_err(refuse)?;
    let text = query.text.clone();
    let note = |searched: &Searched| {
        if page == 1 {
            state.note_query(&text, searched, started.elapsed(), &client);
        }
    };
    let key = state.kept_key("search", Locale::Chinese, &parameters.to_text());
    if let Some(answer) = state.kept(key.as_ref()) {
        answer.searched.iter().for_each(note);
        return Ok(answer.response());
    }
    let wants_answer = answer && page == 1;
    let (found, answer) = state
        .with_engine(move |engine| {
            let found = engine.search(&query)?;
            let is_answered = found.answer_state == AnswerState::Answered;
            let first = found.hits.first().filter(|_| wants_answer && is_answered);
            let answer = first.map(|hit| QuestionResponse::from(hit.document.clone()));
            Ok((found, answer))
        })
        .await
        .map_err(|e| refuse(e.into()))?;
    let searched = Searched::from(&found);
    note(&searched);
    let took_ms = (started.elapsed().as_secs_f64() * 1e5).round() / 100.0;
    let SearchResults {
        total,
        hits,
        facets,
        answer_state,
        suggestion,
        confidence,
        understanding,
    } = found;
    let response = SearchResponse {
        query: text.clone(),
        total,
        page,
        per_page,
        took_ms,
        answer_state,
        suggestion,
        hits: hits
            .into_iter()
            .map(|hit| SearchHit::of(hit, explain))
            .collect(),
        answer,
        facets: FacetsResponse {
            tags: values(facets.tags),
            categories: values(facets.categories),
            years: values(facets.years),
        },
        understanding: explain.then_some(understanding),
        confidence: confidence.filter(|_| explain),
    };
    let mut answer = Answer::json(&response).map_err(|_| refuse(Refusal::Internal))?;
    answer.searched = Some(searched);
    Ok(state.keep(key, answer).response())
}

fn values(counts: Vec<FacetCount>) -> Vec<FacetValue> {
    counts
        .into_iter()
        .map(|FacetCount { value, count }| FacetValue { value, count })
        .collect()
}

impl SearchHit {
    fn of(hit: Hit, explain: bool) -> Self {
        let Hit {
            document,
            score,
            parts,
            similar,
            title_html,
            snippet_html,
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
            similar: similar
                .into_iter()
                .map(|Similar { id, title }| SimilarHit {
                    url: question_path(&id),
                    id: id.0,
                    title,
                })
                .collect(),
            score_parts: explain.then_some(parts),
        }
    }
}
