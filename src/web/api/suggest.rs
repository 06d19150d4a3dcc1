//! `GET /api/v1/suggest`.

use crate::engine::{Suggestion, SuggestionTarget};
use crate::web::extract::Parameters;
use crate::web::kept::Answer;
use crate::web::locale::Locale;
use crate::web::pages::{question_path, search_path};
use crate::web::problem::{ApiRefusal, Problem, Refusal};
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// Suggestions shown unless asked otherwise.
const DEFAULT_SUGGESTIONS: usize = 8;

/// Parameters of a suggestion.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters; `Parameters` reads and checks them"
)]
pub(super) struct SuggestParameters {
    /// What has been typed so far: Chinese, English, pinyin or initials.
    q: Option<String>,
    /// Suggestions wanted; 8 unless given, capped at 50.
    #[param(minimum = 1)]
    limit: Option<usize>,
}

/// Completions of what is being typed.
#[derive(Serialize, ToSchema)]
pub(super) struct SuggestResponse {
    /// Best first.
    suggestions: Vec<SuggestedQuestion>,
}

/// A question that continues what is being typed.
#[derive(Serialize, ToSchema)]
pub(super) struct SuggestedQuestion {
    /// The question, or a query with the word being typed completed.
    text: String,
    /// Document id of a question; nothing for a query.
    id: Option<String>,
    /// Path of the question's page, or of the search, on this site.
    url: String,
    /// First tag of the question.
    tag: Option<String>,
}

/// Questions that continue what is being typed.
#[utoipa::path(
    get,
    path = "/api/v1/suggest",
    params(SuggestParameters),
    responses(
        (status = 200, description = "Completions, best first", body = SuggestResponse),
        (status = 400, description = "A parameter cannot be used; the problem names it", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much from one address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many requests at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn suggest(
    State(state): State<AppState>,
    locale: Locale,
    parameters: Parameters,
) -> Result<Response, ApiRefusal> {
    let limit = parameters
        .limit(DEFAULT_SUGGESTIONS)
        .map_err(|r| ApiRefusal(r, locale))?;
    let typed = parameters.query_text();
    let key = state.kept_key("suggest", Locale::Chinese, &parameters.to_text());
    if let Some(answer) = state.kept(key.as_ref()) {
        return Ok(answer.response());
    }
    let found = state
        .with_engine(move |engine| engine.suggest(&typed, limit))
        .await
        .map_err(|e| ApiRefusal(e.into(), locale))?;
    let suggestions = found
        .into_iter()
        .map(|Suggestion { text, target, tag }| match target {
            SuggestionTarget::Question(id) => SuggestedQuestion {
                url: question_path(&id),
                text,
                id: Some(id.0),
                tag,
            },
            SuggestionTarget::Search => SuggestedQuestion {
                url: search_path(&text),
                text,
                id: None,
                tag,
            },
        })
        .collect();
    let answer = Answer::json(&SuggestResponse { suggestions })
        .map_err(|_| ApiRefusal(Refusal::Internal, locale))?;
    Ok(state.keep(key, answer).response())
}
