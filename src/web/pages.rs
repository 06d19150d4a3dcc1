//! HTML pages, complete without JavaScript. One file per kind of page.

mod all_labels;
pub(super) mod ask;
pub(super) mod asks;
mod docs;
mod embed;
pub(super) mod feedback;
mod home;
mod listing;
mod pager;
mod question;
mod questions;
mod receipt;
mod results;

pub(super) use all_labels::{categories, tags};
pub(super) use docs::docs;
pub(super) use embed::embed;
pub(super) use home::home;
pub(super) use listing::{category, tag};
pub(super) use question::{question, question_with_slash};
pub(super) use questions::questions;
pub(super) use receipt::receipt;
pub(super) use results::{results, shorten};
