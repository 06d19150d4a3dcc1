//! Width, case and variants: NFKC, lower case, traditional to simplified, nothing invisible. Each character knows where in
//! the source it came from.
//!
//! Conversion comes before segmentation: a segmenter with a simplified dictionary cannot cut traditional text.

use crate::clean_text::is_default_ignorable;
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use rustc_hash::FxHashMap;
use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Normalized text, and for each part of it the position in the source that it came from.
pub(super) struct Normalized<'a> {
    source: &'a str,
    text: String,
    /// Stretches in order; the first begins with the text.
    stretches: Vec<Stretch>,
}

/// A part of the text that ends where the next stretch begins. Texts are shorter than 4 GB.
struct Stretch {
    /// First byte in the text.
    here: u32,
    /// First byte in the source.
    source: u32,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Each character has as many bytes as its source character, so positions in both advance together.
    Along,
    /// The whole stretch came from one source character of this many bytes.
    OfOne(u32),
}

impl Stretch {
    /// The first source byte of what begins at `here` in this stretch.
    fn start(&self, here: usize) -> usize {
        match self.kind {
            Kind::Along => self.source as usize + here - self.here as usize,
            Kind::OfOne(_) => self.source as usize,
        }
    }

    /// One past the last source byte of what ends at `here` in this stretch.
    fn end(&self, here: usize) -> usize {
        match self.kind {
            Kind::Along => self.start(here),
            Kind::OfOne(length) => (self.source + length) as usize,
        }
    }
}

impl<'a> Normalized<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let mut normalized = Self {
            source,
            text: String::with_capacity(source.len()),
            stretches: Vec::new(),
        };
        each_part(source, |start, part| normalized.push(start, part));
        // Non-ASCII parts are in lower case already.
        normalized.text.make_ascii_lowercase();
        normalized
    }

    /// Appends the part of the source that begins at `start`. ASCII is not in lower case yet.
    fn push(&mut self, start: usize, part: Part<'_>) {
        match part {
            Part::Plain(text) => {
                self.begin(start, Kind::Along);
                self.text.push_str(text);
            }
            Part::Character(c, Some(form)) if form.len_utf8() == c.len_utf8() => {
                self.begin(start, Kind::Along);
                self.text.push(form);
            }
            Part::Character(c, form) => {
                self.begin(start, Kind::OfOne(c.len_utf8() as u32));
                push_forms(&mut self.text, c, form);
            }
        }
    }

    /// Begins a stretch at the end of the text, unless the last stretch simply continues.
    fn begin(&mut self, source: usize, kind: Kind) {
        let here = self.text.len();
        let goes_on = |last: &Stretch| {
            matches!((last.kind, kind), (Kind::Along, Kind::Along)) && last.start(here) == source
        };
        if !self.stretches.last().is_some_and(goes_on) {
            self.stretches.push(Stretch {
                here: here as u32,
                source: source as u32,
                kind,
            });
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the source reads exactly as the normalized text in this range.
    pub(super) fn is_as_written(&self, range: Range<usize>) -> bool {
        self.source_text(range.clone()) == &self.text[range]
    }

    /// The source text of the non-empty `range` of the normalized text.
    pub(super) fn source_text(&self, range: Range<usize>) -> &str {
        let (start, end) = self.source_range(range);
        &self.source[start..end]
    }

    /// The characters of `range` as written, with their case: the byte index in the normalized text, and the source
    /// character.
    pub(super) fn written(&self, range: Range<usize>) -> impl Iterator<Item = (usize, char)> {
        let mut at = self.stretch_at(range.start);
        let here = self.text[range.clone()].char_indices();
        here.map(move |(offset, _)| {
            let here = range.start + offset;
            let begins = |next: &Stretch| next.here as usize <= here;
            while self.stretches.get(at + 1).is_some_and(begins) {
                at += 1;
            }
            let start = self.stretches[at].start(here);
            let source = self.source[start..].chars().next();
            (here, source.unwrap_or_default())
        })
    }

    /// The source bytes of the non-empty `range` of the normalized text.
    pub(super) fn source_range(&self, range: Range<usize>) -> (usize, usize) {
        let first = &self.stretches[self.stretch_at(range.start)];
        let last = &self.stretches[self.stretch_at(range.end - 1)];
        (first.start(range.start), last.end(range.end))
    }

    /// An iterator-like reader of the sources of ranges that come in ascending order.
    pub(super) fn sources(&self) -> Sources<'_> {
        Sources {
            normalized: self,
            at: 0,
        }
    }

    /// The index of the stretch that contains this byte.
    fn stretch_at(&self, here: usize) -> usize {
        let after = self.stretches.partition_point(|s| s.here as usize <= here);
        after.saturating_sub(1)
    }
}

/// Finds the sources of ranges that come in ascending order. Goes through the stretches once, where
/// [`Normalized::source_text`] searches for each range anew.
pub(super) struct Sources<'n> {
    normalized: &'n Normalized<'n>,
    /// The index of the stretch that contains the last byte of the last range.
    at: usize,
}

impl<'n> Sources<'n> {
    /// The source text of the non-empty `range`, which must lie behind the last one.
    pub(super) fn text(&mut self, range: Range<usize>) -> &'n str {
        let first = self.stretch_at(range.start);
        let start = first.start(range.start);
        let end = self.stretch_at(range.end - 1).end(range.end);
        &self.normalized.source[start..end]
    }

    fn stretch_at(&mut self, here: usize) -> &'n Stretch {
        let stretches = &self.normalized.stretches;
        let begins = |next: &Stretch| next.here as usize <= here;
        while stretches.get(self.at + 1).is_some_and(begins) {
            self.at += 1;
        }
        &stretches[self.at]
    }
}

/// Appends the normalized text of `source` to `text`, and the byte indices of what was written in upper case to
/// `humps`.
pub(super) fn push_with_humps(text: &mut String, humps: &mut Vec<usize>, source: &str) {
    each_part(source, |_, part| match part {
        Part::Plain(plain) => {
            let upper = plain
                .bytes()
                .enumerate()
                .filter(|(_, b)| b.is_ascii_uppercase());
            let start = text.len();
            humps.extend(upper.map(|(at, _)| start + at));
            text.push_str(plain);
            text[start..].make_ascii_lowercase();
        }
        Part::Character(c, form) => {
            let start = text.len();
            push_forms(text, c, form);
            if c.is_uppercase() {
                let forms = text[start..]
                    .char_indices()
                    .filter(|(_, c)| c.is_alphabetic());
                humps.extend(forms.map(|(at, _)| start + at));
            }
        }
    });
}

/// A part of a source.
#[derive(Clone, Copy)]
enum Part<'a> {
    /// ASCII, and ideographs that are their own normalized form: nothing but the case changes.
    Plain(&'a str),
    /// Any other character, with its normalized form if that is one character and in the table.
    Character(char, Option<char>),
}

/// Calls `with` for each part of the source and the index of its first byte. Most of a text is in long plain parts.
fn each_part<'a>(source: &'a str, mut with: impl FnMut(usize, Part<'a>)) {
    let own_forms = &**OWN_FORMS;
    let bytes = source.as_bytes();
    let (mut plain, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at].is_ascii() {
            at += 1;
        } else if is_own_form(&bytes[at..], own_forms) {
            at += 3;
        } else {
            if plain < at {
                with(plain, Part::Plain(&source[plain..at]));
            }
            let c = source[at..].chars().next().unwrap_or_default();
            with(at, Part::Character(c, single_form(c, &SINGLE_FORMS)));
            at += c.len_utf8();
            plain = at;
        }
    }
    if plain < bytes.len() {
        with(plain, Part::Plain(&source[plain..]));
    }
}

/// Whether the text begins with a character of three bytes, from U+3000 on, that is its own normalized form.
fn is_own_form(text: &[u8], own_forms: &OwnForms) -> bool {
    let &[first @ 0xe3..=0xef, second, third, ..] = text else {
        return false;
    };
    let column = own_forms[usize::from(first & 0xf) << 6 | usize::from(second & 0x3f)];
    column >> (third & 0x3f) & 1 == 1
}

fn push_forms(text: &mut String, c: char, form: Option<char>) {
    match form {
        Some(form) => text.push(form),
        None => text.extend(all_forms(c)),
    }
}

/// The normalized form of a character, which may be several characters, or none for one that nobody sees.
fn all_forms(c: char) -> impl Iterator<Item = char> {
    let forms = std::iter::once(c).nfkc().flat_map(char::to_lowercase);
    let forms = forms.filter(|c| !is_default_ignorable(*c));
    forms.map(|c| SIMPLIFIED.get(&c).copied().unwrap_or(c))
}

/// The normalized form of `c` from the table; `None` if it is several characters or `c` is not in the table.
fn single_form(c: char, single_forms: &[char]) -> Option<char> {
    let form = *single_forms.get(c as usize)?;
    (form != SEVERAL).then_some(form)
}

const FIRST_OF_CHINESE: char = '\u{3000}';
const UNIFIED_IDEOGRAPHS: RangeInclusive<char> = '\u{4e00}'..='\u{9fff}';
const BASIC_PLANE: RangeInclusive<char> = '\0'..='\u{ffff}';
/// Marks characters whose normalized form is not one character. No non-ASCII character has NUL as its form.
const SEVERAL: char = '\0';

/// The single normalized form of each character up to U+FFFF, by code point.
static SINGLE_FORMS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut single = vec![SEVERAL; *BASIC_PLANE.end() as usize + 1];
    for c in BASIC_PLANE {
        let mut forms = all_forms(c);
        if let (Some(form), None) = (forms.next(), forms.next()) {
            single[c as usize] = form;
        }
    }
    single
});

/// One bit for each character of three bytes, indexed by its UTF-8 bytes: 8 KB, which fits into the L1 cache.
type OwnForms = [u64; 1 << 10];

/// The characters that begin with the bytes E3 to EF and are their own normalized form.
static OWN_FORMS: LazyLock<Box<OwnForms>> = LazyLock::new(|| {
    let mut own = Box::new([0; 1 << 10]);
    for c in FIRST_OF_CHINESE..=*BASIC_PLANE.end() {
        if single_form(c, &SINGLE_FORMS) == Some(c) {
            own[c as usize >> 6] |= 1 << (c as u32 & 0x3f);
        }
    }
    own
});

/// Simplified forms of unified ideographs that have a different one, from the conversion tables of OpenCC.
static SIMPLIFIED: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    let converter =
        OpenCC::from_config(BuiltinConfig::T2s).expect("the conversion table is built in");
    // One character a line, so that OpenCC converts no character as part of a phrase.
    let lines: String = UNIFIED_IDEOGRAPHS.flat_map(|c| [c, '\n']).collect();
    let converted = converter.convert(&lines);
    let forms = UNIFIED_IDEOGRAPHS.zip(converted.lines());
    forms
        .filter_map(|(from, line)| Some((from, line.chars().next()?)))
        .filter(|(from, to)| from != to)
        .collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn traditional_and_full_width_are_folded() {
        assert_eq!(
            Normalized::new("ＮＡＣＯＳ註冊中心連線").text(),
            "nacos注册中心连线"
        );
    }

    #[test]
    fn the_short_way_of_a_character_is_the_long_one() {
        for c in ('\0'..='\u{1ffff}').filter(|c| !c.is_ascii()) {
            let long: Vec<char> = all_forms(c).collect();
            if let Some(single) = single_form(c, &SINGLE_FORMS) {
                assert_eq!(long, [single]);
            } else {
                assert!(long.len() != 1 || c as u32 > 0xffff, "{c:?}");
            }
        }
    }

    #[test]
    fn places_are_those_of_the_source_where_lengths_differ() {
        let normalized = Normalized::new("aＢ㌀İ中ﬁx");
        let of = |text: &str| {
            let start = normalized.text().find(text).unwrap();
            let (from, to) = normalized.source_range(start..start + text.len());
            &normalized.source[from..to]
        };
        assert_eq!(normalized.text(), "abアパートi\u{307}中fix");
        let expected = [
            ("a", "a"),
            ("b", "Ｂ"),
            ("パ", "㌀"),
            ("i\u{307}", "İ"),
            ("中", "中"),
            ("fi", "ﬁ"),
            ("ix", "ﬁx"),
            ("ab", "aＢ"),
        ];
        for (here, source) in expected {
            assert_eq!(of(here), source);
        }
        let written: String = normalized.written(0..2).map(|(_, c)| c).collect();
        assert_eq!(written, "aＢ");
    }

    proptest! {
        #[test]
        fn sources_in_order_are_those_that_are_searched(text in "[a-cＢ㌀İ中ﬁ，é]{1,30}", ends in prop::collection::btree_set(1..30_usize, 1..8)) {
            let normalized = Normalized::new(&text);
            let here = normalized.text();
            let (mut sources, mut start) = (normalized.sources(), 0);
            for end in ends.into_iter().filter(|end| here.is_char_boundary(*end) && *end <= here.len()) {
                prop_assert_eq!(sources.text(start..end), normalized.source_text(start..end));
                start = end;
            }
        }

        #[test]
        fn normalizing_twice_changes_nothing(text in any::<String>()) {
            let once = Normalized::new(&text).text().to_owned();
            let twice = Normalized::new(&once).text().to_owned();
            prop_assert_eq!(twice, once);
        }
    }
}
