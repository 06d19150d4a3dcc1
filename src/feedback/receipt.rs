//! What a sender of a record gives and gets.

/// Names one sending: sent again, it is answered as before and kept once. See
/// draft-ietf-httpapi-idempotency-key-header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The sender's key.
    pub key: String,
    /// Hash of what was sent: the same key with other content is an error.
    pub fingerprint: String,
}

/// What was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Number of the record within its kind.
    pub number: i64,
    /// Whether it replaced an earlier one.
    pub replaced: bool,
    /// Whether it had been kept before, under the same key.
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
