//! A filter in front of a set of keys: most keys of an asking are no words of the query, and a bit tells so sooner than the
//! set would.

/// A Bloom filter (Bloom 1970) with one hash, which is the key itself: keys are hashes or code points already.
pub(super) struct KeyFilter([u64; 4]);

impl KeyFilter {
    pub(super) fn of(keys: impl Iterator<Item = u64>) -> Self {
        let mut bits = [0; 4];
        for key in keys {
            let (block, bit) = place(key);
            bits[block] |= bit;
        }
        Self(bits)
    }

    /// `false` for a key that is surely not among the keys.
    pub(super) fn may_have(&self, key: u64) -> bool {
        let (block, bit) = place(key);
        self.0[block] & bit != 0
    }
}

fn place(key: u64) -> (usize, u64) {
    ((key >> 6 & 3) as usize, 1 << (key & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_given_is_never_missed_and_most_others_are() {
        let filter = KeyFilter::of((0..8).map(|n| n * 37));
        assert!((0..8).all(|n| filter.may_have(n * 37)));
        let passed = (0..256).filter(|key| filter.may_have(*key)).count();
        assert_eq!(passed, 8);
    }
}
