//! Finds phrases of the site's words in a text, with their synonyms.

use super::reading::Reading;
use super::segment::{self, Segmenter};
use super::words::Words;
use super::{identifier, normalize::Normalized};
use aho_corasick::{AhoCorasick, Match, MatchKind};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

/// A phrase found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// Its byte range in the text.
    pub range: Range<usize>,
    /// Other wordings, each as its tokens.
    pub alternatives: Vec<Vec<String>>,
    /// Whether it is the name of a product.
    pub is_product: bool,
}

/// All phrases, ready to be found in one pass.
pub(super) struct Phrases {
    automaton: AhoCorasick,
    entries: Vec<Entry>,
    stopwords: HashSet<String>,
}

#[derive(Default)]
struct Entry {
    alternatives: Vec<Vec<String>>,
    is_product: bool,
}

impl Phrases {
    pub(super) fn new(words: &Words, segmenter: &Segmenter) -> Self {
        let mut wordings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let mut products = HashSet::new();
        for entry in &words.dictionary {
            let spellings: Vec<&str> = std::iter::once(&entry.name)
                .chain(&entry.aliases)
                .map(String::as_str)
                .collect();
            for spelling in &spellings {
                let key = canonical(spelling).0;
                wordings.entry(key.clone()).or_default().extend(&spellings);
                if entry.is_product {
                    products.insert(key);
                }
            }
        }
        for rule in &words.synonyms {
            for asked in &rule.asked {
                wordings
                    .entry(canonical(asked).0)
                    .or_default()
                    .extend(rule.also.iter().map(String::as_str));
            }
        }
        wordings.remove("");
        let entries = wordings.iter().map(|(phrase, spellings)| {
            let mut seen = HashSet::from([phrase.clone()]);
            let other = spellings.iter().filter(|s| seen.insert(canonical(s).0));
            Entry {
                alternatives: other
                    .map(|s| Reading::new(s, segmenter).words())
                    .filter(|w| !w.is_empty())
                    .collect(),
                is_product: products.contains(phrase),
            }
        });
        let entries = entries.collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(wordings.keys())
            .unwrap_or_else(|error| {
                // Reached only by word files of several gigabytes.
                tracing::error!(%error, "the synonyms are too many and are not used");
                AhoCorasick::new::<_, &str>([]).expect("an empty automaton can be built")
            });
        // A stop word that is segmented into several words does not make each of them a stop word.
        let stopwords = words.stopwords.iter().flat_map(|word| {
            let whole = Reading::new(word, segmenter).words();
            let single = if whole.len() == 1 { whole } else { Vec::new() };
            single
                .into_iter()
                .chain([canonical(word).0, word.to_lowercase()])
        });
        Self {
            automaton,
            entries,
            stopwords: stopwords.collect(),
        }
    }

    /// The phrases in `text`, longest first where they overlap.
    pub(super) fn phrases(&self, text: &str) -> Vec<Phrase> {
        let (canonical, origins) = canonical(text);
        let source = |at: usize| {
            let index = origins.partition_point(|p| p.at <= at).saturating_sub(1);
            origins.get(index).map(|p| p.source.clone())
        };
        let found = self.automaton.find_overlapping_iter(&canonical);
        let whole = found.filter(|found| is_whole(&canonical, found.range()));
        leftmost_longest(whole.collect())
            .into_iter()
            .filter_map(|found| {
                let last = canonical[..found.end()].char_indices().next_back()?.0;
                let range = source(found.start())?.start..source(last)?.end;
                let entry = self.entries.get(found.pattern().as_usize())?;
                Some(Phrase {
                    range,
                    alternatives: entry.alternatives.clone(),
                    is_product: entry.is_product,
                })
            })
            .collect()
    }

    /// Whether a token is a stop word, which says nothing about what is asked.
    pub(super) fn is_stopword(&self, token: &str) -> bool {
        self.stopwords.contains(token)
    }
}

/// Of matches that overlap the leftmost, of those the longest.
fn leftmost_longest(mut found: Vec<Match>) -> Vec<Match> {
    found.sort_by_key(|found| (found.start(), Reverse(found.end())));
    let mut end = 0;
    found.retain(|found| {
        let is_free = found.start() >= end;
        if is_free {
            end = found.end();
        }
        is_free
    });
    found
}

/// Whether a match is a whole phrase: a Latin phrase must not end inside a word, and a single Chinese character must
/// not stand inside other Chinese text.
fn is_whole(text: &str, range: Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    let phrase = &text[range];
    let is_word = |c: Option<char>| c.is_some_and(|c| !segment::is_han(c) && c != ' ');
    let is_han = |c: Option<char>| c.is_some_and(segment::is_han);
    let (first, last) = (phrase.chars().next(), phrase.chars().next_back());
    let cut_latin = (is_word(before) && is_word(first)) || (is_word(after) && is_word(last));
    let lone = phrase.chars().count() == 1 && (is_han(before) || is_han(after));
    !cut_latin && !lone
}

/// A character of the canonical form: its byte index, and the source bytes it came from.
struct Origin {
    at: usize,
    source: Range<usize>,
}

/// The form in which phrases are compared: Chinese as normalized, Latin words by their stems with one space around
/// them.
fn canonical(text: &str) -> (String, Vec<Origin>) {
    let normalized = Normalized::new(text);
    let mut canonical = String::with_capacity(text.len());
    let mut origins = Vec::new();
    for run in segment::runs(normalized.text()) {
        let source = |range: Range<usize>| {
            let (start, end) = normalized.source_range(range);
            start..end
        };
        let is_latin = run.kind == segment::RunKind::Latin;
        if !canonical.is_empty() && (is_latin || !canonical.ends_with(segment::is_han)) {
            origins.push(Origin {
                at: canonical.len(),
                source: source(run.range.clone()),
            });
            canonical.push(' ');
        }
        let written = &normalized.text()[run.range.clone()];
        if is_latin {
            origins.push(Origin {
                at: canonical.len(),
                source: source(run.range.clone()),
            });
            canonical.push_str(identifier::stem(written).as_deref().unwrap_or(written));
        } else {
            for (offset, c) in written.char_indices() {
                let at = run.range.start + offset;
                origins.push(Origin {
                    at: canonical.len(),
                    source: source(at..at + c.len_utf8()),
                });
                canonical.push(c);
            }
        }
    }
    (canonical, origins)
}
