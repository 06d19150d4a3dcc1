//! What makes the first hit the answer, or no answer, whatever its score is.

use super::Pipeline;
use crate::analysis::letters;
use crate::engine::error::EngineError;
use crate::engine::index::IndexSnapshot;
use crate::engine::model::Filter;
use crate::engine::query::ParsedQuery;
use crate::engine::ranking::{Feature, Found, Reason};

/// A headline that is the query shares all but rounding errors with it.
const ALL_BUT: f32 = 0.99;
/// Documents with a tag from which it names a topic. Where fewer have it, it names them.
const TOPIC: usize = 3;

impl<S: IndexSnapshot> Pipeline<'_, S> {
    /// Puts the documents first whose headline is what was typed, but for case, marks and spaces, then those that are asked
    /// so; how many there are.
    pub(super) fn titles_first(
        &self,
        text: &str,
        found: &mut [Found<S::Doc>],
    ) -> Result<usize, EngineError> {
        let typed = letters(text);
        if typed.is_empty() {
            return Ok(0);
        }
        let of_headlines = self.with_headline(&typed, found)?;
        let count = Self::put_first(found, 0, &of_headlines);
        let asked = self.with_asking(&typed, &found[count..])?;
        let asked: Vec<usize> = asked.iter().map(|at| at + count).collect();
        Ok(count + Self::put_first(found, count, &asked))
    }

    /// Moves what is found at these places, in their order, behind the first `start`. Returns how many there are.
    fn put_first(found: &mut [Found<S::Doc>], start: usize, places: &[usize]) -> usize {
        for (place, at) in (start..).zip(places) {
            found[place..=*at].rotate_right(1);
        }
        places.len()
    }

    /// The places of documents whose headline has these letters.
    fn with_headline(
        &self,
        typed: &str,
        found: &[Found<S::Doc>],
    ) -> Result<Vec<usize>, EngineError> {
        let is_like = |one: &Found<S::Doc>| {
            let of = |feature| one.judged.as_ref().map_or(0.0, |j| j.features.get(feature));
            of(Feature::Characters) > ALL_BUT || of(Feature::Focus) > ALL_BUT
        };
        let like: Vec<usize> = (0..found.len()).filter(|at| is_like(&found[*at])).collect();
        let docs: Vec<S::Doc> = like.iter().map(|at| found[*at].doc).collect();
        let headlines = self.index.headlines(&docs)?.into_iter();
        let same = like.into_iter().zip(headlines);
        let same = same.filter(|(_, headline)| letters(headline) == typed);
        Ok(same.map(|(at, _)| at).collect())
    }

    /// The places of documents that are asked with these letters.
    fn with_asking(&self, typed: &str, found: &[Found<S::Doc>]) -> Result<Vec<usize>, EngineError> {
        let nearest = |one: &Found<S::Doc>| {
            let nearness = &one.judged.as_ref()?.evidence.nearness;
            nearness.nearest.filter(|_| nearness.focus > ALL_BUT)
        };
        let like = found.iter().enumerate();
        let like = like.filter_map(|(at, one)| Some((at, one.doc, nearest(one)?)));
        let like: Vec<(usize, S::Doc, usize)> = like.collect();
        let docs: Vec<S::Doc> = like.iter().map(|(_, doc, _)| *doc).collect();
        let documents = self.index.documents(&docs)?.into_iter();
        let same = like.into_iter().zip(documents);
        let same = same.filter(|((_, _, number), document)| {
            let asking = document.asked_as.get(*number);
            asking.is_some_and(|asking| letters(asking) == typed)
        });
        Ok(same.map(|((at, ..), _)| at).collect())
    }

    /// Why the first hit is no answer, however well it fits.
    pub(super) fn reason(
        &self,
        text: &str,
        query: &ParsedQuery,
        first: Option<&Found<S::Doc>>,
    ) -> Result<Option<Reason>, EngineError> {
        let judged = first.and_then(|found| found.judged.as_ref());
        if judged.is_some_and(|j| j.features.get(Feature::Opposite) < 0.0) {
            return Ok(Some(Reason::Opposite));
        }
        let names_products =
            !query.concepts.is_empty() && query.concepts.iter().all(|c| c.is_product);
        let is_topic = names_products || {
            let tagged = Filter {
                tags: vec![text.trim().to_owned()],
                ..Filter::default()
            };
            self.index.count(&self.index.matching(&tagged)?) >= TOPIC
        };
        Ok(is_topic.then_some(Reason::Topic))
    }
}
