//! The keys that this service knows, typed, before anything is checked or filled in.

use super::labels::Labels;
use super::source::Source;
use crate::document::rejection::Rejection;
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

#[derive(Debug, Default, PartialEq)]
pub(super) struct Known {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    pub(super) date: Option<String>,
    pub(super) category: Option<String>,
    pub(super) description: Option<String>,
    pub(super) author: Option<String>,
    pub(super) tags: Labels,
    pub(super) keywords: Labels,
    pub(super) extra: BTreeMap<String, serde_json::Value>,
}

/// A value as one of the formats gives it, where a text or labels are wanted.
pub(super) enum Given {
    Text(String),
    List(Vec<String>),
    /// A table, or a list of something else than texts.
    Other,
}

impl Known {
    /// The field for this key.
    fn text(&mut self, key: &str) -> Option<&mut Option<String>> {
        match key {
            "id" => Some(&mut self.id),
            "title" => Some(&mut self.title),
            "date" => Some(&mut self.date),
            "category" => Some(&mut self.category),
            "description" => Some(&mut self.description),
            "author" => Some(&mut self.author),
            _ => None,
        }
    }

    /// Whether a key is one of those that this service knows.
    pub(super) fn has(key: &str) -> bool {
        matches!(key, "tags" | "keywords") || Self::default().text(key).is_some()
    }

    /// Takes a value for one of the keys that [`has`](Self::has) names, whatever its shape. What cannot be taken is said
    /// and left out; without a name or a headline as it was meant, a document is refused.
    pub(super) fn take(
        &mut self,
        key: &str,
        given: Given,
        source: &mut Source<'_>,
    ) -> Result<(), Rejection> {
        let labels = match key {
            "tags" => Some(&mut self.tags),
            "keywords" => Some(&mut self.keywords),
            _ => None,
        };
        if let Some(labels) = labels {
            match given {
                Given::Text(text) => *labels = Labels::of_text(&text),
                Given::List(items) => *labels = Labels::of_list(items),
                Given::Other => leave_out(key, source),
            }
            return Ok(());
        }
        let Some(text) = self.text(key) else {
            return Ok(());
        };
        match (key, given) {
            (_, Given::Text(given)) => *text = Some(given),
            ("id" | "title" | "date", _) => {
                let problem = format!("`{key}` is a list or a table");
                return Err(source.refuse(key, problem, "a single text"));
            }
            ("category", Given::List(items)) => {
                if items.len() > 1 {
                    let what = "`category` has several values; the first one is taken";
                    source.warn(key, what, "write the others as `tags`");
                }
                *text = items.into_iter().next();
            }
            ("author", Given::List(items)) => *text = Some(items.join("、")),
            _ => leave_out(key, source),
        }
        Ok(())
    }
}

/// Says that the value of a key is left out.
pub(super) fn leave_out(key: &str, source: &mut Source<'_>) {
    let what = format!("`{key}` cannot be read, and is left out");
    source.warn(key, what, "write a single text, in double quotes");
}

/// Reads front matter as programs write it: on each line one known key, and a JSON string or list of strings. YAML
/// gives the same result (YAML 1.2.2, 1.2: "YAML is a superset of JSON") but is ten times as slow. `None` for any
/// other text.
pub(super) fn read_json_lines(yaml: &str) -> Option<Known> {
    fn once<T: DeserializeOwned>(value: &mut Option<T>, json: &str) -> Option<()> {
        if value.is_some() {
            return None;
        }
        *value = Some(serde_json::from_str(json).ok()?);
        Some(())
    }
    if !yaml.chars().all(is_printable) {
        return None;
    }
    let mut known = Known::default();
    let (mut tags, mut keywords) = (None::<Vec<String>>, None::<Vec<String>>);
    for line in yaml.lines() {
        let (key, json) = line.split_once(": ")?;
        match key {
            "tags" => once(&mut tags, json)?,
            "keywords" => once(&mut keywords, json)?,
            _ => once(known.text(key)?, json)?,
        }
    }
    known.tags = Labels::of_list(tags.unwrap_or_default());
    known.keywords = Labels::of_list(keywords.unwrap_or_default());
    Some(known)
}

/// Whether YAML allows a character unescaped.
fn is_printable(c: char) -> bool {
    c == '\n' || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// Written by hand, because the derived implementation with a flattened field takes twice as long.
impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KnownVisitor;
        impl<'de> Visitor<'de> for KnownVisitor {
            type Value = Known;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("keys with values")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Known, E> {
                Ok(Known::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Known, A::Error> {
                let mut known = Known::default();
                while let Some(key) = map.next_key::<String>()? {
                    if key == "tags" {
                        known.tags = map.next_value()?;
                    } else if key == "keywords" {
                        known.keywords = map.next_value()?;
                    } else if let Some(text) = known.text(&key) {
                        *text = map.next_value()?;
                    } else {
                        known.extra.insert(key, map.next_value()?);
                    }
                }
                Ok(known)
            }
        }
        deserializer.deserialize_map(KnownVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// YAML that is not lines of JSON.
    const NOT_JSON: [&str; 9] = [
        "title: 'a'\n",
        "title: a\n",
        "title: \"a\" # comment\n",
        "title: \"a\nb\"\n",
        "title: \"a\"\n\n",
        "title: \"\\x41\"\n",
        "tags: \"a, b\"\n",
        "mood: \"good\"\n",
        "title: \"a\"\ntitle: \"b\"\n",
    ];

    #[test]
    fn only_lines_in_json_are_read_as_json() {
        for yaml in NOT_JSON {
            assert_eq!(read_json_lines(yaml), None, "{yaml}");
        }
        let read = read_json_lines("title: \"a\"\ntags: [\"b\", \"c\"]\n").unwrap();
        assert_eq!(
            (read.title.as_deref(), read.tags.items.len()),
            (Some("a"), 2)
        );
    }

    proptest! {
        #[test]
        fn lines_in_json_are_read_as_yaml_reads_them(title in any::<String>(), date in "\\PC*", tags in prop::collection::vec("[a-z\\PC]{0,8}", 0..4)) {
            let json = |text: &str| serde_json::to_string(text).unwrap();
            let tags = serde_json::to_string(&tags).unwrap();
            let yaml = format!("title: {}\ndate: {}\ntags: {tags}\n", json(&title), json(&date));
            let read = read_json_lines(&yaml);
            prop_assert_eq!(read.is_some(), yaml.chars().all(is_printable));
            if read.is_some() {
                prop_assert_eq!(read, serde_saphyr::from_str(&yaml).ok());
            }
        }
    }
}
