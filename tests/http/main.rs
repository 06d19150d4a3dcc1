//! The real router over a real index of small documents; whole answers, by status and body.

mod api;
mod kit;
mod machines;
mod pages;
