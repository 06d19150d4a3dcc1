//! A search as it was asked for: its parameters, and the checked request made of them. `q` is text and never an error.

use super::parameters::{LONGEST_LABEL, Parameters, Raw, Source, to_query};
use super::refusal::{Expected, Refusal};
use crate::engine::{Filter, Reduced, SearchQuery, Sort, reduce};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Hits on a page unless asked otherwise.
const DEFAULT_PER_PAGE: usize = 10;
/// Hits on a page, at most; more are capped.
pub(super) const MOST_PER_PAGE: usize = 50;
/// `page * per_page` is capped here: nobody reads on, and deep pages are expensive.
pub(super) const DEEPEST_HIT: usize = 1_000;

/// Tags that a search is narrowed to, at most.
pub(super) const MOST_TAGS: usize = 8;
/// The first hits whose passages are shown.
const MOST_PASSAGES: usize = 3;

/// Parameters of a search; all optional.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchParameters {
    /// The visitor's words: text, never query syntax. Of a pasted log and of a long text the telling parts are searched, which
    /// `query_reduced` and `query_truncated` say; send what is too long for an address by POST. Empty lists all documents.
    #[param(value_type = Option<String>)]
    pub(super) q: Raw,
    /// The question before, as the `query` of its response: a short follow-up such as `那用 druid 呢` or `what about druid` gets
    /// the words of it that it does not replace. A question that stands on its own gets none.
    #[param(value_type = Option<String>)]
    pub(super) after: Raw,
    /// Page, from 1; `page * per_page` is capped at 1,000.
    #[param(value_type = Option<usize>, minimum = 1)]
    pub(super) page: Raw,
    /// Hits on a page; 10 unless given, capped at 50.
    #[param(value_type = Option<usize>, minimum = 1)]
    pub(super) per_page: Raw,
    /// Only documents with this tag; with several, those that have all of them. The first eight count.
    #[param(value_type = Option<Vec<String>>)]
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
    /// Whether to give passages of the first three hits along, and the whole answer of the first where it answers the query:
    /// saves asking for them.
    #[param(value_type = Option<bool>)]
    pub(super) answer: Raw,
    /// Whether the words are still being typed: the search is not logged, and gives passages without the whole answer.
    #[param(value_type = Option<bool>)]
    pub(super) typing: Raw,
    /// Only of addresses of pages: whether weak results are shown, too.
    #[param(ignore)]
    pub(super) all: Raw,
    /// Only of addresses of pages: what had been left out of the words when they became the address.
    #[param(ignore)]
    pub(super) left_out: Raw,
}

/// A search as JSON: the parameters of the address, for words that are too long for one; all optional.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SearchBody {
    /// The visitor's words, 16 KB and more: text, never query syntax. Of a pasted log and of a long text the telling parts are
    /// searched, which `query_reduced` and `query_truncated` say.
    q: String,
    /// The question before, as the `query` of its response: a short follow-up gets the words of it that it does not replace.
    after: Option<String>,
    /// Page, from 1; `page * per_page` is capped at 1,000.
    #[schema(minimum = 1)]
    page: Option<i64>,
    /// Hits on a page; 10 unless given, capped at 50.
    #[schema(minimum = 1)]
    per_page: Option<i64>,
    /// Only documents with this tag, or with all of several. The first eight count.
    tag: Option<OneOrMore>,
    /// Only documents of this category.
    category: Option<String>,
    /// Only documents of this day or later.
    #[schema(format = Date)]
    from: Option<String>,
    /// Only documents of this day or earlier.
    #[schema(format = Date)]
    to: Option<String>,
    /// `relevance` (default) or `newest`.
    sort: Option<String>,
    /// Whether to tell what the query was understood as, and how each score came about.
    explain: Option<bool>,
    /// Whether to give passages of the first three hits along, and the whole answer of the first where it answers the query.
    answer: Option<bool>,
    /// Whether the words are still being typed: the search is not logged.
    typing: Option<bool>,
}

/// A value, or a list of them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

impl From<OneOrMore> for Raw {
    fn from(values: OneOrMore) -> Self {
        match values {
            OneOrMore::One(value) => value.into(),
            OneOrMore::More(values) => values.into(),
        }
    }
}

impl From<SearchBody> for Parameters<SearchParameters> {
    fn from(body: SearchBody) -> Self {
        let number = |value: Option<i64>| Raw::from(value.map(|n| n.to_string()));
        let flag = |value: Option<bool>| Raw::from(value.map(|is| is.to_string()));
        let sent = SearchParameters {
            q: body.q.replace('\0', "").into(),
            after: body.after.map(|text| text.replace('\0', "")).into(),
            page: number(body.page),
            per_page: number(body.per_page),
            tag: body.tag.map(Raw::from).unwrap_or_default(),
            category: body.category.into(),
            from: body.from.into(),
            to: body.to.into(),
            sort: body.sort.into(),
            explain: flag(body.explain),
            answer: flag(body.answer),
            typing: flag(body.typing),
            all: Raw::default(),
            left_out: Raw::default(),
        };
        let source = Source::Api;
        Self { sent, source }
    }
}

/// What is left out of the words that were typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// Parts that tell nothing, such as the frames of a trace.
    pub(super) telling_nothing: bool,
    /// Parts for which there was no room.
    pub(super) too_long: bool,
}

impl LeftOut {
    /// As an address of a page has it.
    const TELLING_NOTHING: &str = "reduced";
    const TOO_LONG: &str = "truncated";

    fn of_parameter(raw: &Raw) -> Self {
        Self {
            telling_nothing: raw.text() == Some(Self::TELLING_NOTHING),
            too_long: raw.text() == Some(Self::TOO_LONG),
        }
    }

    /// The more important of both, as the value of a parameter.
    fn parameter(self) -> Option<String> {
        match self {
            Self { too_long: true, .. } => Some(Self::TOO_LONG.to_owned()),
            Self {
                telling_nothing: true,
                ..
            } => Some(Self::TELLING_NOTHING.to_owned()),
            _ => None,
        }
    }
}

/// Which results a page lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    /// All but the weak ones.
    Strong,
    /// All.
    All,
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
    /// The question before, which a follow-up goes on with.
    pub(super) after: Option<String>,
    /// What the query lacks of the words that were typed.
    pub(super) left_out: LeftOut,
    /// Whether to explain how the hits were found.
    pub(super) explain: bool,
    /// Whether the answer of the first hit comes along, where it answers the query.
    pub(super) answer: bool,
    /// Whether the words are still being typed.
    pub(super) typing: bool,
    /// Which results a page lists.
    pub(super) listed: Listed,
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
        let typing = source.flag("typing", &sent.typing)?;
        let from = source.date("from", &sent.from)?;
        let to = source.date("to", &sent.to)?;
        let label = |text: &str| text.chars().take(LONGEST_LABEL).collect();
        let tags = sent.tag.texts().into_iter().take(MOST_TAGS);
        let Reduced {
            text,
            reduced,
            truncated,
        } = sent.q.query();
        // A page of results says on each of its pages what was left out before its address was made.
        let before = match source {
            Source::Page => LeftOut::of_parameter(&sent.left_out),
            Source::Api => LeftOut::default(),
        };
        Ok(Self {
            page,
            per_page,
            after: sent.after.text().map(|last| reduce(last).text),
            left_out: LeftOut {
                telling_nothing: reduced || before.telling_nothing,
                too_long: truncated || before.too_long,
            },
            query: SearchQuery {
                text,
                filter: Filter {
                    tags: tags.map(label).collect(),
                    category: sent.category.text().map(label),
                    from,
                    to,
                    ..Filter::default()
                },
                sort: sort.unwrap_or_default(),
                offset: (page - 1) * per_page,
                limit: per_page,
                passages: if (answer || *source == Source::Page) && page == 1 {
                    MOST_PASSAGES
                } else {
                    0
                },
            },
            explain,
            answer,
            typing,
            listed: match sent.all.text() {
                Some("true") => Listed::All,
                _ => Listed::Strong,
            },
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
            tag: filter.tags.clone().into(),
            category: filter.category.clone().into(),
            from: filter.from.map(|date| date.to_string()).into(),
            to: filter.to.map(|date| date.to_string()).into(),
            sort: newest.into(),
            all: (request.listed == Listed::All)
                .then(|| "true".to_owned())
                .into(),
            left_out: request.left_out.parameter().into(),
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
    use super::*;
    use crate::engine::LONGEST_QUERY;

    fn request(query: &str) -> Result<SearchRequest, Refusal> {
        SearchRequest::try_from(&Parameters {
            sent: serde_html_form::from_str(query).unwrap(),
            source: Source::Page,
        })
    }

    #[test]
    fn long_queries_are_reduced_and_pages_capped() {
        let read = request(&format!("q={}&per_page=500&page=900", "a".repeat(2000))).unwrap();
        assert!(read.query.text.len() <= LONGEST_QUERY);
        assert!(read.left_out.too_long);
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
    fn a_link_says_what_was_left_out() {
        let read = request(&format!("q=a{}b", "c".repeat(2000))).unwrap();
        let path = SearchParameters::from(&read).results_path();
        let again = request(path.strip_prefix("/search?").unwrap()).unwrap();
        assert_eq!(again.query.text, read.query.text);
        assert!(again.left_out.too_long);
        let short = request("q=a").unwrap();
        assert_eq!(SearchParameters::from(&short).results_path(), "/search?q=a");
    }

    #[test]
    fn a_body_asks_for_the_same_search_as_an_address() {
        let body = r#"{"q":"a b","after":"c","page":2,"per_page":20,"tag":["中","b"],"from":"2024-01-01","sort":"newest","answer":true}"#;
        let body: SearchBody = serde_json::from_str(body).unwrap();
        let by_body = SearchRequest::try_from(&Parameters::from(body)).unwrap();
        let by_address = request(
            "q=a b&after=c&page=2&per_page=20&tag=中&tag=b&from=2024-01-01&sort=newest&answer=true",
        );
        assert_eq!(by_body, by_address.unwrap());
    }

    #[test]
    fn of_the_question_before_no_more_is_used_than_of_a_query() {
        let read = request(&format!("q=b&after={}", "a".repeat(2000))).unwrap();
        assert!(read.after.unwrap().len() <= LONGEST_QUERY);
        assert_eq!(request("q=b&after=").unwrap().after, None);
    }

    #[test]
    fn a_link_asks_for_the_same_search_again() {
        let read =
            request("q=a b&tag=中&tag=&tag=b&tag=中&from=2024-01-01&sort=newest&per_page=20&page=3&all=true")
                .unwrap();
        assert_eq!(read.query.filter.tags, ["中", "b"]);
        let path = SearchParameters::from(&read).results_path();
        let again = request(path.strip_prefix("/search?").unwrap()).unwrap();
        assert_eq!(again.query.filter, read.query.filter);
        assert_eq!((again.page, again.per_page), (1, 20));
        assert_eq!(again.listed, Listed::All);
        assert_eq!(again.query.sort, Sort::Newest);
    }
}
