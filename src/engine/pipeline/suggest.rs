//! What helps while a visitor types or asks on: completions, and the words of the question before.

use super::Pipeline;
use crate::engine::error::EngineError;
use crate::engine::index::IndexSnapshot;
use crate::engine::model::{Suggestion, SuggestionTarget};
use crate::engine::query::FollowUp;
use crate::engine::results::Typed;

impl<S: IndexSnapshot> Pipeline<'_, S> {
    /// Completions of what is being typed, best first: questions, then queries.
    pub(crate) fn suggest(
        &self,
        typed: &str,
        limit: usize,
    ) -> Result<Vec<Suggestion>, EngineError> {
        let (analyzer, vocabulary) = (self.index.analyzer(), self.index.vocabulary());
        let Some(read) = Typed::read(typed, analyzer, vocabulary) else {
            return Ok(Vec::new());
        };
        let mut docs = self.index.with_headline_prefix(typed, limit)?;
        if docs.len() < limit && !read.completions.is_empty() {
            let words: Vec<&str> = read.words.iter().map(String::as_str).collect();
            let completions = &read.completions;
            docs.extend(
                self.index
                    .with_question_words(&words, completions, limit * 2)?,
            );
        }
        // The first document of each headline.
        let mut shown: Vec<(S::Doc, String)> = Vec::new();
        for (doc, headline) in docs.iter().zip(self.index.headlines(&docs)?) {
            if shown.len() < limit && !shown.iter().any(|(_, known)| *known == headline) {
                shown.push((*doc, headline));
            }
        }
        let docs: Vec<S::Doc> = shown.iter().map(|(doc, _)| *doc).collect();
        let labelled = self.index.ids(&docs)?;
        let labelled = labelled.into_iter().zip(self.index.first_tags(&docs)?);
        let questions = shown.into_iter().zip(labelled);
        let mut suggestions: Vec<Suggestion> = questions
            .map(|((_, text), (id, tag))| Suggestion {
                text,
                target: SuggestionTarget::Question(id),
                tag,
            })
            .collect();
        suggestions.extend(read.queries(typed, limit - suggestions.len()));
        Ok(suggestions)
    }

    /// The words of the last question that a short follow-up goes on with.
    pub(crate) fn carried(&self, text: &str, last: &str) -> Result<Option<String>, EngineError> {
        let (analyzer, vocabulary) = (self.index.analyzer(), self.index.vocabulary());
        let Some(read) = FollowUp::read(text, last, analyzer) else {
            return Ok(None);
        };
        let (own, kept) = (read.own_words(), read.kept_words());
        let nearest = self.index.with_question_words(&kept, &own, 1)?;
        let headline = self.index.headlines(&nearest)?.pop();
        Ok(Some(read.carried(
            headline.as_deref(),
            analyzer,
            vocabulary,
        )))
    }
}
