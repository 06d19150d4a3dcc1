//! Query parameters as they were sent, checked into the engine's types. `q` is text and never an error.

use super::problem::Refusal;
use crate::engine::{Filter, SearchQuery, Sort};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::civil::Date;
use std::convert::Infallible;

/// Characters of `q`, of a tag and of a category that are used; the rest is cut off.
pub(super) const LONGEST_QUERY: usize = 512;
/// Hits on a page unless asked otherwise.
pub(super) const DEFAULT_PER_PAGE: usize = 10;
/// Hits on a page, at most; more are capped.
const MOST_PER_PAGE: usize = 50;
/// `page * per_page` is capped here: nobody reads on, and deep pages are expensive.
pub(super) const DEEPEST_HIT: usize = 1_000;
/// What of a refused value is repeated in the answer.
const LONGEST_QUOTE: usize = 60;

/// The parameters of a request by name. On pages an empty one is none, as forms send what was left empty, and of repeated
/// ones the first counts; programs that call the API are told of both where it matters.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    pairs: Vec<(String, String)>,
    is_api: bool,
}

impl Parameters {
    /// All of them as one text, the same for requests that ask the same in the same order.
    pub(super) fn to_text(&self) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(&self.pairs).finish()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self {
            pairs: form_urlencoded::parse(query.as_bytes())
                // No document has a NUL, and no database takes one.
                .map(|(name, value)| (name.into_owned(), value.replace('\0', "")))
                .collect(),
            is_api: parts.uri.path().starts_with("/api/"),
        })
    }
}

impl Parameters {
    /// The value of `name`, if it was sent and is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next().filter(|v| !v.is_empty())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.pairs.iter().filter(move |(n, _)| n == name);
        named.map(|(_, value)| value.trim())
    }

    /// The value of a parameter that is no free text: the API takes neither nothing nor two for one.
    pub(super) fn one(&self, name: &'static str) -> Option<&str> {
        let mut values = self.all(name);
        let (first, second) = (values.next(), values.next());
        if self.is_api {
            // Empty is no value of anything.
            second.map_or(first, |_| Some(""))
        } else {
            first.filter(|v| !v.is_empty())
        }
    }

    /// The visitor's words, cut at [`LONGEST_QUERY`] characters.
    pub(super) fn query_text(&self) -> String {
        let text = self.get("q").unwrap_or_default();
        text.chars()
            .filter(|c| !c.is_control() || c.is_whitespace())
            .take(LONGEST_QUERY)
            .collect()
    }

    fn checked<T>(
        &self,
        name: &'static str,
        expected: (&'static str, &'static str),
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let Some(value) = self.one(name) else {
            return Ok(None);
        };
        let refused = || Refusal::BadParameter {
            name,
            value: value.chars().take(LONGEST_QUOTE).collect(),
            expected,
        };
        read(value).map(Some).ok_or_else(refused)
    }

    /// A number that is not negative: of an entry, or how many to skip.
    pub(super) fn number(&self, name: &'static str) -> Result<Option<i64>, Refusal> {
        self.checked(
            name,
            ("不小于 0 的整数", "a whole number from 0"),
            |v| v.parse().ok().filter(|n| *n >= 0),
        )
    }

    fn positive(&self, name: &'static str) -> Result<Option<usize>, Refusal> {
        self.checked(name, ("正整数", "a positive integer"), |v| {
            v.parse().ok().filter(|n| *n > 0)
        })
    }

    /// The page that is wanted, from 1.
    pub(super) fn page(&self) -> Result<Option<usize>, Refusal> {
        self.positive("page")
    }

    fn date(&self, name: &'static str) -> Result<Option<Date>, Refusal> {
        self.checked(
            name,
            ("形如 2024-09-03 的日期", "a date such as 2024-09-03"),
            |v| v.parse().ok(),
        )
    }

    /// How many suggestions or relatives are wanted.
    pub(super) fn limit(&self, default: usize) -> Result<usize, Refusal> {
        Ok(self
            .positive("limit")?
            .unwrap_or(default)
            .min(MOST_PER_PAGE))
    }
}

/// A search as a page of hits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SearchRequest {
    /// Page from 1, as served: capped where it was too deep.
    pub(super) page: usize,
    /// Hits on a page, as served.
    pub(super) per_page: usize,
    /// For the engine.
    pub(super) query: SearchQuery,
    /// Whether to tell how the hits came about.
    pub(super) explain: bool,
    /// Whether the answer of the first hit comes along, where it answers the query.
    pub(super) answer: bool,
}

impl TryFrom<&Parameters> for SearchRequest {
    type Error = Refusal;

    fn try_from(parameters: &Parameters) -> Result<Self, Refusal> {
        let per_page = parameters
            .positive("per_page")?
            .unwrap_or(DEFAULT_PER_PAGE)
            .min(MOST_PER_PAGE);
        let page = parameters.page()?.unwrap_or(1).min(DEEPEST_HIT / per_page);
        let sort = parameters.checked(
            "sort",
            ("relevance 或 newest", "`relevance` or `newest`"),
            |v| match v {
                "relevance" => Some(Sort::Relevance),
                "newest" => Some(Sort::Newest),
                _ => None,
            },
        )?;
        let flag = |name| {
            let expected = ("true 或 false", "`true` or `false`");
            parameters.checked(name, expected, |v| v.parse::<bool>().ok())
        };
        let (explain, answer) = (flag("explain")?, flag("answer")?);
        let (from, to) = (parameters.date("from")?, parameters.date("to")?);
        let owned = |name| {
            let label = parameters.get(name)?;
            Some(label.chars().take(LONGEST_QUERY).collect())
        };
        Ok(Self {
            page,
            per_page,
            query: SearchQuery {
                text: parameters.query_text(),
                filter: Filter {
                    tags: owned("tag").into_iter().collect(),
                    category: owned("category"),
                    from,
                    to,
                    ..Filter::default()
                },
                sort: sort.unwrap_or_default(),
                offset: (page - 1) * per_page,
                limit: per_page,
            },
            explain: explain.unwrap_or(false),
            answer: answer.unwrap_or(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str) -> Result<SearchRequest, Refusal> {
        let parameters = Parameters {
            pairs: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
            is_api: false,
        };
        SearchRequest::try_from(&parameters)
    }

    #[test]
    fn long_queries_are_cut_and_pages_capped() {
        let read = request(&format!("q={}&per_page=500&page=900", "a".repeat(2000))).unwrap();
        assert_eq!(read.query.text.len(), LONGEST_QUERY);
        assert_eq!((read.per_page, read.page), (50, 20));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (query, name) in [
            ("page=0", "page"),
            ("page=1.0", "page"),
            ("per_page=x", "per_page"),
            ("sort=best", "sort"),
            ("from=1", "from"),
            ("to=2024-13-01", "to"),
        ] {
            assert!(
                matches!(request(query), Err(Refusal::BadParameter { name: n, .. }) if n == name),
                "{query}"
            );
        }
    }

    #[test]
    fn the_api_takes_neither_nothing_nor_two_for_one() {
        let parameters = |is_api| Parameters {
            pairs: [("a", ""), ("b", "1"), ("b", "2")]
                .map(|(n, v)| (n.to_owned(), v.to_owned()))
                .into(),
            is_api,
        };
        let (page, api) = (parameters(false), parameters(true));
        assert_eq!(
            (page.number("a"), page.number("b")),
            (Ok(None), Ok(Some(1)))
        );
        assert!(api.number("a").is_err() && api.number("b").is_err());
        assert_eq!(api.number("c"), Ok(None));
    }

    #[test]
    fn no_query_text_is_an_error() {
        for query in ["q=%FF%FE", "q=(a AND", "q=%00%01", "q=a:b", ""] {
            assert!(request(query).is_ok(), "{query}");
        }
    }
}
