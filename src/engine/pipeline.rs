//! The way of a query, over any index: parse, retrieve candidates, judge them, order them, show them.
//!
//! ```text
//! text -> query::reduce                of a pasted log what tells
//!      -> query::parse                 what is asked
//!      -> index.retrieve(plan)         first pass: candidates by a weighted sum over terms
//!      -> index.evidence -> Scorer     second pass: features, score and order of the best of them
//!      -> confidence                   how sure that is
//!      -> quality, duplicates, pins    what visitors think, what is alike, what a maintainer wants first
//!      -> facets, snippets             a page of hits
//! ```

mod first_hit;
mod page;
mod suggest;
#[cfg(test)]
mod tests;
use super::error::EngineError;
use super::index::{IndexSnapshot, Name, Over, Retrieved};
use super::model::{Card, Filter, Passage, Ranked, SearchQuery, SearchResults, Sort};
use super::query::{self, Named, ParsedQuery};
use super::ranking::{
    self, AskingReader, CALIBRATION, Circumstances, Confidence, Found, Judged, RetrievalPlan,
    Scorer, Weights,
};
use super::results::{self, Marker, PassageFinder, Pin};
use super::tuning::Tuned;
use crate::document::{Document, DocumentId};
use std::borrow::Cow;

/// Candidates for documents like another.
const ALIKE: usize = 32;
/// Candidates whose askings are compared with the query, at most.
const COMPARED: usize = 32;
/// A related document must have this share of what the document itself has of its own question.
const RELATED_SCORE: f32 = 0.25;

/// Answers queries from one state of an index and of the tuning.
pub(crate) struct Pipeline<'a, S> {
    index: &'a S,
    tuned: &'a Tuned,
}

/// The best documents for a text, and all that have any of its terms.
struct Best<S: IndexSnapshot> {
    query: ParsedQuery,
    /// Best first.
    found: Vec<Found<S::Doc>>,
    matches: S::Matches,
    confidence: Option<Confidence>,
    /// The first documents whose headline is the query.
    titles: usize,
}

impl<'a, S: IndexSnapshot> Pipeline<'a, S> {
    pub(crate) fn new(index: &'a S, tuned: &'a Tuned) -> Self {
        Self { index, tuned }
    }

    /// Finds documents and makes a page of hits; an empty text lists all documents, newest first.
    pub(crate) fn search(&self, query: &SearchQuery) -> Result<SearchResults, EngineError> {
        if query.text.trim().is_empty() {
            return self.list(query);
        }
        let rules: Vec<&Pin> = self.tuned.pins.matching(&query.text).collect();
        let filter = self.without_hidden(&query.filter, &rules)?;
        let end = query.offset.saturating_add(query.limit.max(1));
        let text = query::reduce(&query.text).text;
        if query::is_of_signs(&text) {
            return self.with_signs(&text, query, &filter);
        }
        let best = self.best(&text, &filter, end)?;
        let suggestion = self.better_wording(&text, &filter, &best)?;
        let Best {
            query: parsed,
            mut found,
            matches,
            confidence,
            titles,
        } = best;
        let is_narrow = self.leave_relevant(&mut found);
        let titles = titles.min(found.len());
        let total = if is_narrow {
            found.len()
        } else {
            self.index.count(&matches)
        };
        let narrow = if is_narrow {
            docs_of(&found)
        } else {
            Vec::new()
        };
        let groups = match query.sort {
            Sort::Relevance => {
                // Ratings order titles that are the query among each other, and the rest.
                let (first, rest) = found.split_at_mut(titles);
                self.prefer(first)?;
                self.prefer(rest)?;
                ranking::groups(found)
            }
            Sort::Newest => self.newest_first(found, &matches, is_narrow, end)?,
        };
        let folded: usize = groups.iter().map(|group| group.len() - 1).sum();
        let over = if is_narrow {
            Over::Docs(&narrow)
        } else {
            Over::Matches(&matches)
        };
        let counts = self.index.count_labels(over, &duplicates(&groups))?;
        let (groups, is_pinned) = self.pin(query, &rules, groups)?;
        let first = groups.first().map(|group| &group[0]);
        let understanding = parsed.explanation();
        let circumstances = Circumstances {
            is_named: is_pinned || titles > 0,
            is_corrected: understanding.has_correction(),
            reason: self.reason(&text, &parsed, first)?,
        };
        let (answer_state, reason) = ranking::state(confidence.as_ref(), circumstances);
        let highlighted = parsed.highlighted();
        let marker = Marker::new(self.index.analyzer(), &highlighted);
        let strong = match query.sort {
            Sort::Relevance => page::strong(&groups),
            Sort::Newest => usize::MAX,
        };
        let page = groups.into_iter().skip(query.offset).take(query.limit);
        let mut hits = self.hits(&page.collect::<Vec<_>>(), &marker)?;
        if query.passages > 0 {
            let finder = PassageFinder::new(self.index.analyzer(), &parsed);
            for hit in hits.iter_mut().take(query.passages) {
                hit.passage = finder.best(&hit.document);
            }
        }
        let shown = if hits.is_empty() {
            0
        } else {
            query.offset + hits.len()
        };
        let total = (total - folded).max(shown);
        Ok(SearchResults {
            total,
            strong: strong.min(total),
            hits,
            facets: results::facets(&counts),
            answer_state,
            reason,
            suggestion,
            confidence,
            understanding,
        })
    }

    /// The best documents for a text, before ratings nudge their order and anything is folded away.
    pub(crate) fn rank(&self, text: &str, limit: usize) -> Result<Ranked, EngineError> {
        let text = query::reduce(text).text;
        let best = self.best(&text, &Filter::default(), limit)?;
        let found = &best.found[..best.found.len().min(limit)];
        let ids = self.index.ids(&docs_of(found))?;
        let documents = ids.into_iter().zip(found.iter().map(|f| f.parts));
        Ok(Ranked {
            documents: documents.collect(),
            confidence: best.confidence,
        })
    }

    /// Documents about the same matter as `id`, best first, without it; each headline once.
    pub(crate) fn related(
        &self,
        id: &DocumentId,
        limit: usize,
    ) -> Result<Vec<Document>, EngineError> {
        let own = self.index.find(&[Name::Id(id)])?.into_iter().flatten();
        let own: Vec<S::Doc> = own.collect();
        let Some(document) = self.index.documents(&own)?.pop() else {
            return Ok(Vec::new());
        };
        let mut about = document.headline().to_owned();
        for label in &document.tags {
            about.push('\n');
            about.push_str(label);
        }
        let end = about.char_indices().nth(query::LONGEST_QUERY);
        about.truncate(end.map_or(about.len(), |(end, _)| end));
        let best = self.alike(&about, limit + 1)?;
        let least = best.first().map_or(0.0, Found::score) * RELATED_SCORE;
        let near = best.iter().take_while(|f| f.score() >= least);
        let near: Vec<S::Doc> = near.map(|f| f.doc).collect();
        let mut known = vec![document.headline().to_owned()];
        let mut related: Vec<S::Doc> = Vec::new();
        // A few at a time: headlines of documents that are not shown are read for nothing.
        for docs in near.chunks(limit.max(1) * 2) {
            for (doc, headline) in docs.iter().zip(self.index.headlines(docs)?) {
                let is_new = !headline.is_empty() && !known.contains(&headline);
                if is_new && related.len() < limit && !own.contains(doc) {
                    related.push(*doc);
                    known.push(headline);
                }
            }
            if related.len() == limit {
                break;
            }
        }
        self.index.documents(&related)
    }

    /// The passage of a document that answers a text.
    pub(crate) fn passage(
        &self,
        text: &str,
        id: &DocumentId,
    ) -> Result<Option<Passage>, EngineError> {
        let docs = self.index.find(&[Name::Id(id)])?;
        let docs: Vec<S::Doc> = docs.into_iter().flatten().collect();
        let (query, _) = self.parse(&query::reduce(text).text)?;
        let finder = PassageFinder::new(self.index.analyzer(), &query);
        let document = self.index.documents(&docs)?.pop();
        Ok(document.and_then(|document| finder.best(&document)))
    }

    /// What a list shows of the newest documents, behind the first `skip`.
    pub(crate) fn newest(&self, skip: usize, limit: usize) -> Result<Vec<Card>, EngineError> {
        let all = self.index.matching(&Filter::default())?;
        let newest = self.index.newest(&all, skip.saturating_add(limit))?;
        self.index.cards(newest.get(skip..).unwrap_or_default())
    }

    /// The best documents for a text, at least `least` where there are so many.
    fn best(&self, text: &str, filter: &Filter, least: usize) -> Result<Best<S>, EngineError> {
        let weights = self.weights();
        let (query, terms) = self.parse(text)?;
        let plan = ranking::asked(&query, weights);
        let limit = least.max(weights.window as usize);
        let retrieved = self.index.retrieve(&query, &plan, &terms, filter, limit)?;
        let scorer = Scorer::new(&query, self.index.statistics(), weights);
        let mut found = self.judge(&scorer, &query, &terms, &retrieved.best)?;
        let titles = self.titles_first(text, &mut found)?;
        let confidence = ranking::confidence(&scorer, &found);
        Ok(Best {
            titles,
            query,
            found,
            matches: retrieved.matches,
            confidence,
        })
    }

    /// Documents about the same matter as a text of one of them, best first. Documents share many words: only those that
    /// share the most specific words are judged. Where fewer than `least` do, those that share any word are: among few
    /// documents a specific word is often in one alone.
    fn alike(&self, text: &str, least: usize) -> Result<Vec<Found<S::Doc>>, EngineError> {
        let weights = self.weights();
        let (query, terms) = self.parse(text)?;
        let retrieve = |plan: &RetrievalPlan, limit: usize| {
            let everywhere = Filter::default();
            let retrieved = self
                .index
                .retrieve(&query, plan, &terms, &everywhere, limit);
            retrieved.map(|Retrieved { best, .. }| best)
        };
        let mut best = retrieve(&ranking::alike(&query, weights), ALIKE)?;
        if best.len() < least {
            let limit = least.max(weights.window as usize);
            best = retrieve(&ranking::asked(&query, weights), limit)?;
        }
        let scorer = Scorer::new(&query, self.index.statistics(), weights);
        self.judge(&scorer, &query, &terms, &best)
    }

    fn parse(&self, text: &str) -> Result<(ParsedQuery, S::Terms), EngineError> {
        let (analyzer, vocabulary) = (self.index.analyzer(), self.index.vocabulary());
        let asked_trust = self.index.statistics().asked_trust();
        let weights = self.weights().of_wordings(asked_trust);
        let mut query = query::parse(text, analyzer, vocabulary, &weights);
        let terms = self.index.resolve(&mut query)?;
        Ok((query, terms))
    }

    /// The second pass: orders the candidates within the window by all their features. The others keep their order.
    fn judge(
        &self,
        scorer: &Scorer<'_>,
        query: &ParsedQuery,
        terms: &S::Terms,
        candidates: &[S::Doc],
    ) -> Result<Vec<Found<S::Doc>>, EngineError> {
        let weights = self.weights();
        let window = candidates.len().min(weights.window as usize);
        let (within, beyond) = candidates.split_at(window);
        let evidence = self.index.evidence(query, terms, within)?;
        let judged = within.iter().zip(evidence).map(|(doc, evidence)| {
            let features = scorer.features(&evidence);
            Found {
                doc: *doc,
                parts: weights.weigh(&features),
                judged: Some(Judged { features, evidence }),
            }
        });
        let mut found: Vec<Found<S::Doc>> = judged.collect();
        self.compare_askings(scorer, &mut found)?;
        found.sort_by(|a, b| {
            let by_score = b.score().total_cmp(&a.score());
            by_score.then_with(|| self.index.tie_break(a.doc, b.doc))
        });
        found.extend(beyond.iter().copied().map(Found::unjudged));
        Ok(found)
    }

    /// Adds to the best candidates how near their askings are. Comparing those of all would take as long as all the rest.
    fn compare_askings(
        &self,
        scorer: &Scorer<'_>,
        found: &mut [Found<S::Doc>],
    ) -> Result<(), EngineError> {
        if self.index.statistics().asked_trust() == 0.0 {
            return Ok(());
        }
        let best = found.len().min(COMPARED);
        if best < found.len() {
            found.select_nth_unstable_by(best, |a, b| b.score().total_cmp(&a.score()));
        }
        let mut reader = AskingReader::new(scorer, self.index.vocabulary());
        let may_be_near = |one: &&mut Found<S::Doc>| {
            let judged = one.judged.as_ref();
            judged.is_some_and(|judged| reader.may_be_near(&judged.evidence.counts))
        };
        let mut near: Vec<_> = found[..best].iter_mut().filter(may_be_near).collect();
        let docs: Vec<S::Doc> = near.iter().map(|one| one.doc).collect();
        for (one, askings) in near.iter_mut().zip(self.index.askings(&docs)?) {
            if let Some(judged) = &mut one.judged {
                let nearness = reader.nearness(&askings, &judged.evidence.counts);
                judged.add_nearness(nearness, scorer.asked_trust);
                one.parts = self.weights().weigh(&judged.features);
            }
        }
        Ok(())
    }

    /// The query as it was probably meant, where that finds a surer answer than what was typed.
    fn better_wording(
        &self,
        text: &str,
        filter: &Filter,
        best: &Best<S>,
    ) -> Result<Option<String>, EngineError> {
        let Some(corrected) = best.query.corrected(text) else {
            return Ok(None);
        };
        let surer = self.best(&corrected, filter, 1)?.confidence;
        let surer = surer.unwrap_or_default();
        let typed = best.confidence.unwrap_or_default();
        let is_better = surer.answered() > typed.answered() && surer.none() < CALIBRATION.none_from;
        Ok(is_better.then_some(corrected))
    }

    /// Leaves out what shares a word with the query and nothing else. Whether only relevant documents are left: where all
    /// that were judged are relevant, those beyond the window may be, too.
    fn leave_relevant(&self, found: &mut Vec<Found<S::Doc>>) -> bool {
        let weights = self.weights();
        let floor = found.first().map_or(0.0, Found::score) * weights.floor;
        let is_relevant = |f: &&Found<S::Doc>| f.judged.is_some() && f.score() >= floor;
        let relevant = found.iter().take_while(is_relevant).count();
        let is_narrow = relevant < found.len().min(weights.window as usize);
        if is_narrow {
            found.truncate(relevant);
        }
        is_narrow
    }

    fn newest_first(
        &self,
        mut found: Vec<Found<S::Doc>>,
        matches: &S::Matches,
        is_narrow: bool,
        end: usize,
    ) -> Result<Vec<Vec<Found<S::Doc>>>, EngineError> {
        if is_narrow {
            found.sort_by(|a, b| self.index.tie_break(a.doc, b.doc));
        } else {
            let newest = self.index.newest(matches, end)?;
            found = newest.into_iter().map(Found::unjudged).collect();
        }
        Ok(found.into_iter().map(|one| vec![one]).collect())
    }

    /// Lets what visitors made of answers nudge the order.
    fn prefer(&self, found: &mut [Found<S::Doc>]) -> Result<(), EngineError> {
        let (quality, weight) = (&self.tuned.quality, self.weights().quality);
        if quality.is_empty() || weight == 0.0 {
            return Ok(());
        }
        let judged = found.iter().take_while(|f| f.judged.is_some()).count();
        let ids = self.index.ids(&docs_of(&found[..judged]))?;
        let known = ids.iter().map(|id| quality.get(&id.0).copied());
        let known: Vec<f32> = known.map(Option::unwrap_or_default).collect();
        ranking::prefer(found, &known, weight);
        Ok(())
    }

    /// The filter without what a maintainer hides for the query: a document that is not shown is no answer either.
    fn without_hidden<'f>(
        &self,
        filter: &'f Filter,
        rules: &[&Pin],
    ) -> Result<Cow<'f, Filter>, EngineError> {
        let hidden = results::hidden(rules);
        if hidden.is_empty() {
            return Ok(Cow::Borrowed(filter));
        }
        // By their present ids, as a rule may name a former one.
        let names: Vec<Name<'_>> = hidden.iter().map(Name::Id).collect();
        let docs: Vec<S::Doc> = self.index.find(&names)?.into_iter().flatten().collect();
        let mut filter = filter.clone();
        filter.hidden = self.index.ids(&docs)?;
        Ok(Cow::Owned(filter))
    }

    /// Puts the document that the query names, and then what the maintainer wants first, before the groups, unless the visitor
    /// narrowed or sorted the search; whether there was anything.
    #[expect(clippy::type_complexity, reason = "groups of found documents")]
    fn pin(
        &self,
        query: &SearchQuery,
        rules: &[&Pin],
        groups: Vec<Vec<Found<S::Doc>>>,
    ) -> Result<(Vec<Vec<Found<S::Doc>>>, bool), EngineError> {
        let is_narrowed = query.filter != Filter::default() || query.sort != Sort::Relevance;
        let asked = query::named(&query.text);
        let asked = asked.as_ref().map(|asked| match asked {
            Named::Id(id) => Name::Id(id),
            Named::Grade(grade) => Name::Grade(grade),
        });
        let wanted = results::first(rules).into_iter().map(Name::Id);
        let names: Vec<Name<'_>> = asked.into_iter().chain(wanted).collect();
        if is_narrowed || names.is_empty() {
            return Ok((groups, false));
        }
        let mut pinned: Vec<S::Doc> = Vec::new();
        for doc in self.index.find(&names)?.into_iter().flatten() {
            if !pinned.contains(&doc) {
                pinned.push(doc);
            }
        }
        let is_pinned = !pinned.is_empty();
        let rest = groups.into_iter().map(|mut group| {
            group.retain(|one| !pinned.contains(&one.doc));
            group
        });
        let rest = rest.filter(|group| !group.is_empty());
        let pinned = pinned.iter().map(|doc| vec![Found::unjudged(*doc)]);
        Ok((pinned.chain(rest).collect(), is_pinned))
    }

    fn weights(&self) -> &'a Weights {
        &self.tuned.weights
    }
}

fn docs_of<D: Copy>(found: &[Found<D>]) -> Vec<D> {
    found.iter().map(|f| f.doc).collect()
}

/// The groups of more than one document.
fn duplicates<D: Copy>(groups: &[Vec<Found<D>>]) -> Vec<Vec<D>> {
    let several = groups.iter().filter(|group| group.len() > 1);
    several.map(|group| docs_of(group)).collect()
}
