//! TOML between lines `+++`, and JSON in braces.

use super::known::{Given, Known};
use super::source::Source;
use crate::document::rejection::Rejection;
use serde_json::{Map, Value};

pub(super) fn read_toml(source: &mut Source<'_>) -> Result<Known, Rejection> {
    let table: toml::Table = toml::from_str(source.text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let problem = error.message().lines().next().unwrap_or_default();
        Rejection::at(
            source.path,
            source.place(start),
            format!("the front matter is not usable TOML: {problem}"),
            "lines such as `title = \"…\"` and `tags = [\"a\", \"b\"]`",
        )
    })?;
    let table = table.into_iter();
    known(table.map(|(key, value)| (key, json(value))), source)
}

/// The JSON object at the beginning of a text, and the bytes that it takes.
pub(super) fn split_json(source: &Source<'_>) -> Result<(Map<String, Value>, usize), Rejection> {
    let mut objects = serde_json::Deserializer::from_str(source.text).into_iter();
    match objects.next() {
        Some(Ok(object)) => Ok((object, objects.byte_offset())),
        Some(Err(error)) => {
            let problem = error.to_string();
            let problem = problem.split(" at line ").next().unwrap_or_default();
            // The column counts bytes.
            let lines = source.text.split_inclusive('\n');
            let before: usize = lines.take(error.line().max(1) - 1).map(str::len).sum();
            let at = before + error.column().max(1) - 1;
            Err(Rejection::at(
                source.path,
                source.place(source.text.floor_char_boundary(at)),
                format!("the front matter is not usable JSON: {problem}"),
                "an object such as {\"title\": \"…\", \"tags\": [\"a\", \"b\"]}",
            ))
        }
        None => Ok((Map::new(), 0)),
    }
}

pub(super) fn read_json(
    object: Map<String, Value>,
    source: &mut Source<'_>,
) -> Result<Known, Rejection> {
    known(object.into_iter(), source)
}

fn known(
    entries: impl Iterator<Item = (String, Value)>,
    source: &mut Source<'_>,
) -> Result<Known, Rejection> {
    let mut known = Known::default();
    for (key, value) in entries {
        if !Known::has(&key) {
            known.extra.insert(key, value);
        } else if !value.is_null() {
            known.take(&key, given(value), source)?;
        }
    }
    Ok(known)
}

fn given(value: Value) -> Given {
    match value {
        Value::Array(items) => {
            let texts: Option<Vec<String>> = items.iter().map(text_of).collect();
            texts.map_or(Given::Other, Given::List)
        }
        value => text_of(&value).map_or(Given::Other, Given::Text),
    }
}

/// A value as text, unless it is a table or a list.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is) => Value::Bool(is),
        toml::Value::Datetime(moment) => Value::String(moment.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => {
            let entries = table.into_iter();
            entries.map(|(key, value)| (key, json(value))).collect()
        }
    }
}
