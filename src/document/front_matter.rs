//! The YAML between the `---` fences: split off, then typed. Positions are recorded for error messages.

use super::rejection::Rejection;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{MessageFormatter, Spanned, UserMessageFormatter};
use std::collections::BTreeMap;
use std::fmt;

const FENCE: &str = "---";
const EXPECTED_FENCE: &str = "the front matter to begin and end with a line `---`";

/// The front matter. Every key is optional; [`parse`](super::parse) fills gaps from the body.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meta {
    /// Unique name of the document.
    pub id: Option<String>,
    /// Headline.
    pub title: Option<String>,
    /// ISO 8601 calendar date.
    pub date: Option<Date>,
    /// Kind of document.
    pub category: Option<String>,
    /// Excerpt.
    pub description: Option<String>,
    /// Who answered.
    pub author: Option<String>,
    /// Labels.
    pub tags: Vec<String>,
    /// Words for searching.
    pub keywords: Vec<String>,
    /// Unknown keys.
    pub extra: BTreeMap<String, serde_json::Value>,
}

/// Splits `text` into YAML and body. Returns both, and the line (from 1) at which the YAML starts.
pub(super) fn split<'a>(path: &str, text: &'a str) -> Result<(&'a str, &'a str, usize), Rejection> {
    let mut line_number = 0;
    let mut offset = 0;
    let mut yaml_start = None;
    for line in text.split_inclusive('\n') {
        line_number += 1;
        let start = offset;
        offset += line.len();
        let is_fence = line.trim_end() == FENCE;
        match yaml_start {
            None if line.trim().is_empty() => {}
            None if is_fence => yaml_start = Some((offset, line_number + 1)),
            None => {
                let problem = "the file does not start with front matter";
                return Err(Rejection::at(
                    path,
                    (line_number, 1),
                    problem,
                    EXPECTED_FENCE,
                ));
            }
            Some((from, first_line)) if is_fence => {
                return Ok((&text[from..start], &text[offset..], first_line));
            }
            Some(_) => {}
        }
    }
    match yaml_start {
        None => Err(Rejection::at_start(
            path,
            "the file is empty",
            "front matter and an answer",
        )),
        Some((_, first_line)) => Err(Rejection::at(
            path,
            (first_line - 1, 1),
            "the front matter is not closed",
            "a second line `---`; did you forget to add it?",
        )),
    }
}

/// Types the YAML. `first_line` is the line of the file at which `yaml` starts, for error messages.
pub(super) fn parse(path: &str, yaml: &str, first_line: usize) -> Result<Meta, Rejection> {
    if yaml.trim().is_empty() {
        return Ok(Meta::default());
    }
    let reject = |error: &serde_saphyr::Error| reject_yaml(path, error, first_line);
    let Known {
        id,
        title,
        date,
        category,
        description,
        author,
        tags,
        keywords,
        extra,
    } = match read_json_lines(yaml) {
        Some(known) => known,
        None => serde_saphyr::from_str(yaml).map_err(|e| reject(&e))?,
    };
    let date = match date.filter(|d| !d.trim().is_empty()) {
        None => None,
        Some(text) => Some(parse_date(&text).ok_or_else(|| {
            let dated = serde_saphyr::from_str(yaml).map(|DateWithPosition { date }| date);
            bad_date(path, dated.ok().flatten(), &text, first_line)
        })?),
    };
    Ok(Meta {
        id: filled(id),
        title: filled(title),
        date,
        category: filled(category),
        description: filled(description),
        author: filled(author),
        tags: tags.0,
        keywords: keywords.0,
        extra,
    })
}

/// Text on one line; `None` if it is blank.
pub(super) fn filled(text: Option<String>) -> Option<String> {
    text.map(|t| on_one_line(&t)).filter(|t| !t.is_empty())
}

/// `text` with each stretch of white space replaced by one space, and none at the ends.
pub(super) fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// The calendar date at the start of `text`; a time of day after it is ignored.
fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let (day, rest) = text.split_at_checked(10)?;
    let time_follows = rest.is_empty() || rest.starts_with(['T', ' ', 't']);
    day.parse().ok().filter(|_| time_follows)
}

fn reject_yaml(path: &str, error: &serde_saphyr::Error, first_line: usize) -> Rejection {
    let (line, column) = error.location().map_or((1, 1), |l| {
        ((l.line() as usize).max(1), (l.column() as usize).max(1))
    });
    let problem = UserMessageFormatter.format_message(error.without_snippet());
    let problem = problem.lines().next().unwrap_or("broken YAML");
    Rejection::at(
        path,
        (first_line + line - 1, column),
        format!("the front matter is not usable YAML: {problem}"),
        "lines such as `title: \"…\"` and `tags: [\"a\", \"b\"]`",
    )
}

/// Reads front matter as programs write it: on each line one known key, and a JSON string or list of strings. YAML
/// gives the same result (YAML 1.2.2, 1.2: "YAML is a superset of JSON") but is ten times as slow. `None` for any
/// other text.
fn read_json_lines(yaml: &str) -> Option<Known> {
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
    known.tags = labels(tags.unwrap_or_default().into_iter());
    known.keywords = labels(keywords.unwrap_or_default().into_iter());
    Some(known)
}

#[derive(Debug, Default, PartialEq)]
struct Known {
    id: Option<String>,
    title: Option<String>,
    date: Option<String>,
    category: Option<String>,
    description: Option<String>,
    author: Option<String>,
    tags: Labels,
    keywords: Labels,
    extra: BTreeMap<String, serde_json::Value>,
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

/// Read only after an error, because recording the position of a value takes longer.
#[derive(Deserialize)]
struct DateWithPosition {
    date: Option<Spanned<String>>,
}

fn bad_date(
    path: &str,
    place: Option<Spanned<String>>,
    text: &str,
    first_line: usize,
) -> Rejection {
    let (line, column) = place.map_or((1, 1), |p| {
        (p.referenced.line() as usize, p.referenced.column() as usize)
    });
    Rejection::at(
        path,
        (first_line + line.saturating_sub(1), column),
        format!("`date` is `{}`", text.escape_debug()),
        "an ISO date such as \"2024-09-03\"",
    )
}

/// Whether YAML allows a character unescaped.
fn is_printable(c: char) -> bool {
    c == '\n' || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// A YAML list of words, or one string with commas between them.
#[derive(Debug, Default, PartialEq)]
struct Labels(Vec<String>);

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LabelsVisitor;
        impl<'de> Visitor<'de> for LabelsVisitor {
            type Value = Labels;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list such as [\"a\", \"b\"] or a string such as \"a, b\"")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Labels, E> {
                Ok(Labels::default())
            }
            fn visit_none<E: de::Error>(self) -> Result<Labels, E> {
                Ok(Labels::default())
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Labels, E> {
                Ok(labels(text.split([',', '，']).map(str::to_owned)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Labels, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element::<Option<String>>()? {
                    items.extend(item);
                }
                Ok(labels(items.into_iter()))
            }
        }
        deserializer.deserialize_any(LabelsVisitor)
    }
}

/// Trims items and drops empty and repeated ones; the order stays.
fn labels(items: impl Iterator<Item = String>) -> Labels {
    let mut labels: Vec<String> = Vec::new();
    for item in items {
        let item = item.trim();
        if !item.is_empty() && !labels.iter().any(|k| k == item) {
            labels.push(item.to_owned());
        }
    }
    Labels(labels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn meta(yaml: &str) -> Result<Meta, String> {
        parse("a.md", yaml, 2).map_err(|r| r.to_string())
    }

    #[test]
    fn accepts_every_shape_real_documents_use() {
        let read = meta("id: question-1\ntitle: \"a: b\"\ndate: 2024-09-03\ntags: [\"a\",\"b\",]\nkeywords: x，y\nmood: {good: [1]}\n").unwrap();
        assert_eq!(read.id.as_deref(), Some("question-1"));
        assert_eq!(read.title.as_deref(), Some("a: b"));
        assert_eq!(read.date, Some(jiff::civil::date(2024, 9, 3)));
        assert_eq!(read.tags, ["a", "b"]);
        assert_eq!(read.keywords, ["x", "y"]);
        assert_eq!(read.extra["mood"]["good"][0], 1);
    }

    #[test]
    fn unknown_keys_are_kept_whatever_they_are() {
        let read = meta("2021: a\ntrue: [1, 2.5, null]\ntitle: x\nnested: {a: {b: c}}\n").unwrap();
        assert_eq!(read.title.as_deref(), Some("x"));
        assert_eq!(read.extra["2021"], "a");
        assert_eq!(read.extra["true"], serde_json::json!([1, 2.5, null]));
        assert_eq!(read.extra["nested"]["a"]["b"], "c");
        assert_eq!(read.extra.len(), 3);
    }

    #[test]
    fn numbers_and_quoted_dates_are_text() {
        let read = meta("id: 0016702\ndate: \"2024-09-03\"\ntags: [2021, null, k8s]\n").unwrap();
        assert_eq!(read.id.as_deref(), Some("0016702"));
        assert_eq!(read.date, Some(jiff::civil::date(2024, 9, 3)));
        assert_eq!(read.tags, ["2021", "k8s"]);
    }

    #[test]
    fn a_bad_date_is_refused_where_it_stands() {
        let message = meta("title: a\ndate: \"yesterday\"\n").unwrap_err();
        assert_eq!(
            message,
            "a.md:3:7: `date` is `yesterday`; expected an ISO date such as \"2024-09-03\""
        );
        let message = meta("date: \"a\\nb\"\n").unwrap_err();
        assert!(message.contains("`date` is `a\\nb`"), "{message}");
    }

    #[test]
    fn broken_yaml_is_refused_with_its_line_in_the_file() {
        let message = meta("title: a\ntags: [\"a\"\n").unwrap_err();
        assert!(message.starts_with("a.md:"), "{message}");
        assert!(message.contains("not usable YAML"), "{message}");
    }

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
        assert!(meta(NOT_JSON[8]).unwrap_err().contains("duplicate"));
        let read = meta("title: \"a\"\ntags: [\"b\", \"c\"]\n").unwrap();
        assert_eq!((read.title.as_deref(), read.tags.len()), (Some("a"), 2));
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

    #[test]
    fn fences_are_found_or_asked_for() {
        assert_eq!(
            split("a.md", "---\nid: a\n---\nbody").unwrap(),
            ("id: a\n", "body", 2)
        );
        assert_eq!(
            split("a.md", "\n---  \nid: a\n---").unwrap(),
            ("id: a\n", "", 3)
        );
        for (text, start) in [
            ("", "a.md:1:1: the file is empty"),
            ("hello", "a.md:1:1: the file does not start"),
            ("\n---\nid: a", "a.md:2:1: the front matter is not closed"),
        ] {
            let message = split("a.md", text).unwrap_err().to_string();
            assert!(message.starts_with(start), "{message}");
        }
    }
}
