//! Whether a document is meant for readers, and until when that holds.

use super::dates;
use super::keys::OtherKeys;
use super::source::Source;
use super::tables::text_of;
use crate::document::left_out::Withheld;
use jiff::Timestamp;
use serde_json::Value;

/// What a status must not be for a document to be published.
const UNPUBLISHED: &[&str] = &[
    "draft",
    "drafts",
    "wip",
    "pending",
    "private",
    "hidden",
    "unlisted",
    "unpublished",
    "trash",
    "草稿",
    "未发布",
    "待审核",
];

/// What the front matter says of publishing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::document) struct Publication {
    withheld: Option<Withheld>,
    begins: Option<Timestamp>,
    ends: Option<Timestamp>,
}

impl Publication {
    pub(super) fn read(keys: &OtherKeys<'_>, source: &mut Source<'_>) -> Self {
        let is_set = |names| keys.of_names(names).any(|(_, value)| is_true(value));
        let is_denied = |names| keys.of_names(names).any(|(_, value)| is_false(value));
        let states = keys.of_names(&["status", "state", "visibility"]);
        let state = states
            .filter_map(|(_, value)| text_of(value))
            .map(|state| state.trim().to_lowercase())
            .find(|state| UNPUBLISHED.contains(&state.as_str()));
        let withheld = if is_set(&["draft", "isdraft"]) {
            Some(Withheld::Draft)
        } else if is_denied(&["published", "publish", "public"]) {
            Some(Withheld::Unpublished)
        } else if is_set(&["hidden", "unlisted", "private"]) {
            Some(Withheld::Hidden)
        } else {
            state.map(|state| match state.as_str() {
                "draft" | "drafts" | "wip" | "草稿" => Withheld::Draft,
                _ => Withheld::Unpublished,
            })
        };
        let published = keys.of_names(&["published"]);
        let published = published.filter_map(|(_, value)| dates::moment(&text_of(value)?));
        let begins = moment(keys, &["publishdate", "pubdate"], source);
        let ends = &["expirydate", "expires", "expirationdate", "unpublishdate"];
        Self {
            withheld,
            begins: begins.or(published.max()),
            ends: moment(keys, ends, source),
        }
    }

    /// Why the document is not for readers at a moment.
    pub(in crate::document) fn withheld_at(&self, now: Timestamp) -> Option<Withheld> {
        if self.withheld.is_some() {
            self.withheld
        } else if self.ends.is_some_and(|ends| ends <= now) {
            Some(Withheld::Expired)
        } else {
            let is_early = self.begins.is_some_and(|begins| begins > now);
            is_early.then_some(Withheld::NotYet)
        }
    }

    /// When a document that is for readers now is no longer.
    pub(in crate::document) fn ends(&self) -> Option<Timestamp> {
        self.ends
    }
}

/// The moment of the first of these keys that has one.
fn moment(
    keys: &OtherKeys<'_>,
    names: &'static [&'static str],
    source: &mut Source<'_>,
) -> Option<Timestamp> {
    let (key, value) = keys.of_names(names).next()?;
    let text = text_of(value).unwrap_or_default();
    let moment = dates::moment(&text);
    if moment.is_none() && !text.trim().is_empty() {
        let what = format!("`{key}` is no day, and has no effect");
        source.warn(key, what, "write an ISO date such as \"2024-09-03\"");
    }
    moment
}

/// Whether a switch is on: set to anything that does not mean no. A draft that is published by a mistake of spelling would
/// be worse than one that is not.
fn is_true(value: &Value) -> bool {
    !is_false(value) && text_of(value).is_some_and(|text| !text.trim().is_empty())
}

/// Whether a switch is off.
fn is_false(value: &Value) -> bool {
    let text = text_of(value).unwrap_or_default();
    let no = ["false", "no", "n", "off", "0", "否"];
    no.contains(&text.trim().to_lowercase().as_str())
}
