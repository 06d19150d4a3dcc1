//! Rate limits: how much one client may ask for and send.

use super::refusal::Refusal;
use crate::config::Config;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Ratings of one answer from one address in an hour, at most.
const RATINGS_OF_ANSWER: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
/// Tries to sign in from one address in a quarter of an hour, at most.
const SIGN_INS: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Tries to sign in under one name in a quarter of an hour, from all addresses together, at most.
const SIGN_INS_OF_NAME: NonZeroU32 = NonZeroU32::new(50).expect("not zero");
/// Tries to sign in from one browser that an expert signed in from before, in a quarter of an hour, at most.
const SIGN_INS_OF_DEVICE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Visitors from one address who have the same question as one ask in an hour, at most.
const ME_TOO: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
/// Ratings of one answer in a minute, from all addresses together, at most.
const RATINGS_OF_ANSWER_BY_ALL: NonZeroU32 = NonZeroU32::new(600).expect("not zero");
/// Opened hits of one address that are logged in a minute, at most.
const CLICKS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
/// Searches of one address that are logged in a minute, at most.
const QUERIES_OF_NETWORK: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
/// Searches logged in a second, at most: under load, searching comes first.
const QUERIES: NonZeroU32 = NonZeroU32::new(200).expect("not zero");
/// Keys that a limiter remembers before it forgets the idle ones.
const MOST_REMEMBERED: usize = 50_000;
/// Checks between two clean-ups, each of which visits all remembered keys.
const CHECKS_BETWEEN: usize = 10_000;

/// All limits. Their keys are the hashed networks of visitors, or the network itself for requests; none is stored.
pub(super) struct Limits {
    /// None if requests are not limited.
    requests: Option<Keyed<String>>,
    feedback: Keyed<String>,
    ratings: Keyed<(String, String)>,
    ratings_by_all: Keyed<String>,
    me_too: Keyed<(String, i64)>,
    sign_ins: Keyed<String>,
    sign_ins_of_name: Keyed<String>,
    sign_ins_of_device: Keyed<String>,
    clicks: Keyed<String>,
    queries_of_network: Keyed<String>,
    queries: DefaultDirectRateLimiter,
}

impl Limits {
    pub(super) fn new(config: &Config) -> Self {
        let of_feedback = config.feedback_per_minute;
        let of_feedback = NonZeroU32::new(of_feedback).unwrap_or(NonZeroU32::MIN);
        let of_requests = NonZeroU32::new(config.requests_per_minute);
        Self {
            requests: of_requests.map(|most| Keyed::new(Quota::per_minute(most))),
            feedback: Keyed::new(Quota::per_minute(of_feedback)),
            ratings: Keyed::new(Quota::per_hour(RATINGS_OF_ANSWER)),
            ratings_by_all: Keyed::new(Quota::per_minute(RATINGS_OF_ANSWER_BY_ALL)),
            me_too: Keyed::new(Quota::per_hour(ME_TOO)),
            sign_ins: Keyed::new(every(SIGN_INS, Duration::from_mins(15))),
            sign_ins_of_name: Keyed::new(every(SIGN_INS_OF_NAME, Duration::from_mins(15))),
            sign_ins_of_device: Keyed::new(every(SIGN_INS_OF_DEVICE, Duration::from_mins(15))),
            queries_of_network: Keyed::new(Quota::per_minute(QUERIES_OF_NETWORK)),
            clicks: Keyed::new(Quota::per_minute(CLICKS)),
            queries: RateLimiter::direct(Quota::per_second(QUERIES)),
        }
    }

    /// Whether requests are limited, of whatever kind.
    pub(super) fn has_requests(&self) -> bool {
        self.requests.is_some()
    }

    /// One more request of this network, of whatever kind.
    pub(super) fn request(&self, network: &str) -> Result<(), Refusal> {
        let limiter = self.requests.as_ref();
        limiter.map_or(Ok(()), |limiter| limiter.check(&network.to_owned()))
    }

    /// One more rating or ask of this network.
    pub(super) fn feedback(&self, network: &str) -> Result<(), Refusal> {
        self.feedback.check(&network.to_owned())
    }

    /// One more rating of an answer by this network.
    pub(super) fn rating(&self, network: &str, question_id: &str) -> Result<(), Refusal> {
        self.ratings
            .check(&(network.to_owned(), question_id.to_owned()))?;
        self.ratings_by_all.check(&question_id.to_owned())
    }

    /// One more visitor of this network who has the same question as an ask.
    pub(super) fn me_too(&self, network: &str, ask: i64) -> Result<(), Refusal> {
        self.feedback(network)?;
        self.me_too.check(&(network.to_owned(), ask))
    }

    /// Whether one more search of this network may be logged.
    pub(super) fn query(&self, network: &str) -> bool {
        // One network takes no part of what is left to the others once it has its own.
        self.queries_of_network.check(&network.to_owned()).is_ok() && self.queries.check().is_ok()
    }

    /// Whether one more opened hit of this network may be logged.
    pub(super) fn click(&self, network: &str) -> bool {
        self.clicks.check(&network.to_owned()).is_ok()
    }

    /// Whether one more try to sign in from this browser, from which the expert has signed in before, counts for the
    /// browser alone. Others cannot use these tries up.
    pub(super) fn sign_in_of_device(&self, device: &str) -> bool {
        self.sign_ins_of_device.check(&device.to_owned()).is_ok()
    }

    /// One more try of this network to sign in under this name. What is refused for the network does not count for the
    /// name.
    pub(super) fn sign_in(&self, network: &str, name: &str) -> Result<(), Refusal> {
        self.sign_ins.check(&network.to_owned())?;
        self.sign_ins_of_name.check(&name.to_owned())
    }
}

/// A limit for each key by itself.
struct Keyed<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    checks: AtomicUsize,
}

impl<K: Hash + Eq + Clone> Keyed<K> {
    fn new(quota: Quota) -> Self {
        Self {
            limiter: RateLimiter::keyed(quota),
            checks: AtomicUsize::new(0),
        }
    }

    fn check(&self, key: &K) -> Result<(), Refusal> {
        let checks = self.checks.fetch_add(1, Ordering::Relaxed);
        if checks.is_multiple_of(CHECKS_BETWEEN) && self.limiter.len() > MOST_REMEMBERED {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Refusal::TooMany(wait.as_secs() + 1)
        })
    }
}

/// `burst` at once, and as many again over each `period`.
fn every(burst: NonZeroU32, period: Duration) -> Quota {
    Quota::with_period(period / burst.get())
        .unwrap_or_else(|| Quota::per_minute(burst))
        .allow_burst(burst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_limited_and_others_are_not() {
        let limit = Keyed::new(Quota::per_minute(NonZeroU32::new(3).unwrap()));
        for _ in 0..3 {
            assert!(limit.check(&"a").is_ok());
        }
        assert!(matches!(limit.check(&"a"), Err(Refusal::TooMany(1..=21))));
        assert!(limit.check(&"b").is_ok());
    }
}
