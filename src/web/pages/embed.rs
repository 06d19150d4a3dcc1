//! `GET /embed`: the snippets that put the widget or the search box on another page, and their options.

use crate::engine::SearchQuery;
use crate::texts::Texts;
use crate::web::frame::{Frame, page};
use crate::web::refusal::Refusal;
use crate::web::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::iter;

/// Tags offered for a scope.
const TAGS: usize = 40;

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage {
    frame: Frame,
    /// Address of the service for other pages.
    service: String,
    tags: Vec<String>,
    categories: Vec<String>,
    parts: [Embeddable; 2],
}

/// Something that can be put on another page.
struct Embeddable {
    /// Name of the module without its ending.
    script: &'static str,
    title: String,
    about: String,
    /// The element of the snippet, if it has one.
    element: &'static str,
    options: Vec<EmbedOption>,
}

/// A `data-` attribute.
struct EmbedOption {
    name: &'static str,
    meaning: String,
    control: Control,
}

/// How an option is set on the page.
enum Control {
    /// Any text, with an example.
    Text(String),
    /// Any text, with suggestions from the list of this id.
    Known(&'static str),
    /// One of these; the first is the default.
    Choice(Vec<String>),
    /// A colour, with the default.
    Colour(&'static str),
}

fn option(name: &'static str, meaning: String, control: Control) -> EmbedOption {
    EmbedOption {
        name,
        meaning,
        control,
    }
}

/// One of `values`; an empty one stands for the default.
fn choice(values: &[&str]) -> Control {
    Control::Choice(values.iter().map(|value| (*value).to_owned()).collect())
}

fn widget(texts: &Texts, languages: &[String]) -> Embeddable {
    let t = |key| texts.text(key);
    Embeddable {
        script: "widget",
        title: t("embed-widget"),
        about: t("embed-widget-about"),
        element: "",
        options: vec![
            option(
                "data-tag",
                t("embed-option-tag"),
                Control::Known("known-tags"),
            ),
            option(
                "data-category",
                t("embed-option-category"),
                Control::Known("known-categories"),
            ),
            option(
                "data-lang",
                t("embed-option-lang"),
                Control::Choice(languages.to_vec()),
            ),
            option(
                "data-accent",
                t("embed-option-accent"),
                Control::Colour("#1f5eff"),
            ),
            option(
                "data-position",
                t("embed-option-position"),
                choice(&["", "right", "left"]),
            ),
            option(
                "data-theme",
                t("embed-option-theme"),
                choice(&["", "auto", "light", "dark"]),
            ),
            option(
                "data-label",
                t("embed-option-label"),
                Control::Text(t("widget-button")),
            ),
            option(
                "data-greeting",
                t("embed-option-greeting"),
                Control::Text(t("embed-greeting-example")),
            ),
            option(
                "data-examples",
                t("embed-option-examples"),
                Control::Text(t("embed-examples-example")),
            ),
            option(
                "data-shortcut",
                t("embed-option-shortcut"),
                Control::Text("ctrl+/".to_owned()),
            ),
        ],
    }
}

fn search_box(texts: &Texts, languages: &[String]) -> Embeddable {
    let t = |key| texts.text(key);
    Embeddable {
        script: "search-box",
        title: t("embed-search-box"),
        about: t("embed-search-box-about"),
        element: "dayi-search-box",
        options: vec![
            option(
                "data-lang",
                t("embed-option-lang"),
                Control::Choice(languages.to_vec()),
            ),
            option(
                "data-shortcut",
                t("embed-option-focus"),
                choice(&["", "/", "ctrl+k"]),
            ),
            option(
                "data-placeholder",
                t("embed-option-placeholder"),
                Control::Text(t("embed-placeholder-example")),
            ),
        ],
    }
}

/// The page.
pub(in crate::web) async fn embed(
    State(state): State<AppState>,
    texts: Texts,
) -> Result<Response, Refusal> {
    let query = SearchQuery {
        limit: 1,
        ..SearchQuery::default()
    };
    let facets = state
        .with_engine(move |engine| engine.search(&query))
        .await?
        .facets;
    let catalog = state.texts.current();
    let tags = catalog
        .languages()
        .iter()
        .map(|texts| texts.tag().to_owned());
    let languages: Vec<String> = iter::once(String::new()).chain(tags).collect();
    let shown = EmbedPage {
        frame: Frame::new(&state, texts.clone(), "/embed"),
        service: state.config.base_url.clone(),
        tags: facets
            .tags
            .into_iter()
            .take(TAGS)
            .map(|t| t.value)
            .collect(),
        categories: facets.categories.into_iter().map(|c| c.value).collect(),
        parts: [widget(&texts, &languages), search_box(&texts, &languages)],
    };
    page(&shown, &texts)
}
