//! Highlights, and the part of an answer that fits a query best: whole sentences or code lines, cut by characters.

use crate::analysis::{Analyzer, Beginnings, Token};
use crate::document::escape;
use rustc_hash::FxHashMap;
use std::collections::HashSet;
use std::ops::Range;

/// Characters a snippet has, at most; three lines on a desktop, six on a phone.
const LONGEST_SNIPPET: usize = 160;
/// Answers beyond this many bytes are searched for a snippet in their beginning only.
const LONGEST_SEARCHED: usize = 32 * 1024;
/// Sums of the same weights differ by no more than this, in whatever order they were added.
const ROUNDING: f32 = 1e-3;

/// Shows the words of one query in the hits it found.
pub(crate) struct Marker<'q> {
    analyzer: &'q Analyzer,
    /// The words with their inverse document frequencies.
    weights: &'q FxHashMap<&'q str, f32>,
    beginnings: Beginnings,
    /// Weights of the words, in the order in which `beginnings` was given them.
    of_beginnings: Vec<f32>,
}

impl<'q> Marker<'q> {
    pub(crate) fn new(analyzer: &'q Analyzer, weights: &'q FxHashMap<&'q str, f32>) -> Self {
        let words = weights.iter().map(|(word, weight)| (*word, *weight));
        let (words, of_beginnings): (Vec<&str>, Vec<f32>) = words.unzip();
        Self {
            analyzer,
            weights,
            beginnings: Beginnings::of(words.into_iter()),
            of_beginnings,
        }
    }

    /// `text` as HTML with the query's words in `<mark>`.
    pub(crate) fn highlight(&self, text: &str) -> String {
        let promised = self.beginnings.within([text].into_iter()).concat();
        let matches = if promised.is_empty() {
            Vec::new()
        } else {
            self.matches(text)
        };
        marked(text, 0..text.len(), &matches)
    }

    /// The best part of `text` as HTML with the query's words in `<mark>`; its beginning when nothing matches.
    pub(crate) fn best(&self, text: &str) -> String {
        let text = &text[..text.floor_char_boundary(LONGEST_SEARCHED)];
        let (window, matches) = self.best_window(text);
        let range = if text[window.clone()].chars().count() > LONGEST_SNIPPET {
            self.shortened(text, window, &matches)
        } else {
            window
        };
        let before = if range.start > 0 { "… " } else { "" };
        let after = if range.end < text.trim_end().len() {
            " …"
        } else {
            ""
        };
        format!("{before}{}{after}", marked(text, range, &matches))
    }

    /// The tokens of a text that are words of the query.
    fn matches(&self, text: &str) -> Vec<Token> {
        self.analyzer
            .read(text)
            .tokens_if(|word| self.weights.contains_key(word))
    }

    /// The run of sentences that holds most of the query and is no longer than a snippet, with its matches. Cutting text into
    /// words takes the time: so windows are looked at from the most promising one on, until none of the rest can be better.
    fn best_window(&self, text: &str) -> (Range<usize>, Vec<Token>) {
        let sentences = sentences(text);
        let windows = windows(text, &sentences);
        let texts = sentences.iter().map(|sentence| &text[sentence.clone()]);
        let promised = self.beginnings.within(texts);
        let mut order: Vec<(f32, usize)> = self.promises(&windows, &promised).zip(0..).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut matches: Vec<Option<Vec<Token>>> = vec![None; sentences.len()];
        let mut best: Option<(f32, usize)> = None;
        for (promise, at) in order {
            if let Some((score, first)) = best {
                if promise + ROUNDING < score {
                    break;
                }
                // This window is at most as good as the best one, and comes later.
                if promise < score + ROUNDING && at > first {
                    continue;
                }
            }
            let mut score = 0.0;
            let mut seen = HashSet::new();
            for sentence in windows[at].clone() {
                if promised[sentence].is_empty() {
                    continue;
                }
                let matches = matches[sentence]
                    .get_or_insert_with(|| self.matches_of(text, sentences[sentence].clone()));
                // Each distinct word counts its weight, so that one word said often does not win.
                for token in matches {
                    if let Some((word, weight)) = self.weights.get_key_value(token.text.as_str())
                        && seen.insert(*word)
                    {
                        score += weight;
                    }
                }
            }
            let is_better = best.is_none_or(|(known, first)| {
                score > known + ROUNDING || (score > known - ROUNDING && at < first)
            });
            if is_better {
                best = Some((score, at));
            }
            if promise == 0.0 {
                break;
            }
        }
        let Some((_, at)) = best else {
            return (0..text.len(), Vec::new());
        };
        let window = windows[at].clone();
        let range = sentences[window.start].start..sentences[window.end - 1].end;
        let matches = matches[window].iter_mut().filter_map(Option::take);
        (range, matches.flatten().collect())
    }

    /// For each window, the sum of the weights of all words that its sentences may have.
    fn promises(
        &self,
        windows: &[Range<usize>],
        promised: &[Vec<usize>],
    ) -> impl Iterator<Item = f32> {
        // The window in which each word was counted last.
        let mut counted = vec![usize::MAX; self.of_beginnings.len()];
        windows.iter().enumerate().map(move |(at, window)| {
            let mut promise = 0.0;
            for word in promised[window.clone()].iter().flatten() {
                if counted[*word] != at {
                    counted[*word] = at;
                    promise += self.of_beginnings[*word];
                }
            }
            promise
        })
    }

    /// The matches of a sentence, with their bytes in the whole text.
    fn matches_of(&self, text: &str, sentence: Range<usize>) -> Vec<Token> {
        let mut matches = self.matches(&text[sentence.clone()]);
        for token in &mut matches {
            token.byte_start += sentence.start;
            token.byte_end += sentence.start;
        }
        matches
    }

    /// A window that is one long sentence is cut between words, around its first match.
    fn shortened(&self, text: &str, window: Range<usize>, matches: &[Token]) -> Range<usize> {
        let lead = LONGEST_SNIPPET / 4;
        let first_match = matches
            .iter()
            .find(|t| window.contains(&t.byte_start))
            .map_or(window.start, |t| t.byte_start);
        let earliest = nth_char_back(text, first_match, lead).max(window.start);
        let tokens = self.analyzer.analyze(&text[window.clone()]);
        let boundary = |at: usize| {
            let at = at - window.start;
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

/// Windows as ranges of sentences: from each sentence on, as many sentences as fit into a snippet.
fn windows(text: &str, sentences: &[Range<usize>]) -> Vec<Range<usize>> {
    let lengths: Vec<usize> = sentences
        .iter()
        .map(|sentence| text[sentence.clone()].chars().count())
        .collect();
    let window = |first: usize| {
        let mut characters = lengths[first];
        let mut end = first + 1;
        while end < lengths.len() && characters + lengths[end] <= LONGEST_SNIPPET {
            characters += lengths[end];
            end += 1;
        }
        first..end
    };
    (0..sentences.len()).map(window).collect()
}

fn nth_char_back(text: &str, from: usize, count: usize) -> usize {
    text[..from]
        .char_indices()
        .rev()
        .nth(count.saturating_sub(1))
        .map_or(0, |(at, _)| at)
}

/// Escaped text of `range` with the matches in `<mark>`; overlapping and touching ones share a mark.
fn marked(text: &str, range: Range<usize>, matches: &[Token]) -> String {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut within: Vec<&Token> = matches
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
        let weights = words.iter().map(|w| (*w, 1.0)).collect();
        Marker::new(&ANALYZER, &weights).best(text)
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

    /// What the best window weighs when all are cut into words.
    fn best_of_all(text: &str, weights: &FxHashMap<&str, f32>) -> f32 {
        let sentences = sentences(text);
        let tokens = ANALYZER.analyze(text);
        let weigh = |window: &Range<usize>| -> f32 {
            let range = sentences[window.start].start..sentences[window.end - 1].end;
            let within = tokens.iter().filter(|t| range.contains(&t.byte_start));
            let words: HashSet<&str> = within.map(|t| t.text.as_str()).collect();
            words.iter().filter_map(|word| weights.get(word)).sum()
        };
        let windows = windows(text, &sentences);
        windows.iter().map(weigh).fold(0.0, f32::max)
    }

    proptest! {
        #[test]
        fn no_window_is_better_than_the_one_that_is_shown(
            text in "(hoping|dying|happy|policies|spring\\.cloud|SpringCloud|註冊|注册|端口|配置中心|。|\\. |\n| |[a-z]){0,120}",
            words in prop::collection::vec("(hope|die|happi|polici|spring|cloud|springcloud|注册|端口|配置|中心|[a-z])", 1..5),
        ) {
            let weights: FxHashMap<&str, f32> = words.iter().map(String::as_str).zip([1.0, 2.0, 4.5, 0.3, 7.0]).collect();
            let (_, tokens) = Marker::new(&ANALYZER, &weights).best_window(&text);
            let words: HashSet<&str> = tokens.iter().map(|t| t.text.as_str()).collect();
            let shown: f32 = words.iter().filter_map(|word| weights.get(word)).sum();
            prop_assert!((shown - best_of_all(&text, &weights)).abs() < 0.01, "{tokens:?}");
        }

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
