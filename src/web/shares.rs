//! What one network may have of the service at once, so that a flood from one address leaves room for all others.

use crate::feedback::network;
use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::Semaphore;

tokio::task_local! {
    /// Who sent the request that is being answered.
    static ADDRESS: IpAddr;
}

/// As many permits for each network, remembered while one is held.
pub(super) struct Shares {
    permits: usize,
    networks: Mutex<Networks>,
}

#[derive(Default)]
struct Networks {
    permits: HashMap<String, Weak<Semaphore>>,
    /// Forgets those at rest when there are more than this.
    forget_above: usize,
}

impl Shares {
    pub(super) fn new(permits: usize) -> Self {
        Self {
            permits,
            networks: Mutex::default(),
        }
    }

    /// The permits of this network.
    pub(super) fn of(&self, network: &str) -> Arc<Semaphore> {
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(permits) = networks.permits.get(network).and_then(Weak::upgrade) {
            return permits;
        }
        let permits = Arc::new(Semaphore::new(self.permits));
        let weak = Arc::downgrade(&permits);
        networks.permits.insert(network.to_owned(), weak);
        if networks.permits.len() > networks.forget_above {
            networks.permits.retain(|_, held| held.strong_count() > 0);
            // Twice as many as there are: that each is looked at a bounded number of times.
            networks.forget_above = networks.permits.len() * 2;
        }
        permits
    }
}

/// Does what answers a request of this address, so that [`this_network`] knows whose it is wherever work is done for it.
pub(super) fn on_behalf_of<F: Future>(
    address: IpAddr,
    answering: F,
) -> impl Future<Output = F::Output> {
    ADDRESS.scope(address, answering)
}

/// The network whose request is being answered.
pub(super) fn this_network() -> String {
    // Outside of a request, as in tests of the state, everybody is the same one.
    let address = ADDRESS.try_with(|address| *address);
    network(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_has_its_share_and_leaves_the_rest() {
        let shares = Shares::new(2);
        let take = |network: &str| shares.of(network).try_acquire_owned();
        let (first, second) = (take("a"), take("a"));
        assert!(first.is_ok() && second.is_ok());
        assert!(take("a").is_err());
        assert!(take("b").is_ok());
        drop(first);
        assert!(take("a").is_ok());
    }

    #[test]
    fn networks_at_rest_are_forgotten() {
        let shares = Shares::new(1);
        let held = shares.of("held").try_acquire_owned().unwrap();
        for number in 0..1_000 {
            assert!(shares.of(&number.to_string()).try_acquire().is_ok());
        }
        assert!(shares.of("held").try_acquire().is_err());
        drop(held);
        assert!(shares.networks.lock().unwrap().permits.len() < 10);
    }
}
