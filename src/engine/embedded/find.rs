//! Finds the best documents: candidates by a plain sum over words, then a close look at each.

use super::evidence::{Evidence, gather};
use super::facets::Counting;
use super::matched::Matched;
use super::score::{Features, Scorer};
use super::snapshot::Snapshot;
use super::understand::Query as Understood;
use super::{answer, wanted};
use crate::engine::{
    Confidence, EngineError, Filter, NONE_FROM, Ranking, ScoreParts, SearchQuery, Sort,
};
use tantivy::DocAddress;

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

impl Found {
    /// One that was not looked at closely.
    pub(super) fn at(address: DocAddress) -> Self {
        Self {
            address,
            parts: ScoreParts::default(),
            features: None,
            evidence: None,
        }
    }
}

/// The best documents for a text, and all that have any of its words.
pub(super) struct Best {
    pub(super) understood: Understood,
    /// Best first.
    pub(super) found: Vec<Found>,
    pub(super) matched: Matched,
    pub(super) confidence: Option<Confidence>,
}

/// Everything found for a query, before it becomes a page of hits.
pub(super) struct Answered<'s> {
    pub(super) understood: Understood,
    /// Best first.
    pub(super) found: Vec<Found>,
    pub(super) total: usize,
    /// The labels of all of them.
    pub(super) counting: Counting<'s>,
    pub(super) confidence: Option<Confidence>,
}

impl Snapshot {
    /// Answers a query: everything relevant within its filter, with counts.
    pub(super) fn answer(
        &self,
        query: &SearchQuery,
        ranking: &Ranking,
    ) -> Result<Answered<'_>, EngineError> {
        let end = query.offset.saturating_add(query.limit.max(1));
        let Best {
            understood,
            mut found,
            matched,
            confidence,
        } = self.best(&query.text, &query.filter, ranking, end)?;
        let floor = found
            .first()
            .map_or(0.0, |best| best.parts.total() * ranking.floor);
        let relevant = found
            .iter()
            .take_while(|f| f.features.is_some() && f.parts.total() >= floor)
            .count();
        let mut counting = self.labels.counting();
        let total = if relevant < found.len().min(ranking.window as usize) {
            found.truncate(relevant);
            if query.sort == Sort::Newest {
                found.sort_by(|a, b| self.newer_first(a.address, b.address));
            }
            for one in &found {
                counting.add(one.address);
            }
            relevant
        } else {
            if query.sort == Sort::Newest {
                let newest = self.newest_of(&matched, end).into_iter();
                found = newest.map(Found::at).collect();
            }
            matched.each(|address| counting.add(address));
            matched.count()
        };
        Ok(Answered {
            understood,
            found,
            total,
            counting,
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
    ) -> Result<Best, EngineError> {
        let understood = Understood::understand(text, self, ranking)?;
        let most = least.max(ranking.window as usize);
        let asked = wanted::asked(&understood, ranking);
        let candidates = self.candidates(&asked, filter, most)?;
        let found = self.look_closely(&understood, &candidates.best, ranking)?;
        let scorer = Scorer::new(&understood, self.mean_lengths, ranking);
        Ok(Best {
            confidence: answer::confidence(&understood, &scorer, &found),
            matched: candidates.matched,
            understood,
            found,
        })
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
        let everywhere = Filter::default();
        let telling = wanted::alike(&understood, ranking);
        let mut found = self.candidates(&telling, &everywhere, ALIKE)?;
        if found.best.len() < least {
            let asked = wanted::asked(&understood, ranking);
            found = self.candidates(&asked, &everywhere, least.max(ranking.window as usize))?;
        }
        self.look_closely(&understood, &found.best, ranking)
    }

    /// The query as it was probably meant, where that finds a surer answer than what was typed.
    pub(super) fn better_wording(
        &self,
        query: &SearchQuery,
        answered: &Answered<'_>,
        ranking: &Ranking,
    ) -> Result<Option<String>, EngineError> {
        let Some(meant) = answered.understood.as_meant(&query.text) else {
            return Ok(None);
        };
        let surer = self.best(&meant, &query.filter, ranking, 1)?.confidence;
        let surer = surer.unwrap_or_default();
        let typed = answered.confidence.unwrap_or_default();
        Ok((surer.answered() > typed.answered() && surer.none() < NONE_FROM).then_some(meant))
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
        best.extend(beyond.map(|(_, address)| Found::at(*address)));
        Ok(best)
    }
}
