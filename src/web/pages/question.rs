//! `GET /questions/{id}`: the question, the answer, what it relies on, what else may help.

use super::feedback::RatingForm;
use crate::document::{
    Document, DocumentId, OutlineEntry, Reference, beginning, outline, plain_text,
};
use crate::engine::{Engine, EngineError};
use crate::feedback::reports::RatingCounts;
use crate::texts::Texts;
use crate::web::answer::{Called, Place, ids_of};
use crate::web::cache::CachePolicy;
use crate::web::client::Client;
use crate::web::frame::{Frame, TagLink, language_of, page_response};
use crate::web::intake;
use crate::web::links::{question_path, source_url};
use crate::web::markdown::question_markdown;
use crate::web::moved::moved_to;
use crate::web::path::Path;
use crate::web::refusal::Refusal;
use crate::web::response_cache::CachedResponse;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{Redirect, Response};
use serde_json::json;

/// Related questions shown.
const RELATED: usize = 5;
/// Headings that make a table of contents, at least.
const FEWEST_HEADINGS: usize = 3;
/// Ratings of which a share is shown, at least: of fewer it says nothing.
const FEWEST_RATINGS: i64 = 3;
/// Characters of a title that is set in full size, and in a smaller one; longer ones are set smallest.
const SHORT_TITLE: usize = 40;
const LONG_TITLE: usize = 90;
/// Characters of the beginning of a related answer.
const BEGINNING: usize = 60;

#[derive(Template)]
#[template(path = "question.html")]
struct QuestionPage {
    frame: Frame,
    title: String,
    /// How large the title is set: a long one smaller.
    title_size: &'static str,
    /// The whole question where it says more than the headline.
    question: Option<Asked>,
    /// The table of contents; empty where there are few headings.
    contents: Vec<OutlineEntry>,
    author: String,
    /// The day of the last change, where it is not that of the answer.
    updated: String,
    /// How many visitors it helped; empty before some have said so.
    helped: String,
    lang: &'static str,
    summary: String,
    answer_html: String,
    references: Vec<Reference>,
    date: String,
    category: Option<TagLink>,
    tags: Vec<TagLink>,
    markdown_url: String,
    /// Where visitors see the source of the answer; empty where they do not.
    source_url: String,
    json_ld: String,
    related: Vec<Related>,
    form: RatingForm,
}

/// The question of a visitor.
enum Asked {
    /// As it was formatted, sanitized.
    Formatted(String),
    /// Plain text.
    Plain(String),
}

/// A related question with the beginning of its answer.
struct Related {
    url: String,
    title: String,
    beginning: String,
}

/// The page of a document; with `.md` at its end, the document as Markdown.
pub(in crate::web) async fn question(
    State(state): State<AppState>,
    texts: Texts,
    client: Client,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if let Some(id) = id.strip_suffix(".md") {
        return match question_markdown(&state, id).await {
            Err(Refusal::NotFound) => moved_to(&state, id, ".md"),
            answered => answered,
        };
    }
    let searched = searched_before(&headers);
    if let Some(query) = &searched {
        intake::log_click(&state, query, &id, &client);
    }
    // The form of a page holds the query that led to it: such a page is for one visitor only.
    let is_for_all = searched.is_none();
    let request = is_for_all.then_some(id.as_str());
    let built = built(&state, texts.clone(), DocumentId(id.clone()), searched);
    let page = match state.cached("question", Some(&texts), request, built).await {
        Ok(page) => page,
        Err(Refusal::NotFound) => return moved_to(&state, &id, ""),
        Err(refusal) => return Err(refusal),
    };
    let mut response = page_response(&page, &texts);
    if !is_for_all {
        response.extensions_mut().insert(CachePolicy::OneVisitor);
    }
    Ok(response)
}

async fn built(
    state: &AppState,
    texts: Texts,
    id: DocumentId,
    searched: Option<String>,
) -> Result<CachedResponse, Refusal> {
    let frame = Frame::new(state, texts, &question_path(&id));
    let shared = state.clone();
    let read =
        move |engine: &dyn Engine, document| shown(engine, document, &shared, frame, searched);
    let (mut shown, ids) = state.with_document(id, Called::ByItsId, read).await?;
    let counts = intake::counts(state, &ids).await;
    let helped = counts.and_then(|counts| helped(&counts, &shown.frame.texts));
    shown.helped = helped.unwrap_or_default();
    CachedResponse::page(&shown)
}

/// What is said of how many visitors an answer helped; nothing where few have said so.
fn helped(counts: &RatingCounts, texts: &Texts) -> Option<String> {
    let all = counts.helpful + counts.unhelpful;
    let said = || {
        let share = counts.helpful * 100 / all;
        let values = [("share", share.into()), ("count", all.into())];
        texts.format("question-helped", &values)
    };
    (all >= FEWEST_RATINGS).then(said)
}

/// From the address with a slash at its end, as some sites have theirs, to the one without.
pub(in crate::web) async fn question_with_slash(Path(id): Path<String>) -> Redirect {
    Redirect::permanent(&question_path(&DocumentId(id)))
}

/// The query of the results page that the visitor came from. A page that a browser prefetches was not opened.
fn searched_before(headers: &HeaderMap) -> Option<String> {
    let sent = |name: &str| headers.get(name)?.to_str().ok();
    if sent("sec-purpose").is_some() || sent("purpose").is_some() {
        return None;
    }
    let host = sent("host")?;
    let came_from: Uri = sent(header::REFERER.as_str())?.parse().ok()?;
    if came_from.authority()?.as_str() != host || came_from.path() != "/search" {
        return None;
    }
    let mut parameters = form_urlencoded::parse(came_from.query()?.as_bytes());
    let query = parameters.find(|(name, _)| name == "q")?;
    Some(query.1.into_owned())
}

/// Characters of the answer in the page's description.
const SUMMARY: usize = 150;

fn shown(
    engine: &dyn Engine,
    document: Document,
    state: &AppState,
    frame: Frame,
    searched: Option<String>,
) -> Result<(QuestionPage, Vec<String>), EngineError> {
    let ids = ids_of(engine, &document)?;
    let related = engine.related(&document.id, RELATED)?;
    let place = Place::here(engine, &document, state)?;
    let title = document.headline().to_owned();
    let answer_text = document.answer_text();
    let summary = answer_text
        .chars()
        .take(SUMMARY)
        .map(|c| if c == '\n' { ' ' } else { c })
        .collect();
    let mut contents = outline(&document.answer);
    if contents.len() < FEWEST_HEADINGS {
        contents.clear();
    }
    let path = engine.path_of(&document.id)?;
    let path = path.filter(|_| state.config.site_edit_links);
    let pattern = &state.config.source_url;
    let source_url = path.map(|path| source_url(pattern, &path, document.answer_line));
    let changed = document.changed().filter(|day| Some(*day) != document.date);
    let page = QuestionPage {
        json_ld: json_ld(&document, &answer_text, &frame),
        source_url: source_url.unwrap_or_default(),
        title_size: title_size(&title),
        question: asked(&document, &title, &place),
        contents,
        author: document.author.clone().unwrap_or_default(),
        updated: changed.map(|day| day.to_string()).unwrap_or_default(),
        helped: String::new(),
        lang: language_of(&answer_text),
        summary,
        answer_html: document.answer_html(&place).as_str().to_owned(),
        date: document.date.map(|d| d.to_string()).unwrap_or_default(),
        category: document
            .category
            .as_ref()
            .map(|category| TagLink::of_category(category, &frame.brand)),
        tags: document.tags.iter().map(|t| TagLink::of_tag(t)).collect(),
        form: RatingForm::new(&document.id, &frame.texts, false).after(searched),
        markdown_url: format!("{}.md", question_path(&document.id)),
        related: related.iter().map(Related::of_document).collect(),
        references: place.references(document.references),
        title,
        frame,
    };
    Ok((page, ids))
}

fn title_size(title: &str) -> &'static str {
    let characters = title.chars().count();
    if characters <= SHORT_TITLE {
        ""
    } else if characters <= LONG_TITLE {
        "long"
    } else {
        "longest"
    }
}

/// The question where it says more than the title.
fn asked(document: &Document, title: &str, place: &Place<'_>) -> Option<Asked> {
    if document.question == title {
        return None;
    }
    Some(match document.question_html(place) {
        Some(html) => Asked::Formatted(html.as_str().to_owned()),
        None => Asked::Plain(document.question.clone()),
    })
}

impl Related {
    fn of_document(document: &Document) -> Self {
        let text = plain_text(beginning(&document.answer, BEGINNING * 16));
        let line = text.lines().find(|line| !line.trim().is_empty());
        let line = line.unwrap_or_default();
        let cut = line.char_indices().nth(BEGINNING);
        Self {
            url: question_path(&document.id),
            title: document.headline().to_owned(),
            beginning: match cut {
                Some((end, _)) => format!("{}…", &line[..end]),
                None => line.to_owned(),
            },
        }
    }
}

/// `QAPage` of schema.org with the fields search engines require. `<` is escaped, so that the answer cannot end the
/// element it stands in.
fn json_ld(document: &Document, answer: &str, frame: &Frame) -> String {
    let author = json!({ "@type": "Organization", "name": document.author.as_ref().unwrap_or(&frame.site_name) });
    let date = document.date.map(|d| d.to_string());
    let mut accepted = json!({ "@type": "Answer", "text": answer, "url": frame.canonical, "upvoteCount": 0, "author": author });
    let mut question = json!({
        "@type": "Question",
        "name": document.headline(),
        "text": document.question,
        "answerCount": 1,
        "author": author,
    });
    if let Some(date) = date {
        accepted["datePublished"] = json!(date);
        question["datePublished"] = json!(date);
    }
    if let Some(updated) = document.updated {
        accepted["dateModified"] = json!(updated.to_string());
    }
    question["acceptedAnswer"] = accepted;
    let page =
        json!({ "@context": "https://schema.org", "@type": "QAPage", "mainEntity": question });
    page.to_string().replace('<', "\\u003c")
}
