//! The real router over a real index of small documents; whole answers, by status and body.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod admin;
mod answers;
mod api;
mod asks;
mod brand;
mod browsing;
mod feedback;
mod kit;
mod limits;
mod long_queries;
mod machines;
mod pages;
mod slow;
mod texts;
mod understanding;
mod widget;
