//! Rewrites what sites and editors add to Markdown into the Markdown that dayi reads: comments go, callouts become quotes
//! with a mark, labels of tabs become headings, pasted XML becomes code, attributes of headings become anchors.
//!
//! Done once, when a file is read, so that every form of an answer is made of the same text. Code stays as it is.

mod areas;
mod attributes;
mod callouts;
mod comments;
mod components;
mod mdx;
mod source;
mod xml;

use aho_corasick::AhoCorasick;
use source::Source;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Callouts within callouts that are rewritten; deeper ones stay as text.
const DEEPEST: usize = 4;

/// What nothing can be rewritten without, apart from XML.
const SIGNS: [&str; 16] = [
    "<!--",
    "<script",
    "<style",
    "{/*",
    "{{",
    "{%",
    "%%",
    "[//]",
    "[comment]",
    ":::",
    "!!!",
    "???",
    "===",
    "{#",
    "{:",
    "{.",
];

static SIGN: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let signs = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(SIGNS);
    signs.expect("the patterns are constants")
});

/// A body as Markdown.
pub(super) struct Plain<'b> {
    pub(super) text: Cow<'b, str>,
    /// The line of the body for each line of the text, from 0; none where both have the same.
    lines: Option<Vec<usize>>,
}

impl Plain<'_> {
    /// The line of the body, from 0, that this byte of the text comes from.
    pub(super) fn line_at(&self, at: usize) -> usize {
        let line = memchr::memchr_iter(b'\n', &self.text.as_bytes()[..at]).count();
        match &self.lines {
            Some(lines) => lines.get(line).copied().unwrap_or(line),
            None => line,
        }
    }
}

/// The body of a file, of which `path` is the name, as Markdown.
pub(super) fn plain<'b>(path: &str, body: &'b str) -> Plain<'b> {
    let is_mdx = path.to_ascii_lowercase().ends_with(".mdx");
    let (has_signs, has_tags) = (SIGN.is_match(body), xml::may_have_any(body));
    if !(is_mdx || has_signs || has_tags) {
        let text = Cow::Borrowed(body);
        return Plain { text, lines: None };
    }
    let mut source = Source::new(body);
    if has_signs {
        source.edit(comments::edits);
    }
    if is_mdx {
        source.edit(mdx::modules);
        source.edit(components::indents);
    }
    if is_mdx || has_tags {
        source.edit(|text| components::edits(text, is_mdx));
    }
    if is_mdx {
        let constants = mdx::constants(body);
        source.edit(|text| mdx::expressions(text, &constants));
    } else if has_tags {
        source.edit(xml::edits);
    }
    if is_mdx || has_signs || has_tags {
        for _ in 0..DEEPEST {
            if !source.edit(callouts::edits) {
                break;
            }
        }
    }
    source.edit(attributes::edits);
    let (text, lines) = source.finish();
    Plain {
        text: Cow::Owned(text),
        lines: Some(lines),
    }
}
