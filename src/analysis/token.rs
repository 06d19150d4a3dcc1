//! Tokens: the words of a text, with their source ranges.

use super::normalize::Normalized;
use std::ops::Range;
use std::rc::Rc;

/// Bytes of a token, at most. Longer tokens are left out: they are data, not words, and terms of an index have a
/// limit.
pub(super) const LONGEST_TOKEN: usize = 128;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Normalized form, which is indexed and compared.
    pub text: String,
    /// First byte in the source.
    pub byte_start: usize,
    /// One past the last byte in the source.
    pub byte_end: usize,
    /// Index in the sequence of words. Parts of a word share the position of the whole.
    pub position: usize,
}

/// A token whose text still lies in the normalized text.
pub(super) struct Piece {
    /// Bytes of the normalized text.
    pub(super) range: Range<usize>,
    /// The stem; `None` if the text is its own stem.
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

/// The tokens that are not parts of others, in order. An English word is given by its stem.
pub fn whole_words(tokens: &[Token]) -> Vec<&Token> {
    let mut whole: Vec<&Token> = Vec::new();
    for token in tokens {
        let length = token.byte_end - token.byte_start;
        match whole.last_mut() {
            Some(last) if last.position == token.position => {
                // Of two equal ranges the later token is the stem, which matches the other forms too.
                if length >= last.byte_end - last.byte_start {
                    *last = token;
                }
            }
            _ => whole.push(token),
        }
    }
    whole
}
