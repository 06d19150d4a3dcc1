//! JSON under `/api/v1`: one file per route, and the OpenAPI document generated from them.

mod admin;
mod asks;
mod docs;
mod feedback;
mod popular;
mod question;
mod refused;
mod search;
mod suggest;

pub(super) use docs::{DocumentedOperation, docs_page};

use super::problem::Problem;
use super::state::AppState;
use axum::Router;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "dayi",
        description = "Expert answers from a folder of Markdown documents. Errors are RFC 9457 problems in Chinese or English by Accept-Language."
    ),
    components(schemas(Problem)),
    modifiers(&Token)
)]
struct Api;

/// How scripts sign in.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_with(Default::default);
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some("A token of `dayi expert token NAME`".to_owned());
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(search::search, search::search_long))
        .routes(routes!(suggest::suggest))
        .routes(routes!(popular::popular))
        .routes(routes!(question::question))
        .routes(routes!(question::related))
        .routes(routes!(feedback::rate))
        .routes(routes!(feedback::ask))
        .routes(routes!(asks::status))
        .routes(routes!(asks::me_too))
        .routes(routes!(feedback::click))
}

/// The routes that pages of other sites may call.
pub(super) fn routes() -> Router<AppState> {
    described().into()
}

fn described_for_experts() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(admin::overview))
        .routes(routes!(admin::inbox_items))
        .routes(routes!(admin::change_item))
        .routes(routes!(admin::worst_answers))
        .routes(routes!(admin::answer_report))
        .routes(routes!(admin::askings, admin::change_askings))
        .routes(routes!(admin::undo_asking))
        .routes(routes!(admin::unanswered))
        .routes(routes!(admin::draft_document))
        .routes(routes!(admin::audit_log))
        .routes(routes!(admin::deliveries))
        .routes(routes!(admin::send_again))
}

/// The routes for experts, closed to pages of other sites.
pub(super) fn expert_routes() -> Router<AppState> {
    described_for_experts().into()
}

/// The OpenAPI 3.1 document, generated from the handlers.
pub fn openapi_document() -> Document {
    described().merge(described_for_experts()).into_openapi()
}
