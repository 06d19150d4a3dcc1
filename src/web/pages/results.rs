//! `GET /search`: hits with highlights, facets, pages, and what to do when nothing was found. `POST /search` makes an address
//! of words that are too long for one.

mod links;

use super::ask::AskForm;
use super::feedback::RatingForm;
use super::pager::Pager;
use crate::engine::{
    AnswerState, Engine, EngineError, Facets, Hit, Reason, SearchQuery, SearchResults, label_key,
};
use crate::texts::Texts;
use crate::web::body::SearchForm;
use crate::web::client::Client;
use crate::web::frame::{Frame, TagLink, language_of, page_response};
use crate::web::intake;
use crate::web::links::{encode, question_path, search_path};
use crate::web::parameters::{Parameters, Source, to_query};
use crate::web::passage::ShownPassage;
use crate::web::refusal::Refusal;
use crate::web::response_cache::{CachedResponse, Searched};
use crate::web::search_request::{LeftOut, Listed, SearchParameters, SearchRequest};
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use links::{Facet, FacetLink, Links, within};
use std::time::Instant;

#[derive(Template)]
#[template(path = "results.html")]
struct ResultsPage {
    frame: Frame,
    /// Results on all pages, and weak ones that are not shown.
    total: usize,
    listed: usize,
    state: AnswerState,
    /// The key of what is said of hits that may help.
    related: &'static str,
    /// The tag that the words only name.
    topic: Option<TagLink>,
    /// What is said of words that were not searched.
    left_out: Option<String>,
    suggestion: Option<(String, String)>,
    /// The first hit where it answers, with the passage that does.
    best: Option<Best>,
    /// The hits, behind the best one.
    hits: Vec<ShownHit>,
    /// The form for the experts, where no document answers.
    ask: Option<AskForm>,
    facets: Vec<Facet>,
    /// What the search is narrowed to, each with the search without it.
    chosen: Vec<(String, String)>,
    sorts: Vec<FacetLink>,
    pager: Pager,
    /// Behind the last of the others: how many weak results are left, and where they are.
    weaker: Option<(usize, String)>,
    ask_url: String,
}

/// The answer on top of the page.
struct Best {
    hit: ShownHit,
    passage: Opened,
    author: String,
    form: RatingForm,
}

/// A passage that can be read in place.
struct Opened {
    html: String,
    heading: String,
    /// The answer at this passage.
    url: String,
    lang: &'static str,
}

struct ShownHit {
    /// Address and headline of documents folded into this one.
    similar: Vec<(String, String)>,
    passage: Option<Opened>,
    url: String,
    title_html: String,
    snippet_html: String,
    /// Another way to ask the question, empty where the headline says enough.
    asked_as: String,
    date: String,
    tags: Vec<TagLink>,
}

/// The results page.
pub(in crate::web) async fn results(
    State(state): State<AppState>,
    texts: Texts,
    client: Client,
    parameters: Parameters<SearchParameters>,
) -> Result<Response, Refusal> {
    let started = Instant::now();
    let request = SearchRequest::try_from(&parameters)?;
    let sent = to_query(&parameters.sent);
    let built = built(&state, texts.clone(), &request);
    let page = state
        .cached("results", Some(&texts), Some(&sent), built)
        .await?;
    if let Some(searched) = page.searched.as_ref().filter(|_| request.page == 1) {
        let text = &request.query.text;
        intake::log_query(&state, text, searched, started.elapsed(), &client);
    }
    Ok(page_response(&page, &texts))
}

/// `POST /search`: leads to the results for what is searched of the words.
pub(in crate::web) async fn shorten(
    SearchForm(sent): SearchForm<SearchParameters>,
) -> Result<Redirect, Refusal> {
    let source = Source::Page;
    let request = SearchRequest::try_from(&Parameters { sent, source })?;
    let parameters = SearchParameters::from(&request);
    Ok(Redirect::to(&parameters.results_path()))
}

async fn built(
    state: &AppState,
    texts: Texts,
    request: &SearchRequest,
) -> Result<CachedResponse, Refusal> {
    let query = request.query.clone();
    let shared = state.clone();
    let search = move |engine: &dyn Engine| {
        let found = engine.search(&query)?;
        let opened = found
            .hits
            .iter()
            .map(|hit| Opened::of_hit(engine, hit, &shared));
        let opened = opened.collect::<Result<Vec<_>, EngineError>>()?;
        Ok((found, opened, engine.common_tags()))
    };
    let (found, opened, common) = state.with_engine(search).await?;
    let searched = Searched::from(&found);
    let SearchResults {
        total,
        strong,
        hits,
        facets,
        answer_state,
        reason,
        suggestion,
        confidence: _,
        understanding: _,
    } = found;
    let mut frame = Frame::new(state, texts, &search_path(&request.query.text));
    frame.query.clone_from(&request.query.text);
    frame.within = within(&request.query);
    let links = Links::new(request, &common, &state.brand);
    // Weak results are shown by request; a page behind the others shows none.
    let listed = match request.listed {
        Listed::All => total,
        Listed::Strong => strong,
    };
    let left = listed.saturating_sub(request.query.offset);
    let mut hits = hits.into_iter().zip(opened).take(left).peekable();
    let is_answered = answer_state == AnswerState::Answered;
    let best = hits.next_if(|(_, opened)| is_answered && opened.is_some());
    let best = best.and_then(|(hit, opened)| Some(Best::new(hit, opened?, &links, &frame)));
    let is_asked = answer_state == AnswerState::None && request.page == 1;
    let page = CachedResponse::page(&ResultsPage {
        total,
        listed,
        best,
        ask: (is_asked && !request.query.text.is_empty()).then(|| ask_form(&request.query)),
        state: answer_state,
        related: related_text(reason),
        topic: (reason == Some(Reason::Topic))
            .then(|| topic_of(&request.query.text, &facets))
            .flatten(),
        left_out: said_of(request.left_out).map(|key| frame.t(key)),
        suggestion: suggestion.map(|text| (search_path(&text), text)),
        hits: hits
            .map(|(hit, opened)| ShownHit::new(hit, opened, &links))
            .collect(),
        chosen: links.chosen(),
        facets: links.facets(&frame, &facets),
        sorts: links.sorts(&frame),
        weaker: links.weaker(total, listed),
        pager: links.pager(listed),
        ask_url: ask_url(&request.query),
        frame,
    })?;
    Ok(page.with_search(searched))
}

/// The key of what is said of hits that may help.
fn related_text(reason: Option<Reason>) -> &'static str {
    match reason {
        Some(Reason::Opposite) => "results-opposite",
        Some(Reason::Topic) => "results-topic",
        None => "results-related",
    }
}

/// The tag that a text is.
fn topic_of(text: &str, facets: &Facets) -> Option<TagLink> {
    let mut tags = facets.tags.iter();
    let named = tags.find(|tag| label_key(&tag.value) == label_key(text.trim()))?;
    Some(TagLink::of_tag(&named.value))
}

/// The key of what is said of words that were not searched.
fn said_of(left_out: LeftOut) -> Option<&'static str> {
    match left_out {
        LeftOut { too_long: true, .. } => Some("results-truncated"),
        LeftOut {
            telling_nothing: true,
            ..
        } => Some("results-reduced"),
        _ => None,
    }
}

/// The form for the experts, with what was searched and within what.
fn ask_url(query: &SearchQuery) -> String {
    let mut url = format!("/ask?q={}", encode(&query.text));
    for (name, value) in [
        ("tag", query.filter.tags.first()),
        ("category", query.filter.category.as_ref()),
    ] {
        if let Some(value) = value {
            url = format!("{url}&{name}={}", encode(value));
        }
    }
    url
}

/// The form for the experts with what was searched and within what. The page is cached, so that it has no key.
fn ask_form(query: &SearchQuery) -> AskForm {
    AskForm {
        question: query.text.clone(),
        tag: query.filter.tags.first().cloned().unwrap_or_default(),
        category: query.filter.category.clone().unwrap_or_default(),
        rows: 4,
        ..AskForm::default()
    }
}

impl Best {
    fn new(hit: Hit, passage: Opened, links: &Links<'_>, frame: &Frame) -> Self {
        let form = RatingForm::new(&hit.document.id, &frame.texts, false);
        Self {
            author: hit.document.author.clone().unwrap_or_default(),
            form: form.after(Some(links.request.query.text.clone())),
            passage,
            hit: ShownHit::new(hit, None, links),
        }
    }
}

impl Opened {
    fn of_hit(
        engine: &dyn Engine,
        hit: &Hit,
        state: &AppState,
    ) -> Result<Option<Self>, EngineError> {
        let passage = ShownPassage::of_hit(engine, hit, state)?;
        Ok(passage.map(|passage| Self {
            url: passage.path(&hit.document),
            lang: language_of(&passage.markdown),
            html: passage.html.as_str().to_owned(),
            heading: passage.heading,
        }))
    }
}

impl ShownHit {
    fn new(hit: Hit, passage: Option<Opened>, links: &Links<'_>) -> Self {
        Self {
            passage,
            url: question_path(&hit.document.id),
            similar: hit
                .similar
                .into_iter()
                .map(|s| (question_path(&s.id), s.title))
                .collect(),
            title_html: hit.title_html,
            snippet_html: hit.snippet_html,
            asked_as: hit.asked_as.unwrap_or_default(),
            date: hit.document.date.map(|d| d.to_string()).unwrap_or_default(),
            tags: links.within_tags(&hit.document),
        }
    }
}
