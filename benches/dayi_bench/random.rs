//! Random choices that depend only on a seed and a number, so that any part of a corpus can be made on any thread.

/// `SplitMix64`: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators".
pub(crate) struct Random(u64);

impl Random {
    /// The choices for thing `number` under a seed.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mut seeded = Self(seed);
        Self(seeded.next() ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `end - 1`; 0 if `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// A number from 0 to 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether an event of this probability happens.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// One of `things`, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }
}

/// Zipf's law over ranks from 0: the first is chosen twice as often as the second.
pub(crate) struct Zipf {
    /// Cumulative weights of the ranks.
    sums: Vec<f64>,
}

impl Zipf {
    /// Zipf's law over this many ranks.
    pub(crate) fn new(ranks: usize) -> Self {
        let mut sum = 0.0;
        let weight = |rank: usize| {
            sum += 1.0 / rank as f64;
            sum
        };
        Self {
            sums: (1..=ranks).map(weight).collect(),
        }
    }

    /// A random rank.
    pub(crate) fn draw(&self, random: &mut Random) -> usize {
        let all = self.sums.last().copied().unwrap_or_default();
        let at = random.share() * all;
        self.sums
            .partition_point(|sum| *sum <= at)
            .min(self.sums.len().saturating_sub(1))
    }
}
