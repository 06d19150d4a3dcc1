//! Footnotes, which are written behind the answer.

use pulldown_cmark::Event;
use std::collections::HashMap;

/// Footnotes in the order in which they are referred to.
#[derive(Default)]
pub(super) struct Footnotes<'e> {
    numbers: HashMap<&'e str, usize>,
    /// The definition that is being written, and what was written before it.
    open: Option<(&'e str, Vec<Event<'e>>)>,
    definitions: Vec<(&'e str, Vec<Event<'e>>)>,
}

impl<'e> Footnotes<'e> {
    /// The number of a footnote, and whether this is the first reference to it.
    pub(super) fn number(&mut self, label: &'e str) -> (usize, bool) {
        let next = self.numbers.len() + 1;
        let is_first = !self.numbers.contains_key(label);
        (*self.numbers.entry(label).or_insert(next), is_first)
    }

    pub(super) fn open(&mut self, label: &'e str, written: &mut Vec<Event<'e>>) {
        self.open = Some((label, std::mem::take(written)));
    }

    pub(super) fn close(&mut self, written: &mut Vec<Event<'e>>) {
        if let Some((label, before)) = self.open.take() {
            let definition = std::mem::replace(written, before);
            self.definitions.push((label, definition));
        }
    }

    /// All definitions with their numbers; those that nothing refers to come last.
    pub(super) fn finish(&mut self) -> Vec<(usize, bool, Vec<Event<'e>>)> {
        let referenced = self.numbers.len();
        let mut notes = Vec::new();
        for (label, events) in std::mem::take(&mut self.definitions) {
            let (number, is_new) = self.number(label);
            notes.push((number, !is_new && number <= referenced, events));
        }
        notes.sort_by_key(|(number, _, _)| *number);
        notes
    }
}
