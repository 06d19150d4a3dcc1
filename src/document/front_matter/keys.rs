//! Keys by which generators of sites name what this service has, too, and keys that mean something there and nothing
//! here.

use super::dates;
use super::labels::{Labels, SEPARATORS, usable};
use super::source::{Source, shown};
use super::tables::text_of;
use crate::document::alias::alias_key;
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;

/// Bytes of an alias, at most, and aliases of a document.
const LONGEST_ALIAS: usize = 500;
const MOST_ALIASES: usize = 50;

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

/// The keys of a front matter that this service does not know by name, by their names without case and dashes.
pub(super) struct OtherKeys<'v>(Vec<(String, &'v str, &'v Value)>);

impl<'v> OtherKeys<'v> {
    pub(super) fn of(extra: &'v BTreeMap<String, Value>) -> Self {
        let named = |(key, value): (&'v String, &'v Value)| {
            let mut name = key.to_lowercase();
            name.retain(|c| !matches!(c, '_' | '-' | ' '));
            (name, key.as_str(), value)
        };
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
                        "write a path such as /old/page, and other wordings of the question as `keywords`",
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
