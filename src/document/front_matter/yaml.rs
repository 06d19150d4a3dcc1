//! YAML: as a whole where it is sound, else key by key, so that one bad value does not lose a document.

use super::known::{Given, Known, leave_out, read_json_lines};
use super::labels;
use super::source::Source;
use crate::document::rejection::Rejection;
use serde::de::DeserializeOwned;
use serde_saphyr::{MessageFormatter, UserMessageFormatter};
use std::collections::{BTreeMap, HashSet};

/// Longer front matter is not read key by key where it is broken: no person wrote it.
const LONGEST_TO_MEND: usize = 64 * 1024;
/// Characters of what the parser says, at most: it may repeat a value.
const LONGEST_PROBLEM: usize = 200;

pub(super) fn read(source: &mut Source<'_>) -> Result<Known, Rejection> {
    let text = source.text;
    if text.trim().is_empty() {
        return Ok(Known::default());
    }
    if let Some(known) = read_json_lines(text) {
        return Ok(known);
    }
    match serde_saphyr::from_str(text) {
        Ok(known) => Ok(known),
        Err(error) if text.len() > LONGEST_TO_MEND => Err(reject(source, &error, 0)),
        Err(error) => match entries(text) {
            Some(entries) => read_each(source, &entries),
            None => Err(reject(source, &error, 0)),
        },
    }
}

/// A key with its value, as they are written.
struct Entry<'y> {
    key: &'y str,
    text: &'y str,
    /// First byte in the front matter.
    start: usize,
}

impl<'y> Entry<'y> {
    /// The value, and its first byte in the front matter.
    fn value(&self) -> (&'y str, usize) {
        let colon = self.text.find(':').map_or(0, |at| at + 1);
        (&self.text[colon..], self.start + colon)
    }

    fn read<T: DeserializeOwned>(&self) -> Option<T> {
        let one: BTreeMap<String, T> = serde_saphyr::from_str(self.text).ok()?;
        one.into_values().next()
    }

    /// A value of another shape than its key asks for.
    fn given(&self) -> Option<Given> {
        if let Some(text) = self.read::<String>() {
            return Some(Given::Text(text));
        }
        let items: Vec<Option<String>> = self.read()?;
        Some(Given::List(items.into_iter().flatten().collect()))
    }
}

/// The entries of the topmost level; `None` where the text is no list of keys, or has a key twice.
fn entries(yaml: &str) -> Option<Vec<Entry<'_>>> {
    let mut starts = Vec::new();
    let mut offset = 0;
    for line in yaml.split_inclusive('\n') {
        match key_of(line) {
            Some(key) => starts.push((key, offset)),
            None if starts.is_empty() && !is_blank(line) => return None,
            None => {}
        }
        offset += line.len();
    }
    let mut known = HashSet::new();
    if starts.is_empty() || !starts.iter().all(|(key, _)| known.insert(*key)) {
        return None;
    }
    let ends = starts.iter().skip(1).map(|(_, start)| *start);
    let ends = ends.chain([yaml.len()]);
    let entries = starts.iter().zip(ends).map(|((key, start), end)| Entry {
        key,
        text: &yaml[*start..end],
        start: *start,
    });
    Some(entries.collect())
}

/// The key that a line begins with.
fn key_of(line: &str) -> Option<&str> {
    let (key, rest) = line.split_once(':')?;
    let is_key = rest.is_empty() || rest.starts_with(char::is_whitespace);
    let begins = key.chars().next()?;
    let bare = key.trim_end().trim_matches(['"', '\'']);
    let is_name = !bare.is_empty() && !bare.contains(['"', '\'', '[', ']', '{', '}', ',']);
    let may_begin = !begins.is_whitespace() && !"#-?&*!|>%@`".contains(begins);
    (is_key && is_name && may_begin).then_some(bare)
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Reads key by key.
fn read_each(source: &mut Source<'_>, entries: &[Entry<'_>]) -> Result<Known, Rejection> {
    let mut known = Known::default();
    for entry in entries {
        let key = entry.key;
        let error = match serde_saphyr::from_str::<Known>(entry.text) {
            Ok(one) => {
                known.merge(one);
                continue;
            }
            Err(error) => error,
        };
        let given = entry.given();
        match key {
            "id" | "title" | "date" if given.is_none() => {
                return Err(reject(source, &error, entry.start));
            }
            "tags" | "keywords" if given.is_none() => {
                let (value, start) = entry.value();
                let labels = labels::readable(value, start, source);
                known.take(key, Given::List(labels.items), source)?;
            }
            _ if Known::has(key) => {
                known.take(key, given.unwrap_or(Given::Other), source)?;
            }
            _ => leave_out(key, source),
        }
    }
    Ok(known)
}

impl Known {
    /// Adds the keys of another.
    fn merge(&mut self, other: Self) {
        let Self {
            id,
            title,
            date,
            category,
            description,
            author,
            tags,
            keywords,
            extra,
        } = other;
        let texts = [
            (&mut self.id, id),
            (&mut self.title, title),
            (&mut self.date, date),
            (&mut self.category, category),
            (&mut self.description, description),
            (&mut self.author, author),
        ];
        for (own, text) in texts {
            *own = text.or(own.take());
        }
        for (own, labels) in [(&mut self.tags, tags), (&mut self.keywords, keywords)] {
            if !labels.items.is_empty() {
                *own = labels;
            }
        }
        self.extra.extend(extra);
    }
}

/// Refuses the file, because of text that begins at byte `start` of the front matter.
fn reject(source: &Source<'_>, error: &serde_saphyr::Error, start: usize) -> Rejection {
    let (line, column) = error.location().map_or((1, 1), |l| {
        ((l.line() as usize).max(1), (l.column() as usize).max(1))
    });
    let problem = UserMessageFormatter.format_message(error.without_snippet());
    let problem = problem.lines().next().unwrap_or("broken YAML");
    let problem: String = problem.chars().take(LONGEST_PROBLEM).collect();
    let (first_line, _) = source.place(start);
    Rejection::at(
        source.path,
        (first_line + line - 1, column),
        format!("the front matter is not usable YAML: {problem}"),
        "lines such as `title: \"…\"` and `tags: [\"a\", \"b\"]`",
    )
}
