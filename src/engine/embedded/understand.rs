//! What a query asks: its concepts, each with the wordings in which a document may say it.
//!
//! A concept is a word or phrase of the query. Its wordings are what was typed, its parts, synonyms, and for what the
//! index does not know: what was probably meant. A document has a concept when it has one of its wordings.

mod meant;

use super::Snapshot;
use super::vocabulary::Vocabulary;
use crate::analysis::{Analyzer, Phrase, Token, whole_words};
use crate::engine::Ranking;
use crate::engine::understanding::{Origin, Understanding, UnderstoodConcept};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use tantivy::Term;

/// Concepts of a query beyond this many are left out, the least telling first: a page of text is no better asked.
const MOST_CONCEPTS: usize = 16;
/// Wordings of a concept beyond this many are left out, in the order of the word files.
const MOST_WORDINGS: usize = 12;
/// Pairs of characters beyond this many are left out.
const MOST_BIGRAMS: usize = 32;

/// One way to say a concept: words that all belong to it.
#[derive(Debug, Clone)]
pub(super) struct Wording {
    /// Places in [`Query::words`].
    pub(super) words: Vec<usize>,
    /// How much it counts beside what was typed, 0 to 1.
    pub(super) weight: f32,
    pub(super) origin: Origin,
}

/// A word or phrase of the query.
#[derive(Debug, Clone)]
pub(super) struct Concept {
    /// As typed.
    pub(super) typed: String,
    /// Where in the query.
    pub(super) range: Range<usize>,
    pub(super) wordings: Vec<Wording>,
    /// How much it tells: its inverse document frequency, less for products.
    pub(super) weight: f32,
    pub(super) is_product: bool,
    /// What is taken off its weight: products are hints, filler tells little.
    pub(super) scope: f32,
    /// How much it tells beside a word of no document, 0 to 1.
    pub(super) telling: f32,
    /// Filler helps to tell near-equal questions apart, but finds none.
    pub(super) is_filler: bool,
}

impl Concept {
    /// Whether it is a name: a product, an identifier, a Latin word. An answer about another name is another answer.
    pub(super) fn is_name(&self) -> bool {
        self.is_product || self.typed.bytes().any(|b| b.is_ascii_alphabetic())
    }
}

/// A word to look up.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) text: String,
    /// ln(1 + (N - n + 0.5) / (n + 0.5)), Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework".
    pub(super) idf: f32,
}

/// A query understood.
#[derive(Debug, Clone, Default)]
pub(super) struct Query {
    /// Every word of every wording, once.
    pub(super) words: Vec<Word>,
    /// In the order of the query.
    pub(super) concepts: Vec<Concept>,
    /// Pairs of characters, without those of words that tell nothing.
    pub(super) bigrams: Vec<Word>,
    /// Chinese characters, each once.
    pub(super) characters: Vec<u64>,
}

impl Query {
    /// Understands `text` as the documents of `snapshot` would say it.
    pub(super) fn understand(
        text: &str,
        snapshot: &Snapshot,
        ranking: &Ranking,
    ) -> tantivy::Result<Self> {
        let analyzer = &snapshot.analyzer;
        let vocabulary = &snapshot.vocabulary;
        let documents = snapshot.searcher.num_docs() as f32;
        let mut builder = Builder {
            analyzer,
            vocabulary,
            ranking,
            documents,
            query: Self::default(),
            places: HashMap::new(),
        };
        builder.read(text);
        let mut query = builder.query;
        let meant = query.as_meant(text);
        let text = meant.as_deref().unwrap_or(text);
        query.characters = analyzer
            .characters(text)
            .into_iter()
            .map(u64::from)
            .collect();
        query.add_bigrams(text, analyzer, snapshot)?;
        Ok(query)
    }

    /// Inverse document frequencies by word: what to highlight, and how much it tells. Filler is not highlighted.
    pub(super) fn weights(&self) -> HashMap<&str, f32> {
        let only_filler = self.concepts.iter().all(|c| c.is_filler);
        let telling = self.concepts.iter().filter(|c| only_filler || !c.is_filler);
        let words = telling
            .flat_map(|c| &c.wordings)
            .flat_map(|w| &w.words)
            .map(|w| &self.words[*w]);
        words.map(|w| (w.text.as_str(), w.idf)).collect()
    }

    /// The text with what was probably meant in the place of what no document has; `None` where nothing was mistyped.
    pub(super) fn as_meant(&self, text: &str) -> Option<String> {
        let is_guess = |w: &&Wording| {
            matches!(
                w.origin,
                Origin::Correction | Origin::Homophone | Origin::Pinyin
            )
        };
        let mut replaced: BTreeMap<(usize, usize), String> = BTreeMap::new();
        for concept in &self.concepts {
            if concept.wordings.iter().any(|w| w.origin == Origin::Typed) {
                continue;
            }
            if let Some(guess) = concept.wordings.iter().find(is_guess) {
                let words = replaced
                    .entry((concept.range.start, concept.range.end))
                    .or_default();
                words.extend(guess.words.iter().map(|w| self.words[*w].text.as_str()));
            }
        }
        let mut meant = text.to_owned();
        let mut before = usize::MAX;
        for ((start, end), words) in replaced.iter().rev() {
            if *end <= before && text.get(*start..*end).is_some() {
                meant.replace_range(*start..*end, words);
                before = *start;
            }
        }
        (!replaced.is_empty()).then_some(meant)
    }

    /// For people and programs that want to know why.
    pub(super) fn explained(&self) -> Understanding {
        let concepts = self.concepts.iter().map(|concept| UnderstoodConcept {
            typed: concept.typed.clone(),
            weight: concept.weight,
            wordings: concept
                .wordings
                .iter()
                .map(|w| {
                    let words: Vec<&str> = w
                        .words
                        .iter()
                        .map(|i| self.words[*i].text.as_str())
                        .collect();
                    (words.join(" "), w.origin)
                })
                .collect(),
        });
        Understanding {
            concepts: concepts.collect(),
        }
    }

    fn add_bigrams(
        &mut self,
        text: &str,
        analyzer: &Analyzer,
        snapshot: &Snapshot,
    ) -> tantivy::Result<()> {
        let telling = without_stopwords(text, analyzer);
        let mut seen = HashSet::new();
        for token in analyzer.bigrams(&telling).into_iter().take(MOST_BIGRAMS) {
            if seen.insert(token.text.clone()) {
                let fields = [
                    snapshot.fields.question_bigrams,
                    snapshot.fields.answer_bigrams,
                ];
                let mut frequency = 0;
                for field in fields {
                    frequency = frequency.max(
                        snapshot
                            .searcher
                            .doc_freq(&Term::from_field_text(field, &token.text))?,
                    );
                }
                if frequency > 0 {
                    let idf = idf(snapshot.searcher.num_docs() as f32, frequency as f32);
                    self.bigrams.push(Word {
                        text: token.text,
                        idf,
                    });
                }
            }
        }
        Ok(())
    }
}

pub(super) fn idf(documents: f32, with: f32) -> f32 {
    (1.0 + ((documents - with).max(0.0) + 0.5) / (with + 0.5)).ln()
}

/// `text` with a space in the place of every word that tells nothing.
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

/// Builds the concepts of a query one after the other.
struct Builder<'a> {
    analyzer: &'a Analyzer,
    vocabulary: &'a Vocabulary,
    ranking: &'a Ranking,
    documents: f32,
    query: Query,
    /// Words that are in the query already.
    places: HashMap<String, usize>,
}

impl Builder<'_> {
    fn read(&mut self, text: &str) {
        let tokens = self.analyzer.analyze(text);
        let phrases = self.analyzer.phrases(text);
        let units = self.units(text, &tokens, &phrases);
        // When nothing but filler was typed, the filler is the question.
        let only_filler = units.iter().all(|unit| unit.is_stopword);
        for mut unit in units {
            unit.is_stopword &= !only_filler;
            self.add(unit);
        }
        self.quieten_filler();
        let mut by_weight: Vec<f32> = self.query.concepts.iter().map(|c| c.weight).collect();
        by_weight.sort_by(|a, b| b.total_cmp(a));
        if let Some(least) = by_weight.get(MOST_CONCEPTS) {
            self.query.concepts.retain(|c| c.weight > *least);
        }
    }

    /// In a short query filler tells `what is` from `where is`; in a long one it must not outweigh what is asked.
    fn quieten_filler(&mut self) {
        let sum = |concepts: &[Concept], filler: bool| -> f32 {
            concepts
                .iter()
                .filter(|c| c.is_filler == filler)
                .map(|c| c.weight)
                .sum()
        };
        let concepts = &mut self.query.concepts;
        let most = sum(concepts, false) * self.ranking.filler_share;
        let filler = sum(concepts, true);
        if filler > most {
            for concept in concepts.iter_mut().filter(|c| c.is_filler) {
                concept.weight *= most / filler;
                concept.scope *= most / filler;
            }
        }
    }

    /// Cuts the query into phrases of the site's words and, between them, single words; words the index does not know
    /// are replaced by what was probably meant.
    fn units(&self, text: &str, tokens: &[Token], phrases: &[Phrase]) -> Vec<Unit> {
        let mut units: Vec<Unit> = phrases
            .iter()
            .map(|phrase| {
                let within: Vec<&Token> = tokens
                    .iter()
                    .filter(|t| is_within(t, &phrase.range))
                    .collect();
                let mut unit = Unit::of_tokens(text, phrase.range.clone(), &within, Some(phrase));
                unit.is_stopword = self.analyzer.is_stopword(&unit.typed)
                    || unit.whole.iter().all(|w| self.analyzer.is_stopword(w));
                unit
            })
            .collect();
        let is_taken = |t: &Token| {
            phrases
                .iter()
                .any(|p| t.byte_start < p.range.end && p.range.start < t.byte_end)
        };
        let loose: Vec<&Token> = tokens.iter().filter(|t| !is_taken(t)).collect();
        let mut rest = loose.as_slice();
        while let [first, ..] = rest {
            let of_place = rest
                .iter()
                .take_while(|t| t.position == first.position)
                .count();
            let (word, others) = rest.split_at(of_place);
            rest = others;
            let start = word
                .iter()
                .map(|t| t.byte_start)
                .min()
                .unwrap_or(first.byte_start);
            let end = word
                .iter()
                .map(|t| t.byte_end)
                .max()
                .unwrap_or(first.byte_end);
            let mut unit = Unit::of_tokens(text, start..end, word, None);
            unit.is_stopword = whole_words(tokens)
                .iter()
                .any(|t| t.position == first.position && self.analyzer.is_stopword(&t.text));
            units.push(unit);
        }
        units.sort_by_key(|unit| unit.range.start);
        meant::replace_unknown(text, &units, self.vocabulary)
    }

    fn add(&mut self, unit: Unit) {
        let Unit {
            range,
            typed,
            whole,
            parts,
            alternatives,
            meant,
            is_product,
            is_stopword,
        } = unit;
        if self.query.concepts.iter().any(|c| c.typed == typed) {
            return;
        }
        let mut wordings = Vec::new();
        self.push(&mut wordings, &whole, 1.0, Origin::Typed);
        if !parts.is_empty() {
            self.push(&mut wordings, &parts, self.ranking.part, Origin::Part);
        }
        for (words, origin) in &meant {
            let weight = match origin {
                Origin::Correction => self.ranking.correction,
                // What no document has was surely mistyped; what few have may be meant as it is.
                Origin::Homophone if wordings.is_empty() => self.ranking.correction,
                Origin::Homophone => self.ranking.homophone,
                Origin::Pinyin => self.ranking.pinyin,
                Origin::Typed | Origin::Part | Origin::Synonym => 1.0,
            };
            self.push(&mut wordings, words, weight, *origin);
            // What was meant has synonyms too.
            for phrase in self.analyzer.phrases(&words.join("")) {
                for alternative in &phrase.alternatives {
                    self.push(
                        &mut wordings,
                        alternative,
                        weight * self.ranking.synonym,
                        Origin::Synonym,
                    );
                }
            }
        }
        for alternative in &alternatives {
            self.push(
                &mut wordings,
                alternative,
                self.ranking.synonym,
                Origin::Synonym,
            );
        }
        wordings.truncate(MOST_WORDINGS);
        let told = |wording: &Wording| -> f32 {
            wording.words.iter().map(|w| self.query.words[*w].idf).sum()
        };
        let typed_words = Wording {
            words: Vec::new(),
            weight: 1.0,
            origin: Origin::Typed,
        };
        let first = wordings.first().unwrap_or(&typed_words);
        let scope = if is_product {
            self.ranking.product
        } else if is_stopword {
            self.ranking.filler
        } else {
            1.0
        };
        let untold = if first.words.is_empty() {
            idf(self.documents, 0.0)
        } else {
            told(first)
        };
        let weight = scope * untold;
        self.query.concepts.push(Concept {
            typed,
            range,
            wordings,
            weight,
            is_product,
            scope,
            telling: (untold / idf(self.documents, 0.0)).min(1.0),
            is_filler: is_stopword,
        });
    }

    /// Adds a wording when at least one of its words is in the index.
    fn push(&mut self, wordings: &mut Vec<Wording>, words: &[String], weight: f32, origin: Origin) {
        let known = words.iter().any(|w| self.vocabulary.frequency(w) > 0);
        if !known {
            return;
        }
        let words = words.iter().map(|w| self.word(w)).collect();
        wordings.push(Wording {
            words,
            weight,
            origin,
        });
    }

    fn word(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        let place = self.query.words.len();
        let idf = idf(self.documents, self.vocabulary.frequency(text) as f32);
        self.query.words.push(Word {
            text: text.to_owned(),
            idf,
        });
        self.places.insert(text.to_owned(), place);
        place
    }
}

fn is_within(token: &Token, range: &Range<usize>) -> bool {
    token.byte_start >= range.start && token.byte_end <= range.end
}

/// A piece of the query that becomes a concept.
#[derive(Debug, Clone)]
struct Unit {
    range: Range<usize>,
    typed: String,
    /// The words it consists of.
    whole: Vec<String>,
    /// The smaller words in them, where there are any.
    parts: Vec<String>,
    /// Synonyms, each as its words.
    alternatives: Vec<Vec<String>>,
    /// What was probably meant.
    meant: Vec<(Vec<String>, Origin)>,
    is_product: bool,
    is_stopword: bool,
}

impl Unit {
    fn of_tokens(
        text: &str,
        range: Range<usize>,
        tokens: &[&Token],
        phrase: Option<&Phrase>,
    ) -> Self {
        let owned: Vec<Token> = tokens.iter().map(|t| (*t).clone()).collect();
        let whole_tokens = whole_words(&owned);
        let whole: Vec<String> = whole_tokens.iter().map(|t| t.text.clone()).collect();
        let is_whole = |t: &Token| {
            whole_tokens
                .iter()
                .any(|w| (w.byte_start, w.byte_end) == (t.byte_start, t.byte_end))
        };
        let mut parts: Vec<String> = Vec::new();
        for part in owned.iter().filter(|t| !is_whole(t)) {
            // Of two forms of one word the later one is the stem.
            let has_stem = owned.iter().any(|t| {
                t.byte_start == part.byte_start
                    && t.byte_end == part.byte_end
                    && t.text.len() < part.text.len()
            });
            if !has_stem && !parts.contains(&part.text) {
                parts.push(part.text.clone());
            }
        }
        Self {
            typed: text.get(range.clone()).unwrap_or_default().to_lowercase(),
            range,
            whole,
            parts,
            alternatives: phrase.map(|p| p.alternatives.clone()).unwrap_or_default(),
            meant: Vec::new(),
            is_product: phrase.is_some_and(|p| p.is_product),
            is_stopword: false,
        }
    }
}
