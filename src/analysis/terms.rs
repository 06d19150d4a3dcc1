//! Terms for an index, joined into one text.

/// Terms, each followed by a space; no term contains white space. The buffer is reused from text to text.
#[derive(Default)]
pub struct Terms {
    /// Valid UTF-8, as bytes: copying a fixed number of bytes needs no function call.
    bytes: Vec<u8>,
}

impl Terms {
    /// All terms.
    pub fn as_str(&self) -> &str {
        simdutf8::basic::from_utf8(&self.bytes).expect("whole texts are appended")
    }

    /// Removes the terms of the last text and reserves this many bytes.
    pub(super) fn begin(&mut self, bytes: usize) {
        self.bytes.clear();
        self.bytes.reserve(bytes);
    }

    pub(super) fn push(&mut self, term: &str) {
        self.bytes.extend_from_slice(term.as_bytes());
        self.bytes.push(b' ');
    }

    /// Appends a pair of characters of three bytes each.
    pub(super) fn push_pair(&mut self, pair: [u8; 6]) {
        let mut term = [b' '; 7];
        term[..6].copy_from_slice(&pair);
        self.bytes.extend_from_slice(&term);
    }

    /// Appends the first `length` bytes of `texts`, which are whole terms. Copies all `N` bytes, as a fixed length is
    /// faster.
    pub(super) fn push_first<const N: usize>(&mut self, texts: &[u8; N], length: usize) {
        let end = self.bytes.len() + length;
        self.bytes.extend_from_slice(texts);
        self.bytes.truncate(end);
    }

    /// Length of the text in bytes.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes from index `start` on.
    pub(super) fn since(&self, start: usize) -> &[u8] {
        &self.bytes[start..]
    }
}
