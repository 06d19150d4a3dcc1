//! Tokens: the words of a text, with where they came from.

use super::normalize::Normalized;
use std::ops::Range;
use std::rc::Rc;

/// Longer tokens, in bytes, are left out: they are data, not words, and index terms have a limit.
pub(super) const LONGEST_TOKEN: usize = 128;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Normalized form; what is indexed and compared.
    pub text: String,
    /// First byte in the source.
    pub byte_start: usize,
    /// One past the last byte in the source.
    pub byte_end: usize,
    /// Place in the sequence of words; parts of a word share the place of the whole.
    pub position: usize,
}

/// A token before it is taken out of the normalized text.
pub(super) struct Piece {
    /// Bytes of the normalized text.
    pub(super) range: Range<usize>,
    /// The stem, where that is another word than the text.
    pub(super) stem: Option<Rc<str>>,
    /// Position of the token.
    pub(super) position: usize,
}

impl Piece {
    pub(super) fn text<'t>(&'t self, normalized: &'t str) -> &'t str {
        let written = || &normalized[self.range.clone()];
        self.stem.as_deref().unwrap_or_else(written)
    }

    pub(super) fn token(&self, normalized: &Normalized<'_>) -> Token {
        let (byte_start, byte_end) = normalized.source_range(self.range.clone());
        Token {
            text: self.text(normalized.text()).to_owned(),
            byte_start,
            byte_end,
            position: self.position,
        }
    }
}

/// The tokens that are no parts of others, in order; of the two forms of an English word the stem.
pub fn whole_words(tokens: &[Token]) -> Vec<&Token> {
    let mut whole: Vec<&Token> = Vec::new();
    for token in tokens {
        let length = token.byte_end - token.byte_start;
        match whole.last_mut() {
            Some(last) if last.position == token.position => {
                // Of equal ranges the later one is the stem, which meets the other forms too.
                if length >= last.byte_end - last.byte_start {
                    *last = token;
                }
            }
            _ => whole.push(token),
        }
    }
    whole
}
