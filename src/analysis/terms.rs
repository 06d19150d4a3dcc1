//! The words of a text for an index, which wants neither places nor owners: one text, and ranges in it.

use super::Piece;
use std::ops::Range;

/// Words in their order.
#[derive(Debug, Default)]
pub struct Terms {
    /// The normalized text, and behind it the stems that are not in it.
    text: String,
    ranges: Vec<Range<usize>>,
}

impl Terms {
    pub(super) fn new(mut text: String, pieces: Vec<Piece>) -> Self {
        let ranges = pieces.into_iter().map(|piece| match piece.stem {
            None => piece.range,
            Some(stem) => {
                let start = text.len();
                text.push_str(&stem);
                start..text.len()
            }
        });
        let ranges = ranges.collect();
        Self { text, ranges }
    }

    /// The word at this place, from 0.
    pub fn get(&self, at: usize) -> Option<&str> {
        Some(&self.text[self.ranges.get(at)?.clone()])
    }

    /// All words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.ranges.iter().map(|range| &self.text[range.clone()])
    }
}
