//! Quotas of each client, so that a flood from one address leaves room for all others. A client is a network: tower limits
//! concurrency for all clients together only, and governor limits rates, not concurrency.

use crate::feedback::network;
use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

tokio::task_local! {
    /// The address of the client whose request is being answered.
    static ADDRESS: IpAddr;
}

/// A semaphore for each client, remembered while one of its permits is held.
pub(super) struct ClientQuotas {
    permits: usize,
    clients: Mutex<Clients>,
}

#[derive(Default)]
struct Clients {
    permits: HashMap<String, Weak<Semaphore>>,
    /// Clients without a held permit are forgotten when there are more entries than this.
    forget_above: usize,
}

impl ClientQuotas {
    pub(super) fn new(permits: usize) -> Self {
        Self {
            permits,
            clients: Mutex::default(),
        }
    }

    /// The permits of this client.
    pub(super) fn permits_of(&self, client: &str) -> Arc<Semaphore> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(permits) = clients.permits.get(client).and_then(Weak::upgrade) {
            return permits;
        }
        let permits = Arc::new(Semaphore::new(self.permits));
        let weak = Arc::downgrade(&permits);
        clients.permits.insert(client.to_owned(), weak);
        if clients.permits.len() > clients.forget_above {
            clients.permits.retain(|_, held| held.strong_count() > 0);
            // Doubling bounds how often each entry is visited.
            clients.forget_above = clients.permits.len() * 2;
        }
        permits
    }
}

/// Permits that all clients share, of which one client has a part at most.
pub(super) struct SharedQuota {
    all: Arc<Semaphore>,
    of_client: ClientQuotas,
}

/// Permits that were taken; given back when dropped.
pub(super) struct Taken {
    _of_all: OwnedSemaphorePermit,
    _of_client: OwnedSemaphorePermit,
}

impl SharedQuota {
    pub(super) fn new(permits: usize, of_client: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(permits)),
            of_client: ClientQuotas::new(of_client),
        }
    }

    /// So many permits for the current client, if there are as many now.
    pub(super) fn take(&self, permits: usize) -> Option<Taken> {
        let permits = u32::try_from(permits).ok()?;
        let own = self.of_client.permits_of(&current_client());
        let of_client = own.try_acquire_many_owned(permits).ok()?;
        let of_all = Arc::clone(&self.all).try_acquire_many_owned(permits);
        Some(Taken {
            _of_all: of_all.ok()?,
            _of_client: of_client,
        })
    }
}

/// Answers a request of the client at `address`, so that [`current_client`] names it wherever work is done for it.
pub(super) fn with_client<F: Future>(
    address: IpAddr,
    answering: F,
) -> impl Future<Output = F::Output> {
    ADDRESS.scope(address, answering)
}

/// The client whose request is being answered, by its network.
pub(super) fn current_client() -> String {
    // Outside of a request, as in tests of the state, all work counts as one client's.
    let address = ADDRESS.try_with(|address| *address);
    network(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_its_quota_and_leaves_the_rest() {
        let quotas = ClientQuotas::new(2);
        let take = |client: &str| quotas.permits_of(client).try_acquire_owned();
        let (first, second) = (take("a"), take("a"));
        assert!(first.is_ok() && second.is_ok());
        assert!(take("a").is_err());
        assert!(take("b").is_ok());
        drop(first);
        assert!(take("a").is_ok());
    }

    #[tokio::test]
    async fn one_client_takes_a_part_of_what_is_shared() {
        let quota = SharedQuota::new(10, 6);
        let take = async |last: u8, permits: usize| {
            let address = IpAddr::V4(Ipv4Addr::new(192, 0, 2, last));
            with_client(address, async { quota.take(permits) }).await
        };
        let held = take(1, 6).await;
        assert!(held.is_some());
        assert!(take(1, 1).await.is_none());
        let others = take(2, 4).await;
        assert!(others.is_some());
        assert!(take(3, 1).await.is_none(), "nothing is left");
        drop(held);
        assert!(take(3, 6).await.is_some());
    }

    #[test]
    fn idle_clients_are_forgotten() {
        let quotas = ClientQuotas::new(1);
        let held = quotas.permits_of("held").try_acquire_owned().unwrap();
        for number in 0..1_000 {
            assert!(quotas.permits_of(&number.to_string()).try_acquire().is_ok());
        }
        assert!(quotas.permits_of("held").try_acquire().is_err());
        drop(held);
        assert!(quotas.clients.lock().unwrap().permits.len() < 10);
    }
}
