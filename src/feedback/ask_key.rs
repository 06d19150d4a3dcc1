//! The secret part of the address at which the sender of an ask follows it. It is made by a key that only this store has,
//! so that the sender can be told it again; the tables have its hash alone.

/// Hexadecimal digits of a secret: 128 bits.
const LENGTH: usize = 32;

/// The context of the derivation, see `blake3::derive_key`.
const ADDRESSES: &str = "dayi 2026-12-01 secret addresses of asks";

/// The key that makes the secrets of asks.
#[derive(Clone, Copy)]
pub(super) struct AskKey([u8; 32]);

impl AskKey {
    /// Derived from the key of the store that never changes.
    pub(super) fn new(fixed: &[u8; 32]) -> Self {
        Self(blake3::derive_key(ADDRESSES, fixed))
    }

    /// The secret of the ask with this number. Who knows those of others cannot guess it.
    pub(super) fn secret(&self, number: i64) -> String {
        let hash = blake3::keyed_hash(&self.0, &number.to_le_bytes());
        hash.to_hex()[..LENGTH].to_owned()
    }
}

/// What is stored of a secret. Asks are found by it, so that how long it takes to find none tells nothing of a secret.
pub(super) fn hash_of(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ask_of_each_store_has_a_secret_of_its_own_that_is_always_the_same() {
        let (key, other) = (AskKey::new(&[1; 32]), AskKey::new(&[2; 32]));
        assert_eq!(key.secret(7), key.secret(7));
        assert_eq!(key.secret(7).len(), LENGTH);
        assert_ne!(key.secret(7), key.secret(8));
        assert_ne!(key.secret(7), other.secret(7));
        assert!(!hash_of(&key.secret(7)).contains(&key.secret(7)));
    }
}
