//! The bridge from our analysis to tantivy: the only place where tokens change their type.

use crate::analysis::{Analyzer, Token};
use tantivy::Index;
use tantivy::tokenizer::{self as tantivy_tokenizer, TokenStream, Tokenizer};

/// Under this name a field of the schema asks for words.
pub(super) const WORDS: &str = "dayi";
/// Under this name a field of the schema asks for pairs of characters.
pub(super) const BIGRAMS: &str = "dayi_bigrams";

/// Registers the analysis with an index.
pub(super) fn register(index: &Index, analyzer: &Analyzer) {
    let bridge = |cut| Bridge {
        analyzer: analyzer.clone(),
        cut,
    };
    index
        .tokenizers()
        .register(WORDS, bridge(Analyzer::analyze));
    index
        .tokenizers()
        .register(BIGRAMS, bridge(Analyzer::bigrams));
}

/// Cheap to clone, as tantivy clones it at each use: the dictionaries are shared.
#[derive(Clone)]
struct Bridge {
    analyzer: Analyzer,
    cut: fn(&Analyzer, &str) -> Vec<Token>,
}

impl Tokenizer for Bridge {
    type TokenStream<'a> = BridgeStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BridgeStream {
        BridgeStream {
            rest: (self.cut)(&self.analyzer, text).into_iter(),
            current: tantivy_tokenizer::Token::default(),
        }
    }
}

struct BridgeStream {
    rest: std::vec::IntoIter<Token>,
    current: tantivy_tokenizer::Token,
}

impl TokenStream for BridgeStream {
    fn advance(&mut self) -> bool {
        let Some(token) = self.rest.next() else {
            return false;
        };
        self.current = tantivy_tokenizer::Token {
            offset_from: token.byte_start,
            offset_to: token.byte_end,
            position: token.position,
            text: token.text,
            position_length: 1,
        };
        true
    }

    fn token(&self) -> &tantivy_tokenizer::Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut tantivy_tokenizer::Token {
        &mut self.current
    }
}
