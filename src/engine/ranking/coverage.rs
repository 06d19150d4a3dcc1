//! How much of a query something covers.

use crate::engine::query::{Concept, Origin, ParsedQuery};
use std::ops::Range;

/// The concepts of a query with all that their shares are computed from, in three flat lists: this is asked of every candidate
/// several times.
pub(super) struct Coverage {
    concepts: Vec<(f32, Range<usize>)>,
    wordings: Vec<FlatWording>,
    /// Indices into [`ParsedQuery::words`], with their inverse document frequencies.
    words: Vec<(usize, f32)>,
    /// By word of the query, the wordings that have it.
    wordings_of: Vec<Vec<usize>>,
    /// Sum of the concepts' weights: what a document could have at most.
    pub(super) all: f32,
}

struct FlatWording {
    /// Index of its concept.
    concept: usize,
    weight: f32,
    /// Sum of the words' inverse document frequencies.
    all: f32,
    words: Range<usize>,
    /// Whether a document that has it surely has the concept. What was learned orders documents and proves nothing.
    is_sure: bool,
}

impl Coverage {
    pub(super) fn new(query: &ParsedQuery) -> Self {
        let all: f32 = query.concepts.iter().map(|c| c.weight).sum();
        let mut coverage = Self {
            concepts: Vec::with_capacity(query.concepts.len()),
            wordings: Vec::new(),
            words: Vec::new(),
            wordings_of: vec![Vec::new(); query.words.len()],
            all: all.max(f32::MIN_POSITIVE),
        };
        for concept in &query.concepts {
            coverage.add(concept, query);
        }
        coverage
    }

    fn add(&mut self, concept: &Concept, query: &ParsedQuery) {
        let first = self.wordings.len();
        for wording in &concept.wordings {
            let start = self.words.len();
            let words = wording.words.iter();
            self.words.extend(words.map(|w| (*w, query.words[*w].idf)));
            for word in &wording.words {
                self.wordings_of[*word].push(self.wordings.len());
            }
            self.wordings.push(FlatWording {
                concept: self.concepts.len(),
                weight: wording.weight,
                all: self.words[start..].iter().map(|(_, idf)| idf).sum(),
                words: start..self.words.len(),
                is_sure: wording.origin != Origin::Learned,
            });
        }
        let wordings = first..self.wordings.len();
        self.concepts.push((concept.weight, wordings));
    }

    /// The share of the query's weight whose words are where `is_there` looks.
    pub(super) fn of(&self, is_there: impl Fn(usize) -> bool) -> f32 {
        let concepts = self.concepts.iter();
        let sum = concepts.fold(0.0, |sum, (weight, wordings)| {
            let wordings = self.wordings[wordings.clone()].iter();
            let shares = wordings.map(|w| w.weight * self.share_of_wording(w, &is_there));
            sum + weight * shares.fold(0.0, f32::max)
        });
        sum / self.all
    }

    /// The same where only `words` are there, as `is_there` says, too: for few words of many. `best` is room for a number for
    /// each concept, all 0 before and after.
    pub(super) fn of_few(
        &self,
        words: &[usize],
        is_there: impl Fn(usize) -> bool,
        best: &mut Vec<f32>,
    ) -> f32 {
        best.resize(self.concepts.len(), 0.0);
        let wordings = || words.iter().flat_map(|word| &self.wordings_of[*word]);
        for wording in wordings().map(|index| &self.wordings[*index]) {
            let share = wording.weight * self.share_of_wording(wording, &is_there);
            let known = &mut best[wording.concept];
            *known = known.max(share);
        }
        let mut sum = 0.0;
        for wording in wordings().map(|index| &self.wordings[*index]) {
            // Each concept once, although several of its wordings are there.
            sum += self.concepts[wording.concept].0 * std::mem::take(&mut best[wording.concept]);
        }
        sum / self.all
    }

    /// The shares of the concepts, in their order, 0 to 1, less for wordings that were not typed, as far as they are sure.
    pub(super) fn weighted_shares(
        &self,
        is_there: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = f32> {
        self.each_share(move |wording, share| wording.weight * share, is_there)
    }

    /// The shares of the concepts, in their order, 0 to 1, in whatever wording that is sure.
    pub(super) fn shares(&self, is_there: impl Fn(usize) -> bool) -> impl Iterator<Item = f32> {
        self.each_share(|_, share| share, is_there)
    }

    fn each_share(
        &self,
        weigh: impl Fn(&FlatWording, f32) -> f32,
        is_there: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = f32> {
        self.concepts.iter().map(move |(_, wordings)| {
            let wordings = self.wordings[wordings.clone()].iter();
            let sure = wordings.filter(|wording| wording.is_sure);
            let shares = sure.map(|w| weigh(w, self.share_of_wording(w, &is_there)));
            shares.fold(0.0, f32::max)
        })
    }

    fn share_of_wording(&self, wording: &FlatWording, is_there: &impl Fn(usize) -> bool) -> f32 {
        let words = self.words[wording.words.clone()].iter();
        let found = words.filter(|(word, _)| is_there(*word));
        let found: f32 = found.map(|(_, idf)| idf).sum();
        if wording.all > 0.0 {
            found / wording.all
        } else {
            0.0
        }
    }
}
