//! What can be put on other pages, and the `data-` attributes of each.

use super::snippets::{self, Snippet};
use crate::texts::Texts;

/// Something that can be put on another page.
pub(super) struct Embeddable {
    /// Name of the module without its ending.
    pub(super) script: &'static str,
    pub(super) title: String,
    pub(super) about: String,
    /// The element that it defines.
    pub(super) element: &'static str,
    pub(super) snippets: &'static [Snippet],
    pub(super) options: Vec<EmbedOption>,
}

/// A `data-` attribute.
pub(super) struct EmbedOption {
    pub(super) name: &'static str,
    pub(super) meaning: String,
    pub(super) control: Control,
}

/// How an option is set on the page.
pub(super) enum Control {
    /// Any text, with an example.
    Text(String),
    /// Any text, with suggestions from the list of this id.
    Known(&'static str),
    /// One of these; the first is the default.
    Choice(Vec<String>),
    /// A colour, with the default.
    Colour(String),
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

/// The language of what is embedded.
fn language(texts: &Texts, languages: &[String]) -> EmbedOption {
    let meaning = texts.text("embed-option-lang");
    option("data-lang", meaning, Control::Choice(languages.to_vec()))
}

/// The options of what may keep to a tag and a category, before these others.
fn with_scope<const N: usize>(
    texts: &Texts,
    languages: &[String],
    others: [EmbedOption; N],
) -> Vec<EmbedOption> {
    let known = |name, key, list| option(name, texts.text(key), Control::Known(list));
    let scope = [
        known("data-tag", "embed-option-tag", "known-tags"),
        known("data-category", "embed-option-category", "known-categories"),
        language(texts, languages),
    ];
    scope.into_iter().chain(others).collect()
}

/// The button in the corner of a page.
pub(super) fn widget(texts: &Texts, languages: &[String], accent: String) -> Embeddable {
    let t = |key| texts.text(key);
    Embeddable {
        script: "widget",
        title: t("embed-widget"),
        about: t("embed-widget-about"),
        element: "dayi-widget",
        snippets: snippets::OF_THE_WIDGET,
        options: with_scope(
            texts,
            languages,
            [
                option(
                    "data-accent",
                    t("embed-option-accent"),
                    Control::Colour(accent),
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
        ),
    }
}

/// The input with suggestions.
pub(super) fn search_box(texts: &Texts, languages: &[String]) -> Embeddable {
    let t = |key| texts.text(key);
    Embeddable {
        script: "search-box",
        title: t("embed-search-box"),
        about: t("embed-search-box-about"),
        element: "dayi-search-box",
        snippets: snippets::OF_AN_ELEMENT,
        options: vec![
            language(texts, languages),
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

/// The dialog over questions and answers.
pub(super) fn search_dialog(texts: &Texts, languages: &[String]) -> Embeddable {
    let t = |key| texts.text(key);
    Embeddable {
        script: "search-dialog",
        title: t("embed-search-dialog"),
        about: t("embed-search-dialog-about"),
        element: "dayi-search-dialog",
        snippets: snippets::OF_AN_ELEMENT,
        options: with_scope(
            texts,
            languages,
            [option(
                "data-shortcut",
                t("embed-option-dialog-shortcut"),
                Control::Text("ctrl+k".to_owned()),
            )],
        ),
    }
}
