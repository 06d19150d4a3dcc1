//! XML that every parser reads, whatever documents and settings hold.

/// `xml` without the characters that XML 1.0 does not have (<https://www.w3.org/TR/xml/#charsets>): no escape makes them
/// allowed.
pub(super) fn well_formed(xml: String) -> String {
    if xml.chars().all(is_allowed) {
        return xml;
    }
    xml.chars().filter(|c| is_allowed(*c)).collect()
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_escaped_text_is_well_formed(text in any::<String>(), odd in "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{fffe}\u{ffff}]{1,4}") {
            let text = format!("{text}{odd}");
            let xml = well_formed(format!("<a b=\"{0}\">{0}</a>", crate::document::escape(&text)));
            let read = roxmltree::Document::parse(&xml);
            prop_assert!(read.is_ok(), "{read:?}: {xml}");
        }
    }
}
