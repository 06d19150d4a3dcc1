//! `GET /questions/{id}`: the question, the answer, what it relies on, what else may help.

use super::feedback::RatingForm;
use crate::document::{Document, DocumentId, Reference};
use crate::engine::{Engine, EngineError};
use crate::texts::Texts;
use crate::web::answer::{Called, Place};
use crate::web::cache::CachePolicy;
use crate::web::client::Client;
use crate::web::frame::{Frame, ListedQuestion, TagLink, language_of, page_response};
use crate::web::intake;
use crate::web::links::{encode, question_path};
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

#[derive(Template)]
#[template(path = "question.html")]
struct QuestionPage {
    frame: Frame,
    title: String,
    /// The whole question where it says more than the headline.
    question: Option<String>,
    lang: &'static str,
    summary: String,
    answer_html: String,
    references: Vec<Reference>,
    date: String,
    category: Option<TagLink>,
    tags: Vec<TagLink>,
    markdown_url: String,
    json_ld: String,
    related: Vec<ListedQuestion>,
    form: RatingForm,
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
    let shown = state.with_document(id, Called::ByItsId, read).await?;
    CachedResponse::page(&shown)
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
) -> Result<QuestionPage, EngineError> {
    let related = engine.related(&document.id, RELATED)?;
    let common = engine.common_tags();
    let place = Place::here(engine, &document, state)?;
    let title = document.headline().to_owned();
    let answer_text = document.answer_text();
    let summary = answer_text
        .chars()
        .take(SUMMARY)
        .map(|c| if c == '\n' { ' ' } else { c })
        .collect();
    Ok(QuestionPage {
        json_ld: json_ld(&document, &answer_text, &frame),
        question: Some(&document.question).filter(|q| **q != title).cloned(),
        lang: language_of(&answer_text),
        summary,
        answer_html: document.answer_html(&place).as_str().to_owned(),
        date: document.date.map(|d| d.to_string()).unwrap_or_default(),
        category: document.category.as_ref().map(|c| TagLink {
            name: c.clone(),
            url: format!("/categories/{}", encode(c)),
        }),
        tags: document.tags.iter().map(|t| TagLink::of_tag(t)).collect(),
        form: RatingForm::new(&document.id, &frame.texts, false).after(searched),
        markdown_url: format!("{}.md", question_path(&document.id)),
        related: related
            .iter()
            .map(|document| ListedQuestion::of_document(document, &common))
            .collect(),
        references: place.references(document.references),
        title,
        frame,
    })
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
