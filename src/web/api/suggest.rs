//! `GET /api/v1/suggest`.

use super::refused::ReadRefused;
use crate::engine::{Suggestion, SuggestionTarget};
use crate::web::links::{question_path, search_path};
use crate::web::parameters::{Parameters, Raw, to_query};
use crate::web::refusal::Refusal;
use crate::web::response_cache::CachedResponse;
use crate::web::search_request::MOST_PER_PAGE;
use crate::web::state::AppState;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Suggestions shown unless asked otherwise.
const DEFAULT_SUGGESTIONS: usize = 8;

/// Parameters of a suggestion.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct SuggestParameters {
    /// What has been typed so far: Chinese, English, pinyin or initials.
    #[param(value_type = Option<String>)]
    q: Raw,
    /// Suggestions wanted; 8 unless given, capped at 50.
    #[param(value_type = Option<usize>, minimum = 1)]
    limit: Raw,
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
        ReadRefused,
    )
)]
pub(super) async fn suggest(
    State(state): State<AppState>,
    Parameters { sent, source }: Parameters<SuggestParameters>,
) -> Result<Response, Refusal> {
    let limit = source.positive("limit", &sent.limit)?;
    let limit = limit.unwrap_or(DEFAULT_SUGGESTIONS).min(MOST_PER_PAGE);
    let typed = sent.q.query();
    let completed = async {
        // What is left out of a text is not continued.
        let is_whole = !typed.reduced && !typed.truncated;
        let found = state.with_engine(move |engine| {
            if is_whole {
                engine.suggest(&typed.text, limit)
            } else {
                Ok(Vec::new())
            }
        });
        let suggestions = found.await?.into_iter().map(SuggestedQuestion::from);
        let suggestions = suggestions.collect();
        CachedResponse::json(&SuggestResponse { suggestions })
    };
    let sent = to_query(&sent);
    let cached = state
        .cached("suggest", None, Some(&sent), completed)
        .await?;
    Ok(cached.response())
}

impl From<Suggestion> for SuggestedQuestion {
    fn from(suggestion: Suggestion) -> Self {
        let Suggestion { text, target, tag } = suggestion;
        let (id, url) = match target {
            SuggestionTarget::Question(id) => (Some(id.0.clone()), question_path(&id)),
            SuggestionTarget::Search => (None, search_path(&text)),
        };
        Self { text, id, url, tag }
    }
}
