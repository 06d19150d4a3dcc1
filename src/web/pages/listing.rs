//! `GET /tags/{tag}` and `GET /categories/{category}`: what carries a label, newest first.

use super::pager::{Pager, page_path};
use crate::document::Document;
use crate::engine::{Engine, Filter, SearchQuery, label_key};
use crate::texts::Texts;
use crate::web::brand::Brand;
use crate::web::frame::{Frame, ListedQuestion, page};
use crate::web::links::encode;
use crate::web::parameters::Parameters;
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::search_request::{SearchParameters, SearchRequest};
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

/// Questions on a page.
const PER_PAGE: usize = 20;

#[derive(Template)]
#[template(path = "listing.html")]
struct ListingPage {
    frame: Frame,
    kind: String,
    name: String,
    total: usize,
    questions: Vec<ListedQuestion>,
    pager: Pager,
}

/// Documents with a tag.
pub(in crate::web) async fn tag(
    State(state): State<AppState>,
    texts: Texts,
    Path(tag): Path<String>,
    parameters: Parameters<SearchParameters>,
) -> Result<Response, Refusal> {
    let filter = Filter {
        tags: vec![tag.clone()],
        ..Filter::default()
    };
    let label = Label {
        kind: texts.text("tag"),
        folder: "tags",
        asked: tag,
        of_document: |document| &document.tags,
        shown: |name, _| name,
    };
    listing(state, texts, &parameters, filter, label).await
}

/// Documents of a category.
pub(in crate::web) async fn category(
    State(state): State<AppState>,
    texts: Texts,
    Path(category): Path<String>,
    parameters: Parameters<SearchParameters>,
) -> Result<Response, Refusal> {
    let filter = Filter {
        category: Some(category.clone()),
        ..Filter::default()
    };
    let label = Label {
        kind: texts.text("category"),
        folder: "categories",
        asked: category,
        of_document: |document| document.category.as_slice(),
        shown: |name, brand| brand.category_name(name),
    };
    listing(state, texts, &parameters, filter, label).await
}

/// A label that is asked for.
struct Label {
    /// What it is, in words.
    kind: String,
    /// Of the addresses of pages of its kind.
    folder: &'static str,
    /// As it was asked for, in any case.
    asked: String,
    of_document: fn(&Document) -> &[String],
    /// As visitors see it.
    shown: for<'a> fn(&'a str, &'a Brand) -> &'a str,
}

impl Label {
    /// The label as a document that has it shows it.
    fn name(&self, document: &Document) -> String {
        let labels = (self.of_document)(document).iter();
        let key = label_key(&self.asked);
        let mut named = labels.filter(|label| label_key(label) == key).cloned();
        named.next().unwrap_or_else(|| self.asked.clone())
    }
}

async fn listing(
    state: AppState,
    texts: Texts,
    parameters: &Parameters<SearchParameters>,
    filter: Filter,
    label: Label,
) -> Result<Response, Refusal> {
    SearchRequest::try_from(parameters)?;
    // All of a label can be read, where a search ends at some page.
    let number = parameters.source.positive("page", &parameters.sent.page)?;
    let number = number.unwrap_or(1);
    let query = SearchQuery {
        filter,
        offset: (number - 1).saturating_mul(PER_PAGE),
        limit: PER_PAGE,
        ..SearchQuery::default()
    };
    let read = move |engine: &dyn Engine| Ok((engine.search(&query)?, engine.common_tags()));
    let (found, common) = state.with_engine(read).await?;
    if found.total == 0 {
        return Err(Refusal::NotFound);
    }
    let name = found.hits.first().map(|hit| label.name(&hit.document));
    let name = name.unwrap_or_else(|| label.asked.clone());
    let path = format!("/{}/{}", label.folder, encode(&name));
    let link = |page| page_path(&path, page);
    let pager = Pager::new(number, PER_PAGE, found.total, link);
    let listed = ListingPage {
        frame: Frame::new(&state, texts.clone(), &link(number)),
        kind: label.kind,
        name: (label.shown)(&name, &state.brand).to_owned(),
        total: found.total,
        questions: found
            .hits
            .iter()
            .map(|hit| ListedQuestion::of_document(&hit.document, &common))
            .collect(),
        pager: pager.ok_or(Refusal::NotFound)?,
    };
    page(&listed, &texts)
}
