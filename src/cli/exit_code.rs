//! Exit codes.

/// Everything went well.
pub(super) const GOOD: u8 = 0;
/// The command did its work and found a problem.
pub(super) const FOUND_A_PROBLEM: u8 = 1;
/// The command could not do its work as asked.
pub(super) const BAD_USAGE: u8 = 2;
