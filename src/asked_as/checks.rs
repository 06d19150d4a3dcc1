//! What of a model's questions is not kept, and why: a question that invents something, or says what another says, finds the
//! wrong document.

use super::entry::{LeftOut, Why, tidy};
use crate::analysis::{Analyzer, letters, whole_words};
use crate::document::Document;
use std::collections::{HashMap, HashSet};

/// Characters of a question.
const SHORTEST: usize = 4;
const LONGEST: usize = 60;
/// Two questions that share this part of their pairs of characters say the same (Dice coefficient).
const NEARLY_EQUAL: f32 = 0.85;
/// Questions of one answer that are looked at.
const MOST_QUESTIONS: usize = 50;
/// Letters of the prompt in a row that no visitor would type.
const OF_PROMPT: usize = 12;
/// What models say around their answers, in lower case.
const RESIDUE: &[&str] = &[
    "以下是",
    "以下为",
    "好的，",
    "当然可以",
    "很高兴",
    "希望这",
    "抱歉",
    "作为一个",
    "作为ai",
    "这篇问答",
    "本文",
    "访客",
    "数组",
    "json",
    "```",
    "here are",
    "here is",
    "as an ai",
    "sure,",
    "i'm sorry",
    "i cannot",
    "question 1",
    "问题1",
    "问题一",
];

/// Checks the questions of documents.
pub(crate) struct Checker<'a> {
    analyzer: &'a Analyzer,
    /// The letters of each headline, with the id of the first document that has it.
    headlines: &'a HashMap<String, String>,
    /// The letters of the prompt.
    prompt: String,
}

/// What a document has that a question may name.
struct Own {
    tokens: HashSet<String>,
    headline: String,
}

impl<'a> Checker<'a> {
    /// A checker over documents with these [headlines](headlines), of what was asked by the prompt `template`.
    pub(crate) fn new(
        analyzer: &'a Analyzer,
        headlines: &'a HashMap<String, String>,
        template: &str,
    ) -> Self {
        Self {
            analyzer,
            headlines,
            prompt: letters(template),
        }
    }

    /// Parts the questions for a document into those that are kept, at most `most`, and those that are not. `known` are
    /// questions that the document has already.
    pub(crate) fn check(
        &self,
        document: &Document,
        known: &[String],
        questions: &[String],
        most: usize,
    ) -> (Vec<String>, Vec<LeftOut>) {
        let own = self.own(document);
        let (mut kept, mut left_out): (Vec<String>, _) = (Vec::new(), Vec::new());
        for question in questions.iter().take(MOST_QUESTIONS).map(|text| tidy(text)) {
            let others = known.iter().chain(&kept);
            match self.problem(document, &own, others, &question) {
                Some((why, what)) => left_out.push(LeftOut {
                    asked_as: question,
                    why,
                    what,
                }),
                None if kept.len() < most => kept.push(question),
                None => {}
            }
        }
        (kept, left_out)
    }

    fn own(&self, document: &Document) -> Own {
        let references = document.references.iter().map(|reference| &reference.text);
        let labels = document.tags.iter().chain(&document.keywords);
        let texts = [&document.title, &document.question, &document.answer];
        let texts = texts.into_iter().chain(labels).chain(references);
        let tokens = texts.flat_map(|text| self.analyzer.analyze(text));
        Own {
            tokens: tokens.map(|token| token.text).collect(),
            headline: letters(document.headline()),
        }
    }

    fn problem<'q>(
        &self,
        document: &Document,
        own: &Own,
        mut others: impl Iterator<Item = &'q String>,
        question: &str,
    ) -> Option<(Why, Option<String>)> {
        let said = letters(question);
        let length = question.chars().count();
        if length < SHORTEST || said.is_empty() {
            return Some((Why::TooShort, None));
        }
        if length > LONGEST {
            return Some((Why::TooLong, None));
        }
        if self.is_residue(question, &said) {
            return Some((Why::Residue, None));
        }
        if question.chars().any(is_of_another_script) {
            return Some((Why::OtherLanguage, None));
        }
        if said == own.headline || others.any(|other| is_nearly_equal(&said, &letters(other))) {
            return Some((Why::Repeated, None));
        }
        if let Some(id) = self.headlines.get(&said).filter(|id| **id != document.id.0) {
            return Some((Why::OthersHeadline, Some(id.clone())));
        }
        let invented = self.invented(own, question)?;
        Some((Why::Invented, Some(invented)))
    }

    fn is_residue(&self, question: &str, said: &str) -> bool {
        let lower = question.to_lowercase();
        let said: Vec<char> = said.chars().collect();
        let mut runs = said.windows(OF_PROMPT);
        RESIDUE.iter().any(|residue| lower.contains(residue))
            || runs.any(|run| self.prompt.contains(&run.iter().collect::<String>()))
    }

    /// The first name or number in a question that its document does not have.
    fn invented(&self, own: &Own, question: &str) -> Option<String> {
        let has =
            |words: &[String]| !words.is_empty() && words.iter().all(|w| own.tokens.contains(w));
        let tokens = self.analyzer.analyze(question);
        for word in whole_words(&tokens) {
            let written = question
                .get(word.byte_start..word.byte_end)
                .unwrap_or_default();
            let parts = tokens.iter().filter(|t| t.position == word.position);
            let parts: Vec<String> = parts
                .filter(|t| t.text.len() < word.text.len())
                .map(|t| t.text.clone())
                .collect();
            if is_name(written) && !own.tokens.contains(&word.text) && !has(&parts) {
                return Some(written.to_owned());
            }
        }
        for product in self
            .analyzer
            .phrases(question)
            .iter()
            .filter(|p| p.is_product)
        {
            let written = question.get(product.range.clone()).unwrap_or_default();
            let typed = self.analyzer.read(written).words();
            if !has(&typed) && !product.alternatives.iter().any(|words| has(words)) {
                return Some(written.to_owned());
            }
        }
        None
    }
}

/// By the letters of each headline, the id of the first document that has it.
pub(crate) fn headlines<'d>(
    documents: impl Iterator<Item = &'d Document>,
) -> HashMap<String, String> {
    let mut headlines = HashMap::new();
    for document in documents {
        let headline = letters(document.headline());
        headlines
            .entry(headline)
            .or_insert_with(|| document.id.0.clone());
    }
    headlines
}

/// Whether a Latin word names something rather than says something: it has a digit, a sign, or capitals within.
fn is_name(word: &str) -> bool {
    let is_latin = word.bytes().any(|b| b.is_ascii_alphanumeric());
    let has_sign = word.contains(['.', '_', '-', '/', '@', '#', ':', '$']);
    let has_digit = word.bytes().any(|b| b.is_ascii_digit());
    let small = word.bytes().position(|b| b.is_ascii_lowercase());
    let is_camel = small.is_some_and(|at| word.bytes().skip(at).any(|b| b.is_ascii_uppercase()));
    is_latin && (has_digit || has_sign || is_camel)
}

/// Whether a character is of a script that neither Chinese nor English documents are written in.
fn is_of_another_script(c: char) -> bool {
    matches!(c, '\u{0370}'..='\u{1cff}' | '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7a3}' | '\u{fffd}')
}

fn is_nearly_equal(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let pairs =
        |text: &str| -> HashSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (a, b) = (pairs(a), pairs(b));
    let shared = a.intersection(&b).count();
    let all = a.len() + b.len();
    all > 0 && 2.0 * shared as f32 / all as f32 >= NEARLY_EQUAL
}

#[cfg(test)]
mod tests {
    use super::super::prompt::PROMPT;
    use super::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn document() -> Document {
        let question = "Nacos 2.2.3 启动报端口被占用怎么办".to_owned();
        let answer =
            "端口 8848 被占用。在 `application.properties` 里改 `server.port`，重启 NacosServer。"
                .to_owned();
        let mut document = Document::plain("a".to_owned(), question, answer);
        document.tags = vec!["spring-cloud-alibaba".to_owned()];
        document
    }

    fn why(question: &str) -> Option<(Why, Option<String>)> {
        let other = Document::plain("b".to_owned(), "端口有哪些".to_owned(), "见".to_owned());
        let document = document();
        let headlines = headlines([&document, &other].into_iter());
        let known = ["起不来，说地址被占着".to_owned()];
        let checker = Checker::new(&ANALYZER, &headlines, PROMPT);
        let (kept, left_out) = checker.check(&document, &known, &[question.to_owned()], 7);
        assert_eq!(kept.len() + left_out.len(), 1);
        left_out
            .into_iter()
            .next()
            .map(|left| (left.why, left.what))
    }

    #[test]
    fn what_the_document_has_may_be_named() {
        for question in [
            "注册中心起不来，好像口子被人占了",
            "8848 被别的程序用了",
            "server.port 在哪个文件里改",
            "nacos 2.2.3 换端口",
            "SCA 里换个口子",
            "Address already in use",
            "nacosserver 怎么重启",
        ] {
            assert_eq!(why(question), None, "{question}");
        }
    }

    #[test]
    fn what_is_invented_repeated_or_not_a_question_is_left_out_with_its_reason() {
        let invented = |what: &str| Some((Why::Invented, Some(what.to_owned())));
        assert_eq!(why("nacos 2.4.1 起不来"), invented("2.4.1"));
        assert_eq!(why("9848 被占用怎么办"), invented("9848"));
        assert_eq!(why("nacos.core.auth 怎么配"), invented("nacos.core.auth"));
        assert_eq!(why("NamingService 报错"), invented("NamingService"));
        assert_eq!(why("sentinel 起不来怎么办"), invented("sentinel"));
        assert_eq!(why("换口子"), Some((Why::TooShort, None)));
        assert_eq!(why(&"端口".repeat(31)), Some((Why::TooLong, None)));
        assert_eq!(why("起不来 说地址被占着!"), Some((Why::Repeated, None)));
        assert_eq!(
            why("nacos2.2.3启动报端口被占用怎么办？"),
            Some((Why::Repeated, None))
        );
        assert_eq!(
            why("端口 有哪些？"),
            Some((Why::OthersHeadline, Some("b".to_owned())))
        );
        assert_eq!(why("以下是访客可能的问题"), Some((Why::Residue, None)));
        assert_eq!(why("只问这篇问答能回答的事"), Some((Why::Residue, None)));
        assert_eq!(
            why("ポートが使われています"),
            Some((Why::OtherLanguage, None))
        );
    }

    #[test]
    fn no_more_are_kept_than_wanted() {
        let document = document();
        let headlines = headlines([&document].into_iter());
        let checker = Checker::new(&ANALYZER, &headlines, PROMPT);
        let questions =
            ["换个口子怎么弄", "口子被人占着了", "想换一个监听的地方"].map(str::to_owned);
        let (kept, left_out) = checker.check(&document, &[], &questions, 2);
        assert_eq!((kept.len(), left_out.len()), (2, 0));
    }
}
