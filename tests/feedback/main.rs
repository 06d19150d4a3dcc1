//! The feedback store over both databases: SQLite in a temporary folder, and a real PostgreSQL that the tests start.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(
    clippy::print_stdout,
    reason = "how many records survived how many kills"
)]

mod asks;
mod bounds;
mod durability;
mod faults;
mod first_version;
mod kit;
mod learning;
mod privacy;
mod sign_in;
mod silent;
mod store;
mod transfer;
mod webhooks;
mod words;
