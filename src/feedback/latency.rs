//! Latencies of searches as a histogram: counts by bucket, from which percentiles are read.

use std::collections::BTreeMap;

/// Factor between the ends of two buckets: a percentile is at most a quarter too high.
const GROWTH: f64 = 1.25;

/// Latencies between two powers of [`GROWTH`] in microseconds; the upper end is included. The number is its exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bucket(i64);

impl Bucket {
    /// The bucket of a latency.
    pub(super) fn of_micros(micros: i64) -> Self {
        Self((micros.max(1) as f64).log(GROWTH).ceil() as i64)
    }

    /// The code in the store.
    pub(super) fn code(self) -> String {
        self.0.to_string()
    }

    /// The bucket that [`Bucket::code`] wrote.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        code.parse().ok().map(Self)
    }

    /// The upper end in milliseconds, with two decimals.
    fn upper_milliseconds(self) -> f64 {
        let micros = GROWTH.powf(self.0 as f64);
        (micros / 10.0).round() / 100.0
    }
}

/// Milliseconds within which `share` of all searches were answered; `None` if there are none.
pub(super) fn percentile(counts: &BTreeMap<Bucket, i64>, share: f64) -> Option<f64> {
    let all: i64 = counts.values().sum();
    let wanted = (all as f64 * share).ceil() as i64;
    let mut seen = 0;
    for (bucket, count) in counts {
        seen += count;
        if seen >= wanted && seen > 0 {
            return Some(bucket.upper_milliseconds());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_upper_end_of_its_bucket() {
        // 1.25^31 microseconds are 1.01 ms, 1.25^41 are 9.4 ms.
        let counts = BTreeMap::from([(Bucket(31), 95), (Bucket(41), 5)]);
        assert_eq!(percentile(&counts, 0.95), Some(1.01));
        assert_eq!(percentile(&counts, 0.96), Some(9.4));
        assert_eq!(percentile(&BTreeMap::new(), 0.95), None);
    }

    #[test]
    fn a_latency_is_within_its_bucket() {
        for micros in [1, 999, 1_500, 3_000_000] {
            let milliseconds = micros as f64 / 1_000.0;
            let upper = Bucket::of_micros(micros).upper_milliseconds();
            assert!(upper >= milliseconds - 0.01, "{micros}: {upper}");
            assert!(upper <= milliseconds * GROWTH + 0.01, "{micros}: {upper}");
        }
    }
}
