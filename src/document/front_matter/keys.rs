//! Keys by which generators of sites name what this service has, too, and keys that mean something there and nothing
//! here.

use super::dates;
use super::labels::{Labels, SEPARATORS, usable};
use super::source::{Source, shown};
use super::tables::text_of;
use crate::document::alias::alias_key;
use crate::document::one_line::on_one_line;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;

/// Bytes of an alias, at most, and aliases of a document.
const LONGEST_ALIAS: usize = 500;
const MOST_ALIASES: usize = 50;

/// Characters of another way to ask the question, at most. What is longer is a story.
pub const LONGEST_ASKING: usize = 200;
/// Other ways to ask the question of a document, at most. What a visitor could say is said by fewer.
pub const MOST_ASKINGS: usize = 50;

/// The key of other ways to ask the question, as [`OtherKeys`] names it.
const ASKED_AS: &str = "askedas";

/// Keys by which the day of the last change is known (Hugo, Jekyll, Hexo, Docusaurus).
const CHANGED: &[&str] = &[
    "lastmod",
    "updated",
    "modified",
    "lastmodified",
    "lastmodifiedat",
    "lastupdate",
    "lastupdated",
    "updatedat",
    "dateupdated",
    "datemodified",
];

/// Keys that mean something elsewhere, what is so here, and what to write instead.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "slug",
        "has no effect: the address of a document is its `id`",
        "write it as `id`, or an old address in `aliases`",
    ),
    (
        "permalink",
        "has no effect: the address of a document is its `id`",
        "write it as `id`, or an old address in `aliases`",
    ),
    (
        "password",
        "protects nothing: everybody can read the document",
        "move the document out of the content folder, or write `draft: true`",
    ),
    (
        "noindex",
        "has no effect: the document is found and listed",
        "write `hidden: true` to leave it out",
    ),
];

/// A key without case and dashes.
fn name_of(key: &str) -> String {
    let mut name = key.to_lowercase();
    name.retain(|c| !matches!(c, '_' | '-' | ' '));
    name
}

/// The keys of a front matter that this service does not know by name, by their names without case and dashes.
pub(super) struct OtherKeys<'v>(Vec<(String, &'v str, &'v Value)>);

impl<'v> OtherKeys<'v> {
    pub(super) fn of(extra: &'v BTreeMap<String, Value>) -> Self {
        let named = |(key, value): (&'v String, &'v Value)| (name_of(key), key.as_str(), value);
        Self(extra.iter().map(named).collect())
    }

    /// The keys of any of these names that have a value, as they are written.
    pub(super) fn of_names(
        &self,
        names: &'static [&'static str],
    ) -> impl Iterator<Item = (&'v str, &'v Value)> {
        let keys = self.0.iter();
        let having =
            keys.filter(|(name, _, value)| names.contains(&name.as_str()) && !value.is_null());
        having.map(|(_, key, value)| (*key, *value))
    }

    /// The category, where `categories` names one: the first.
    pub(super) fn category(&self, source: &mut Source<'_>) -> Option<String> {
        let (key, value) = self.of_names(&["categories"]).next()?;
        let names = texts(value);
        if names.len() > 1 {
            let what = format!("`{key}` has several values; the first one is the category");
            source.warn(key, what, "write the others as `tags`");
        }
        names.into_iter().next()
    }

    /// The labels of `tag`.
    pub(super) fn tags(&self) -> Option<Labels> {
        let (_, value) = self.of_names(&["tag"]).next()?;
        Some(match value {
            Value::String(text) => Labels::of_text(text),
            value => Labels::of_list(texts(value)),
        })
    }

    /// The day of the last change.
    pub(super) fn changed(&self) -> Option<Date> {
        let days = self.of_names(CHANGED).filter_map(|(_, value)| {
            let value = value.get("date").unwrap_or(value);
            dates::day(&text_of(value)?)
        });
        days.max()
    }

    /// Addresses that the document once had.
    pub(super) fn aliases(&self, source: &mut Source<'_>) -> Vec<String> {
        let mut aliases = Vec::new();
        for (key, value) in self.of_names(&["aliases", "alias", "redirectfrom"]) {
            let written = match value {
                Value::String(text) => vec![text.clone()],
                value => texts(value),
            };
            for alias in written {
                if alias.starts_with('/') && alias.len() <= LONGEST_ALIAS {
                    aliases.extend(alias_key(&alias));
                } else {
                    let what = format!("`{}` of `{key}` is no address of this site", shown(&alias));
                    source.warn(
                        key,
                        what,
                        "write a path such as /old/page, and other ways to ask the question as `asked_as`",
                    );
                }
            }
        }
        if aliases.len() > MOST_ALIASES {
            let what = format!("more than {MOST_ALIASES} aliases; the others are left out");
            source.warn("aliases", what, "redirect whole folders in the proxy");
            aliases.truncate(MOST_ALIASES);
        }
        aliases
    }

    /// Other ways to ask the question. A comma is part of a question, so one text is one of them.
    pub(super) fn asked_as(&self, source: &mut Source<'_>) -> Vec<String> {
        let mut asked_as: Vec<String> = Vec::new();
        for (key, value) in self.of_names(&[ASKED_AS]) {
            let written = match value {
                Value::Array(items) => items.iter().map(text_of).collect(),
                value => vec![text_of(value)],
            };
            for text in written {
                let Some(text) = text else {
                    let what = format!("`{key}` has an entry that is no text, and left out");
                    source.warn(key, what, "write [\"one question\", \"another\"]");
                    continue;
                };
                let asking = on_one_line(&text);
                if asking.chars().count() > LONGEST_ASKING {
                    let what = format!(
                        "`{}` of `{key}` has more than {LONGEST_ASKING} characters, and left out",
                        shown(&asking)
                    );
                    source.warn(key, what, "write it as a visitor would type it");
                } else if !asking.is_empty() {
                    asked_as.push(asking);
                }
            }
            if asked_as.len() > MOST_ASKINGS {
                let what = format!(
                    "`{key}` has more than {MOST_ASKINGS} questions; the others are left out"
                );
                source.warn(key, what, "keep those that differ most");
                asked_as.truncate(MOST_ASKINGS);
            }
        }
        asked_as
    }

    /// Whether a key is for [`asked_as`](Self::asked_as).
    pub(super) fn is_asked_as(key: &str) -> bool {
        name_of(key) == ASKED_AS
    }

    /// Says which keys mean something elsewhere only.
    pub(super) fn warn_of_elsewhere(&self, source: &mut Source<'_>) {
        for (name, key, value) in &self.0 {
            let known = ELSEWHERE.iter().find(|(known, ..)| known == name);
            if let Some((_, what, remedy)) = known
                && !matches!(value, Value::Null | Value::Bool(false))
            {
                source.warn(key, format!("`{key}` {what}"), remedy);
            }
        }
    }
}

/// A category as it is used; none where it is no label.
pub(super) fn category(written: Option<String>, source: &mut Source<'_>) -> Option<String> {
    usable(&written?, "category", source)
}

fn texts_of_item(item: &Value) -> Vec<String> {
    match item {
        Value::Array(_) => texts(item),
        item => text_of(item).into_iter().collect(),
    }
}

/// The texts of a value: those of a list, or those of a text with commas.
fn texts(value: &Value) -> Vec<String> {
    let texts: Vec<String> = match value {
        // Lists within lists are categories within categories (Hexo).
        Value::Array(items) => items.iter().flat_map(texts_of_item).collect(),
        value => {
            let text = text_of(value).unwrap_or_default();
            text.split(SEPARATORS).map(str::to_owned).collect()
        }
    };
    let texts = texts.into_iter().map(|text| text.trim().to_owned());
    texts.filter(|text| !text.is_empty()).collect()
}
