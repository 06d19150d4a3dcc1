//! `GET /questions`: all questions, the newest first or those first that visitors like.

use super::pager::Pager;
use crate::document::{Document, DocumentId};
use crate::engine::{Engine, EngineError, Filter, SearchQuery};
use crate::feedback::favourites::Favourites;
use crate::texts::Texts;
use crate::web::favourites::current;
use crate::web::frame::{Frame, ListedQuestion, page_response};
use crate::web::parameters::{Parameters, Raw};
use crate::web::refusal::{Expected, Refusal};
use crate::web::response_cache::CachedResponse;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// Questions on a page.
const PER_PAGE: usize = 20;

#[derive(Template)]
#[template(path = "questions.html")]
struct QuestionsPage {
    frame: Frame,
    total: usize,
    /// None where there is only one order.
    orders: Vec<OrderLink>,
    questions: Vec<ListedQuestion>,
    pager: Pager,
}

struct OrderLink {
    label: String,
    url: String,
    selected: bool,
}

/// Parameters of the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct QuestionsParameters {
    sort: Raw,
    page: Raw,
}

/// Which questions come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Newest,
    /// Those whose answers most surely helped, then the newest.
    Helpful,
    /// Those that were opened most often from results, then the newest.
    Read,
}

impl Order {
    const ALL: [Self; 3] = [Self::Newest, Self::Helpful, Self::Read];

    /// As a parameter names it.
    fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Helpful => "helpful",
            Self::Read => "read",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }

    fn label(self, frame: &Frame) -> String {
        frame.t(match self {
            Self::Newest => "results-by-date",
            Self::Helpful => "questions-by-helpful",
            Self::Read => "questions-by-read",
        })
    }

    /// The address of a page in this order.
    fn path(self, page: usize) -> String {
        let sort = (self != Self::Newest).then(|| format!("sort={}", self.name()));
        let page = (page > 1).then(|| format!("page={page}"));
        let parameters: Vec<String> = sort.into_iter().chain(page).collect();
        if parameters.is_empty() {
            "/questions".to_owned()
        } else {
            format!("/questions?{}", parameters.join("&"))
        }
    }

    /// The documents that come before all others.
    fn first(self, favourites: &Favourites, engine: &dyn Engine) -> Vec<DocumentId> {
        let ids = match self {
            Self::Newest => Vec::new(),
            Self::Helpful => favourites.most_helpful(current(engine)),
            Self::Read => favourites.most_read(current(engine)),
        };
        ids.into_iter().map(DocumentId).collect()
    }
}

/// The list.
pub(in crate::web) async fn questions(
    State(state): State<AppState>,
    texts: Texts,
    Parameters { sent, source }: Parameters<QuestionsParameters>,
) -> Result<Response, Refusal> {
    let order = source.check("sort", &sent.sort, Expected::QuestionOrder, Order::named)?;
    let page = source.positive("page", &sent.page)?.unwrap_or(1);
    let favourites = match state.feedback() {
        Ok(feedback) => state.favourites.read(&feedback.store).await,
        Err(_) => None,
    };
    let order = order.filter(|_| favourites.is_some());
    let order = order.unwrap_or(Order::Newest);
    // What visitors like changes while the documents stay.
    let request = (order == Order::Newest).then(|| format!("{page} {}", favourites.is_some()));
    let built = built(&state, texts.clone(), order, page, favourites);
    let page = state
        .cached("questions", Some(&texts), request.as_deref(), built)
        .await?;
    Ok(page_response(&page, &texts))
}

async fn built(
    state: &AppState,
    texts: Texts,
    order: Order,
    page: usize,
    favourites: Option<Arc<Favourites>>,
) -> Result<CachedResponse, Refusal> {
    // The same questions in another order are no other page.
    let canonical = match order {
        Order::Newest => order.path(page),
        Order::Helpful | Order::Read => Order::Newest.path(1),
    };
    let frame = Frame::new(state, texts, &canonical);
    let orders = favourites.iter().flat_map(|_| Order::ALL);
    let orders = orders.map(|one| OrderLink {
        label: one.label(&frame),
        url: one.path(1),
        selected: one == order,
    });
    let orders = orders.collect();
    let read = move |engine: &dyn Engine| {
        let first = favourites.map_or_else(Vec::new, |known| order.first(&known, engine));
        let (documents, total) = documents(engine, first, page)?;
        let common = engine.common_tags();
        let listed = documents
            .iter()
            .map(|document| ListedQuestion::of_document(document, &common));
        Ok((listed.collect(), total))
    };
    let (questions, total) = state.with_engine(read).await?;
    let pager = Pager::new(page, PER_PAGE, total, |page| order.path(page));
    CachedResponse::page(&QuestionsPage {
        frame,
        total,
        orders,
        questions,
        pager: pager.ok_or(Refusal::NotFound)?,
    })
}

/// A page of all documents, `first` before the others, which are newest first, and the number of all.
fn documents(
    engine: &dyn Engine,
    first: Vec<DocumentId>,
    page: usize,
) -> Result<(Vec<Document>, usize), EngineError> {
    let offset = (page - 1).saturating_mul(PER_PAGE);
    let mut shown = Vec::with_capacity(PER_PAGE);
    for id in first.iter().skip(offset).take(PER_PAGE) {
        shown.extend(engine.document(id)?);
    }
    let before = first.len();
    let others = engine.search(&SearchQuery {
        filter: Filter {
            hidden: first,
            ..Filter::default()
        },
        offset: offset.saturating_sub(before),
        limit: PER_PAGE,
        ..SearchQuery::default()
    })?;
    let room = PER_PAGE - shown.len();
    shown.extend(others.hits.into_iter().map(|hit| hit.document).take(room));
    Ok((shown, before + others.total))
}
