//! `GET /search`: hits with highlights, facets, pages, and what to do when nothing was found. `POST /search` makes an address
//! of words that are too long for one.

use super::ask::AskForm;
use super::feedback::RatingForm;
use super::pager::Pager;
use crate::document::Document;
use crate::engine::{
    AnswerState, CommonTags, Engine, EngineError, FacetCount, Facets, Filter, Hit, Reason,
    SearchQuery, SearchResults, Sort, label_key,
};
use crate::texts::Texts;
use crate::web::body::SearchForm;
use crate::web::brand::Brand;
use crate::web::client::Client;
use crate::web::frame::{Frame, TagLink, language_of, page_response};
use crate::web::intake;
use crate::web::links::{encode, question_path, search_path};
use crate::web::parameters::{Parameters, Raw, Source, to_query};
use crate::web::passage::ShownPassage;
use crate::web::refusal::Refusal;
use crate::web::response_cache::{CachedResponse, Searched};
use crate::web::search_request::{
    DEEPEST_HIT, LeftOut, Listed, MOST_TAGS, SearchParameters, SearchRequest,
};
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::{Redirect, Response};
use jiff::civil::Date;
use std::time::Instant;

/// Values of a facet shown.
const FACET_VALUES: usize = 10;
/// Tags shown under a hit.
const HIT_TAGS: usize = 4;

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

struct Facet {
    name: String,
    values: Vec<FacetLink>,
}

struct FacetLink {
    label: String,
    count: u64,
    url: String,
    selected: bool,
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

/// What a search is narrowed to, as parameters of the next one.
fn within(query: &SearchQuery) -> Vec<(&'static str, String)> {
    let Filter {
        tags,
        category,
        from,
        to,
        ..
    } = &query.filter;
    let day = |day: &Option<Date>| day.map(|day| day.to_string());
    let tags = tags.iter().map(|tag| ("tag", Some(tag.clone())));
    let others = [
        ("category", category.clone()),
        ("from", day(from)),
        ("to", day(to)),
    ];
    tags.chain(others)
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
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

/// Makes the addresses of a search with one thing changed.
struct Links<'a> {
    request: &'a SearchRequest,
    /// Tags that tell nothing.
    common: &'a CommonTags,
    brand: &'a Brand,
    /// The first page of the search.
    parameters: SearchParameters,
}

impl<'a> Links<'a> {
    fn new(request: &'a SearchRequest, common: &'a CommonTags, brand: &'a Brand) -> Self {
        let parameters = SearchParameters::from(request);
        Self {
            request,
            common,
            brand,
            parameters,
        }
    }

    /// The address of the search after `change`.
    fn with(&self, change: impl FnOnce(&mut SearchParameters)) -> String {
        let mut parameters = self.parameters.clone();
        change(&mut parameters);
        parameters.results_path()
    }

    /// What the search is narrowed to, each with the search without it.
    fn chosen(&self) -> Vec<(String, String)> {
        let within = within(&self.request.query).into_iter();
        let chosen = within.map(|(name, value)| {
            let without = self.with(|parameters| match name {
                "tag" => parameters.tag = self.toggled(&value),
                "category" => parameters.category = Raw::default(),
                "from" => parameters.from = Raw::default(),
                _ => parameters.to = Raw::default(),
            });
            let label = match name {
                "from" => format!("≥ {value}"),
                "to" => format!("≤ {value}"),
                "category" => self.brand.category_name(&value).to_owned(),
                _ => value,
            };
            (label, without)
        });
        chosen.collect()
    }

    /// The searches within the tags of a hit that tell something.
    fn within_tags(&self, document: &Document) -> Vec<TagLink> {
        let within = |tag: &str| TagLink {
            name: tag.to_owned(),
            url: self.with(|parameters| parameters.tag = self.with_tag(tag)),
        };
        if !self.has_room() {
            return Vec::new();
        }
        let telling = self.common.telling(&document.tags).take(HIT_TAGS);
        telling.map(within).collect()
    }

    fn facets(&self, frame: &Frame, facets: &Facets) -> Vec<Facet> {
        let Facets {
            tags,
            categories,
            years,
        } = facets;
        let mut shown = vec![
            Facet {
                name: frame.t("tags"),
                values: self.tags(tags),
            },
            Facet {
                name: frame.t("categories"),
                values: self.categories(categories),
            },
            Facet {
                name: frame.t("years"),
                values: self.years(years),
            },
        ];
        shown.retain(|facet| facet.values.len() > 1 || facet.values.iter().any(|v| v.selected));
        shown
    }

    /// Whether the search is narrowed to a tag.
    fn has_tag(&self, tag: &str) -> bool {
        let mut tags = self.request.query.filter.tags.iter();
        tags.any(|chosen| label_key(chosen) == label_key(tag))
    }

    /// Whether one more tag would count.
    fn has_room(&self) -> bool {
        self.request.query.filter.tags.len() < MOST_TAGS
    }

    /// The tags of the search with one more.
    fn with_tag(&self, tag: &str) -> Raw {
        let mut tags = self.request.query.filter.tags.clone();
        if !self.has_tag(tag) {
            tags.push(tag.to_owned());
        }
        tags.into()
    }

    /// The tags of the search without this one if it is among them, else with it.
    fn toggled(&self, tag: &str) -> Raw {
        if !self.has_tag(tag) {
            return self.with_tag(tag);
        }
        let tags = self.request.query.filter.tags.iter();
        let others = tags.filter(|chosen| label_key(chosen) != label_key(tag));
        others.cloned().collect::<Vec<_>>().into()
    }

    /// Tags that narrow the search further, those of the search first: each of them leads to the search without it.
    fn tags(&self, counts: &[FacetCount]) -> Vec<FacetLink> {
        let (chosen, others): (Vec<_>, Vec<_>) =
            counts.iter().partition(|count| self.has_tag(&count.value));
        let has_room = self.has_room();
        let is_offered = |tag: &&FacetCount| has_room && !self.common.has(&tag.value);
        let telling = others.into_iter().filter(is_offered);
        let shown = chosen.into_iter().chain(telling).take(FACET_VALUES);
        let links = shown.map(|count| FacetLink {
            label: count.value.clone(),
            count: count.count,
            url: self.with(|parameters| parameters.tag = self.toggled(&count.value)),
            selected: self.has_tag(&count.value),
        });
        links.collect()
    }

    /// Categories: each link selects its category, or drops it when it is the current one.
    fn categories(&self, counts: &[FacetCount]) -> Vec<FacetLink> {
        let current = self.request.query.filter.category.as_ref();
        let links = counts.iter().take(FACET_VALUES).map(|count| {
            let selected = current.is_some_and(|c| label_key(c) == label_key(&count.value));
            let value = (!selected).then(|| count.value.clone());
            FacetLink {
                label: self.brand.category_name(&count.value).to_owned(),
                count: count.count,
                url: self.with(|parameters| parameters.category = value.into()),
                selected,
            }
        });
        links.collect()
    }

    fn years(&self, years: &[FacetCount]) -> Vec<FacetLink> {
        let links = years.iter().take(FACET_VALUES).map(|count| {
            let from = Raw::from(format!("{}-01-01", count.value));
            let to = Raw::from(format!("{}-12-31", count.value));
            let selected = self.parameters.from == from && self.parameters.to == to;
            let url = self.with(|parameters| {
                (parameters.from, parameters.to) = if selected {
                    Default::default()
                } else {
                    (from, to)
                };
            });
            FacetLink {
                label: count.value.clone(),
                count: count.count,
                url,
                selected,
            }
        });
        links.collect()
    }

    fn sorts(&self, frame: &Frame) -> Vec<FacetLink> {
        let newest = self.request.query.sort == Sort::Newest;
        let link = |label: String, value: Option<String>, selected| FacetLink {
            label,
            count: 0,
            url: self.with(|parameters| parameters.sort = value.into()),
            selected,
        };
        vec![
            link(frame.t("results-by-relevance"), None, !newest),
            link(frame.t("results-by-date"), Some("newest".into()), newest),
        ]
    }

    /// The weak results that are left on the last page of the others, and the page where they begin.
    fn weaker(&self, total: usize, listed: usize) -> Option<(usize, String)> {
        let SearchRequest { page, per_page, .. } = *self.request;
        let is_last = page >= listed.div_ceil(per_page).max(1);
        (is_last && listed < total).then(|| {
            let begin = listed / per_page + 1;
            let url = self.with(|parameters| {
                parameters.all = "true".to_owned().into();
                parameters.page = (begin > 1).then(|| begin.to_string()).into();
            });
            (total - listed, url)
        })
    }

    fn pager(&self, total: usize) -> Pager {
        let SearchRequest { page, per_page, .. } = *self.request;
        let deepest = DEEPEST_HIT / per_page;
        let last = total.div_ceil(per_page).clamp(1, deepest);
        let link = |page: usize| {
            let page = (page > 1).then(|| page.to_string());
            self.with(|parameters| parameters.page = page.into())
        };
        Pager {
            current: page,
            last,
            previous: (page > 1).then(|| link((page - 1).min(last))),
            next: (page < last).then(|| link(page + 1)),
        }
    }
}
