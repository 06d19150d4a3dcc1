//! Levels of headings.

/// Highest heading level in an answer, below the page's own `h1` and `h2`.
const TOP_HEADING: usize = 3;

/// Levels of headings, closed up: below the first comes the next, whatever levels the answer skips.
#[derive(Default)]
pub(super) struct Levels {
    /// The levels that the answer gives the open sections.
    open: Vec<usize>,
    /// Levels of open headings in raw HTML, as they are written.
    raw: Vec<usize>,
}

impl Levels {
    pub(super) fn of(&mut self, level: usize) -> usize {
        while self.open.last().is_some_and(|open| *open >= level) {
            self.open.pop();
        }
        self.open.push(level);
        self.last()
    }

    /// The level of the last heading.
    pub(super) fn last(&self) -> usize {
        (TOP_HEADING - 1 + self.open.len()).min(6)
    }

    pub(super) fn of_raw(&mut self, level: usize) -> usize {
        let level = self.of(level);
        self.raw.push(level);
        level
    }

    pub(super) fn end_raw(&mut self) -> Option<usize> {
        self.raw.pop()
    }
}

/// The level of an element that is a heading.
pub(super) fn heading_level(name: &str) -> Option<usize> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some((level - b'0').into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_level_is_skipped_and_none_is_above_that_of_answers() {
        let mut levels = Levels::default();
        let written = [2, 4, 4, 3, 1, 6, 2, 3, 4, 5, 6].map(|level| levels.of(level));
        assert_eq!(written, [3, 4, 4, 4, 3, 4, 4, 5, 6, 6, 6]);
    }
}
