//! `GET /tags` and `GET /categories`: all labels with the number of their questions, most frequent first.

use super::pager::{Pager, page_path};
use crate::engine::{Engine, FacetCount};
use crate::texts::Texts;
use crate::web::frame::{Frame, TagLink, page_response};
use crate::web::parameters::{Parameters, Raw};
use crate::web::refusal::Refusal;
use crate::web::response_cache::CachedResponse;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

/// Labels on a page.
const PER_PAGE: usize = 1_000;

#[derive(Template)]
#[template(path = "labels.html")]
struct LabelsPage {
    frame: Frame,
    title: String,
    total: usize,
    labels: Vec<(TagLink, u64)>,
    /// Those of most questions.
    common: Vec<(TagLink, u64)>,
    /// What is said where there are none.
    none: String,
    pager: Pager,
}

/// Parameters of the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct LabelsParameters {
    page: Raw,
}

/// Which labels are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tags,
    Categories,
}

/// All tags; those that most documents carry tell least, and come last.
pub(in crate::web) async fn tags(
    State(state): State<AppState>,
    texts: Texts,
    parameters: Parameters<LabelsParameters>,
) -> Result<Response, Refusal> {
    labels(&state, texts, &parameters, Kind::Tags).await
}

/// All categories.
pub(in crate::web) async fn categories(
    State(state): State<AppState>,
    texts: Texts,
    parameters: Parameters<LabelsParameters>,
) -> Result<Response, Refusal> {
    labels(&state, texts, &parameters, Kind::Categories).await
}

async fn labels(
    state: &AppState,
    texts: Texts,
    Parameters { sent, source }: &Parameters<LabelsParameters>,
    kind: Kind,
) -> Result<Response, Refusal> {
    let page = source.positive("page", &sent.page)?.unwrap_or(1);
    let route = match kind {
        Kind::Tags => "tags",
        Kind::Categories => "categories",
    };
    let request = page.to_string();
    let built = built(state, texts.clone(), kind, page);
    let page = state
        .cached(route, Some(&texts), Some(&request), built)
        .await?;
    Ok(page_response(&page, &texts))
}

async fn built(
    state: &AppState,
    texts: Texts,
    kind: Kind,
    page: usize,
) -> Result<CachedResponse, Refusal> {
    let read = |engine: &dyn Engine| Ok((engine.labels()?, engine.common_tags()));
    let (all, common_tags) = state.with_engine(read).await?;
    let (path, title, none) = match kind {
        Kind::Tags => ("/tags", "tags", "tags-none"),
        Kind::Categories => ("/categories", "categories", "categories-none"),
    };
    let is_common = |label: &FacetCount| kind == Kind::Tags && common_tags.has(&label.value);
    let mut labels = match kind {
        Kind::Tags => all.tags,
        Kind::Categories => all.categories,
    };
    labels.sort_by_key(is_common);
    let total = labels.len();
    let pager = Pager::new(page, PER_PAGE, total, |page| page_path(path, page));
    let pager = pager.ok_or(Refusal::NotFound)?;
    let listed = labels
        .into_iter()
        .skip((page - 1) * PER_PAGE)
        .take(PER_PAGE);
    let (common, telling): (Vec<_>, Vec<_>) = listed.partition(is_common);
    let brand = &state.brand;
    let linked = |labels: Vec<FacetCount>| {
        let linked = labels.into_iter().map(|label| match kind {
            Kind::Tags => (TagLink::of_tag(&label.value), label.count),
            Kind::Categories => (TagLink::of_category(&label.value, brand), label.count),
        });
        linked.collect()
    };
    CachedResponse::page(&LabelsPage {
        title: texts.text(title),
        none: texts.text(none),
        frame: Frame::new(state, texts, &page_path(path, page)),
        total,
        labels: linked(telling),
        common: linked(common),
        pager,
    })
}
