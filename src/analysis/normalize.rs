//! Width, case and variants: NFKC, lower case, traditional to simplified; each character remembers its source.
//!
//! Conversion comes before segmentation: a segmenter with a simplified dictionary cannot cut traditional text.

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use std::ops::Range;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Normalized text and, for each of its bytes, the place in the source.
pub(super) struct Normalized<'a> {
    source: &'a str,
    text: String,
    /// For each normalized character: its first byte here, and the byte range of its source character.
    places: Vec<Place>,
}

/// Texts are shorter than 4 GB.
struct Place {
    here: u32,
    source: Range<u32>,
}

impl<'a> Normalized<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let mut text = String::with_capacity(source.len());
        // Of three bytes most characters, or of one.
        let mut places = Vec::with_capacity(source.len() / 2);
        each_normalized(source, |start, length, c| {
            places.push(Place {
                here: text.len() as u32,
                source: start as u32..(start + length) as u32,
            });
            text.push(c);
        });
        Self {
            source,
            text,
            places,
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The characters of `range` with their case: where each stands here, and the source character it came from.
    pub(super) fn written(&self, range: Range<usize>) -> impl Iterator<Item = (usize, char)> {
        let first = self.places.partition_point(|p| p.here < range.start as u32);
        let within = move |place: &&Place| place.here < range.end as u32;
        let places = self.places[first..].iter().take_while(within);
        places.map(|place| {
            let here = place.here as usize;
            let source = self.source[place.source.start as usize..].chars().next();
            (here, source.unwrap_or_default())
        })
    }

    /// The source bytes that became the non-empty `range` of the normalized text.
    pub(super) fn source_range(&self, range: Range<usize>) -> (usize, usize) {
        let (start, end) = (range.start as u32, range.end as u32);
        let first = self.places.partition_point(|p| p.here < start);
        let last = self
            .places
            .partition_point(|p| p.here < end)
            .saturating_sub(1)
            .max(first);
        match (self.places.get(first), self.places.get(last)) {
            (Some(first), Some(last)) => (first.source.start as usize, last.source.end as usize),
            _ => (self.source.len(), self.source.len()),
        }
    }
}

/// The text that [`Normalized`] makes of `source`, where nobody asks for places.
pub(super) fn normalized_text(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    each_normalized(source, |_, _, c| text.push(c));
    text
}

/// Appends the normalized text of `source`, and the places in `text` of what was written in upper case.
pub(super) fn push_with_humps(text: &mut String, humps: &mut Vec<usize>, source: &str) {
    each_normalized(source, |start, _, c| {
        // Chinese has no case, and is most of the text.
        if c < FIRST_OF_CHINESE {
            let written = source[start..].chars().next();
            if c.is_alphabetic() && written.is_some_and(char::is_uppercase) {
                humps.push(text.len());
            }
        }
        text.push(c);
    });
}

/// Calls `with` for each normalized character: where its source begins, how many bytes that has, the character.
fn each_normalized(source: &str, mut with: impl FnMut(usize, usize, char)) {
    for (start, c) in source.char_indices() {
        if c.is_ascii() {
            with(start, 1, c.to_ascii_lowercase());
        } else if UNIFIED_IDEOGRAPHS.contains(&u32::from(c)) {
            // Neither width nor case, and nothing to compose: most of the text by far.
            with(start, c.len_utf8(), simplified(c));
        } else {
            for normal in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
                with(start, c.len_utf8(), simplified(normal));
            }
        }
    }
}

const FIRST_OF_CHINESE: char = '\u{3000}';
const UNIFIED_IDEOGRAPHS: Range<u32> = 0x4e00..0xa000;

fn simplified(c: char) -> char {
    let place = u32::from(c).wrapping_sub(UNIFIED_IDEOGRAPHS.start);
    SIMPLIFIED.get(place as usize).copied().unwrap_or(c)
}

/// The simplified form of each unified ideograph, from the conversion tables of OpenCC.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let all: Vec<char> = UNIFIED_IDEOGRAPHS.filter_map(char::from_u32).collect();
    let converter =
        OpenCC::from_config(BuiltinConfig::T2s).expect("the conversion table is built in");
    // A line each, so that no character is converted as part of a phrase.
    let lines: String = all.iter().flat_map(|&c| [c, '\n']).collect();
    let converted = converter.convert(&lines);
    all.into_iter()
        .zip(converted.lines())
        .map(|(from, to)| to.chars().next().unwrap_or(from))
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
    fn the_short_way_of_ideographs_is_the_long_one() {
        for c in UNIFIED_IDEOGRAPHS.filter_map(char::from_u32) {
            let long: Vec<char> = std::iter::once(c)
                .nfkc()
                .flat_map(char::to_lowercase)
                .collect();
            assert_eq!(long, [c]);
        }
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(text in any::<String>()) {
            let once = Normalized::new(&text).text().to_owned();
            let twice = Normalized::new(&once).text().to_owned();
            prop_assert_eq!(twice, once);
        }
    }
}
