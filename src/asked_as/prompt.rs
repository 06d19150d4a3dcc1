//! What a model is asked to write, and from what of a document.

use crate::analysis::letters;
use crate::document::{Document, content_hash};

/// The prompt that ships. A site's own has the same places in braces.
pub const PROMPT: &str = include_str!("prompt.txt");
/// Characters of an answer that the model reads, at most: what it is about is said in its beginning.
const LONGEST_READ: usize = 3_000;

/// The prompt for a document: `template` with its places filled in.
pub(crate) fn prompt(template: &str, questions: usize, document: &Document) -> String {
    let answer = document.answer_text();
    let end = answer.char_indices().nth(LONGEST_READ);
    let answer = &answer[..end.map_or(answer.len(), |(end, _)| end)];
    let filled = [
        ("{count}", questions.to_string()),
        ("{tags}", document.tags.join(", ")),
        ("{question}", document.headline().to_owned()),
        ("{answer}", answer.to_owned()),
    ];
    // Filled from left to right in one walk: what a document says in braces is no place.
    let mut prompt = String::with_capacity(template.len() + answer.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        prompt.push_str(before);
        let place = filled.iter().find(|(place, _)| from.starts_with(place));
        if let Some((place, value)) = place {
            prompt.push_str(value);
            rest = &from[place.len()..];
        } else {
            prompt.push('{');
            rest = &from[1..];
        }
    }
    prompt.push_str(rest);
    prompt
}

/// What a site's own prompt lacks, if anything.
pub(crate) fn missing_place(template: &str) -> Option<&'static str> {
    ["{question}", "{answer}"]
        .into_iter()
        .find(|place| !template.contains(place))
}

/// A hash of what a model reads of a document, without marks, spaces and case: 16 hexadecimal digits. A document whose
/// hash is still the same need not be asked for again.
pub fn read_hash(document: &Document) -> String {
    let read = format!(
        "{}\n{}",
        letters(&document.question),
        letters(&document.answer_text())
    );
    format!("{:016x}", content_hash(read.as_bytes()))
}

/// About how many tokens a text takes: one for a Chinese character, one for four others.
pub(crate) fn tokens(text: &str) -> usize {
    let all = text.chars().count();
    let wide = text.chars().filter(|c| *c >= '\u{2e80}').count();
    wide + (all - wide).div_ceil(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(question: &str, answer: &str) -> Document {
        Document::plain("a".to_owned(), question.to_owned(), answer.to_owned())
    }

    #[test]
    fn places_are_filled_once_and_braces_of_documents_stay() {
        let document = document("{answer} 是什么", "用 {count}");
        let filled = prompt("{count}|{question}|{answer}|{other}", 7, &document);
        assert_eq!(filled, "7|{answer} 是什么|用 {count}|{other}");
        assert_eq!(missing_place(PROMPT), None);
        assert_eq!(missing_place("{question}"), Some("{answer}"));
    }

    #[test]
    fn a_hash_changes_with_words_and_not_with_marks() {
        let hash = |question, answer| read_hash(&document(question, answer));
        assert_eq!(hash("端口?", "开放 8848。"), hash("端口", "开放8848"));
        assert_ne!(hash("端口", "开放 8848"), hash("端口", "开放 9848"));
        assert_eq!(hash("a", "b").len(), 16);
    }

    #[test]
    fn long_answers_are_read_in_their_beginning() {
        let long = prompt("{answer}", 7, &document("问", &"字".repeat(9_000)));
        assert_eq!(long.chars().count(), LONGEST_READ);
        assert_eq!((tokens("注册中心"), tokens("nacos123")), (4, 2));
    }
}
