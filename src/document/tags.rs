//! Tags in raw HTML: which are markup, and which are text that only looks like it, such as `<pod-name>`.

use super::escape::escape;
use std::sync::LazyLock;

/// Elements of HTML, those of older versions included (HTML Living Standard, 4 and 16.2).
const ELEMENTS: &str = "a abbr acronym address area article aside audio b base basefont bdi bdo big blink blockquote body br \
    button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset \
    figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd \
    label legend li link main map mark marquee math menu meta meter nav nobr noframes noscript object ol optgroup option output \
    p param picture pre progress q rp rt rtc ruby s samp script search section select slot small source span strike strong style \
    sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr";
/// Elements without an end tag.
const VOID: &str =
    "area base basefont br col embed frame hr img input link meta param source track wbr";
/// Void elements that are markup even without attributes.
const BREAKS: &str = "br hr wbr";
/// Elements whose end tag may be left out.
const SELF_ENDING: &str = "dd dt li option p tbody td tfoot th thead tr";
/// Longest value in braces, as JSX has them: the search for its end must not take long.
const LONGEST_BRACES: usize = 2_000;

/// A tag as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HtmlTag<'h> {
    pub(super) source: &'h str,
    pub(super) name: &'h str,
    pub(super) is_end: bool,
    pub(super) closes_itself: bool,
    pub(super) attributes: Vec<Attribute<'h>>,
}

/// An attribute as it is written; the value without its quotes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Attribute<'h> {
    pub(super) name: &'h str,
    pub(super) value: Option<Value<'h>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'h> {
    /// Text in which entities count.
    Text(&'h str),
    /// An expression of JSX, without its braces.
    Expression(&'h str),
}

/// A part of raw HTML.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece<'h> {
    Text(&'h str),
    Tag(HtmlTag<'h>),
}

impl<'h> HtmlTag<'h> {
    /// The tag that the text begins with.
    pub(super) fn at_start(html: &'h str) -> Option<Self> {
        let inner = html.strip_prefix('<')?;
        let is_end = inner.starts_with('/');
        let inner = &inner[usize::from(is_end)..];
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        let name = &inner[..inner.find(|c| !is_name(c)).unwrap_or(inner.len())];
        let mut rest = &inner[name.len()..];
        let mut attributes = Vec::new();
        loop {
            let trimmed = rest.trim_start();
            let (closes_itself, end) = match trimmed.strip_prefix('/') {
                Some(end) => (true, end.trim_start()),
                None => (false, trimmed),
            };
            if let Some(behind) = end.strip_prefix('>') {
                let source = &html[..html.len() - behind.len()];
                return Some(Self {
                    source,
                    name,
                    is_end,
                    closes_itself,
                    attributes,
                });
            }
            // Attributes are parted by white space.
            if trimmed.len() == rest.len() {
                return None;
            }
            let (attribute, behind) = Attribute::at_start(trimmed)?;
            attributes.push(attribute);
            rest = behind;
        }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether HTML has an element of this name.
    pub(super) fn is_element(&self) -> bool {
        is_element(self.name)
    }

    /// Whether it opens an element that needs an end tag.
    pub(super) fn needs_an_end(&self) -> bool {
        !self.is_end && !self.is_void()
    }

    pub(super) fn is_void(&self) -> bool {
        is_among(VOID, self.name)
    }

    /// Whether it is markup without its end tag, behind the text `before`. `List<P>` is text, and so is a mere `<link>`.
    pub(super) fn stands_alone(&self, before: &str) -> bool {
        if self.is_void() {
            return is_among(BREAKS, self.name) || !self.attributes.is_empty();
        }
        let is_glued = before.ends_with(|c: char| c.is_ascii_alphanumeric());
        is_among(SELF_ENDING, self.name) && !is_glued
    }

    /// The text of an attribute as it is written.
    pub(super) fn written(&self, name: &str) -> Option<&'h str> {
        let mut attributes = self.attributes.iter();
        match attributes
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))?
            .value?
        {
            Value::Text(text) => Some(text),
            Value::Expression(_) => None,
        }
    }

    /// The text of an attribute, with its entities decoded; `None` if it is missing or no text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))?
            .text()
    }
}

impl<'h> Attribute<'h> {
    fn at_start(text: &'h str) -> Option<(Self, &'h str)> {
        let is_name = |c: char| !c.is_whitespace() && !"\"'<>/={}`".contains(c);
        let name = &text[..text.find(|c| !is_name(c)).unwrap_or(text.len())];
        if name.is_empty() {
            // `{...props}` of JSX says nothing here.
            let expression = braces(text)?;
            let value = Some(Value::Expression(expression));
            return Some((Self { name, value }, &text[expression.len() + 2..]));
        }
        let rest = &text[name.len()..];
        let Some(value) = rest.trim_start().strip_prefix('=').map(str::trim_start) else {
            return Some((Self { name, value: None }, rest));
        };
        let (value, rest) = match value.chars().next()? {
            quote @ ('"' | '\'') => {
                let (inner, rest) = value[1..].split_once(quote)?;
                (Value::Text(inner), rest)
            }
            '{' => {
                let expression = braces(value)?;
                (
                    Value::Expression(expression),
                    &value[expression.len() + 2..],
                )
            }
            _ => {
                let is_end = |c: char| c.is_whitespace() || "\"'=<>`".contains(c);
                let (inner, rest) = value.split_at(value.find(is_end).unwrap_or(value.len()));
                if inner.is_empty() || rest.starts_with(['"', '\'', '=', '<', '`']) {
                    return None;
                }
                // The slash of `<img src=a.png/>` belongs to the tag.
                let inner = inner
                    .strip_suffix('/')
                    .filter(|_| rest.starts_with('>'))
                    .unwrap_or(inner);
                (Value::Text(inner), &value[inner.len()..])
            }
        };
        let value = Some(value);
        Some((Self { name, value }, rest))
    }

    /// The value as text, with its entities decoded. Of an expression the only string in it, as in
    /// `{require('./a.png').default}`.
    pub(super) fn text(&self) -> Option<String> {
        match self.value? {
            Value::Text(text) => Some(decoded(text)),
            Value::Expression(expression) => string_in(expression).map(ToOwned::to_owned),
        }
    }
}

/// What stands between the braces that the text begins with.
fn braces(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().take(LONGEST_BRACES) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return text.get(1..at);
        }
    }
    None
}

/// The string of an expression of JSX that is one, or that loads a file.
fn string_in(expression: &str) -> Option<&str> {
    let inner = expression.trim();
    let inner = inner
        .strip_prefix("require(")
        .or_else(|| inner.strip_prefix("useBaseUrl("))
        .and_then(|loaded| Some(loaded.split_once(')')?.0.trim()))
        .unwrap_or(inner);
    let quote = inner.chars().next().filter(|c| "\"'`".contains(*c))?;
    let text = inner[1..].strip_suffix(quote)?;
    (!text.contains(quote)).then_some(text)
}

/// Decodes the entities that addresses and titles have. An unknown one stays as it is.
pub(super) fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.split_once(';').map_or("", |(entity, _)| &entity[1..]);
        if let Some(c) = character_of(entity) {
            decoded.push(c);
            rest = &rest[entity.len() + 2..];
        } else {
            decoded.push('&');
            rest = &rest[1..];
        }
    }
    decoded.push_str(rest);
    decoded
}

fn character_of(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let hexadecimal = number.strip_prefix(['x', 'X']);
        let number = match hexadecimal {
            Some(number) => u32::from_str_radix(number, 16),
            None => number.parse(),
        };
        return char::from_u32(number.ok()?);
    }
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => return None,
    })
}

/// Whether HTML has an element of this name.
pub(super) fn is_element(name: &str) -> bool {
    static SORTED: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut names: Vec<&str> = ELEMENTS.split_ascii_whitespace().collect();
        names.sort_unstable();
        names
    });
    // The longest are `blockquote` and `figcaption`.
    let mut buffer = [0; 10];
    let Some(lower) = buffer.get_mut(..name.len()) else {
        return false;
    };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    SORTED
        .binary_search_by(|known| known.as_bytes().cmp(lower))
        .is_ok()
}

fn is_among(names: &str, name: &str) -> bool {
    names.split(' ').any(|n| n.eq_ignore_ascii_case(name))
}

/// Raw HTML in its parts. Comments are left out.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        while let Some(comment) = rest.strip_prefix("<!--") {
            rest = behind_comment(comment);
        }
        if rest.is_empty() {
            return None;
        }
        if let Some(tag) = HtmlTag::at_start(rest) {
            rest = &rest[tag.source.len()..];
            return Some(Piece::Tag(tag));
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find('<').map_or(rest.len(), |at| first + at);
        let (text, behind) = rest.split_at(end);
        rest = behind;
        Some(Piece::Text(text))
    })
}

/// The text behind a comment, of which `comment` has all but its beginning.
pub(super) fn behind_comment(comment: &str) -> &str {
    for short in [">", "->"] {
        if let Some(rest) = comment.strip_prefix(short) {
            return rest;
        }
    }
    comment.split_once("-->").map_or("", |(_, rest)| rest)
}

/// Raw HTML in which only elements are markup: other tags and declarations are escaped.
pub(super) fn elements_only(html: &str) -> String {
    let mut only = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Tag(tag) if tag.is_element() => only.push_str(tag.source),
            Piece::Tag(tag) => only.push_str(&escape(tag.source)),
            Piece::Text(text) => only.push_str(&text.replace('<', "&lt;")),
        }
    }
    only
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tag(html: &str) -> Option<HtmlTag<'_>> {
        HtmlTag::at_start(html)
    }

    #[test]
    fn tags_are_read_as_they_are_written() {
        let read = tag("<a href=\"x&amp;y\" title='b' disabled>rest").unwrap();
        assert_eq!((read.name, read.source.len()), ("a", 37));
        assert_eq!(read.text("HREF").as_deref(), Some("x&y"));
        assert_eq!(read.text("title").as_deref(), Some("b"));
        assert_eq!(read.attributes.len(), 3);
        assert!(tag("</div >").unwrap().is_end);
        let image = tag("<img src=a/b.png/>").unwrap();
        assert_eq!(image.text("src").as_deref(), Some("a/b.png"));
        assert!(image.closes_itself);
        for no_tag in [
            "<用户名>",
            "< a>",
            "<3>",
            "<a",
            "<a\"b\">",
            "<a b=>",
            "<!-- -->",
            "<?xml?>",
        ] {
            assert_eq!(tag(no_tag), None, "{no_tag}");
        }
    }

    #[test]
    fn expressions_of_jsx_are_values() {
        let read = tag(
            "<img src={require('./a.png').default} style={{color:'red'}} {...props} alt=\"图\" />",
        )
        .unwrap();
        assert_eq!(read.text("src").as_deref(), Some("./a.png"));
        assert_eq!(read.text("style"), None);
        assert_eq!(read.text("alt").as_deref(), Some("图"));
    }

    #[test]
    fn elements_are_known_in_any_case() {
        for name in ["a", "blockquote", "FIGCAPTION", "wbr", "H6"] {
            assert!(is_element(name), "{name}");
        }
        for name in ["", "version", "pod-name", "blockquotes", "h7", "groupId"] {
            assert!(!is_element(name), "{name}");
        }
    }

    #[test]
    fn only_elements_are_markup() {
        assert_eq!(
            elements_only("<div><pod-name>a < b<!-- c --></div><?xml?>"),
            "<div>&lt;pod-name&gt;a &lt; b</div>&lt;?xml?>"
        );
    }

    proptest! {
        #[test]
        fn pieces_are_the_whole_text(html in "[<>a-c/\"'= {}甲-]{0,80}") {
            let parts: String = pieces(&html).map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Tag(tag) => tag.source.to_owned(),
            }).collect();
            if !html.contains("<!--") {
                prop_assert_eq!(parts, html);
            }
        }
    }
}
