//! Terms on their way into an index, as one text.

/// Terms with a space behind each, as none has any white space. Its memory is used again for one text after the other.
#[derive(Default)]
pub struct Terms {
    /// Whole texts: copied as bytes, of which a few at a time need no call.
    bytes: Vec<u8>,
}

impl Terms {
    /// All of them.
    pub fn as_str(&self) -> &str {
        simdutf8::basic::from_utf8(&self.bytes).expect("whole texts are appended")
    }

    /// Forgets those of the last text, and makes room for so many bytes.
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

    /// Appends the terms that are the first `length` bytes of `texts`.
    pub(super) fn push_first<const N: usize>(&mut self, texts: &[u8; N], length: usize) {
        let end = self.bytes.len() + length;
        self.bytes.extend_from_slice(texts);
        self.bytes.truncate(end);
    }

    /// Bytes of those there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of those behind the first so many bytes.
    pub(super) fn since(&self, start: usize) -> &[u8] {
        &self.bytes[start..]
    }
}
