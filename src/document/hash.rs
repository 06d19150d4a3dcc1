//! What changes whenever the content of a file does.

/// A hash that changes with the content of a file.
pub fn content_hash(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    u64::from_le_bytes(first)
}
