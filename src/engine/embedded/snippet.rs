//! Highlights, and the part of an answer that fits a query best: whole sentences or code lines, cut by characters.

use crate::analysis::{Analyzer, Token};
use crate::document::escape;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Characters a snippet has, at most; three lines on a desktop, six on a phone.
const LONGEST_SNIPPET: usize = 160;
/// Answers beyond this many bytes are searched for a snippet in their beginning only.
const LONGEST_SEARCHED: usize = 32 * 1024;

/// `text` as HTML with the query's words in `<mark>`.
pub(super) fn highlight(text: &str, analyzer: &Analyzer, weights: &HashMap<&str, f32>) -> String {
    let tokens = analyzer.analyze(text);
    marked(text, 0..text.len(), &matching(&tokens, weights))
}

/// The best part of `text` as HTML with the query's words in `<mark>`; its beginning when nothing matches.
pub(super) fn best(text: &str, analyzer: &Analyzer, weights: &HashMap<&str, f32>) -> String {
    let text = &text[..text.floor_char_boundary(LONGEST_SEARCHED)];
    let tokens = analyzer.analyze(text);
    let matches = matching(&tokens, weights);
    let sentences = sentences(text);
    let window = best_window(text, &sentences, &matches, weights);
    let range = shortened(text, window, &tokens, &matches);
    let before = if range.start > 0 { "… " } else { "" };
    let after = if range.end < text.trim_end().len() {
        " …"
    } else {
        ""
    };
    format!("{before}{}{after}", marked(text, range, &matches))
}

fn matching<'a>(tokens: &'a [Token], weights: &HashMap<&str, f32>) -> Vec<&'a Token> {
    tokens
        .iter()
        .filter(|t| weights.contains_key(t.text.as_str()))
        .collect()
}

/// Byte ranges of sentences and lines, without the white space around them.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut push = |range: Range<usize>| {
        let sentence = &text[range.clone()];
        let from = range.start + (sentence.len() - sentence.trim_start().len());
        let to = range.end - (sentence.len() - sentence.trim_end().len());
        if from < to {
            sentences.push(from..to);
        }
    };
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let end = at + c.len_utf8();
        let ends = match c {
            '。' | '！' | '？' | '；' | '\n' => true,
            '.' | '!' | '?' => characters
                .peek()
                .is_some_and(|(_, next)| next.is_whitespace()),
            _ => false,
        };
        if ends {
            push(start..end);
            start = end;
        }
    }
    push(start..text.len());
    sentences
}

/// The run of sentences, as long as a snippet may be, that holds most of the query.
fn best_window(
    text: &str,
    sentences: &[Range<usize>],
    matches: &[&Token],
    weights: &HashMap<&str, f32>,
) -> Range<usize> {
    let mut best = (0.0, 0..text.floor_char_boundary(text.len()));
    let mut found = false;
    for (first, start) in sentences.iter().enumerate() {
        let mut characters = 0;
        let mut end = start.clone();
        for sentence in &sentences[first..] {
            let length = text[sentence.clone()].chars().count();
            if characters > 0 && characters + length > LONGEST_SNIPPET {
                break;
            }
            characters += length;
            end = sentence.clone();
        }
        let window = start.start..end.end;
        let score = score(&window, matches, weights);
        if !found || score > best.0 {
            best = (score, window);
            found = true;
        }
    }
    best.1
}

/// Each distinct word counts its weight, so that one word said often does not win.
fn score(window: &Range<usize>, matches: &[&Token], weights: &HashMap<&str, f32>) -> f32 {
    let first = matches.partition_point(|t| t.byte_start < window.start);
    let mut seen = HashSet::new();
    matches[first..]
        .iter()
        .take_while(|t| t.byte_start < window.end)
        .filter(|t| t.byte_end <= window.end && seen.insert(t.text.as_str()))
        .map(|t| weights[t.text.as_str()])
        .sum()
}

/// A window that is one long sentence is cut between tokens, around its first match.
fn shortened(
    text: &str,
    window: Range<usize>,
    tokens: &[Token],
    matches: &[&Token],
) -> Range<usize> {
    if text[window.clone()].chars().count() <= LONGEST_SNIPPET {
        return window;
    }
    let lead = LONGEST_SNIPPET / 4;
    let first_match = matches
        .iter()
        .find(|t| window.contains(&t.byte_start))
        .map_or(window.start, |t| t.byte_start);
    let earliest = nth_char_back(text, first_match, lead).max(window.start);
    let boundary = |at: usize| {
        tokens
            .iter()
            .all(|t| at <= t.byte_start || at >= t.byte_end)
    };
    let start = (earliest..=first_match)
        .find(|&at| text.is_char_boundary(at) && boundary(at))
        .unwrap_or(first_match);
    let latest = text[start..window.end]
        .char_indices()
        .nth(LONGEST_SNIPPET)
        .map_or(window.end, |(at, _)| start + at);
    let end = (start..=latest)
        .rev()
        .find(|&at| text.is_char_boundary(at) && boundary(at))
        .filter(|&at| at > start);
    start..end.unwrap_or(latest)
}

fn nth_char_back(text: &str, from: usize, count: usize) -> usize {
    text[..from]
        .char_indices()
        .rev()
        .nth(count.saturating_sub(1))
        .map_or(0, |(at, _)| at)
}

/// Escaped text of `range` with the matches in `<mark>`; overlapping and touching ones share a mark.
fn marked(text: &str, range: Range<usize>, matches: &[&Token]) -> String {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut within: Vec<&&Token> = matches
        .iter()
        .filter(|t| t.byte_start >= range.start && t.byte_end <= range.end)
        .collect();
    within.sort_by_key(|t| t.byte_start);
    for token in within {
        match spans.last_mut() {
            Some(last) if token.byte_start <= last.end => last.end = last.end.max(token.byte_end),
            _ => spans.push(token.byte_start..token.byte_end),
        }
    }
    let mut html = String::with_capacity(range.len() * 2);
    let mut at = range.start;
    for span in spans {
        html.push_str(&escape(&text[at..span.start]));
        html.push_str("<mark>");
        html.push_str(&escape(&text[span.clone()]));
        html.push_str("</mark>");
        at = span.end;
    }
    html.push_str(&escape(&text[at..range.end]));
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn snippet(text: &str, words: &[&str]) -> String {
        best(text, &ANALYZER, &words.iter().map(|w| (*w, 1.0)).collect())
    }

    #[test]
    fn shows_the_sentence_that_holds_the_query() {
        let long = "前面的话说了很多。".repeat(30);
        let shown = snippet(&format!("{long}修改端口后重启。{long}"), &["端口", "重启"]);
        assert!(
            shown.contains("修改<mark>端口</mark>后<mark>重启</mark>。"),
            "{shown}"
        );
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
    }

    #[test]
    fn markup_in_answers_is_text() {
        assert_eq!(
            snippet("a < b && 端口", &["端口"]),
            "a &lt; b &amp;&amp; <mark>端口</mark>"
        );
    }

    #[test]
    fn one_long_line_is_cut_between_words() {
        let shown = snippet(&"注册中心".repeat(100), &["配置"]);
        assert!(shown.trim_end_matches(" …").chars().count() <= LONGEST_SNIPPET);
        assert!(shown.ends_with("中心 …"), "{shown}");
    }

    proptest! {
        #[test]
        fn snippets_are_balanced_escaped_and_short(text in "[a-z端口注册<>&。.\n ]{0,600}", words in prop::collection::vec("[a-z]{1,2}|端口|注册", 0..4)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let shown = snippet(&text, &words);
            prop_assert_eq!(shown.matches("<mark>").count(), shown.matches("</mark>").count());
            let plain = shown.replace("<mark>", "").replace("</mark>", "");
            prop_assert!(!plain.contains('<') && !plain.contains('>'));
            let text = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            prop_assert!(text.chars().count() <= LONGEST_SNIPPET + 200);
        }
    }
}
