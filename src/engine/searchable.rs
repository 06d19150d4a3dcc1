//! What of a document is searched as which field, apart from how an index stores it.

use super::askings::Askings;
use super::fields::Field;
use super::ranking::signature;
use super::vocabulary::word_key;
use crate::analysis::{Analyzer, Terms};
use crate::document::Document;

/// Takes what is searched of one document. An index stores each piece as it comes: one buffer serves all texts, for most
/// are short.
pub(crate) trait SearchableSink {
    /// The terms of a field, with spaces between them. A field without text comes without terms or not at all.
    fn terms(&mut self, field: Field, terms: &str);
    /// The next word of the headline, see [`word_key`].
    fn headline_word(&mut self, key: u64);
    /// A Chinese character of the headline, each once.
    fn headline_character(&mut self, character: u64);
    /// The ways in which the question is asked beside the headline, where there are any.
    fn askings(&mut self, askings: Askings);
    /// See [`signature`].
    fn answer_signature(&mut self, signature: u64);
}

/// Hands what is searched of a document to `sink`. `answer_text` is the answer as plain text.
pub(crate) fn describe(
    document: &Document,
    answer_text: &str,
    analyzer: &Analyzer,
    sink: &mut impl SearchableSink,
) {
    let mut terms = Terms::default();
    // A title that is the beginning of the question says nothing new.
    let title = document.title.trim_end_matches(['.', '…', ' ']);
    if !document.question.starts_with(title) {
        let title = analyzer.read(&document.title);
        sink.terms(Field::Title, title.terms(&mut terms));
    }
    let question = analyzer.read(&document.question);
    sink.terms(Field::Question, question.terms(&mut terms));
    let headline = document.headline();
    let headline = if headline == document.question {
        question
    } else {
        analyzer.read(headline)
    };
    headline.each_plain_word(|word| sink.headline_word(word_key(word)));
    for character in headline.characters() {
        sink.headline_character(u64::from(character));
    }
    sink.terms(Field::HeadlinePairs, headline.pair_terms(&mut terms));
    let answer = analyzer.read(answer_text);
    sink.answer_signature(signature(&answer));
    sink.terms(Field::Answer, answer.terms(&mut terms));
    sink.terms(Field::AnswerPairs, answer.pair_terms(&mut terms));
    let keywords = document.keywords.iter();
    let keywords = keywords.filter(|keyword| !document.tags.contains(keyword));
    let labels = lines(document.tags.iter().chain(keywords));
    let labels = analyzer.read(&labels);
    sink.terms(Field::Labels, labels.terms(&mut terms));
    let references = lines(document.references.iter().map(|r| &r.text));
    let references = analyzer.read(&references);
    sink.terms(Field::References, references.terms(&mut terms));
    if !document.asked_as.is_empty() {
        let asked_as = lines(document.asked_as.iter());
        let asked_as = analyzer.read(&asked_as);
        sink.terms(Field::AskedAs, asked_as.terms(&mut terms));
        sink.askings(Askings::of(&document.asked_as, analyzer));
    }
}

/// One text of several, a line each: no word crosses from one to the next.
fn lines<'t>(texts: impl Iterator<Item = &'t String>) -> String {
    let mut lines = String::new();
    for text in texts {
        lines.push_str(text);
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Reference;
    use std::collections::HashMap;

    #[derive(Default)]
    struct Described {
        terms: HashMap<usize, String>,
        headline_words: Vec<u64>,
        characters: Vec<u64>,
        signature: u64,
        askings: Askings,
    }

    impl SearchableSink for Described {
        fn terms(&mut self, field: Field, terms: &str) {
            self.terms.insert(field.index(), terms.trim().to_owned());
        }

        fn headline_word(&mut self, key: u64) {
            self.headline_words.push(key);
        }

        fn headline_character(&mut self, character: u64) {
            self.characters.push(character);
        }

        fn askings(&mut self, askings: Askings) {
            self.askings = askings;
        }

        fn answer_signature(&mut self, signature: u64) {
            self.signature = signature;
        }
    }

    fn described(change: impl Fn(&mut Document)) -> Described {
        let (question, answer) = ("Nacos 端口".to_owned(), "开放 8848 端口。".to_owned());
        let mut document = Document::plain("a".to_owned(), question, answer);
        change(&mut document);
        let mut described = Described::default();
        let text = document.answer_text();
        describe(&document, &text, &Analyzer::new(), &mut described);
        described
    }

    fn terms(described: &Described, field: Field) -> Option<&str> {
        described.terms.get(&field.index()).map(String::as_str)
    }

    #[test]
    fn a_title_that_begins_the_question_is_not_searched_twice() {
        let cut = described(|document| "Nacos…".clone_into(&mut document.title));
        assert_eq!(terms(&cut, Field::Title), None);
        let other = described(|document| "网关".clone_into(&mut document.title));
        assert_eq!(terms(&other, Field::Title), Some("网关"));
    }

    #[test]
    fn keywords_that_are_tags_count_once_and_references_are_a_field() {
        let described = described(|document| {
            document.tags = vec!["nacos".to_owned()];
            document.keywords = vec!["nacos".to_owned(), "端口".to_owned()];
            document.references = vec![Reference {
                text: "官网".to_owned(),
                url: None,
            }];
        });
        assert_eq!(terms(&described, Field::Labels), Some("nacos naco 端口"));
        assert_eq!(terms(&described, Field::References), Some("官网"));
    }

    #[test]
    fn a_headline_gives_its_words_and_characters() {
        let described = described(|_| {});
        // Of an English word the stem.
        let words = ["naco", "端口"].map(word_key);
        assert_eq!(described.headline_words, words);
        assert_eq!(described.characters, ['口', '端'].map(u64::from));
        // Too short to be told apart.
        assert_eq!(described.signature, 0);
    }
}
