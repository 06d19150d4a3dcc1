//! Recognises visitors without storing addresses: a visitor is a keyed hash, by default with a new key each day.

use jiff::Timestamp;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// A visitor as records identify it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Visitor {
    /// Hash of address and browser.
    pub id: String,
    /// Hash of the network alone, which learning and limits count once.
    pub network: String,
}

/// The key that turns addresses into visitors.
#[derive(Clone)]
pub enum VisitorKey {
    /// A visitor has the same hash for ever.
    Fixed([u8; 32]),
    /// A visitor has another hash each day.
    Daily(Arc<Mutex<DayKey>>),
}

/// The key of a day. The key of the next day is derived from it and replaces it, so nobody who finds today's key can
/// test addresses against yesterday's hashes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DayKey {
    /// Days since 1970, UTC.
    day: i64,
    secret: [u8; 32],
}

/// The key under which idempotency keys are kept, each as that of its sender alone. It does not change with the day, so
/// that what is sent again after midnight is recognised. Only a hash of sender and idempotency key together is stored,
/// by which nobody can be recognised in anything sent under another key.
#[derive(Clone)]
pub struct SenderKey([u8; 32]);

impl SenderKey {
    /// Derived from the key of the store that never changes.
    pub(super) fn new(fixed: &[u8; 32]) -> Self {
        Self(blake3::derive_key(KEYS_OF_SENDERS, fixed))
    }

    /// The idempotency key `key` of the sender at `address` with this browser, as no other sender has it.
    pub fn own(&self, address: IpAddr, browser: &str, key: &str) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        for part in [&network(address), browser, key] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        format!("sent:{}", hasher.finalize().to_hex())
    }
}

impl std::fmt::Debug for SenderKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SenderKey")
    }
}

/// The context of the derivation, see `blake3::derive_key`.
const KEYS_OF_SENDERS: &str = "dayi 2026-11-30 idempotency keys of senders";
/// The context of the derivation, see `blake3::derive_key`.
const NEXT_DAY: &str = "dayi 2026-11-25 visitor key of the next day";

impl DayKey {
    pub(super) fn new(day: i64, secret: [u8; 32]) -> Self {
        Self { day, secret }
    }

    /// The key of a later day; this key if `day` is earlier, because the clock was set back.
    pub(super) fn on(mut self, day: i64) -> Self {
        while self.day < day {
            self.secret = blake3::derive_key(NEXT_DAY, &self.secret);
            self.day += 1;
        }
        self
    }

    /// The form in which it is stored.
    pub(super) fn to_text(self) -> String {
        format!("{}:{}", self.day, blake3::Hash::from_bytes(self.secret))
    }

    /// The key that [`DayKey::to_text`] wrote.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let (day, secret) = text.split_once(':')?;
        let secret = *blake3::Hash::from_hex(secret).ok()?.as_bytes();
        Some(Self::new(day.parse().ok()?, secret))
    }
}

/// Days since 1970, UTC.
pub(super) fn day_of(now: Timestamp) -> i64 {
    now.as_second().div_euclid(24 * 60 * 60)
}

impl VisitorKey {
    /// The visitor at `address` with this browser, at `now`.
    pub fn visitor(&self, address: IpAddr, browser: &str, now: Timestamp) -> Visitor {
        let (secret, day) = match self {
            Self::Fixed(secret) => (*secret, 0),
            Self::Daily(key) => {
                let day = day_of(now);
                let mut key = key.lock().unwrap_or_else(PoisonError::into_inner);
                *key = key.on(day);
                (key.secret, day)
            }
        };
        let network = network(address);
        let hash = |of: &str| {
            let mut hasher = blake3::Hasher::new_keyed(&secret);
            hasher.update(&day.to_le_bytes());
            hasher.update(network.as_bytes());
            hasher.update(&[0]);
            hasher.update(of.as_bytes());
            hasher.finalize().to_hex()[..24].to_owned()
        };
        Visitor {
            id: hash(browser),
            network: hash(""),
        }
    }
}

impl std::fmt::Debug for VisitorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VisitorKey")
    }
}

impl std::fmt::Debug for DayKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DayKey of day {}", self.day)
    }
}

/// The part of an address that a household or office shares: all of IPv4, the first 48 bits of IPv6 (RFC 6177).
pub(crate) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(key: &VisitorKey, address: &str, browser: &str, second: i64) -> Visitor {
        let now = Timestamp::from_second(second).unwrap();
        key.visitor(address.parse().unwrap(), browser, now)
    }

    #[test]
    fn a_visitor_is_the_same_for_a_day_and_another_the_next() {
        let key = VisitorKey::Daily(Arc::new(Mutex::new(DayKey::new(0, [7; 32]))));
        let first = visitor(&key, "192.0.2.1", "a", 0);
        assert_eq!(first, visitor(&key, "192.0.2.1", "a", 86_399));
        assert_ne!(first, visitor(&key, "192.0.2.1", "a", 86_400));
        assert!(!format!("{first:?}").contains("192.0"));
        let stable = VisitorKey::Fixed([7; 32]);
        assert_eq!(
            visitor(&stable, "192.0.2.1", "a", 0),
            visitor(&stable, "192.0.2.1", "a", 86_400)
        );
    }

    #[test]
    fn the_key_of_a_day_comes_from_that_of_the_day_before_and_not_the_other_way() {
        let first = DayKey::new(5, [7; 32]);
        let later = first.on(8);
        assert_eq!(later, first.on(6).on(8));
        assert_ne!(later.secret, first.secret);
        assert_eq!(later.on(5), later, "a clock that goes back makes no key");
        assert_eq!(DayKey::from_text(&later.to_text()), Some(later));
        assert!(!format!("{later:?}").contains(&later.to_text()[2..10]));
    }

    #[test]
    fn an_idempotency_key_is_its_senders_own() {
        let keys = SenderKey::new(&[7; 32]);
        let own = |address: &str, browser, key| keys.own(address.parse().unwrap(), browser, key);
        let first = own("198.51.100.77", "a", "k-1");
        assert_eq!(first, own("198.51.100.77", "a", "k-1"));
        for other in [
            own("192.0.2.200", "a", "k-1"),
            own("198.51.100.77", "b", "k-1"),
            own("198.51.100.77", "a", "k-2"),
            own("198.51.100.77", "ak", "-1"),
        ] {
            assert_ne!(first, other);
        }
        assert!(!first.contains("k-1"));
    }

    #[test]
    fn another_browser_is_another_visitor_on_the_same_network() {
        let key = VisitorKey::Daily(Arc::new(Mutex::new(DayKey::new(0, [7; 32]))));
        let (a, b) = (
            visitor(&key, "2001:db8::1", "a", 0),
            visitor(&key, "2001:db8::2", "b", 0),
        );
        assert_ne!(a.id, b.id);
        assert_eq!(a.network, b.network);
        assert_ne!(a.network, visitor(&key, "2001:db8:1::1", "a", 0).network);
    }
}
