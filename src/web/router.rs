//! Every route, and what happens to every request.

use super::cache::Conditions;
use super::client::address_of;
use super::client_quotas::{current_client, with_client};
use super::moved::moved;
use super::refusal::Refusal;
use super::render_refusal::{Reader, render};
use super::state::AppState;
use super::{admin, api, assets, compressed, language, machines, pages, pictures, scripts};
use crate::document::OLD_FEEDBACK_PATH;
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use std::time::{Duration, Instant};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tracing::Instrument;

/// No inline script or style, nothing from other hosts but pictures in answers, in no frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    img-src 'self' https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'";

/// Characters of a request's id, at most: it may come from outside, is logged and sent back. A longer one is replaced.
const LONGEST_REQUEST_ID: usize = 128;

/// How long a browser may cache the response to a CORS preflight.
const PREFLIGHT_AGE: Duration = Duration::from_hours(1);

/// One above the default of Brotli: a tenth smaller, in the same time to a visitor.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(5);

/// The whole service.
pub fn router(state: AppState) -> Router {
    let cors = cors(&state.config.cors_origins);
    Router::new()
        .merge(
            limited(served(), &state).layer(middleware::from_fn_with_state(
                state.clone(),
                language::remember,
            )),
        )
        .route("/assets/{version}/{name}", get(assets::asset))
        .merge(scripts())
        .route("/favicon.svg", get(assets::icon))
        .route("/favicon.ico", get(assets::icon))
        .route("/manifest.webmanifest", get(assets::manifest))
        .route("/healthz", get(machines::healthz))
        .route("/readyz", get(machines::readyz))
        .route("/metrics", get(machines::metrics))
        .merge(
            // Before the CORS layer: a preflight uses a method that no route takes, and still has to pass the layer.
            limited(api::routes(), &state)
                .method_not_allowed_fallback(async || Refusal::MethodNotAllowed)
                .layer(cors),
        )
        .method_not_allowed_fallback(async || Refusal::MethodNotAllowed)
        .fallback(moved)
        // One layer for all: a router boxes the services under each of its layers anew for each request.
        .layer(
            ServiceBuilder::new()
                .map_response(compressed::once)
                .layer(CompressionLayer::new().quality(COMPRESSION))
                .map_request(without_long_id)
                .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
                .layer(PropagateRequestIdLayer::x_request_id())
                .layer(middleware::from_fn_with_state(state.clone(), observe))
                // Innermost: the response to a panic is counted, and not cached by browsers.
                .layer(CatchPanicLayer::new()),
        )
        .with_state(state)
}

/// These routes, with the limit of requests a minute where it is set.
fn limited(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    if state.limits.has_requests() {
        routes.route_layer(middleware::from_fn_with_state(state.clone(), within_limit))
    } else {
        routes
    }
}

/// Lets a request through if its client has not sent too many.
async fn within_limit(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    state.limits.request(&current_client())?;
    Ok(next.run(request).await)
}

/// The routes that visitors, their machines and experts use: all but the files of pages and the routes for operations.
fn served() -> Router<AppState> {
    Router::new()
        .route("/", get(pages::home))
        .route("/search", get(pages::results).post(pages::shorten))
        .route("/questions", get(pages::questions))
        .route("/questions/{id}", get(pages::question))
        .route("/questions/{id}/", get(pages::question_with_slash))
        .route("/tags", get(pages::tags))
        .route("/tags/{tag}", get(pages::tag))
        .route("/categories", get(pages::categories))
        .route("/categories/{category}", get(pages::category))
        .route(
            "/questions/{id}/feedback",
            get(pages::feedback::form).post(pages::feedback::rate),
        )
        .route(OLD_FEEDBACK_PATH, get(pages::feedback::old_link))
        .route("/feedback/thanks", get(pages::feedback::thanks))
        .route("/ask", get(pages::ask::form).post(pages::ask::send))
        .route("/language", post(language::choose))
        .route("/asks", get(pages::asks::asks))
        .route("/asks/{secret}", get(pages::receipt))
        .route("/asks/{number}/me-too", post(pages::asks::count))
        .route("/docs", get(pages::docs))
        .route("/embed", get(pages::embed))
        .route("/pictures/{*path}", get(pictures::picture))
        .route("/openapi.json", get(machines::openapi))
        .route("/feed.xml", get(machines::feed))
        .route("/sitemap.xml", get(machines::sitemap))
        .route("/robots.txt", get(machines::robots))
        .route("/opensearch.xml", get(machines::opensearch))
        .route("/llms.txt", get(machines::llms))
        .merge(admin::routes())
        .merge(api::expert_routes())
}

fn scripts() -> Router<AppState> {
    scripts::script_routes().fold(Router::new(), |router, path| {
        router.route(&path, get(assets::script))
    })
}

fn cors(origins: &[String]) -> CorsLayer {
    let allowed = if origins.iter().any(|o| o == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().filter_map(|o| HeaderValue::from_str(o).ok()))
    };
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers([
            header::ACCEPT_LANGUAGE,
            header::IF_NONE_MATCH,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
        ])
        .expose_headers([
            header::ETAG,
            header::RETRY_AFTER,
            HeaderName::from_static("x-request-id"),
        ])
        .max_age(PREFLIGHT_AGE)
}

/// The request without an id that nobody could log.
fn without_long_id(mut request: Request) -> Request {
    let is_long = |id: &HeaderValue| id.len() > LONGEST_REQUEST_ID;
    let headers = request.headers_mut();
    if headers.get("x-request-id").is_some_and(is_long) {
        headers.remove("x-request-id");
    }
    request
}

/// The name of a method, for logs and metrics. Unknown ones count as one, as anybody can invent them.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

fn add_security_headers(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        // A picture has a policy of its own.
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

/// Logs and counts every request by the pattern of its route, renders refusals, and writes the headers that all responses
/// have. What a visitor searched is not logged.
async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or("other", MatchedPath::as_str);
    let id = request.headers().get("x-request-id");
    let id = id.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let span = tracing::info_span!("request", id, method, route);
    let address = address_of(request.extensions(), request.headers(), &state);
    let (reader, conditions) = (
        Reader::of_request(&request, &state),
        Conditions::of_request(&request),
    );
    let answered = with_client(address, async {
        let response = render(next.run(request).await, &reader, &state);
        conditions.apply(response).await
    });
    let mut response = answered.instrument(span.clone()).await;
    add_security_headers(response.headers_mut());
    let (status, took) = (response.status().as_u16(), started.elapsed());
    state.metrics.answered(method, route, status, took);
    span.in_scope(|| tracing::debug!(status, took_ms = took.as_secs_f64() * 1e3, "answered"));
    response
}
