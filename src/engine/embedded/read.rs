//! Reading the index: what a snapshot is made of.

pub(super) mod columns;
pub(super) mod dictionary;
pub(super) mod doc_set;
pub(super) mod first_pass;
pub(super) mod headline_prefixes;
pub(super) mod labels;
mod per_segment;
pub(super) mod second_pass;
mod segment;
pub(super) mod term_lists;
pub(super) mod view;
