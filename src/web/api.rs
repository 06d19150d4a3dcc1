//! JSON under `/api/v1`: one file per route, and the OpenAPI document generated from them.

mod docs;
mod feedback;
mod question;
mod search;
mod suggest;

pub(super) use docs::{DocumentedOperation, docs_page};

pub(super) use question::FeedbackCounts;

use super::problem::Problem;
use super::state::AppState;
use axum::Router;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "dayi",
        description = "Expert answers from a folder of Markdown documents. Errors are RFC 9457 problems in Chinese or English by Accept-Language."
    ),
    components(schemas(Problem))
)]
struct Api;

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(search::search))
        .routes(routes!(suggest::suggest))
        .routes(routes!(question::question))
        .routes(routes!(question::related))
        .routes(routes!(feedback::rate))
        .routes(routes!(feedback::ask))
        .routes(routes!(feedback::click))
}

/// The routes of the API.
pub(super) fn routes() -> Router<AppState> {
    described().into()
}

/// The OpenAPI 3.1 document, generated from the handlers.
pub fn openapi_document() -> Document {
    described().into_openapi()
}
