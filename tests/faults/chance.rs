//! Random numbers that can be repeated, and how much of everything is tried.

use fastrand::Rng;

/// Random numbers for the test of this name. The seed is printed; `FAULT_SEED` sets it.
pub(crate) fn seeded(test: &str) -> Rng {
    let seed = from_environment("FAULT_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("{test}: FAULT_SEED={seed}");
    Rng::with_seed(seed)
}

/// How often a random fault is tried.
pub(crate) fn rounds() -> u64 {
    from_environment("FAULT_ROUNDS").unwrap_or(12)
}

/// How many edits a flood has.
pub(crate) fn edits() -> u64 {
    from_environment("FAULT_EDITS").unwrap_or(1_000)
}

fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap())
}
