//! A text that is edited in steps, and that knows which line each of its lines came from.

use std::ops::Range;

/// Puts `text` where `range` was.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl Edit {
    pub(super) fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { range, text }
    }

    pub(super) fn removal(range: Range<usize>) -> Self {
        Self::new(range, "")
    }
}

pub(super) struct Source {
    text: String,
    /// The first line for each line of the text, from 0.
    lines: Vec<usize>,
}

impl Source {
    pub(super) fn new(text: &str) -> Self {
        let lines = (0..=text.matches('\n').count()).collect();
        let text = text.to_owned();
        Self { text, lines }
    }

    /// Applies the edits of one step, in the order of their places; one that overlaps the one before is left out. Returns
    /// whether there were any.
    pub(super) fn edit(&mut self, step: impl FnOnce(&str) -> Vec<Edit>) -> bool {
        let edits = step(&self.text);
        if edits.is_empty() {
            return false;
        }
        let mut edited = Edited {
            old: self,
            text: String::with_capacity(self.text.len()),
            lines: vec![0],
            read: 0,
            line: 0,
        };
        for edit in edits {
            if edit.range.start >= edited.read {
                edited.keep(edit.range.start);
                edited.insert(&edit.text);
                edited.skip(edit.range.end);
            }
        }
        edited.keep(self.text.len());
        let (text, lines) = (edited.text, edited.lines);
        *self = Self { text, lines };
        true
    }

    pub(super) fn finish(self) -> (String, Vec<usize>) {
        (self.text, self.lines)
    }
}

/// A text that is being made of an older one.
struct Edited<'s> {
    old: &'s Source,
    text: String,
    lines: Vec<usize>,
    /// Bytes of the old text read so far, and the line they end in.
    read: usize,
    line: usize,
}

impl Edited<'_> {
    fn keep(&mut self, end: usize) {
        for part in self.old.text[self.read..end].split_inclusive('\n') {
            self.push(part);
            self.line += usize::from(part.ends_with('\n'));
        }
        self.read = end;
    }

    fn insert(&mut self, text: &str) {
        for part in text.split_inclusive('\n') {
            self.push(part);
        }
    }

    fn skip(&mut self, end: usize) {
        self.line += self.old.text[self.read..end].matches('\n').count();
        self.read = end;
    }

    /// Appends a part of a line, perhaps with its end.
    fn push(&mut self, part: &str) {
        if let Some(line) = self
            .lines
            .last_mut()
            .filter(|_| self.text.is_empty() || self.text.ends_with('\n'))
        {
            *line = self.old.lines[self.line];
        }
        self.text.push_str(part);
        if part.ends_with('\n') {
            self.lines.push(self.old.lines[self.line]);
        }
    }
}

/// The lines of a text, each with its place and without its end.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let range = at..at + line.len();
        at = range.end + 1;
        (range, line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_know_where_they_came_from() {
        let mut source = Source::new("a\nb\nc\nd");
        assert!(source.edit(|_| vec![Edit::removal(2..4), Edit::new(6..6, "x\ny\n")]));
        assert_eq!(source.text, "a\nc\nx\ny\nd");
        assert_eq!(source.lines, [0, 2, 3, 3, 3]);
        assert!(!source.edit(|_| Vec::new()));
        source.edit(|_| vec![Edit::removal(0..2), Edit::removal(1..3)]);
        assert_eq!(source.finish(), ("c\nx\ny\nd".to_owned(), vec![2, 3, 3, 3]));
    }
}
