//! What a sender gives with a record, and gets for it.

/// What the keys of imported lines begin with; those of requests are hashes.
pub(super) const IMPORTED: &str = "import:";

/// Identifies one request. If it is sent again, it gets the same reply and is stored once. See
/// draft-ietf-httpapi-idempotency-key-header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// A key that no other sender has: see [`SenderKey`](super::SenderKey).
    pub key: String,
    /// Hash of the content: the same key with other content is an error.
    pub fingerprint: String,
}

impl IdempotencyKey {
    /// Whether it is that of an imported line.
    pub(super) fn is_of_import(&self) -> bool {
        self.key.starts_with(IMPORTED)
    }
}

/// Confirms that a record was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Number of the record within its kind.
    pub number: i64,
    /// Whether the record replaced an earlier one.
    pub replaced: bool,
    /// Whether the record had been stored before: under the same key, or, as an ask, some minutes ago.
    pub repeated: bool,
}

impl Receipt {
    /// The receipt of a record that is new.
    pub(super) fn new(number: i64) -> Self {
        Self {
            number,
            replaced: false,
            repeated: false,
        }
    }
}
