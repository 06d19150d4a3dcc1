//! Query parameters. A struct with a [`Raw`] field for each parameter describes them once: it is read from the address,
//! documented by its comments, checked by [`Source`], and written back into links by [`to_query`].

use super::refusal::{Expected, Refusal};
use crate::engine::{Reduced, reduce};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use std::convert::Infallible;

/// Characters of a tag or a category that are used: no document has a longer one.
pub(super) const LONGEST_LABEL: usize = 512;

/// The values of one parameter as they were sent, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub(super) struct Raw(Vec<String>);

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut values = Vec::<String>::deserialize(deserializer)?;
        for value in &mut values {
            // No document has a NUL, and no database takes one.
            value.retain(|c| c != '\0');
        }
        Ok(Self(values))
    }
}

impl From<String> for Raw {
    fn from(value: String) -> Self {
        Self(vec![value])
    }
}

impl From<Vec<String>> for Raw {
    fn from(values: Vec<String>) -> Self {
        Self(values)
    }
}

impl From<Option<String>> for Raw {
    fn from(value: Option<String>) -> Self {
        Self(value.into_iter().collect())
    }
}

impl Raw {
    /// The first value as free text, unless it is empty.
    pub(super) fn text(&self) -> Option<&str> {
        let first = self.0.first()?.trim();
        Some(first).filter(|text| !text.is_empty())
    }

    /// The values as free text, each once and without empty ones.
    pub(super) fn texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        for text in self.0.iter().map(|value| value.trim()) {
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        texts
    }

    /// The visitor's words, however many. Never an error.
    pub(super) fn words(&self) -> String {
        let text = self.text().unwrap_or_default();
        text.chars()
            .filter(|c| !c.is_control() || c.is_whitespace())
            .collect()
    }

    /// What is searched of the visitor's words. Never an error.
    pub(super) fn query(&self) -> Reduced {
        reduce(self.text().unwrap_or_default())
    }
}

/// Whether a program or a page sent the parameters, which decides how strictly they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The API refuses empty and repeated values, so that a program learns of its mistake.
    Api,
    /// A page ignores empty values, as forms send what was left empty, and takes the first of repeated ones.
    Page,
}

/// The parameters `T` of a request.
pub(super) struct Parameters<T> {
    pub(super) sent: T,
    pub(super) source: Source,
}

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let source = if parts.uri.path().starts_with("/api/") {
            Source::Api
        } else {
            Source::Page
        };
        // Cannot fail: a `Raw` takes any number of values.
        let sent = serde_html_form::from_str(query).unwrap_or_default();
        Ok(Self { sent, source })
    }
}

impl Source {
    /// The value of a parameter that is not free text.
    pub(super) fn one(self, raw: &Raw) -> Option<&str> {
        let mut values = raw.0.iter().map(|value| value.trim());
        let first = values.next();
        match self {
            // No parameter takes an empty value, so the check that follows refuses it.
            Self::Api => values.next().map_or(first, |_| Some("")),
            Self::Page => first.filter(|value| !value.is_empty()),
        }
    }

    /// The value of `name` as `read` understands it.
    pub(super) fn check<V>(
        self,
        name: &'static str,
        raw: &Raw,
        expected: Expected,
        read: impl Fn(&str) -> Option<V>,
    ) -> Result<Option<V>, Refusal> {
        let Some(value) = self.one(raw) else {
            return Ok(None);
        };
        let refused = || Refusal::parameter(name, value, expected);
        read(value).map(Some).ok_or_else(refused)
    }

    /// An integer from 0.
    pub(super) fn number(self, name: &'static str, raw: &Raw) -> Result<Option<i64>, Refusal> {
        self.check(name, raw, Expected::WholeNumber, |v| {
            v.parse().ok().filter(|n| *n >= 0)
        })
    }

    /// An integer from 1.
    pub(super) fn positive(self, name: &'static str, raw: &Raw) -> Result<Option<usize>, Refusal> {
        self.check(name, raw, Expected::PositiveInteger, |v| {
            v.parse().ok().filter(|n| *n > 0)
        })
    }

    /// An ISO date.
    pub(super) fn date(self, name: &'static str, raw: &Raw) -> Result<Option<Date>, Refusal> {
        self.check(name, raw, Expected::Date, |v| v.parse().ok())
    }

    /// `true` or `false`; absent is `false`.
    pub(super) fn flag(self, name: &'static str, raw: &Raw) -> Result<bool, Refusal> {
        let flag = self.check(name, raw, Expected::Flag, |v| v.parse().ok())?;
        Ok(flag.unwrap_or(false))
    }
}

/// Parameters as the query of an address.
pub(super) fn to_query(parameters: &impl Serialize) -> String {
    // Cannot fail: lists of strings are what a query is made of.
    let query = serde_html_form::to_string(parameters).unwrap_or_default();
    // A plus sign of a value is written `%2B`, so each `+` here is a space.
    query.replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Sent {
        a: Raw,
        b: Raw,
        c: Raw,
    }

    #[test]
    fn the_api_takes_neither_nothing_nor_two_for_one() {
        let Sent { a, b, c } = serde_html_form::from_str("a=&b=1&b=2").unwrap();
        let (page, api) = (Source::Page, Source::Api);
        assert_eq!(
            (page.number("a", &a), page.number("b", &b)),
            (Ok(None), Ok(Some(1)))
        );
        assert!(api.number("a", &a).is_err() && api.number("b", &b).is_err());
        assert_eq!(api.number("c", &c), Ok(None));
    }

    #[test]
    fn parameters_are_written_as_they_are_read() {
        #[derive(Default, Serialize, Deserialize)]
        #[serde(default)]
        struct Sent {
            q: Raw,
            tag: Raw,
        }
        let sent: Sent = serde_html_form::from_str("q=a+b%2Bc&tag=%E4%B8%AD%00&x=1").unwrap();
        assert_eq!(sent.tag.text(), Some("中"));
        assert_eq!(to_query(&sent), "q=a%20b%2Bc&tag=%E4%B8%AD");
    }
}
