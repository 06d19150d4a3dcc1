//! The addresses of an answer, written anew in its Markdown.

use super::addresses::{self, Surroundings};
use super::anchors::{AnchorSurvey, Anchors};
use super::escape::escape;
use super::markdown;
use super::tags::{Piece, pieces};
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

/// The Markdown with those addresses of links and pictures that lead somewhere as they are in these surroundings. Others stay
/// as they were written.
pub(super) fn resolved<'m>(markdown: &'m str, around: &dyn Surroundings) -> Cow<'m, str> {
    if !markdown.contains(['[', '<']) {
        return Cow::Borrowed(markdown);
    }
    let mut survey = AnchorSurvey::default();
    let mut found: Vec<(Range<usize>, Address)> = Vec::new();
    // The brackets that are open, with the end of what they hold so far.
    let mut open: Vec<(Option<bool>, usize)> = Vec::new();
    let mut parser = markdown::events(markdown).into_offset_iter();
    for (event, range) in parser.by_ref() {
        survey.see(&event);
        match &event {
            Event::Start(Tag::Link { link_type, .. }) => {
                open.push((
                    (*link_type == LinkType::Inline).then_some(false),
                    range.start + 1,
                ));
                continue;
            }
            Event::Start(Tag::Image { link_type, .. }) => {
                open.push((
                    (*link_type == LinkType::Inline).then_some(true),
                    range.start + 2,
                ));
                continue;
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if let Some((Some(is_picture), end)) = open.pop() {
                    let place = inline_address(markdown, end..range.end);
                    found.extend(place.map(|place| (place, Address::of(is_picture))));
                }
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                raw_addresses(markdown, &range, &mut found);
            }
            _ => {}
        }
        for (_, end) in &mut open {
            *end = range.end.max(*end);
        }
    }
    for (_, definition) in parser.reference_definitions().iter() {
        let place = definition_address(markdown, definition.span.clone());
        found.extend(place.map(|place| (place, Address::Link)));
    }
    found.sort_by_key(|(place, _)| place.start);
    written(markdown, &found, &survey.anchors, around)
}

/// What would end an address without angle brackets, and how it is encoded.
const NOT_IN_MARKDOWN: [(char, &str); 5] = [
    (' ', "%20"),
    ('(', "%28"),
    (')', "%29"),
    ('<', "%3C"),
    ('>', "%3E"),
];

#[derive(Clone, Copy)]
enum Address {
    Link,
    Picture,
    /// In a tag, with its quotes if it has any.
    RawLink,
    RawPicture,
}

impl Address {
    fn of(is_picture: bool) -> Self {
        if is_picture {
            Self::Picture
        } else {
            Self::Link
        }
    }
}

fn written<'m>(
    markdown: &'m str,
    found: &[(Range<usize>, Address)],
    anchors: &Anchors,
    around: &dyn Surroundings,
) -> Cow<'m, str> {
    let mut text = String::with_capacity(markdown.len());
    let mut copied = 0;
    for (place, kind) in found {
        let written = &markdown[place.clone()];
        let plain = super::tags::decoded(written.trim_matches(['<', '>', '"', '\'']));
        let address = match kind {
            Address::Link | Address::RawLink => addresses::of_link(&plain, anchors, around),
            Address::Picture | Address::RawPicture => addresses::of_picture(&plain, around),
        };
        let Some(address) = address.filter(|address| *address != plain && copied <= place.start)
        else {
            continue;
        };
        text.push_str(&markdown[copied..place.start]);
        match kind {
            Address::Link | Address::Picture => {
                let encode = |address: String, (c, code): (char, &str)| address.replace(c, code);
                text.push_str(&NOT_IN_MARKDOWN.into_iter().fold(address, encode));
            }
            Address::RawLink | Address::RawPicture => {
                let _ = write!(text, "\"{}\"", escape(&address));
            }
        }
        copied = place.end;
    }
    if copied == 0 {
        return Cow::Borrowed(markdown);
    }
    text.push_str(&markdown[copied..]);
    Cow::Owned(text)
}

/// The address in the rest of a link, `](address "title")`, as it is written.
fn inline_address(markdown: &str, rest: Range<usize>) -> Option<Range<usize>> {
    let text = markdown.get(rest.clone())?;
    let opening = text.find("](")? + 2;
    address_at(markdown, rest.start + opening..rest.end.checked_sub(1)?)
}

/// The address in a definition, `[label]: address "title"`.
fn definition_address(markdown: &str, span: Range<usize>) -> Option<Range<usize>> {
    let text = markdown.get(span.clone())?;
    let opening = text.find("]:")? + 2;
    address_at(markdown, span.start + opening..span.end)
}

/// The address behind white space.
fn address_at(markdown: &str, within: Range<usize>) -> Option<Range<usize>> {
    let text = markdown.get(within.clone())?;
    let start = within.start + text.len() - text.trim_start().len();
    let text = text.trim_start();
    let length = if text.starts_with('<') {
        text.find('>')? + 1
    } else {
        text.find(char::is_whitespace).unwrap_or(text.len())
    };
    (length > 0).then_some(start..start + length)
}

/// The addresses in raw HTML.
fn raw_addresses(markdown: &str, range: &Range<usize>, found: &mut Vec<(Range<usize>, Address)>) {
    let start_of = |part: &str| part.as_ptr() as usize - markdown.as_ptr() as usize;
    for piece in pieces(&markdown[range.clone()]) {
        let Piece::Tag(tag) = piece else { continue };
        let (attribute, kind) = match tag.name.to_ascii_lowercase().as_str() {
            "a" => ("href", Address::RawLink),
            "img" => ("src", Address::RawPicture),
            _ => continue,
        };
        let Some(value) = tag.written(attribute) else {
            continue;
        };
        let mut place = start_of(value)..start_of(value) + value.len();
        if markdown[..place.start].ends_with(['"', '\'']) {
            place = place.start - 1..place.end + 1;
        }
        found.push((place, kind));
    }
}

#[cfg(test)]
mod tests {
    use super::super::addresses::tests::Folder;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_those_of_the_surroundings() {
        for (written, resolved_as) in [
            (
                "[b](b.md \"t\")",
                "[b](https://qa.example/questions/guide-b-md \"t\")",
            ),
            (
                "![图](./a.png)",
                "![图](https://qa.example/pictures/guide/a.png)",
            ),
            (
                "[![图](a.png)](b.md)",
                "[![图](https://qa.example/pictures/guide/a.png)](https://qa.example/questions/guide-b-md)",
            ),
            (
                "[b](<../中 文.md>)",
                "[b](https://qa.example/questions/中-文-md)",
            ),
            (
                "[b][1]\n\n[1]: b.md",
                "[b][1]\n\n[1]: https://qa.example/questions/guide-b-md",
            ),
            (
                "<img src=\"a.png\" alt=x>",
                "<img src=\"https://qa.example/pictures/guide/a.png\" alt=x>",
            ),
            (
                "<a href='b.md'>b</a>",
                "<a href=\"https://qa.example/questions/guide-b-md\">b</a>",
            ),
            ("[跳](#二)\n\n## 二", "[跳](#a-二)\n\n## 二"),
            ("[x](missing.md) `[b](b.md)`", "[x](missing.md) `[b](b.md)`"),
            ("[y](https://a.example/x)", "[y](https://a.example/x)"),
        ] {
            assert_eq!(resolved(written, &Folder), resolved_as);
        }
    }

    proptest! {
        #[test]
        fn any_text_keeps_what_is_no_address(text in "[a\\[\\]()<>!#. \\n:\"中`-]{0,60}") {
            let _ = resolved(&text, &Folder);
        }
    }
}
