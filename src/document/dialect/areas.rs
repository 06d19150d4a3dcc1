//! Where the Markdown parser sees code and raw HTML.

use crate::document::markdown;
use pulldown_cmark::{CodeBlockKind, Event, Tag};
use std::ops::Range;

/// Places in a text, in order.
#[derive(Default)]
pub(super) struct Areas {
    code: Vec<Range<usize>>,
    html: Vec<Range<usize>>,
}

impl Areas {
    pub(super) fn of(text: &str) -> Self {
        Self::with(text, |_| true)
    }

    /// Like [`Areas::of`], without code that is only indented, which MDX does not have.
    pub(super) fn of_fences(text: &str) -> Self {
        Self::with(text, |kind| matches!(kind, CodeBlockKind::Fenced(_)))
    }

    fn with(text: &str, is_code: impl Fn(&CodeBlockKind<'_>) -> bool) -> Self {
        let mut areas = Self::default();
        for (event, range) in markdown::events(text).into_offset_iter() {
            match event {
                Event::Code(_) => areas.code.push(range),
                Event::Start(Tag::CodeBlock(kind)) if is_code(&kind) => areas.code.push(range),
                Event::Html(_) | Event::InlineHtml(_) => areas.html.push(range),
                _ => {}
            }
        }
        areas
    }

    pub(super) fn is_code(&self, at: usize) -> bool {
        around(&self.code, at).is_some()
    }

    /// The end of the raw HTML that this place is in. Blocks come as their lines.
    pub(super) fn end_of_html(&self, at: usize) -> Option<usize> {
        around(&self.html, at).map(|range| range.end)
    }
}

/// The range that holds a place, of ranges in order that do not overlap.
fn around(ranges: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    let behind = ranges.partition_point(|range| range.start <= at);
    let last = ranges.get(behind.checked_sub(1)?)?;
    last.contains(&at).then_some(last)
}
