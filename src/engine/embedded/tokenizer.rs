//! The bridge from our analysis to tantivy: the only place where words change their type.

use crate::analysis::{Analyzer, Terms};
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
    index.tokenizers().register(WORDS, bridge(Analyzer::terms));
    index
        .tokenizers()
        .register(BIGRAMS, bridge(Analyzer::bigram_terms));
}

/// Cheap to clone, as tantivy clones it at each use: the dictionaries are shared.
#[derive(Clone)]
struct Bridge {
    analyzer: Analyzer,
    cut: fn(&Analyzer, &str) -> Terms,
}

impl Tokenizer for Bridge {
    type TokenStream<'a> = BridgeStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BridgeStream {
        BridgeStream {
            terms: (self.cut)(&self.analyzer, text),
            next: 0,
            current: tantivy_tokenizer::Token::default(),
        }
    }
}

/// Gives the words in their order. The index keeps how often a word stands in a text and not where.
struct BridgeStream {
    terms: Terms,
    next: usize,
    current: tantivy_tokenizer::Token,
}

impl TokenStream for BridgeStream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.terms.get(self.next) else {
            return false;
        };
        self.current.position = self.next;
        self.current.text.clear();
        self.current.text.push_str(word);
        self.next += 1;
        true
    }

    fn token(&self) -> &tantivy_tokenizer::Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut tantivy_tokenizer::Token {
        &mut self.current
    }
}
