//! A small index in memory, for tests of ranking. It stores of each document what is searched, and walks through all of them
//! for each query. Slow, simple, and the second implementation of [`IndexSnapshot`]: what it cannot give is not part of it.

use super::askings::Askings;
use super::error::EngineError;
use super::fields::{Field, PerField};
use super::index::{IndexSnapshot, LabelCount, LabelKind, Name, Over, Retrieved};
use super::learned::Lessons;
use super::model::{Card, Filter, Provenance};
use super::query::ParsedQuery;
use super::ranking::{Evidence, HeadlineReader, RetrievalPlan, Term};
use super::results::prefix_key;
use super::searchable::{SearchableSink, describe};
use super::spellings::{Spellings, label_key};
use super::statistics::{Statistics, idf};
use super::vocabulary::{FieldWords, Vocabulary};
use crate::analysis::{Analyzer, pinyin_of};
use crate::document::{Document, DocumentId, DocumentNames, content_hash};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// BM25's k1 and b of the first pass.
const SATURATION: f32 = 1.2;
const LENGTH: f32 = 0.75;

/// An index of documents in memory.
pub(crate) struct InMemoryIndex {
    analyzer: Analyzer,
    entries: Vec<Entry>,
    vocabulary: Vocabulary,
    spellings: Spellings,
    statistics: Statistics,
}

/// What is searched of one document.
#[derive(Default)]
struct Searched {
    /// How often each term occurs in each field.
    counts: PerField<HashMap<Box<str>, u16>>,
    headline_words: Vec<u64>,
    headline_characters: Vec<u64>,
    answer_signature: u64,
    askings: Askings,
}

struct Entry {
    document: Document,
    searched: Searched,
}

impl SearchableSink for Searched {
    fn terms(&mut self, field: Field, terms: &str) {
        for term in terms.split(' ').filter(|term| !term.is_empty()) {
            *self.counts[field].entry(term.into()).or_default() += 1;
        }
    }

    fn headline_word(&mut self, key: u64) {
        self.headline_words.push(key);
    }

    fn headline_character(&mut self, character: u64) {
        self.headline_characters.push(character);
    }

    fn askings(&mut self, askings: Askings) {
        self.askings = askings;
    }

    fn answer_signature(&mut self, signature: u64) {
        self.answer_signature = signature;
    }
}

impl Entry {
    fn length(&self, field: Field) -> f32 {
        let counts = self.searched.counts[field].values();
        counts.map(|count| f32::from(*count)).sum()
    }

    fn count(&self, field: Field, term: &str) -> u16 {
        let count = self.searched.counts[field].get(term);
        count.copied().unwrap_or_default()
    }

    fn is_within(&self, filter: &Filter) -> bool {
        let document = &self.document;
        let is_after = filter.from.is_none_or(|from| document.date >= Some(from));
        let is_before = filter
            .to
            .is_none_or(|to| document.date.is_some_and(|date| date <= to));
        let is_same = |a: &str, b: &str| label_key(a) == label_key(b);
        let has_tag = |tag: &String| document.tags.iter().any(|own| is_same(own, tag));
        let category = document.category.as_deref().unwrap_or_default();
        filter.tags.iter().all(has_tag)
            && filter
                .category
                .as_deref()
                .is_none_or(|wanted| is_same(wanted, category))
            && is_after
            && is_before
            && !filter.hidden.contains(&document.id)
    }

    fn labels(&self) -> Vec<(LabelKind, String)> {
        let document = &self.document;
        let tags = document
            .tags
            .iter()
            .map(|tag| (LabelKind::Tag, tag.clone()));
        let category = document.category.iter();
        let category = category.map(|c| (LabelKind::Category, c.clone()));
        let year = document.date.map(|date| date.year().to_string());
        let year = year.into_iter().map(|year| (LabelKind::Year, year));
        tags.chain(category).chain(year).collect()
    }
}

impl InMemoryIndex {
    pub(crate) fn new(documents: &[Document]) -> Self {
        let analyzer = Analyzer::new();
        let entry = |document: &Document| {
            let mut searched = Searched::default();
            let text = document.answer_text();
            describe(document, &text, &analyzer, &mut searched);
            Entry {
                document: document.clone(),
                searched,
            }
        };
        let entries: Vec<Entry> = documents.iter().map(entry).collect();
        let words = |field: Field| {
            let mut words = FieldWords::new();
            for term in entries.iter().flat_map(|e| e.searched.counts[field].keys()) {
                *words.entry(term.clone()).or_default() += 1;
            }
            (field, words)
        };
        let fields = Field::OF_WORDS.into_iter().chain([Field::HeadlinePairs]);
        let fields = fields.map(words).collect();
        let mean = |field: Field| {
            let sum: f32 = entries.iter().map(|entry| entry.length(field)).sum();
            (sum / entries.len().max(1) as f32).max(f32::MIN_POSITIVE)
        };
        let labels: Vec<_> = entries.iter().flat_map(Entry::labels).collect();
        let labels = labels
            .iter()
            .map(|(kind, label)| (*kind, label.as_str(), 1));
        let is_asked = |e: &&Entry| e.searched.askings != Askings::default();
        let asked = entries.iter().filter(is_asked).count();
        let mut lessons = Lessons::from_documents(asked as u32);
        for Entry { document, searched } in &entries {
            if lessons.takes(content_hash(document.id.0.as_bytes())) {
                lessons.add(&searched.headline_words, searched.askings.whole_words());
            }
        }
        let vocabulary = Vocabulary::from_fields(fields, entries.len(), &analyzer);
        Self {
            spellings: Spellings::of(labels),
            vocabulary: vocabulary.with_lessons(&lessons),
            statistics: Statistics {
                documents: entries.len(),
                mean_lengths: PerField::from_fn(mean),
                asked_share: asked as f32 / entries.len().max(1) as f32,
            },
            entries,
            analyzer,
        }
    }

    /// Documents that have a term in a field.
    fn frequency(&self, field: Field, term: &str) -> f32 {
        let having = self.entries.iter().filter(|e| e.count(field, term) > 0);
        having.count() as f32
    }

    fn each<T>(&self, docs: &[usize], answer: impl Fn(&Document) -> T) -> Vec<T> {
        let entries = docs.iter().map(|doc| &self.entries[*doc]);
        entries.map(|entry| answer(&entry.document)).collect()
    }

    fn newest_first(&self, mut docs: Vec<usize>, limit: usize) -> Vec<usize> {
        docs.sort_by_key(|doc| Reverse(self.entries[*doc].document.date));
        docs.truncate(limit);
        docs
    }
}

impl IndexSnapshot for InMemoryIndex {
    type Doc = usize;
    type Terms = ();
    type Matches = Vec<usize>;

    fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    fn resolve(&self, query: &mut ParsedQuery) -> Result<(), EngineError> {
        let documents = self.entries.len() as f32;
        query.pairs.retain_mut(|pair| {
            let frequencies = Field::OF_PAIRS.map(|field| self.frequency(field, &pair.text));
            let frequency = frequencies.into_iter().fold(0.0, f32::max);
            pair.idf = idf(documents, frequency);
            frequency > 0.0
        });
        Ok(())
    }

    fn retrieve(
        &self,
        query: &ParsedQuery,
        plan: &RetrievalPlan,
        (): &(),
        filter: &Filter,
        limit: usize,
    ) -> Result<Retrieved<usize, Vec<usize>>, EngineError> {
        let documents = self.entries.len() as f32;
        let mut scores = vec![0.0_f32; self.entries.len()];
        for weighted in plan {
            let term = match weighted.term {
                Term::Word(index) => &query.words[index].text,
                Term::Pair(index) => &query.pairs[index].text,
            };
            for (field, weight) in weighted.weights.iter() {
                let worth = weight * idf(documents, self.frequency(field, term));
                let mean = self.statistics.mean_lengths[field];
                for (score, entry) in scores.iter_mut().zip(&self.entries) {
                    let frequency = f32::from(entry.count(field, term));
                    let length = 1.0 - LENGTH + LENGTH * entry.length(field) / mean;
                    *score +=
                        worth * (SATURATION + 1.0) * frequency / (frequency + SATURATION * length);
                }
            }
        }
        let found = (0..self.entries.len()).filter(|doc| scores[*doc] > 0.0);
        let found = found.filter(|doc| self.entries[*doc].is_within(filter));
        let matches: Vec<usize> = found.collect();
        let mut best = matches.clone();
        best.sort_by(|a, b| {
            let hash = |doc: &usize| content_hash(self.entries[*doc].document.id.0.as_bytes());
            let by_score = scores[*b].total_cmp(&scores[*a]);
            by_score.then_with(|| hash(a).cmp(&hash(b)))
        });
        best.truncate(limit);
        Ok(Retrieved { best, matches })
    }

    fn evidence(
        &self,
        query: &ParsedQuery,
        (): &(),
        docs: &[usize],
    ) -> Result<Vec<Evidence>, EngineError> {
        let headlines = HeadlineReader::new(query, &self.vocabulary);
        let evidence = docs.iter().map(|doc| {
            let entry = &self.entries[*doc];
            let mut evidence = Evidence::empty(query);
            for (counts, word) in evidence.counts.iter_mut().zip(&query.words) {
                for field in Field::OF_WORDS {
                    counts.set(field, entry.count(field, &word.text));
                }
            }
            let pairs = |field: Field| {
                let pairs = query.pairs.iter();
                pairs.map(|pair| entry.count(field, &pair.text)).collect()
            };
            evidence.headline_pairs = pairs(Field::HeadlinePairs);
            evidence.answer_pairs = pairs(Field::AnswerPairs);
            evidence.lengths = PerField::from_fn(|field| entry.length(field));
            let searched = &entry.searched;
            evidence.answer_signature = searched.answer_signature;
            evidence
                .characters
                .clone_from(&searched.headline_characters);
            let words = searched.headline_words.iter();
            evidence.headline = words.map(|key| headlines.word(*key)).collect();
            evidence
        });
        Ok(evidence.collect())
    }

    fn askings(&self, docs: &[usize]) -> Result<Vec<Askings>, EngineError> {
        let entries = docs.iter().map(|doc| &self.entries[*doc]);
        Ok(entries.map(|e| e.searched.askings.clone()).collect())
    }

    fn matching(&self, filter: &Filter) -> Result<Vec<usize>, EngineError> {
        let docs = 0..self.entries.len();
        Ok(docs
            .filter(|doc| self.entries[*doc].is_within(filter))
            .collect())
    }

    fn count(&self, matches: &Vec<usize>) -> usize {
        matches.len()
    }

    fn newest(&self, matches: &Vec<usize>, limit: usize) -> Result<Vec<usize>, EngineError> {
        Ok(self.newest_first(matches.clone(), limit))
    }

    fn count_labels(
        &self,
        over: Over<'_, Self>,
        groups: &[Vec<usize>],
    ) -> Result<Vec<LabelCount<'_>>, EngineError> {
        let docs: &[usize] = match over {
            Over::Matches(matches) => matches,
            Over::Docs(docs) => docs,
        };
        let mut counts: BTreeMap<(LabelKind, String), u64> = BTreeMap::new();
        let labels = |doc: &usize| {
            let labels = self.entries[*doc].labels().into_iter();
            labels.map(|(kind, label)| (kind, self.spellings.usual(kind, &label).to_owned()))
        };
        for label in docs.iter().flat_map(labels) {
            *counts.entry(label).or_default() += 1;
        }
        for group in groups {
            let mut seen = BTreeSet::new();
            for label in group.iter().flat_map(labels) {
                if !seen.insert(label.clone()) {
                    *counts.entry(label).or_default() -= 1;
                }
            }
        }
        let counted = counts.into_iter().filter(|(_, count)| *count > 0);
        let counted = counted.map(|((kind, value), count)| LabelCount {
            kind,
            value: value.into(),
            count,
        });
        Ok(counted.collect())
    }

    fn tie_break(&self, a: usize, b: usize) -> Ordering {
        let order = |doc: usize| {
            let document = &self.entries[doc].document;
            let hash = content_hash(document.id.0.as_bytes());
            (Reverse(document.date), hash, &document.id.0)
        };
        order(a).cmp(&order(b))
    }

    fn with_headline_prefix(&self, typed: &str, limit: usize) -> Result<Vec<usize>, EngineError> {
        let typed = prefix_key(typed);
        let mut found = BTreeMap::new();
        for (doc, entry) in self.entries.iter().enumerate() {
            let headline = entry.document.headline();
            let spelled = pinyin_of(headline);
            let keys = [headline, &spelled.full, &spelled.initials].map(prefix_key);
            let first = keys
                .into_iter()
                .filter(|key| key.starts_with(&*typed))
                .min();
            found.extend(first.map(|key| ((key, doc), doc)));
        }
        Ok(found.into_values().take(limit).collect())
    }

    fn with_question_words(
        &self,
        words: &[&str],
        completions: &[Box<str>],
        limit: usize,
    ) -> Result<Vec<usize>, EngineError> {
        let has = |doc: usize, word: &str| {
            let entry = &self.entries[doc];
            let fields = [Field::Question, Field::AskedAs];
            fields.iter().any(|field| entry.count(*field, word) > 0)
        };
        let docs = 0..self.entries.len();
        let completed = docs.filter(|doc| completions.iter().any(|word| has(*doc, word)));
        let mut found: Vec<usize> = completed.collect();
        found.sort_by_key(|doc| Reverse(words.iter().filter(|word| has(*doc, word)).count()));
        found.truncate(limit);
        Ok(found)
    }

    fn find(&self, names: &[Name<'_>]) -> Result<Vec<Option<usize>>, EngineError> {
        let position =
            |is: &dyn Fn(&Document) -> bool| self.entries.iter().position(|e| is(&e.document));
        let once = |alias: &str| {
            let has = |document: &Document| document.aliases.iter().any(|known| known == alias);
            let having = self.entries.iter().filter(|e| has(&e.document)).count();
            position(&has).filter(|_| having == 1)
        };
        let find = |name: &Name<'_>| match name {
            Name::Id(id) => position(&|document| document.id == **id).or_else(|| once(&id.0)),
            Name::Grade(grade) => position(&|document| document.grade_id.as_ref() == Some(grade)),
            Name::Alias(alias) => once(alias),
            // Its documents come from no file.
            Name::Path(_) => None,
        };
        Ok(names.iter().map(find).collect())
    }

    fn ids(&self, docs: &[usize]) -> Result<Vec<DocumentId>, EngineError> {
        Ok(self.each(docs, |document| document.id.clone()))
    }

    fn headlines(&self, docs: &[usize]) -> Result<Vec<String>, EngineError> {
        Ok(self.each(docs, |document| document.headline().to_owned()))
    }

    fn first_tags(&self, docs: &[usize]) -> Result<Vec<Option<String>>, EngineError> {
        Ok(self.each(docs, |document| document.tags.first().cloned()))
    }

    fn cards(&self, docs: &[usize]) -> Result<Vec<Card>, EngineError> {
        Ok(self.each(docs, |document| Card {
            id: document.id.clone(),
            headline: document.headline().to_owned(),
            date: document.date,
            changed: document.changed(),
        }))
    }

    fn provenance(&self, docs: &[usize]) -> Result<Vec<Provenance>, EngineError> {
        Ok(self.each(docs, |document| Provenance {
            names: DocumentNames {
                id: document.id.clone(),
                grade: document.grade_id.clone(),
            },
            path: None,
        }))
    }

    fn documents(&self, docs: &[usize]) -> Result<Vec<Document>, EngineError> {
        Ok(self.each(docs, Document::clone))
    }
}
