//! Text columns read as a whole. Asking a column for the text behind one number decodes a block of its dictionary each
//! time; read in order, each block is decoded once.

use tantivy::columnar::StrColumn;

/// The texts of a column by their ordinals.
pub(crate) fn texts_by_ordinal(column: &StrColumn) -> tantivy::Result<Vec<Box<str>>> {
    let mut texts = Vec::with_capacity(column.num_terms());
    let mut terms = column.dictionary().stream()?;
    while terms.advance() {
        texts.push(String::from_utf8_lossy(terms.key()).into());
    }
    Ok(texts)
}
