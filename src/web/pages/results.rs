//! `GET /search`: hits with highlights, facets, pages, and what to do when nothing was found.

use super::error::PageRefusal;
use super::{Frame, TagLink, encode, page_of, question_path, rendered, search_path};
use crate::engine::{AnswerState, FacetCount, Facets, Hit, SearchQuery, SearchResults, Sort};
use crate::web::client::Client;
use crate::web::extract::{DEEPEST_HIT, DEFAULT_PER_PAGE, Parameters, SearchRequest};
use crate::web::kept::Searched;
use crate::web::locale::Locale;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::time::Instant;

/// Values of a facet shown.
const FACET_VALUES: usize = 10;
/// Tags shown under a hit.
const HIT_TAGS: usize = 4;

#[derive(Template)]
#[template(path = "results.html")]
struct ResultsPage {
    frame: Frame,
    total: usize,
    state: AnswerState,
    suggestion: Option<(String, String)>,
    hits: Vec<ShownHit>,
    facets: Vec<Facet>,
    sorts: Vec<FacetLink>,
    pages: Pages,
    ask_url: String,
}

struct ShownHit {
    /// Address and headline of documents folded into this one.
    similar: Vec<(String, String)>,
    url: String,
    title_html: String,
    snippet_html: String,
    date: String,
    tags: Vec<TagLink>,
}

struct Facet {
    name: &'static str,
    values: Vec<FacetLink>,
}

struct FacetLink {
    label: String,
    count: u64,
    url: String,
    selected: bool,
}

struct Pages {
    current: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
}

/// The results page.
pub(in crate::web) async fn results(
    State(state): State<AppState>,
    locale: Locale,
    client: Client,
    parameters: Parameters,
) -> Result<Response, PageRefusal> {
    let refuse = |cause| PageRefusal::new(cause, &state, locale);
    let request = SearchRequest::try_from(&parameters).map_err(|r| refuse(r.into()))?;
    let query = request.query.clone();
    let started = Instant::now();
    let note = |searched: &Searched| {
        if request.page == 1 {
            state.note_query(&request.query.text, searched, started.elapsed(), &client);
        }
    };
    let key = state.kept_key("results", locale, &parameters.to_text());
    if let Some(answer) = state.kept(key.as_ref()) {
        answer.searched.iter().for_each(note);
        return Ok(page_of(&answer, locale));
    }
    let found = state
        .with_engine(move |engine| engine.search(&query))
        .await
        .map_err(|e| refuse(e.into()))?;
    let searched = Searched::from(&found);
    note(&searched);
    let SearchResults {
        total,
        hits,
        facets,
        answer_state,
        suggestion,
        confidence: _,
        understanding: _,
    } = found;
    let links = Links { request: &request };
    let mut frame = Frame::new(&state, locale, &search_path(&request.query.text));
    frame.query.clone_from(&request.query.text);
    let results = ResultsPage {
        total,
        state: answer_state,
        suggestion: suggestion.map(|text| (search_path(&text), text)),
        hits: hits.into_iter().map(ShownHit::from).collect(),
        facets: links.facets(&frame, &facets),
        sorts: links.sorts(&frame),
        pages: links.pages(total),
        ask_url: ask_url(&request.query),
        frame,
    };
    let mut answer = rendered(&results).map_err(refuse)?;
    answer.searched = Some(searched);
    Ok(page_of(&state.keep(key, answer), locale))
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

impl From<Hit> for ShownHit {
    fn from(hit: Hit) -> Self {
        Self {
            url: question_path(&hit.document.id),
            similar: hit
                .similar
                .into_iter()
                .map(|s| (question_path(&s.id), s.title))
                .collect(),
            title_html: hit.title_html,
            snippet_html: hit.snippet_html,
            date: hit.document.date.map(|d| d.to_string()).unwrap_or_default(),
            tags: hit
                .document
                .tags
                .iter()
                .take(HIT_TAGS)
                .map(|t| TagLink::of(t))
                .collect(),
        }
    }
}

/// Makes the addresses of this search with one thing changed.
struct Links<'a> {
    request: &'a SearchRequest,
}

impl Links<'_> {
    /// This search with `changes` (`None` drops a parameter), on the first page.
    fn with(&self, changes: &[(&str, Option<String>)]) -> String {
        let mut url = search_path(&self.request.query.text);
        for name in ["tag", "category", "from", "to", "sort", "per_page", "page"] {
            let new_value = changes.iter().find(|(n, _)| *n == name);
            let value = match new_value {
                Some((_, value)) => value.clone(),
                None => self.current(name),
            };
            if let Some(value) = value {
                url.extend(["&", name, "=", &encode(&value)]);
            }
        }
        url
    }

    /// What this search has for a parameter, as it was understood; the page is always the first.
    fn current(&self, name: &str) -> Option<String> {
        let SearchRequest {
            query, per_page, ..
        } = self.request;
        match name {
            "tag" => query.filter.tags.first().cloned(),
            "category" => query.filter.category.clone(),
            "from" => query.filter.from.map(|date| date.to_string()),
            "to" => query.filter.to.map(|date| date.to_string()),
            "sort" => (query.sort == Sort::Newest).then(|| "newest".to_owned()),
            "per_page" => (*per_page != DEFAULT_PER_PAGE).then(|| per_page.to_string()),
            _ => None,
        }
    }

    fn facets(&self, frame: &Frame, facets: &Facets) -> Vec<Facet> {
        let Facets {
            tags,
            categories,
            years,
        } = facets;
        let filter = &self.request.query.filter;
        let one = |name: &'static str,
                   key: &'static str,
                   counts: &[FacetCount],
                   current: Option<&str>| Facet {
            name,
            values: counts
                .iter()
                .take(FACET_VALUES)
                .map(|count| {
                    let selected = current == Some(count.value.as_str());
                    let url = self.with(&[(key, (!selected).then(|| count.value.clone()))]);
                    FacetLink {
                        label: count.value.clone(),
                        count: count.count,
                        url,
                        selected,
                    }
                })
                .collect(),
        };
        let mut shown = vec![
            one(
                frame.locale.pick("标签", "Tags"),
                "tag",
                tags,
                filter.tags.first().map(String::as_str),
            ),
            one(
                frame.locale.pick("分类", "Categories"),
                "category",
                categories,
                filter.category.as_deref(),
            ),
            self.years(frame, years),
        ];
        shown.retain(|facet| facet.values.len() > 1 || facet.values.iter().any(|v| v.selected));
        shown
    }

    fn years(&self, frame: &Frame, years: &[FacetCount]) -> Facet {
        let values = years.iter().take(FACET_VALUES).map(|count| {
            let (from, to) = (
                format!("{}-01-01", count.value),
                format!("{}-12-31", count.value),
            );
            let selected = self.current("from").as_ref() == Some(&from)
                && self.current("to").as_ref() == Some(&to);
            let change = |date: String| (!selected).then_some(date);
            let url = self.with(&[("from", change(from)), ("to", change(to))]);
            FacetLink {
                label: count.value.clone(),
                count: count.count,
                url,
                selected,
            }
        });
        Facet {
            name: frame.locale.pick("年份", "Years"),
            values: values.collect(),
        }
    }

    fn sorts(&self, frame: &Frame) -> Vec<FacetLink> {
        let newest = self.request.query.sort == Sort::Newest;
        let link = |label: &str, value: Option<String>, selected| FacetLink {
            label: label.to_owned(),
            count: 0,
            url: self.with(&[("sort", value)]),
            selected,
        };
        vec![
            link(frame.t("相关", "Relevance"), None, !newest),
            link(frame.t("最新", "Newest"), Some("newest".into()), newest),
        ]
    }

    fn pages(&self, total: usize) -> Pages {
        let SearchRequest { page, per_page, .. } = *self.request;
        let deepest = DEEPEST_HIT / per_page;
        let last = total.div_ceil(per_page).clamp(1, deepest);
        let link = |page: usize| self.with(&[("page", (page > 1).then(|| page.to_string()))]);
        Pages {
            current: page,
            last,
            previous: (page > 1).then(|| link((page - 1).min(last))),
            next: (page < last).then(|| link(page + 1)),
        }
    }
}
