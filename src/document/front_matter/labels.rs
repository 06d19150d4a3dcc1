//! Tags and keywords: lists of labels, their bounds, and what is left of a list that is broken.

use super::source::{Source, shown};
use crate::document::one_line::on_one_line;
use serde::de::{self, Deserialize, Deserializer, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// Columns of a label on a screen, at most: 40 Chinese characters, or 80 others. What is longer is a sentence.
const WIDEST_LABEL: usize = 80;
/// Labels of one kind that a document has, at most.
const MOST_LABELS: usize = 50;
/// Characters in which the end of a quote is looked for.
const LONGEST_QUOTE: usize = 1_000;
/// Between labels that are written as one text.
pub(super) const SEPARATORS: [char; 5] = [',', '，', '、', ';', '；'];
/// Quotes that YAML takes for a part of a label.
const CHINESE_QUOTES: [char; 2] = ['“', '”'];

/// A list of words, or one text with commas between them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Labels {
    pub(super) items: Vec<String>,
    /// Whether they were written as one text.
    is_text: bool,
}

impl Labels {
    pub(super) fn of_text(text: &str) -> Self {
        Self {
            items: text.split(SEPARATORS).map(str::to_owned).collect(),
            is_text: true,
        }
    }

    pub(super) fn of_list(items: Vec<String>) -> Self {
        Self {
            items,
            is_text: false,
        }
    }

    /// The labels as they are used: white space folded, each once whatever its case, none too long, not too many.
    pub(super) fn bounded(self, key: &str, source: &mut Source<'_>) -> Vec<String> {
        let Self { items, is_text } = self;
        if let [only] = items.as_slice()
            && is_text
            && key == "tags"
            && only.trim().contains(char::is_whitespace)
        {
            let what = format!("`tags` is one tag with spaces, `{}`", shown(only.trim()));
            source.warn(key, what, "write [\"a\", \"b\"] for several tags");
        }
        let mut known = HashSet::new();
        let mut labels: Vec<String> = Vec::new();
        for item in items.iter().flat_map(|item| unquoted(item)) {
            let Some(label) = usable(item, key, source) else {
                continue;
            };
            if !known.insert(label.to_lowercase()) {
                continue;
            }
            if labels.len() == MOST_LABELS {
                let what =
                    format!("`{key}` has more than {MOST_LABELS} labels; the others are left out");
                source.warn(key, what, "keep those that a reader would look for");
                break;
            }
            labels.push(label);
        }
        labels
    }
}

/// A label without Chinese quotes around it, or the labels of a list in them with Chinese commas between.
fn unquoted(item: &str) -> Vec<&str> {
    let trimmed = item.trim();
    if !(trimmed.starts_with('“') && trimmed.ends_with('”')) {
        return vec![item];
    }
    let parts = trimmed.split(SEPARATORS).map(str::trim);
    parts
        .map(|part| part.trim_matches(CHINESE_QUOTES))
        .collect()
}

/// A label on one line; none where it is blank, or too long or too odd to be one, which is said.
pub(super) fn usable(item: &str, key: &str, source: &mut Source<'_>) -> Option<String> {
    let label = on_one_line(item);
    if label.is_empty() {
        return None;
    }
    let problem = if width(&label) > WIDEST_LABEL {
        "is too long for a label"
    } else if matches!(label.as_str(), "." | "..") {
        // A browser would take the address of its page for another one.
        "can have no address"
    } else {
        return Some(label);
    };
    let what = format!("`{}` of `{key}` {problem}, and left out", shown(&label));
    let remedy = "write a word or a short name, at most 40 Chinese characters or 80 others";
    // YAML folds lines into one: of all pieces the longest is surest to be found as it was written.
    let written = item.split_whitespace().max_by_key(|word| word.len());
    let offset = source.offset_within(key, written.unwrap_or_default());
    source.warn_at(offset, what, remedy);
    None
}

/// About how many columns a text takes on a screen: those from the scripts of East Asia on take two each.
fn width(text: &str) -> usize {
    text.chars().map(|c| 1 + usize::from(c >= '\u{2e80}')).sum()
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LabelsVisitor;
        impl<'de> Visitor<'de> for LabelsVisitor {
            type Value = Labels;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list such as [\"a\", \"b\"] or a string such as \"a, b\"")
            }
            fn visit_unit<E: de::Error>(self) -> Result<Labels, E> {
                Ok(Labels::default())
            }
            fn visit_none<E: de::Error>(self) -> Result<Labels, E> {
                Ok(Labels::default())
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Labels, E> {
                Ok(Labels::of_text(text))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Labels, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element::<Option<String>>()? {
                    items.extend(item);
                }
                Ok(Labels::of_list(items))
            }
        }
        deserializer.deserialize_any(LabelsVisitor)
    }
}

/// What can be read of a list that is not usable YAML. `value` begins at byte `start` of the front matter. Each item that
/// cannot be read is said and left out.
pub(super) fn readable(value: &str, start: usize, source: &mut Source<'_>) -> Labels {
    let mut items = Vec::new();
    for (offset, piece) in pieces(value) {
        match read_piece(piece) {
            Some(read) => items.extend(read),
            None => source.warn_at(
                start + offset,
                format!(
                    "`{}` cannot be read as a label, and is left out",
                    shown(piece)
                ),
                "put it in a single pair of quotes, as in \"a\"",
            ),
        }
    }
    if value.trim_start().starts_with('[') && !value.trim_end().ends_with(']') {
        let what = "the list is not closed";
        source.warn_at(start, what, "end it with `]`");
    }
    Labels::of_list(items)
}

fn read_piece(piece: &str) -> Option<Vec<String>> {
    if let Ok(label) = serde_saphyr::from_str::<Option<String>>(piece) {
        return Some(label.into_iter().collect());
    }
    let list: Vec<Option<String>> = serde_saphyr::from_str(piece).ok()?;
    Some(list.into_iter().flatten().collect())
}

/// The items of a list in brackets or with dashes, broken or not, each with its first byte.
fn pieces(value: &str) -> Vec<(usize, &str)> {
    let trimmed = value.trim_start();
    let start = value.len() - trimmed.len();
    if let Some(inner) = trimmed.strip_prefix('[') {
        return in_brackets(inner, start + 1);
    }
    let has_dashes = value.lines().any(|line| line.trim_start().starts_with('-'));
    if !has_dashes {
        return in_brackets(value, 0);
    }
    let mut pieces = Vec::new();
    let mut offset = 0;
    for line in value.split_inclusive('\n') {
        let item = line.trim_start().strip_prefix('-').unwrap_or(line);
        if !item.trim().is_empty() {
            let blank = line.len() - item.trim_start().len();
            pieces.push((offset + blank, item.trim()));
        }
        offset += line.len();
    }
    pieces
}

/// The items before the closing bracket.
fn in_brackets(inner: &str, start: usize) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = inner.get(at..).filter(|rest| !rest.trim().is_empty()) {
        let item = rest.trim_start();
        let from = at + rest.len() - item.len();
        let length = piece_length(item);
        let piece = item[..length].trim_end();
        if !piece.is_empty() {
            pieces.push((start + from, piece));
        }
        if item[length..].starts_with(']') {
            break;
        }
        at = from + length + item[length..].chars().next().map_or(1, char::len_utf8);
    }
    pieces
}

/// Bytes of the item at the beginning of a text, up to the comma or bracket behind it. A quote ends where one of these
/// follows it; a quote without end is that of one item, not of all that follow.
fn piece_length(text: &str) -> usize {
    let is_end = |c: char| c == ']' || SEPARATORS.contains(&c);
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let mut is_escaped = false;
        for (offset, c) in text.char_indices().skip(1).take(LONGEST_QUOTE) {
            let behind = offset + c.len_utf8();
            let closes = c == quote && !is_escaped;
            if closes && text[behind..].trim_start().starts_with(is_end) {
                return text.len() - text[behind..].trim_start().len();
            }
            if c == '\n' {
                break;
            }
            is_escaped = quote == '"' && c == '\\' && !is_escaped;
        }
    }
    text.find(is_end).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(value: &str) -> (Vec<String>, Vec<String>) {
        let mut source = Source::new("a.md", value, 2);
        let labels = readable(value, 0, &mut source);
        let warnings = source.warnings.iter().map(ToString::to_string);
        (labels.items, warnings.collect())
    }

    #[test]
    fn what_can_be_read_of_a_broken_list_is_taken() {
        for (value, labels, places) in [
            (" [\"nacos\",\"\"xxx\"\",\"地址\"]", "nacos 地址", "2:11"),
            (" [\"a\", \"b, c]", "a c", "2:8"),
            (" ['a', 'b''c', @d]", "a b'c", "2:16"),
            ("\n  - a\n  - \"b\n  - c\n", "a c", "4:5"),
            (" [a, [b, c]", "a c", "2:6"),
            (" [\"a\"", "a", "2:1"),
            (" \"a\", \"b\"", "a b", ""),
        ] {
            let (read, warnings) = read(value);
            assert_eq!(read.join(" "), labels, "{value}");
            for place in places.split(' ').filter(|p| !p.is_empty()) {
                let is_said = |w: &String| w.starts_with(&format!("a.md:{place}: "));
                assert!(warnings.iter().any(is_said), "{value}: {warnings:?}");
            }
        }
    }

    fn bounded(labels: Labels) -> (Vec<String>, usize) {
        let mut source = Source::new("a.md", "tags: x\n", 2);
        let labels = labels.bounded("tags", &mut source);
        (labels, source.warnings.len())
    }

    #[test]
    fn labels_are_folded_and_bounded() {
        let list =
            |items: &[&str]| Labels::of_list(items.iter().map(|i| (*i).to_owned()).collect());
        let (labels, warnings) = bounded(list(&["Nacos", "nacos", " NACOS ", "", "a\n b"]));
        assert_eq!((labels.join("|"), warnings), ("Nacos|a b".to_owned(), 0));
        let (labels, warnings) = bounded(list(&[".", "..", "...", &"长".repeat(41), "x"]));
        assert_eq!((labels.join("|"), warnings), ("...|x".to_owned(), 3));
        let (labels, warnings) = bounded(list(&["“a”，“b c”", "“d”", "e“f”"]));
        assert_eq!((labels.join("|"), warnings), ("a|b c|d|e“f”".to_owned(), 0));
        let many: Vec<String> = (0..1_000).map(|n| n.to_string()).collect();
        let (labels, warnings) = bounded(Labels::of_list(many));
        assert_eq!((labels.len(), warnings), (MOST_LABELS, 1));
    }

    #[test]
    fn a_text_is_parted_at_commas_of_both_scripts_and_a_space_is_asked_about() {
        let (labels, warnings) = bounded(Labels::of_text("a、b，c, d; e；f"));
        assert_eq!((labels.join("|"), warnings), ("a|b|c|d|e|f".to_owned(), 0));
        let (labels, warnings) = bounded(Labels::of_text("nacos 配置 升级"));
        assert_eq!(
            (labels.join("|"), warnings),
            ("nacos 配置 升级".to_owned(), 1)
        );
    }

    proptest! {
        #[test]
        fn any_value_gives_labels_at_places_of_its_own(value in "\\PC{0,40}|[\\[\\]\"',a、\\\\ \n-]{0,40}") {
            for (offset, piece) in pieces(&value) {
                prop_assert!(value[offset..].starts_with(piece));
            }
            read(&value);
        }

        #[test]
        fn a_whole_list_is_read_as_yaml_reads_it(items in prop::collection::vec("[a-z\u{4e00}-\u{4eff}\\\\\"]{1,6}", 0..5)) {
            let json = serde_json::to_string(&items).unwrap();
            prop_assert_eq!(read(&json), (items, Vec::new()));
        }
    }
}
