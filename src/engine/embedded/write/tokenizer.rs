//! The tokenizer of the index. The analyzer has cut texts into terms with spaces between them; what is left is to split at
//! the spaces. Tantivy's own way for tokens that were cut before (`PreTokenizedString`) takes an allocation for each.

use tantivy::Index;
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

/// Name of the tokenizer in the schema.
pub(crate) const NAME: &str = "terms";

/// Registers the tokenizer with an index that was opened or made.
pub(crate) fn register(index: &Index) {
    let terms = TextAnalyzer::from(TermsTokenizer::default());
    index.tokenizers().register(NAME, terms);
}

/// Splits what [`Terms`](crate::analysis::Terms) joined. Tantivy's tokenizer for white space decodes each character; the
/// bytes say as well where a term ends.
#[derive(Clone, Default)]
struct TermsTokenizer {
    token: Token,
}

struct TermsStream<'a> {
    text: &'a str,
    /// Where the next term begins.
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for TermsTokenizer {
    type TokenStream<'a> = TermsStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> TermsStream<'a> {
        self.token.reset();
        TermsStream {
            text,
            at: 0,
            token: &mut self.token,
        }
    }
}

impl TokenStream for TermsStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        self.token.position = self.token.position.wrapping_add(1);
        loop {
            let start = self.at;
            let Some(rest) = self.text.get(start..).filter(|rest| !rest.is_empty()) else {
                return false;
            };
            let end = rest.bytes().position(|byte| byte == b' ');
            let term = &rest[..end.unwrap_or(rest.len())];
            self.at = start + term.len() + 1;
            if !term.is_empty() {
                self.token.offset_from = start;
                self.token.offset_to = start + term.len();
                self.token.text.push_str(term);
                return true;
            }
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tantivy::tokenizer::WhitespaceTokenizer;

    fn tokens(mut tokenizer: impl Tokenizer, text: &str) -> Vec<Token> {
        let mut stream = tokenizer.token_stream(text);
        let mut tokens = Vec::new();
        stream.process(&mut |token| tokens.push(token.clone()));
        tokens
    }

    proptest! {
        #[test]
        fn terms_are_split_as_the_library_splits_them(text in "( |[a-z]{1,3}|\\PC)*") {
            let ours = tokens(TermsTokenizer::default(), &text);
            prop_assert_eq!(ours, tokens(WhitespaceTokenizer::default(), &text));
        }
    }
}
