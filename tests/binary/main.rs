//! The real binary: what it prints, its exit codes, and an index that lives through edits, restarts and kills.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod asked_as;
mod cli;
mod hostile;
mod index_life;
mod init;
mod kit;
mod load;
mod memory;
mod rendering;
mod scripted_model;
mod secrets;
mod slow;
mod store;
