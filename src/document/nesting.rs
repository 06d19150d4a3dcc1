//! How deep HTML is nested, told without taking it apart.

use regex::Regex;
use std::sync::LazyLock;

/// Elements within each other beyond this many are no answer, and would take the sanitizer time that grows with their
/// square; such a text is shown as it was written.
const DEEPEST: usize = 100;

/// A tag that ends where it seems to.
static PLAIN_TAG: LazyLock<Regex> = LazyLock::new(|| {
    let space = r"[ \t\n\r\x0c]";
    let value = r#"="[^"<>]*"|='[^'<>]*'|=[^ \t\n\r\x0c"'=<>`]+"#;
    let attribute = format!("{space}+[A-Za-z][A-Za-z0-9_:.-]*(?:{value})?");
    let tag = format!("^<(/?)([A-Za-z][A-Za-z0-9-]*)(?:{attribute})*{space}*/?>");
    Regex::new(&tag).expect("the pattern is a constant")
});
const VOID: &str = "area br col hr img input link meta source wbr";
/// Elements that end by themselves before another of their kind, and with the container they are in.
const SELF_ENDING: &str = "dd dt li option p tbody td tfoot th thead tr";
const CONTAINERS: &str =
    "blockquote details dd div dl li ol section table tbody td tfoot th thead tr ul";

/// Whether elements may be within each other deeper than [`DEEPEST`]. Errs on the side of depth: an end counts only where
/// every parser sees it.
pub(super) fn is_nested_too_deep(html: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    html.match_indices('<').any(|(at, _)| {
        follow(&html[at..], &mut open);
        open.len() > DEEPEST
    })
}

/// Opens or ends elements by the tag at the beginning of `html`.
fn follow<'h>(html: &'h str, open: &mut Vec<&'h str>) {
    let Some(tag) = PLAIN_TAG.captures(html) else {
        // Stays open for ever, so that nothing it may hide ends what is around it.
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

/// Whether what follows a `<` is no plain tag but may be an odd one, or a comment around others.
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
