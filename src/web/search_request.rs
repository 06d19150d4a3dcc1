//! A search as it was asked for: its parameters, and the checked request made of them. `q` is text and never an error.

use super::parameters::{LONGEST_QUERY, Parameters, Raw, to_query};
use super::refusal::{Expected, Refusal};
use crate::engine::{Filter, SearchQuery, Sort};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

/// Hits on a page unless asked otherwise.
const DEFAULT_PER_PAGE: usize = 10;
/// Hits on a page, at most; more are capped.
pub(super) const MOST_PER_PAGE: usize = 50;
/// `page * per_page` is capped here: nobody reads on, and deep pages are expensive.
pub(super) const DEEPEST_HIT: usize = 1_000;

/// Parameters of a search; all optional.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParameters {
    /// The visitor's words: text, never query syntax; cut at 512 characters. Empty lists all documents.
    #[param(value_type = Option<String>)]
    pub(super) q: Raw,
    /// Page, from 1; `page * per_page` is capped at 1,000.
    #[param(value_type = Option<usize>, minimum = 1)]
    pub(super) page: Raw,
    /// Hits on a page; 10 unless given, capped at 50.
    #[param(value_type = Option<usize>, minimum = 1)]
    pub(super) per_page: Raw,
    /// Only documents with this tag.
    #[param(value_type = Option<String>)]
    pub(super) tag: Raw,
    /// Only documents of this category.
    #[param(value_type = Option<String>)]
    pub(super) category: Raw,
    /// Only documents of this day or later.
    #[param(value_type = Option<String>, format = Date)]
    pub(super) from: Raw,
    /// Only documents of this day or earlier.
    #[param(value_type = Option<String>, format = Date)]
    pub(super) to: Raw,
    /// `relevance` (default) or `newest`.
    #[param(value_type = Option<String>)]
    pub(super) sort: Raw,
    /// Whether to tell what the query was understood as, and how each score came about.
    #[param(value_type = Option<bool>)]
    pub(super) explain: Raw,
    /// Whether to give the whole answer of the first hit along, where it answers the query: saves asking for it.
    #[param(value_type = Option<bool>)]
    pub(super) answer: Raw,
}

/// A checked search.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SearchRequest {
    /// Page from 1, as served: capped where it was too deep.
    pub(super) page: usize,
    /// Hits on a page, as served.
    pub(super) per_page: usize,
    /// For the engine.
    pub(super) query: SearchQuery,
    /// Whether to explain how the hits were found.
    pub(super) explain: bool,
    /// Whether the answer of the first hit comes along, where it answers the query.
    pub(super) answer: bool,
}

impl TryFrom<&Parameters<SearchParameters>> for SearchRequest {
    type Error = Refusal;

    fn try_from(parameters: &Parameters<SearchParameters>) -> Result<Self, Refusal> {
        let Parameters { sent, source } = parameters;
        let per_page = source.positive("per_page", &sent.per_page)?;
        let per_page = per_page.unwrap_or(DEFAULT_PER_PAGE).min(MOST_PER_PAGE);
        let page = source.positive("page", &sent.page)?;
        let page = page.unwrap_or(1).min(DEEPEST_HIT / per_page);
        let sort = source.check("sort", &sent.sort, Expected::SortOrder, |v| match v {
            "relevance" => Some(Sort::Relevance),
            "newest" => Some(Sort::Newest),
            _ => None,
        })?;
        let explain = source.flag("explain", &sent.explain)?;
        let answer = source.flag("answer", &sent.answer)?;
        let from = source.date("from", &sent.from)?;
        let to = source.date("to", &sent.to)?;
        let label = |raw: &Raw| Some(raw.text()?.chars().take(LONGEST_QUERY).collect());
        Ok(Self {
            page,
            per_page,
            query: SearchQuery {
                text: sent.q.query_text(),
                filter: Filter {
                    tags: label(&sent.tag).into_iter().collect(),
                    category: label(&sent.category),
                    from,
                    to,
                    ..Filter::default()
                },
                sort: sort.unwrap_or_default(),
                offset: (page - 1) * per_page,
                limit: per_page,
            },
            explain,
            answer,
        })
    }
}

/// The parameters that ask for the first page of this search, as it was understood: defaults are left out.
impl From<&SearchRequest> for SearchParameters {
    fn from(request: &SearchRequest) -> Self {
        let SearchQuery {
            text, filter, sort, ..
        } = &request.query;
        let per_page = Some(request.per_page).filter(|n| *n != DEFAULT_PER_PAGE);
        let newest = (*sort == Sort::Newest).then(|| "newest".to_owned());
        Self {
            q: text.clone().into(),
            per_page: per_page.map(|n| n.to_string()).into(),
            tag: filter.tags.first().cloned().into(),
            category: filter.category.clone().into(),
            from: filter.from.map(|date| date.to_string()).into(),
            to: filter.to.map(|date| date.to_string()).into(),
            sort: newest.into(),
            ..Self::default()
        }
    }
}

impl SearchParameters {
    /// The address of the page of results.
    pub(super) fn results_path(&self) -> String {
        format!("/search?{}", to_query(self))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parameters::Source;
    use super::*;

    fn request(query: &str) -> Result<SearchRequest, Refusal> {
        SearchRequest::try_from(&Parameters {
            sent: serde_html_form::from_str(query).unwrap(),
            source: Source::Page,
        })
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
    fn no_query_text_is_an_error() {
        for query in ["q=%FF%FE", "q=(a AND", "q=%00%01", "q=a:b", ""] {
            assert!(request(query).is_ok(), "{query}");
        }
    }

    #[test]
    fn a_link_asks_for_the_same_search_again() {
        let read = request("q=a b&tag=中&from=2024-01-01&sort=newest&per_page=20&page=3").unwrap();
        let path = SearchParameters::from(&read).results_path();
        let again = request(path.strip_prefix("/search?").unwrap()).unwrap();
        assert_eq!(again.query.filter, read.query.filter);
        assert_eq!((again.page, again.per_page), (1, 20));
        assert_eq!(again.query.sort, Sort::Newest);
    }
}
