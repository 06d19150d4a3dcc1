//! The text of a front matter, where it stands in its file, and what is noticed in it.

use crate::document::rejection::Rejection;
use crate::document::warning::Warning;
use memchr::memchr_iter;

/// Warnings about one front matter, at most: what is wrong a thousand times need not be said so often.
const MOST_WARNINGS: usize = 20;
/// Characters of a value that a message repeats, at most.
const SHOWN: usize = 60;

/// The text between the fences, with what is noticed while it is read.
pub(in crate::document) struct Source<'t> {
    /// The file, relative to the content folder.
    pub(super) path: &'t str,
    pub(super) text: &'t str,
    /// Line of the file in which the text begins, from 1.
    pub(super) first_line: usize,
    pub(in crate::document) warnings: Vec<Warning>,
}

impl<'t> Source<'t> {
    pub(super) fn new(path: &'t str, text: &'t str, first_line: usize) -> Self {
        Self {
            path,
            text,
            first_line,
            warnings: Vec::new(),
        }
    }

    /// Line and column in the file of a byte of the text.
    pub(super) fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = memchr_iter(b'\n', before.as_bytes()).count();
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count());
        (self.first_line + line, column + 1)
    }

    /// Where a key stands; the beginning, where it is not found.
    pub(in crate::document) fn place_of(&self, key: &str) -> (usize, usize) {
        self.place(self.offset_of(key).unwrap_or_default())
    }

    /// Where the value of a key stands; the beginning, where the key is not found.
    pub(super) fn place_of_value(&self, key: &str) -> (usize, usize) {
        let start = self.offset_of(key).unwrap_or_default();
        let rest = &self.text[start..];
        let sign = rest.find([':', '=']).map_or(0, |at| at + 1);
        let blank = rest[sign..].len() - rest[sign..].trim_start().len();
        self.place(start + sign + blank)
    }

    /// The first byte of a piece of a key's value; that of the key, where the piece is not written as it is read.
    pub(super) fn offset_within(&self, key: &str, piece: &str) -> usize {
        let start = self.offset_of(key).unwrap_or_default();
        start + self.text[start..].find(piece).unwrap_or_default()
    }

    /// The first byte of the line that begins with a key, quoted or not, in any of the formats.
    fn offset_of(&self, key: &str) -> Option<usize> {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let indented = line.trim_start_matches([' ', '\t', '{', ',']);
            let named = indented.trim_start_matches(['"', '\'']);
            let is_key = named.strip_prefix(key).is_some_and(|rest| {
                let rest = rest.trim_start_matches(['"', '\'']).trim_start();
                rest.starts_with([':', '='])
            });
            if is_key {
                return Some(start + line.len() - indented.len());
            }
            start += line.len();
        }
        None
    }

    /// Notes what an author should look at, at a byte of the text.
    pub(super) fn warn_at(&mut self, offset: usize, what: impl Into<String>, remedy: &str) {
        if self.warnings.len() < MOST_WARNINGS {
            let place = self.place(offset);
            let warning = Warning::at(self.path, place, what, remedy);
            self.warnings.push(warning);
        }
    }

    /// Notes what an author should look at, at a key.
    pub(in crate::document) fn warn(&mut self, key: &str, what: impl Into<String>, remedy: &str) {
        let offset = self.offset_of(key).unwrap_or_default();
        self.warn_at(offset, what, remedy);
    }

    /// Refuses the file because of what a key has.
    pub(super) fn refuse(&self, key: &str, problem: String, expected: &str) -> Rejection {
        Rejection::at(self.path, self.place_of(key), problem, expected)
    }
}

/// The beginning of a value, fit for a message of one line.
pub(in crate::document) fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut characters = text.chars();
    for c in characters.by_ref().take(SHOWN) {
        // Line breaks of Unicode are no control characters.
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            shown.extend(c.escape_debug());
        } else {
            shown.push(c);
        }
    }
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_every_format() {
        for (text, place) in [
            ("a: 1\ntags: [x]\n", (3, 1)),
            ("a: 1\n\"tags\" : [x]\n", (3, 1)),
            ("a = 1\n  tags = [\"x\"]\n", (3, 3)),
            ("{\n  \"tags\": []\n}", (3, 3)),
            ("mytags: 1\nother: tags\n", (2, 1)),
        ] {
            assert_eq!(
                Source::new("a.md", text, 2).place_of("tags"),
                place,
                "{text}"
            );
        }
    }

    #[test]
    fn columns_are_counted_in_characters() {
        assert_eq!(Source::new("a.md", "标题: x\n标签: y", 2).place(16), (3, 3));
    }

    #[test]
    fn only_so_much_is_said_of_one_file() {
        let mut source = Source::new("a.md", "a: 1\n", 2);
        for _ in 0..100 {
            source.warn("a", "x", "y");
        }
        assert_eq!(source.warnings.len(), MOST_WARNINGS);
        assert_eq!(shown(&"长\n".repeat(99)).matches("\\n").count(), SHOWN / 2);
    }
}
