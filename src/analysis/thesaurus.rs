//! What everyday wordings mean in terms of the field: `几个格子并成一个` is `合并单元格`.
//!
//! People say one thing in many ways, so a query need not have a wording word for word. Each wording is a small document
//! of words and pairs of characters, and a part of the query is compared with all of them at once: a wording is met by the
//! share of what it says that the part has. A pair of characters counts less: it stands for a word that was cut otherwise.

use super::phrases::Phrases;
use super::reading::Reading;
use super::segment::Segmenter;
use super::token::whole_words;
use super::words::Words;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// What a pair of characters counts beside a word.
const PAIR: f32 = 0.25;
/// Added to what a wording says in all, so that one met word of a short wording is not all of it.
const PRIOR: f32 = 1.0;
/// Characters of neighbouring clauses that are read as one part of a query, at most.
const LONGEST_PART: usize = 25;
/// In front of pairs, which are told from words by it.
const PAIR_MARK: char = '+';
/// Wordings that are met less are no meaning.
const LEAST_LIKENESS: f32 = 0.4;
/// Meanings of a query, at most.
const MOST_MEANINGS: usize = 12;

/// What a part of a query probably means.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning {
    /// The terms, each as its words, the most usual first.
    pub terms: Vec<Vec<String>>,
    /// How much of a wording the query has, 0 to 1.
    pub likeness: f32,
    /// Bytes of the query that met the wording.
    pub ranges: Vec<Range<usize>>,
}

/// All wordings, ready to be compared with a query.
pub(super) struct Thesaurus {
    /// The terms of each concept.
    concepts: Vec<Vec<Vec<String>>>,
    wordings: Vec<Wording>,
    /// By word or pair: the wordings that have it.
    features: FxHashMap<Box<str>, Feature>,
}

struct Wording {
    concept: usize,
    /// What its words and pairs weigh in all.
    weight: f32,
}

#[derive(Default)]
struct Feature {
    weight: f32,
    wordings: Vec<u32>,
}

impl Thesaurus {
    pub(super) fn new(words: &Words, segmenter: &Segmenter, phrases: &Phrases) -> Self {
        let mut concepts = Vec::new();
        let mut wordings = Vec::new();
        let mut features: FxHashMap<Box<str>, Feature> = FxHashMap::default();
        for rule in &words.thesaurus {
            let terms = rule
                .also
                .iter()
                .map(|term| Reading::new(term, segmenter).words());
            concepts.push(terms.filter(|words| !words.is_empty()).collect());
            for asked in &rule.asked {
                let number = wordings.len() as u32;
                let own: FxHashSet<String> = said(asked, segmenter, phrases)
                    .into_iter()
                    .map(|said| said.text)
                    .collect();
                for feature in own {
                    let known = features.entry(feature.into()).or_default();
                    known.wordings.push(number);
                }
                wordings.push(Wording {
                    concept: concepts.len() - 1,
                    weight: PRIOR,
                });
            }
        }
        let all = wordings.len() as f32;
        for (text, feature) in &mut features {
            let with = feature.wordings.len() as f32;
            let idf = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
            feature.weight = if text.starts_with(PAIR_MARK) {
                PAIR * idf
            } else {
                idf
            };
            for wording in &feature.wordings {
                wordings[*wording as usize].weight += feature.weight;
            }
        }
        Self {
            concepts,
            wordings,
            features,
        }
    }

    /// What parts of a query probably mean, the likeliest first.
    pub(super) fn meanings(
        &self,
        text: &str,
        segmenter: &Segmenter,
        phrases: &Phrases,
    ) -> Vec<Meaning> {
        let mut found: FxHashMap<usize, Meaning> = FxHashMap::default();
        for part in parts(text) {
            self.compare(text, part, segmenter, phrases, &mut found);
        }
        let mut found: Vec<(usize, Meaning)> = found.into_iter().collect();
        found
            .sort_by(|(a, of_a), (b, of_b)| of_b.likeness.total_cmp(&of_a.likeness).then(a.cmp(b)));
        found.truncate(MOST_MEANINGS);
        found.into_iter().map(|(_, meaning)| meaning).collect()
    }

    fn compare(
        &self,
        text: &str,
        part: Range<usize>,
        segmenter: &Segmenter,
        phrases: &Phrases,
        found: &mut FxHashMap<usize, Meaning>,
    ) {
        let said: Vec<Said> = said(&text[part.clone()], segmenter, phrases);
        let mut met: FxHashMap<u32, f32> = FxHashMap::default();
        let mut seen = FxHashSet::default();
        for feature in said.iter().filter(|said| seen.insert(&said.text)) {
            let Some(known) = self.features.get(feature.text.as_str()) else {
                continue;
            };
            for wording in &known.wordings {
                *met.entry(*wording).or_default() += known.weight;
            }
        }
        for (number, weight) in met {
            let wording = &self.wordings[number as usize];
            let likeness = weight / wording.weight;
            let is_best = found
                .get(&wording.concept)
                .is_none_or(|known| known.likeness < likeness);
            if likeness < LEAST_LIKENESS || !is_best {
                continue;
            }
            let has = |said: &&Said| {
                let known = self.features.get(said.text.as_str());
                known.is_some_and(|known| known.wordings.binary_search(&number).is_ok())
            };
            let ranges = said.iter().filter(has).map(|said| {
                let Range { start, end } = said.range;
                part.start + start..part.start + end
            });
            let meaning = Meaning {
                terms: self.concepts[wording.concept].clone(),
                likeness,
                ranges: ranges.collect(),
            };
            found.insert(wording.concept, meaning);
        }
    }
}

/// A word or a pair of characters of a text.
struct Said {
    text: String,
    range: Range<usize>,
}

/// The words of a text that say something, and the pairs of characters, marked.
fn said(text: &str, segmenter: &Segmenter, phrases: &Phrases) -> Vec<Said> {
    let reading = Reading::new(text, segmenter);
    let tokens = reading.tokens();
    let words: Vec<Said> = whole_words(&tokens)
        .into_iter()
        .filter(|token| !phrases.is_stopword(&token.text))
        .map(|token| Said {
            text: token.text.clone(),
            range: token.byte_start..token.byte_end,
        })
        .collect();
    let pairs = reading.pairs().into_iter();
    let pairs = pairs.filter(|pair| !phrases.is_stopword(&pair.text));
    let pairs = pairs.map(|pair| Said {
        range: pair.byte_start..pair.byte_end,
        text: format!("{PAIR_MARK}{}", pair.text),
    });
    words.into_iter().chain(pairs).collect()
}

/// The parts of a query that are compared: each clause with those behind it, as long as they are short together.
fn parts(text: &str) -> Vec<Range<usize>> {
    let is_end = |c: char| {
        matches!(
            c,
            '，' | '。' | '！' | '？' | '；' | ',' | '!' | '?' | ';' | '\n'
        )
    };
    let mut clauses: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for (at, end) in text.match_indices(is_end) {
        clauses.push(start..at);
        start = at + end.len();
    }
    clauses.push(start..text.len());
    clauses.retain(|clause| !text[clause.clone()].trim().is_empty());
    let length = |range: Range<usize>| text[range].chars().count();
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (index, clause) in clauses.iter().enumerate() {
        let mut part = clause.clone();
        for next in &clauses[index + 1..] {
            if length(part.start..next.end) > LONGEST_PART {
                break;
            }
            part.end = next.end;
        }
        if parts.last().is_none_or(|last| last.end < part.end) {
            parts.push(part);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::super::{Analyzer, Words};
    use super::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn terms(query: &str) -> Vec<String> {
        let meanings = ANALYZER.meanings(query).into_iter();
        meanings
            .flat_map(|m| m.terms)
            .map(|words| words.concat())
            .collect()
    }

    #[test]
    fn a_wording_is_met_in_other_order_and_with_other_words_between() {
        for query in ["导出的时候几个格子要并成一个", "想并成一个的格子有几个"]
        {
            assert!(
                terms(query).contains(&"合并单元格".to_owned()),
                "{query}: {:?}",
                terms(query)
            );
        }
        assert_eq!(terms("格子"), [""; 0]);
        assert_eq!(terms(""), [""; 0]);
    }

    #[test]
    fn what_met_a_wording_is_known_by_its_bytes() {
        let query = "老板说，集群里冒出两个老大";
        let best = ANALYZER.meanings(query).into_iter().next().unwrap();
        assert!(best.terms.concat().concat().contains("脑裂"), "{best:?}");
        let met: Vec<&str> = best
            .ranges
            .iter()
            .map(|range| &query[range.clone()])
            .collect();
        assert!(met.contains(&"老大") && !met.contains(&"老板"), "{met:?}");
    }

    #[test]
    fn a_long_story_is_read_clause_by_clause() {
        let story = "我们是一家小公司。昨天刚换了机房，网络一直不太好。\
                     集群里冒出两个老大，领导要求今天解决。明天还要去外地出差。";
        assert!(
            terms(story).contains(&"脑裂".to_owned()),
            "{:?}",
            terms(story)
        );
        let longest = parts(story)
            .into_iter()
            .map(|part| story[part].chars().count());
        assert!(longest.max().unwrap() <= LONGEST_PART);
    }

    #[test]
    fn nothing_is_lost_between_the_parts() {
        let text = "一二三，四五六。七八九";
        let covered = parts(text);
        for (at, c) in text.char_indices().filter(|(_, c)| !"，。".contains(*c)) {
            assert!(covered.iter().any(|part| part.contains(&at)), "{c}");
        }
    }

    /// The form that the files must have, whoever writes them: see `docs/thesaurus.md`.
    #[test]
    fn the_thesaurus_that_ships_is_in_form() {
        let words = Words::built_in();
        let mut seen = std::collections::HashMap::new();
        let mut wordings = 0;
        for rule in &words.thesaurus {
            assert!((1..=8).contains(&rule.also.len()), "{rule:?}");
            for asked in &rule.asked {
                wordings += 1;
                assert!(
                    !rule.also.contains(asked),
                    "a wording is its own term: {asked}"
                );
                let other = seen.insert(asked.clone(), &rule.also);
                assert!(
                    other.is_none(),
                    "`{asked}` stands at {:?} and {other:?}",
                    rule.also
                );
                let says = said(asked, &ANALYZER.segmenter, &ANALYZER.phrases).len();
                assert!(says >= 1, "`{asked}` says nothing");
            }
        }
        assert!(
            words.thesaurus.len() >= 800 && wordings >= 6_000,
            "{wordings}"
        );
    }
}
