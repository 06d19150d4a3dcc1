//! The addresses of a search with one thing changed: its filters, its order, its pages.

use crate::document::Document;
use crate::engine::{CommonTags, FacetCount, Facets, Filter, SearchQuery, Sort, label_key};
use crate::web::brand::Brand;
use crate::web::frame::{Frame, TagLink};
use crate::web::pages::pager::Pager;
use crate::web::parameters::Raw;
use crate::web::search_request::{DEEPEST_HIT, MOST_TAGS, SearchParameters, SearchRequest};
use jiff::civil::Date;

/// Values of a facet shown.
const FACET_VALUES: usize = 10;
/// Tags shown under a hit.
const HIT_TAGS: usize = 4;

/// What narrows a search, with its values.
pub(super) struct Facet {
    pub(super) name: String,
    pub(super) values: Vec<FacetLink>,
}

/// A value and the search with or without it.
pub(super) struct FacetLink {
    pub(super) label: String,
    pub(super) count: u64,
    pub(super) url: String,
    pub(super) selected: bool,
}

/// What a search is narrowed to, as parameters of the next one.
pub(super) fn within(query: &SearchQuery) -> Vec<(&'static str, String)> {
    let Filter {
        tags,
        category,
        from,
        to,
        ..
    } = &query.filter;
    let day = |day: &Option<Date>| day.map(|day| day.to_string());
    let tags = tags.iter().map(|tag| ("tag", Some(tag.clone())));
    let others = [
        ("category", category.clone()),
        ("from", day(from)),
        ("to", day(to)),
    ];
    tags.chain(others)
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// Makes the addresses of a search with one thing changed.
pub(super) struct Links<'a> {
    pub(super) request: &'a SearchRequest,
    /// Tags that tell nothing.
    common: &'a CommonTags,
    brand: &'a Brand,
    /// The first page of the search.
    parameters: SearchParameters,
}

impl<'a> Links<'a> {
    pub(super) fn new(
        request: &'a SearchRequest,
        common: &'a CommonTags,
        brand: &'a Brand,
    ) -> Self {
        let parameters = SearchParameters::from(request);
        Self {
            request,
            common,
            brand,
            parameters,
        }
    }

    /// The address of the search after `change`.
    fn with(&self, change: impl FnOnce(&mut SearchParameters)) -> String {
        let mut parameters = self.parameters.clone();
        change(&mut parameters);
        parameters.results_path()
    }

    /// What the search is narrowed to, each with the search without it.
    pub(super) fn chosen(&self) -> Vec<(String, String)> {
        let within = within(&self.request.query).into_iter();
        let chosen = within.map(|(name, value)| {
            let without = self.with(|parameters| match name {
                "tag" => parameters.tag = self.toggled(&value),
                "category" => parameters.category = Raw::default(),
                "from" => parameters.from = Raw::default(),
                _ => parameters.to = Raw::default(),
            });
            let label = match name {
                "from" => format!("≥ {value}"),
                "to" => format!("≤ {value}"),
                "category" => self.brand.category_name(&value).to_owned(),
                _ => value,
            };
            (label, without)
        });
        chosen.collect()
    }

    /// The searches within the tags of a hit that tell something.
    pub(super) fn within_tags(&self, document: &Document) -> Vec<TagLink> {
        let within = |tag: &str| TagLink {
            name: tag.to_owned(),
            url: self.with(|parameters| parameters.tag = self.with_tag(tag)),
        };
        if !self.has_room() {
            return Vec::new();
        }
        let telling = self.common.telling(&document.tags).take(HIT_TAGS);
        telling.map(within).collect()
    }

    pub(super) fn facets(&self, frame: &Frame, facets: &Facets) -> Vec<Facet> {
        let Facets {
            tags,
            categories,
            years,
        } = facets;
        let mut shown = vec![
            Facet {
                name: frame.t("tags"),
                values: self.tags(tags),
            },
            Facet {
                name: frame.t("categories"),
                values: self.categories(categories),
            },
            Facet {
                name: frame.t("years"),
                values: self.years(years),
            },
        ];
        shown.retain(|facet| facet.values.len() > 1 || facet.values.iter().any(|v| v.selected));
        shown
    }

    /// Whether the search is narrowed to a tag.
    fn has_tag(&self, tag: &str) -> bool {
        let mut tags = self.request.query.filter.tags.iter();
        tags.any(|chosen| label_key(chosen) == label_key(tag))
    }

    /// Whether one more tag would count.
    fn has_room(&self) -> bool {
        self.request.query.filter.tags.len() < MOST_TAGS
    }

    /// The tags of the search with one more.
    fn with_tag(&self, tag: &str) -> Raw {
        let mut tags = self.request.query.filter.tags.clone();
        if !self.has_tag(tag) {
            tags.push(tag.to_owned());
        }
        tags.into()
    }

    /// The tags of the search without this one if it is among them, else with it.
    fn toggled(&self, tag: &str) -> Raw {
        if !self.has_tag(tag) {
            return self.with_tag(tag);
        }
        let tags = self.request.query.filter.tags.iter();
        let others = tags.filter(|chosen| label_key(chosen) != label_key(tag));
        others.cloned().collect::<Vec<_>>().into()
    }

    /// Tags that narrow the search further, those of the search first: each of them leads to the search without it.
    fn tags(&self, counts: &[FacetCount]) -> Vec<FacetLink> {
        let (chosen, others): (Vec<_>, Vec<_>) =
            counts.iter().partition(|count| self.has_tag(&count.value));
        let has_room = self.has_room();
        let is_offered = |tag: &&FacetCount| has_room && !self.common.has(&tag.value);
        let telling = others.into_iter().filter(is_offered);
        let shown = chosen.into_iter().chain(telling).take(FACET_VALUES);
        let links = shown.map(|count| FacetLink {
            label: count.value.clone(),
            count: count.count,
            url: self.with(|parameters| parameters.tag = self.toggled(&count.value)),
            selected: self.has_tag(&count.value),
        });
        links.collect()
    }

    /// Categories: each link selects its category, or drops it when it is the current one.
    fn categories(&self, counts: &[FacetCount]) -> Vec<FacetLink> {
        let current = self.request.query.filter.category.as_ref();
        let links = counts.iter().take(FACET_VALUES).map(|count| {
            let selected = current.is_some_and(|c| label_key(c) == label_key(&count.value));
            let value = (!selected).then(|| count.value.clone());
            FacetLink {
                label: self.brand.category_name(&count.value).to_owned(),
                count: count.count,
                url: self.with(|parameters| parameters.category = value.into()),
                selected,
            }
        });
        links.collect()
    }

    fn years(&self, years: &[FacetCount]) -> Vec<FacetLink> {
        let links = years.iter().take(FACET_VALUES).map(|count| {
            let from = Raw::from(format!("{}-01-01", count.value));
            let to = Raw::from(format!("{}-12-31", count.value));
            let selected = self.parameters.from == from && self.parameters.to == to;
            let url = self.with(|parameters| {
                (parameters.from, parameters.to) = if selected {
                    Default::default()
                } else {
                    (from, to)
                };
            });
            FacetLink {
                label: count.value.clone(),
                count: count.count,
                url,
                selected,
            }
        });
        links.collect()
    }

    pub(super) fn sorts(&self, frame: &Frame) -> Vec<FacetLink> {
        let newest = self.request.query.sort == Sort::Newest;
        let link = |label: String, value: Option<String>, selected| FacetLink {
            label,
            count: 0,
            url: self.with(|parameters| parameters.sort = value.into()),
            selected,
        };
        vec![
            link(frame.t("results-by-relevance"), None, !newest),
            link(frame.t("results-by-date"), Some("newest".into()), newest),
        ]
    }

    /// The weak results that are left on the last page of the others, and the page where they begin.
    pub(super) fn weaker(&self, total: usize, listed: usize) -> Option<(usize, String)> {
        let SearchRequest { page, per_page, .. } = *self.request;
        let is_last = page >= listed.div_ceil(per_page).max(1);
        (is_last && listed < total).then(|| {
            let begin = listed / per_page + 1;
            let url = self.with(|parameters| {
                parameters.all = "true".to_owned().into();
                parameters.page = (begin > 1).then(|| begin.to_string()).into();
            });
            (total - listed, url)
        })
    }

    pub(super) fn pager(&self, total: usize) -> Pager {
        let SearchRequest { page, per_page, .. } = *self.request;
        let deepest = DEEPEST_HIT / per_page;
        let last = total.div_ceil(per_page).clamp(1, deepest);
        let link = |page: usize| {
            let page = (page > 1).then(|| page.to_string());
            self.with(|parameters| parameters.page = page.into())
        };
        Pager {
            current: page,
            last,
            previous: (page > 1).then(|| link((page - 1).min(last))),
            next: (page < last).then(|| link(page + 1)),
        }
    }
}
