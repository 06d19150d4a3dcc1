//! Finds the best documents: candidates by a plain sum over words, then a close look at each.

use super::evidence::{Evidence, gather};
use super::schema::DAY;
use super::score::{Features, Scorer};
use super::snapshot::Snapshot;
use super::understand::Query as Understood;
use super::{answer, query};
use crate::engine::{
    Confidence, EngineError, Facets, Filter, NONE_FROM, Ranking, ScoreParts, SearchQuery, Sort,
};
use tantivy::collector::TopDocs;
use tantivy::query::Query;
use tantivy::{DocAddress, Order};

/// Documents that are looked at closely for those like another.
const ALIKE: usize = 32;

/// One found document before it is read.
pub(super) struct Found {
    pub(super) address: DocAddress,
    pub(super) parts: ScoreParts,
    /// Of those that were looked at closely.
    pub(super) features: Option<Features>,
    pub(super) evidence: Option<Evidence>,
}

/// Everything found for a query, before it becomes a page of hits.
pub(super) struct Answered {
    pub(super) understood: Understood,
    /// Best first.
    pub(super) found: Vec<Found>,
    pub(super) total: usize,
    pub(super) facets: Facets,
    pub(super) confidence: Option<Confidence>,
}

impl Snapshot {
    /// Answers a query: everything relevant within its filter, with counts.
    pub(super) fn answer(
        &self,
        query: &SearchQuery,
        ranking: &Ranking,
    ) -> Result<Answered, EngineError> {
        let end = query.offset.saturating_add(query.limit.max(1));
        let (understood, mut found) = self.best(&query.text, &query.filter, ranking, end)?;
        let scorer = Scorer::new(&understood, self.mean_lengths, ranking);
        let confidence = answer::confidence(&understood, &scorer, &found);
        let floor = found
            .first()
            .map_or(0.0, |best| best.parts.total() * ranking.floor);
        let relevant = found
            .iter()
            .take_while(|f| f.features.is_some() && f.parts.total() >= floor)
            .count();
        let (total, facets) = if relevant < found.len().min(ranking.window as usize) {
            found.truncate(relevant);
            if query.sort == Sort::Newest {
                found.sort_by(|a, b| self.newer_first(a.address, b.address));
            }
            let addresses = found.iter().map(|f| f.address);
            (relevant, self.labels.of_documents(addresses))
        } else {
            let built = query::build(Some(&understood), &query.filter, self.fields, ranking);
            let counted = self.searcher.search(&*built, &&self.labels)?;
            if query.sort == Sort::Newest {
                found = self.newest_of(&*built, end)?;
            }
            counted
        };
        Ok(Answered {
            understood,
            found,
            total,
            facets,
            confidence,
        })
    }

    /// The best documents for a text, at least `least` where there are so many. The first pass finds candidates by a
    /// plain sum over words, the second looks at each closely.
    pub(super) fn best(
        &self,
        text: &str,
        filter: &Filter,
        ranking: &Ranking,
        least: usize,
    ) -> Result<(Understood, Vec<Found>), EngineError> {
        let understood = Understood::understand(text, self, ranking)?;
        let built = query::build(Some(&understood), filter, self.fields, ranking);
        let top = self
            .top(least.max(ranking.window as usize))
            .order_by_score();
        let candidates = self.searcher.search(&*built, &top)?;
        let best = self.look_closely(&understood, &candidates, ranking)?;
        Ok((understood, best))
    }

    /// Documents about the same matter as a text of one of them, best first. Documents share much: only those that share
    /// what tells most are looked at, unless that are fewer than `least`: among few documents such words are of one alone.
    pub(super) fn alike(
        &self,
        text: &str,
        ranking: &Ranking,
        least: usize,
    ) -> Result<Vec<Found>, EngineError> {
        let understood = Understood::understand(text, self, ranking)?;
        let top = |query: Box<dyn Query>, most| {
            let top = TopDocs::with_limit(most).order_by_score();
            self.searcher.search(&*query, &top)
        };
        let mut candidates = top(query::alike(&understood, self.fields, ranking), ALIKE)?;
        if candidates.len() < least {
            let everywhere = Filter::default();
            let built = query::build(Some(&understood), &everywhere, self.fields, ranking);
            candidates = top(built, least.max(ranking.window as usize))?;
        }
        self.look_closely(&understood, &candidates, ranking)
    }

    /// The query as it was probably meant, where that finds a surer answer than what was typed.
    pub(super) fn better_wording(
        &self,
        query: &SearchQuery,
        answered: &Answered,
        ranking: &Ranking,
    ) -> Result<Option<String>, EngineError> {
        let Some(meant) = answered.understood.as_meant(&query.text) else {
            return Ok(None);
        };
        let corrected = SearchQuery {
            text: meant,
            ..query.clone()
        };
        let surer = self
            .answer(&corrected, ranking)?
            .confidence
            .unwrap_or_default();
        let typed = answered.confidence.unwrap_or_default();
        Ok(
            (surer.answered() > typed.answered() && surer.none() < NONE_FROM)
                .then_some(corrected.text),
        )
    }

    /// Orders the candidates within the window by all their features; the rest keep their order.
    fn look_closely(
        &self,
        understood: &Understood,
        candidates: &[(f32, DocAddress)],
        ranking: &Ranking,
    ) -> Result<Vec<Found>, EngineError> {
        let window = ranking.window as usize;
        let addresses: Vec<DocAddress> = candidates.iter().take(window).map(|c| c.1).collect();
        let scorer = Scorer::new(understood, self.mean_lengths, ranking);
        let mut best: Vec<Found> = gather(self, understood, &addresses)?
            .into_iter()
            .map(|evidence| {
                let features = scorer.features(&evidence);
                Found {
                    address: evidence.address,
                    parts: features.weighted(ranking),
                    features: Some(features),
                    evidence: Some(evidence),
                }
            })
            .collect();
        best.sort_by(|a, b| {
            let by_score = b.parts.total().total_cmp(&a.parts.total());
            by_score.then_with(|| self.newer_first(a.address, b.address))
        });
        let beyond = candidates.iter().skip(window);
        best.extend(beyond.map(|(_, address)| Found {
            address: *address,
            parts: ScoreParts::default(),
            features: None,
            evidence: None,
        }));
        Ok(best)
    }

    /// The first `limit` documents; memory is taken for no more than there are.
    fn top(&self, limit: usize) -> TopDocs {
        let documents = self.searcher.num_docs() as usize;
        TopDocs::with_limit(limit.min(documents).max(1))
    }

    pub(super) fn newest_of(
        &self,
        built: &dyn Query,
        limit: usize,
    ) -> Result<Vec<Found>, EngineError> {
        let newest = self.top(limit).order_by_fast_field::<u64>(DAY, Order::Desc);
        let found = self.searcher.search(built, &newest)?;
        Ok(found
            .into_iter()
            .map(|(_, address)| Found {
                address,
                parts: ScoreParts::default(),
                features: None,
                evidence: None,
            })
            .collect())
    }
}
