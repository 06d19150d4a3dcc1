//! Text becomes a [`ParsedQuery`]: concepts, each with the wordings in which a document may say it.
//!
//! ```text
//! text -> units     phrases of the site's words, and single words
//!      -> meanings  terms for everyday wordings
//!      -> spelling  guesses at what was meant by words that no document has
//!      -> variants  other spellings, longer versions
//!      -> concepts  wordings (typed, parts, variants, synonyms, guesses) and weights
//!      -> cap       the heaviest concepts of a long query
//! ```
//! Needs an analyzer, a vocabulary and weights, and no index.

mod cap;
mod concepts;
mod explanation;
mod follow_up;
mod homophones;
mod keyness;
mod meanings;
mod named;
mod parsed;
mod reduce;
mod spelling;
mod units;
mod variants;
mod wording_weights;

pub use explanation::{Origin, Understanding, UnderstoodConcept};
pub(crate) use follow_up::FollowUp;
pub(crate) use named::{Named, named};
pub(crate) use parsed::{Concept, ParsedQuery, Word, Wording};
pub use reduce::{LONGEST_QUERY, Reduced, reduce};
pub(crate) use wording_weights::WordingWeights;

use crate::analysis::{Analyzer, Token, whole_words};
use crate::engine::vocabulary::Vocabulary;
use concepts::ConceptBuilder;
use std::collections::HashSet;

/// Pairs of characters of a query, at most.
const MOST_PAIRS: usize = 32;
/// Characters of a query that may be about one action and not its reverse. A story tells of both.
const LONGEST_ACTION: usize = 64;

/// Parses `text` over documents with this vocabulary.
pub(crate) fn parse(
    text: &str,
    analyzer: &Analyzer,
    vocabulary: &Vocabulary,
    weights: &WordingWeights,
) -> ParsedQuery {
    let units = units::units(text, analyzer);
    let units = meanings::with_meanings(text, units, analyzer, vocabulary, weights);
    let units = spelling::guess_unknown(text, &units, analyzer, vocabulary);
    let mut query = ConceptBuilder::new(analyzer, vocabulary, weights).build(units);
    let corrected = query.corrected(text);
    let text = corrected.as_deref().unwrap_or(text);
    let characters = analyzer.read(text).characters().into_iter();
    query.characters = characters.map(u64::from).collect();
    query.pairs = pairs(text, analyzer);
    if text.chars().count() <= LONGEST_ACTION {
        query.opposites = analyzer.opposites(text);
    }
    query
}

/// Whether a text is signs of programs alone, `::` or `&&`. One mark that ends a sentence is none, nor are Chinese ones.
pub(crate) fn is_of_signs(text: &str) -> bool {
    let text = text.trim();
    let is_mark = matches!(text, "?" | "!" | "." | "," | ";" | ":" | "...");
    !text.is_empty() && text.is_ascii() && !text.contains(char::is_alphanumeric) && !is_mark
}

/// The pairs of characters of a text without its filler words, each once.
fn pairs(text: &str, analyzer: &Analyzer) -> Vec<Word> {
    let text = without_stopwords(text, analyzer);
    let mut seen = HashSet::new();
    let pairs = analyzer.read(&text).pairs().into_iter().take(MOST_PAIRS);
    pairs
        .filter(|pair| seen.insert(pair.text.clone()))
        .map(|pair| Word {
            text: pair.text,
            idf: 0.0,
        })
        .collect()
}

/// `text` with a space instead of each character of a filler word.
fn without_stopwords(text: &str, analyzer: &Analyzer) -> String {
    let tokens = analyzer.analyze(text);
    let filler: Vec<&Token> = whole_words(&tokens)
        .into_iter()
        .filter(|t| analyzer.is_stopword(&t.text))
        .collect();
    let is_filler = |at: usize| {
        filler
            .iter()
            .any(|t| (t.byte_start..t.byte_end).contains(&at))
    };
    text.char_indices()
        .map(|(at, c)| if is_filler(at) { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests;
