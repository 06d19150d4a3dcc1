//! Other spellings of a typed word that documents use: `wifi` and `Wi-Fi`, `2.2` and `2.2.3`, `512m` and `512MB`.

use super::units::Unit;
use crate::analysis::is_version;
use crate::engine::vocabulary::Vocabulary;

/// Versions that a shorter one stands for, at most.
const MOST_VERSIONS: usize = 6;
/// Digits of a code that may be written with or without `0x`.
const SHORTEST_HEX: usize = 6;
const HEX_MARK: &str = "0x";
const SIZES: [char; 4] = ['k', 'm', 'g', 't'];

/// The same word with other marks between its parts, or with a unit or mark that may be left out.
pub(super) fn spellings(unit: &Unit, vocabulary: &Vocabulary) -> Vec<Vec<String>> {
    let [word] = &unit.whole[..] else {
        return Vec::new();
    };
    // The word may be a stem: marks are left out of what was typed.
    let typed = unit.typed.as_str();
    // A sign in front or behind is part of a name: `c++` is no other spelling of `c`.
    let ends = [typed.bytes().next(), typed.bytes().next_back()];
    let is_between_letters = ends.iter().flatten().all(u8::is_ascii_alphanumeric);
    if !typed.is_ascii() || is_version(word) || !is_between_letters {
        return Vec::new();
    }
    let joined: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut others: Vec<String> = vocabulary.parted(&joined).map(str::to_owned).collect();
    others.extend(with_optional_ends(&joined));
    others.push(joined);
    others.retain(|other| other != word && other != typed && vocabulary.frequency(other) > 0);
    others.dedup();
    others.into_iter().map(|word| vec![word]).collect()
}

/// A word with and without what people leave out: the `B` of a size, the `0x` of a code.
fn with_optional_ends(word: &str) -> Option<String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_hex =
        |text: &str| text.len() >= SHORTEST_HEX && text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(digits) = word.strip_prefix(HEX_MARK).filter(|rest| is_hex(rest)) {
        return Some(digits.to_owned());
    }
    if let Some(size) = word.strip_suffix('b').filter(|rest| rest.ends_with(SIZES)) {
        return is_number(&size[..size.len() - 1]).then(|| size.to_owned());
    }
    if word.ends_with(SIZES) && is_number(&word[..word.len() - 1]) {
        return Some(format!("{word}b"));
    }
    is_hex(word).then(|| format!("{HEX_MARK}{word}"))
}

/// The longer versions that begin with the typed one, each with the name that it was typed together with.
pub(super) fn longer_versions(unit: &Unit, vocabulary: &Vocabulary) -> Vec<Vec<String>> {
    let (name, version) = match (&unit.whole[..], &unit.parts[..]) {
        ([version], _) if is_version(version) => (None, version),
        // `mysql8`: a name and the first number of its versions.
        ([_], [name, number]) if number.bytes().all(|b| b.is_ascii_digit()) => (Some(name), number),
        _ => return Vec::new(),
    };
    let longer = vocabulary.completing(&format!("{version}."), MOST_VERSIONS);
    let longer = longer.into_iter().filter(|word| is_version(word));
    longer
        .map(|version| {
            let name = name.cloned().into_iter();
            name.chain([version.to_owned()]).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::units::units;
    use super::*;
    use crate::analysis::Analyzer;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn vocabulary() -> Vocabulary {
        let words = [
            "wi-fi",
            "tcp/ip",
            "512mb",
            "0x80070005",
            "400-801-3260",
            "node.js",
            "2.2.3",
            "2.20.1",
            "2.2.1",
            "8.0",
            "mysql",
            "nodejs",
        ];
        Vocabulary::from_frequencies(&words.map(|word| (word, 1)), 100, &ANALYZER)
    }

    fn variants_of(
        text: &str,
        variants: fn(&Unit, &Vocabulary) -> Vec<Vec<String>>,
    ) -> Vec<String> {
        let units = units(text, &ANALYZER);
        let variants = units.iter().flat_map(|unit| variants(unit, &vocabulary()));
        variants.map(|words| words.join(" ")).collect()
    }

    #[test]
    fn marks_between_parts_may_be_left_out_or_added() {
        for (typed, written) in [
            ("wifi", "wi-fi"),
            ("TCPIP", "tcp/ip"),
            ("4008013260", "400-801-3260"),
            ("nodejs", "node.js"),
            ("Node.js", "nodejs"),
        ] {
            assert_eq!(variants_of(typed, spellings), [written]);
        }
        assert_eq!(variants_of("wi-fi nacos", spellings), [""; 0]);
    }

    #[test]
    fn sizes_and_codes_are_found_without_their_unit_or_mark() {
        assert_eq!(variants_of("512M", spellings), ["512mb"]);
        assert_eq!(variants_of("80070005", spellings), ["0x80070005"]);
        assert_eq!(variants_of("513M", spellings), [""; 0]);
    }

    #[test]
    fn a_shorter_version_finds_the_longer_ones() {
        assert_eq!(variants_of("2.2", longer_versions), ["2.2.1", "2.2.3"]);
        assert_eq!(variants_of("mysql8", longer_versions), ["mysql 8.0"]);
        assert_eq!(variants_of("2.2.3", longer_versions), [""; 0]);
    }
}
