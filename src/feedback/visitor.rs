//! Who a visitor is, without keeping an address: hashes with a key, other ones each day.

use jiff::Timestamp;
use std::net::IpAddr;

/// A visitor as records know one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Visitor {
    /// Hash of address and browser.
    pub id: String,
    /// Hash of the address alone: what learning and limits count once.
    pub network: String,
}

/// Makes visitors of addresses.
#[derive(Clone)]
pub struct VisitorKey {
    secret: [u8; 32],
    changes_daily: bool,
}

impl VisitorKey {
    /// A key over a secret of the store; unless `changes_daily`, a visitor stays the same for ever.
    pub fn new(secret: [u8; 32], changes_daily: bool) -> Self {
        Self {
            secret,
            changes_daily,
        }
    }

    /// The visitor at `address` with this browser, at `now`.
    pub fn visitor(&self, address: IpAddr, browser: &str, now: Timestamp) -> Visitor {
        let day = if self.changes_daily {
            now.as_second().div_euclid(24 * 60 * 60)
        } else {
            0
        };
        let network = network(address);
        let hash = |of: &str| {
            let mut hasher = blake3::Hasher::new_keyed(&self.secret);
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

/// What one household or office has of an address: all of IPv4, the first 64 bits of IPv6 (RFC 6177).
pub(crate) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
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
        let key = VisitorKey::new([7; 32], true);
        let first = visitor(&key, "192.0.2.1", "a", 0);
        assert_eq!(first, visitor(&key, "192.0.2.1", "a", 86_399));
        assert_ne!(first, visitor(&key, "192.0.2.1", "a", 86_400));
        assert!(!format!("{first:?}").contains("192.0"));
        let stable = VisitorKey::new([7; 32], false);
        assert_eq!(
            visitor(&stable, "192.0.2.1", "a", 0),
            visitor(&stable, "192.0.2.1", "a", 86_400)
        );
    }

    #[test]
    fn another_browser_is_another_visitor_on_the_same_network() {
        let key = VisitorKey::new([7; 32], true);
        let (a, b) = (
            visitor(&key, "2001:db8::1", "a", 0),
            visitor(&key, "2001:db8::2", "b", 0),
        );
        assert_ne!(a.id, b.id);
        assert_eq!(a.network, b.network);
        assert_ne!(a.network, visitor(&key, "2001:db8:0:1::1", "a", 0).network);
    }
}
