//! The real binary through the faults of an operator's life: kills, a full disk, unreadable, half-written and flooding
//! documents, a damaged index, a clock that moves.
//!
//! `FAULT_ROUNDS` sets how often the random ones are tried, `FAULT_EDITS` how many edits the flood has, `FAULT_SEED`
//! repeats what a failed run printed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "seeds, and how long recovery took")]

mod chance;
mod clock;
mod damage;
mod documents;
mod flood;
mod full_disk;
mod half_written;
mod kills;
#[allow(dead_code, reason = "shared; not every test target needs all of it")]
#[path = "../binary/kit.rs"]
mod kit;
mod unreadable;
