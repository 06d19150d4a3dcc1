//! Measures how deep HTML is nested, without parsing it.

use regex::Regex;
use std::sync::LazyLock;

/// Deepest nesting of elements. Deeper text is not an answer, and the sanitizer's time grows with the square of the
/// depth; such a text is shown as it was written.
const DEEPEST: usize = 100;

/// A well-formed tag, on whose end all parsers agree.
static PLAIN_TAG: LazyLock<Regex> = LazyLock::new(|| {
    let space = r"[ \t\n\r\x0c]";
    let value = r#"="[^"<>]*"|='[^'<>]*'|=[^ \t\n\r\x0c"'=<>`]+"#;
    let attribute = format!("{space}+[A-Za-z][A-Za-z0-9_:.-]*(?:{value})?");
    let tag = format!("^<(/?)([A-Za-z][A-Za-z0-9-]*)(?:{attribute})*{space}*/?>");
    Regex::new(&tag).expect("the pattern is a constant")
});
const VOID: &str = "area br col hr img input link meta source wbr";
/// Elements that end without an end tag: before another of their kind, and with their container.
const SELF_ENDING: &str = "dd dt li option p tbody td tfoot th thead tr";
const CONTAINERS: &str =
    "blockquote details dd div dl li ol section table tbody td tfoot th thead tr ul";

/// Whether elements may be nested deeper than [`DEEPEST`]. May overestimate the depth: an end tag counts only if
/// every parser sees it.
pub(super) fn is_nested_too_deep(html: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    html.match_indices('<').any(|(at, _)| {
        follow(&html[at..], &mut open);
        open.len() > DEEPEST
    })
}

/// Opens or closes elements according to the tag at the beginning of `html`.
fn follow<'h>(html: &'h str, open: &mut Vec<&'h str>) {
    let Some(tag) = PLAIN_TAG.captures(html) else {
        // An unclear tag stays open for ever, so that no end tag it may hide closes the elements around it.
        open.extend(may_hide_tags(&html[1..]).then_some(""));
        return;
    };
    let (is_end, name) = (!tag[1].is_empty(), tag.get(2).map_or("", |n| n.as_str()));
    let is_same = |other: &&str| other.eq_ignore_ascii_case(name);
    if is_end {
        let ends_others = is_among(CONTAINERS, name);
        let innermost = open
            .iter()
            .rposition(|o| is_same(o) || !(ends_others && is_among(SELF_ENDING, o)));
        if let Some(at) = innermost.filter(|at| is_same(&open[*at])) {
            open.truncate(at);
        }
        return;
    }
    let follows_its_kind = is_among(SELF_ENDING, name) && open.last().is_some_and(is_same);
    if !is_among(VOID, name) && !follows_its_kind {
        open.push(name);
    }
}

/// Whether the text after a `<` may be an odd tag, or a comment that contains tags.
fn may_hide_tags(rest: &str) -> bool {
    let end = if rest.starts_with("!--") { "-->" } else { ">" };
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    match rest.chars().next() {
        Some('/') if is_letter(rest.chars().nth(1)) => true,
        Some('!' | '?' | '/') => rest.split(end).next().is_some_and(|t| t.contains('<')),
        first => is_letter(first),
    }
}

fn is_among(names: &str, name: &str) -> bool {
    names.split(' ').any(|n| n.eq_ignore_ascii_case(name))
}
