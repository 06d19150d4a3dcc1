//! How much one address may send.

use super::problem::Refusal;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

/// Ratings of one answer from one address in an hour, at most.
const RATINGS_OF_ANSWER: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
/// Tries to sign in from one address in a quarter of an hour, at most.
const SIGN_INS: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Tries to sign in under one name in a quarter of an hour, from wherever, at most.
const SIGN_INS_OF_NAME: NonZeroU32 = NonZeroU32::new(50).expect("not zero");
/// Ratings of one answer in a minute, from wherever, at most.
const RATINGS_OF_ANSWER_BY_ALL: NonZeroU32 = NonZeroU32::new(600).expect("not zero");
/// Opened hits noted of one address in a minute, at most.
const CLICKS: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
/// Searches logged in a second, at most: under load, searching comes first.
const QUERIES: NonZeroU32 = NonZeroU32::new(200).expect("not zero");
/// Addresses whose limits are remembered before those at rest are forgotten.
const MOST_REMEMBERED: usize = 50_000;

/// All limits. Keys are visitors' networks: hashes, which are forgotten with the process.
pub(super) struct Limits {
    feedback: DefaultKeyedRateLimiter<String>,
    ratings: DefaultKeyedRateLimiter<(String, String)>,
    ratings_by_all: DefaultKeyedRateLimiter<String>,
    sign_ins: DefaultKeyedRateLimiter<String>,
    sign_ins_of_name: DefaultKeyedRateLimiter<String>,
    clicks: DefaultKeyedRateLimiter<String>,
    queries: DefaultDirectRateLimiter,
}

impl Limits {
    pub(super) fn new(feedback_per_minute: u32) -> Self {
        let of_feedback = NonZeroU32::new(feedback_per_minute).unwrap_or(NonZeroU32::MIN);
        Self {
            feedback: RateLimiter::keyed(Quota::per_minute(of_feedback)),
            ratings: RateLimiter::keyed(Quota::per_hour(RATINGS_OF_ANSWER)),
            ratings_by_all: RateLimiter::keyed(Quota::per_minute(RATINGS_OF_ANSWER_BY_ALL)),
            sign_ins: RateLimiter::keyed(every(SIGN_INS, Duration::from_mins(15))),
            sign_ins_of_name: RateLimiter::keyed(every(SIGN_INS_OF_NAME, Duration::from_mins(15))),
            clicks: RateLimiter::keyed(Quota::per_minute(CLICKS)),
            queries: RateLimiter::direct(Quota::per_second(QUERIES)),
        }
    }

    /// One more rating or ask of this network.
    pub(super) fn feedback(&self, network: &str) -> Result<(), Refusal> {
        check(&self.feedback, &network.to_owned())
    }

    /// One more rating of an answer by this network.
    pub(super) fn rating(&self, network: &str, question_id: &str) -> Result<(), Refusal> {
        check(&self.ratings, &(network.to_owned(), question_id.to_owned()))?;
        check(&self.ratings_by_all, &question_id.to_owned())
    }

    /// Whether one more search may be logged.
    pub(super) fn query(&self) -> bool {
        self.queries.check().is_ok()
    }

    /// Whether one more opened hit of this network may be noted.
    pub(super) fn click(&self, network: &str) -> bool {
        check(&self.clicks, &network.to_owned()).is_ok()
    }

    /// One more try of this network to sign in under this name.
    pub(super) fn sign_in(&self, network: &str, name: &str) -> Result<(), Refusal> {
        check(&self.sign_ins, &network.to_owned())?;
        check(&self.sign_ins_of_name, &name.to_owned())
    }
}

/// So many at once, and as many again over `period`.
fn every(burst: NonZeroU32, period: Duration) -> Quota {
    Quota::with_period(period / burst.get())
        .unwrap_or_else(|| Quota::per_minute(burst))
        .allow_burst(burst)
}

fn check<K: std::hash::Hash + Eq + Clone>(
    limiter: &DefaultKeyedRateLimiter<K>,
    key: &K,
) -> Result<(), Refusal> {
    if limiter.len() > MOST_REMEMBERED {
        limiter.retain_recent();
        limiter.shrink_to_fit();
    }
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        Refusal::TooMany(wait.as_secs() + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_limited_and_others_are_not() {
        let limits = Limits::new(3);
        for _ in 0..3 {
            assert!(limits.feedback("a").is_ok());
        }
        assert!(matches!(
            limits.feedback("a"),
            Err(Refusal::TooMany(1..=21))
        ));
        assert!(limits.feedback("b").is_ok());
    }
}
