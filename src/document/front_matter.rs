//! The front matter: split off, read as YAML, TOML or JSON, checked, and made what a document needs of it.
//!
//! ```text
//! source       the text, where it stands, and what is noticed in it
//! yaml tables  the formats; known is what all of them give
//! labels       tags and keywords, and what is left of a broken list
//! dates        days and moments as people write them
//! keys         keys of other generators
//! publication  whether a document is meant for readers
//! ```

mod dates;
mod keys;
mod known;
mod labels;
mod publication;
mod source;
mod tables;
mod yaml;

pub use keys::{LONGEST_ASKING, MOST_ASKINGS};
pub(super) use source::{Source, shown};

use super::one_line::filled;
use super::rejection::Rejection;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use keys::OtherKeys;
use known::Known;
use memchr::memchr_iter;
use publication::Publication;
use serde_json::Value;
use std::collections::BTreeMap;

const EXPECTED_FENCE: &str = "the front matter to begin and end with a line `---`";
/// Characters of a description and of an author, at most.
const LONGEST_DESCRIPTION: usize = 1_000;
const LONGEST_AUTHOR: usize = 100;
/// Bytes of all unknown keys with their values, at most: they are read with the document wherever it is shown.
const LARGEST_EXTRA: usize = 16 * 1024;

/// The front matter. Every key is optional; [`parse`](super::parse) fills gaps from the body.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Meta {
    /// Unique name of the document.
    pub(super) id: Option<String>,
    /// Headline.
    pub(super) title: Option<String>,
    /// ISO 8601 calendar date.
    pub(super) date: Option<Date>,
    /// Day of the last change.
    pub(super) updated: Option<Date>,
    /// Kind of document.
    pub(super) category: Option<String>,
    /// Excerpt.
    pub(super) description: Option<String>,
    /// Who answered.
    pub(super) author: Option<String>,
    /// Labels.
    pub(super) tags: Vec<String>,
    /// Words for searching.
    pub(super) keywords: Vec<String>,
    /// Other ways to ask the question.
    pub(super) asked_as: Vec<String>,
    /// Addresses that the document once had, as [`alias_key`](super::alias::alias_key) gives them.
    pub(super) aliases: Vec<String>,
    /// Unknown keys.
    pub(super) extra: BTreeMap<String, Value>,
    /// Whether the document is meant for readers.
    pub(super) publication: Publication,
    /// When the same text will be read otherwise, because a day has come.
    pub(super) holds_until: Option<Timestamp>,
}

/// A file in two parts.
pub(super) struct Front<'t> {
    /// The front matter, with what was noticed in it.
    pub(super) source: Source<'t>,
    pub(super) meta: Meta,
    pub(super) body: &'t str,
    /// Line of the file in which the body begins, from 1.
    pub(super) body_line: usize,
}

/// How front matter is written.
#[derive(Clone, Copy)]
enum Format {
    Yaml,
    Toml,
    Json,
}

/// Splits a file into its front matter and its body, and reads the former as it is meant at the moment `now`.
pub(super) fn read<'t>(
    path: &'t str,
    text: &'t str,
    now: Timestamp,
) -> Result<Front<'t>, Rejection> {
    let (format, start, first_line) = begin(path, text)?;
    let (mut source, known, body_start) = match format {
        Format::Json => {
            let mut source = Source::new(path, &text[start..], first_line);
            let (object, length) = tables::split_json(&source)?;
            source.text = &source.text[..length];
            let known = tables::read_json(object, &mut source)?;
            (source, known, start + length)
        }
        Format::Yaml | Format::Toml => {
            let (end, body) = end(path, text, format, start, first_line)?;
            let mut source = Source::new(path, &text[start..end], first_line);
            let known = match format {
                Format::Toml => tables::read_toml(&mut source)?,
                _ => yaml::read(&mut source)?,
            };
            (source, known, body)
        }
    };
    let meta = checked(known, now, &mut source)?;
    Ok(Front {
        source,
        meta,
        body: &text[body_start..],
        body_line: memchr_iter(b'\n', &text.as_bytes()[..body_start]).count() + 1,
    })
}

/// The format, and the first byte and line of the front matter.
fn begin(path: &str, text: &str) -> Result<(Format, usize, usize), Rejection> {
    let mut offset = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let format = match line.trim_end() {
            "" => None,
            "---" => Some(Format::Yaml),
            "+++" => Some(Format::Toml),
            json if json.starts_with('{') => return Ok((Format::Json, offset, number)),
            _ => {
                let problem = "the file does not start with front matter";
                return Err(Rejection::at(path, (number, 1), problem, EXPECTED_FENCE));
            }
        };
        offset += line.len();
        if let Some(format) = format {
            return Ok((format, offset, number + 1));
        }
    }
    Err(Rejection::at_start(
        path,
        "the file is empty",
        "front matter and an answer",
    ))
}

/// Where the front matter ends, and where the body begins.
fn end(
    path: &str,
    text: &str,
    format: Format,
    start: usize,
    first_line: usize,
) -> Result<(usize, usize), Rejection> {
    let mut offset = start;
    for line in text[start..].split_inclusive('\n') {
        let is_end = match (format, line.trim_end()) {
            (Format::Toml, end) => end == "+++",
            (_, end) => matches!(end, "---" | "..."),
        };
        if is_end {
            return Ok((offset, offset + line.len()));
        }
        offset += line.len();
    }
    Err(Rejection::at(
        path,
        (first_line - 1, 1),
        "the front matter is not closed",
        match format {
            Format::Toml => "a second line `+++`; did you forget to add it?",
            _ => "a second line `---`; did you forget to add it?",
        },
    ))
}

/// Checks what was read, fills in what other keys say, and keeps every value within its bounds.
fn checked(known: Known, now: Timestamp, source: &mut Source<'_>) -> Result<Meta, Rejection> {
    let Known {
        id,
        title,
        date,
        category,
        description,
        author,
        tags,
        keywords,
        mut extra,
    } = known;
    let date = match date.filter(|d| !d.trim().is_empty()) {
        None => None,
        Some(text) => Some(dates::day(&text).ok_or_else(|| bad_date(&text, source))?),
    };
    let others = OtherKeys::of(&extra);
    let category = category.filter(|c| !c.trim().is_empty());
    let category = category.or_else(|| others.category(source));
    let mut all_tags = tags.bounded("tags", source);
    let more = others.tags().unwrap_or_default().bounded("tag", source);
    for tag in more {
        if !all_tags
            .iter()
            .any(|known| known.to_lowercase() == tag.to_lowercase())
        {
            all_tags.push(tag);
        }
    }
    let publication = Publication::read(&others, source);
    let (aliases, updated) = (others.aliases(source), others.changed());
    let asked_as = others.asked_as(source);
    others.warn_of_elsewhere(source);
    extra.retain(|key, _| !OtherKeys::is_asked_as(key));
    let (date, dated_from) = arrived(date, now, source);
    let ends = publication.ends().filter(|ends| *ends > now);
    Ok(Meta {
        id: filled(id),
        title: filled(title),
        date,
        updated: updated.filter(|day| !is_ahead(*day, now)),
        category: keys::category(category, source),
        description: bounded(
            "description",
            filled(description),
            LONGEST_DESCRIPTION,
            source,
        ),
        author: bounded("author", filled(author), LONGEST_AUTHOR, source),
        tags: all_tags,
        keywords: keywords.bounded("keywords", source),
        asked_as,
        aliases,
        extra: small(extra, source),
        holds_until: ends.into_iter().chain(dated_from).min(),
        publication,
    })
}

/// The date, unless it is still to come: such a document would stand before all others until then. And when it comes.
fn arrived(
    date: Option<Date>,
    now: Timestamp,
    source: &mut Source<'_>,
) -> (Option<Date>, Option<Timestamp>) {
    let Some(ahead) = date.filter(|day| is_ahead(*day, now)) else {
        return (date, None);
    };
    let what = format!("`date` is in the future; until {ahead} the document has no date");
    let remedy = "correct it, or write `publishDate` to leave the document out until then";
    source.warn("date", what, remedy);
    let eve = ahead.yesterday().unwrap_or(ahead);
    let comes = Offset::UTC.to_timestamp(eve.to_datetime(Time::midnight()));
    (None, comes.ok())
}

/// Whether a day has not begun anywhere yet: it may be tomorrow somewhere.
fn is_ahead(day: Date, now: Timestamp) -> bool {
    let today = Offset::UTC.to_datetime(now).date();
    day > today.saturating_add(1.day())
}

/// A text of a key, cut where it is longer than `most` characters, which is said.
pub(super) fn bounded(
    key: &str,
    text: Option<String>,
    most: usize,
    source: &mut Source<'_>,
) -> Option<String> {
    let text = text?;
    let Some((end, _)) = text.char_indices().nth(most) else {
        return Some(text);
    };
    let what = format!("`{key}` has more than {most} characters, and is cut");
    source.warn(key, what, "shorten it");
    Some(format!("{}…", text[..end].trim_end()))
}

/// Unknown keys, as many as fit.
fn small(extra: BTreeMap<String, Value>, source: &mut Source<'_>) -> BTreeMap<String, Value> {
    let mut left = LARGEST_EXTRA;
    let fitting = extra.into_iter().filter(|(key, value)| {
        let bytes = key.len() + value.to_string().len();
        let fits = bytes <= left;
        if fits {
            left -= bytes;
        } else {
            let what = format!("`{}` is too large, and left out", shown(key));
            source.warn(key, what, "keep it out of the front matter");
        }
        fits
    });
    fitting.collect()
}

fn bad_date(text: &str, source: &Source<'_>) -> Rejection {
    Rejection::at(
        source.path,
        source.place_of_value("date"),
        format!("`date` is `{}`", shown(text)),
        "an ISO date such as \"2024-09-03\"",
    )
}

#[cfg(test)]
mod tests;
