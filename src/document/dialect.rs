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

use regex::Regex;
use source::Source;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Callouts within callouts that are rewritten; deeper ones stay as text.
const DEEPEST: usize = 4;

/// What comments, callouts and attributes cannot be without. Sensitive to case, so that it is found many bytes at a time.
static SIGN: LazyLock<Regex> = LazyLock::new(|| {
    let comments = r"<!--|<script|<SCRIPT|<Script|<style|<STYLE|<Style|\{/\*|\{\{|\{%|%%|\[//\]:|\[[Cc]omment\]:";
    let signs = format!(r"{comments}|:::|!!!|\?\?\?|===|\{{#|\{{:|\{{\.");
    Regex::new(&signs).expect("the pattern is a constant")
});

/// Which rewriting a text may need.
#[derive(Clone, Copy, PartialEq)]
struct Needs {
    comments: bool,
    callouts: bool,
    attributes: bool,
}

impl Needs {
    fn of(body: &str) -> Self {
        let mut needs = Self {
            comments: false,
            callouts: false,
            attributes: false,
        };
        for found in SIGN.find_iter(body) {
            match found.as_str() {
                "{#" | "{:" | "{." => needs.attributes = true,
                ":::" | "!!!" | "???" | "===" => needs.callouts = true,
                _ => needs.comments = true,
            }
        }
        needs
    }

    fn any(self) -> bool {
        self.comments || self.callouts || self.attributes
    }
}

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
    let (needs, has_tags) = (Needs::of(body), xml::may_have_any(body));
    if !(is_mdx || has_tags || needs.any()) {
        let text = Cow::Borrowed(body);
        return Plain { text, lines: None };
    }
    let mut source = Source::new(body);
    if needs.comments {
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
    // Components may have become callouts.
    if is_mdx || needs.callouts || has_tags {
        let _ = (0..DEEPEST).all(|_| source.edit(callouts::edits));
    }
    if needs.attributes {
        source.edit(attributes::edits);
    }
    let (text, lines) = source.finish();
    Plain {
        text: Cow::Owned(text),
        lines: Some(lines),
    }
}
