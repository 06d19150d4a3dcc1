//! Values of the table `[site]`: a colour, a link and the name of a category, each written on one line.

use super::web_address::without_scheme;
use std::fmt;

/// A colour of sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    /// Reads `#rrggbb` or `#rgb`.
    pub fn parse(written: &str) -> Option<Self> {
        let digits = written.strip_prefix('#')?;
        let digits: Option<Vec<u8>> = digits
            .chars()
            .map(|c| Some(c.to_digit(16)? as u8))
            .collect();
        let digits = digits?;
        let part = |number: usize| match digits.len() {
            3 => Some(digits[number] * 17),
            6 => Some(digits[number * 2] * 16 + digits[number * 2 + 1]),
            _ => None,
        };
        Some(Self([part(0)?, part(1)?, part(2)?]))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

/// A link of the site to somewhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteLink {
    /// What visitors read.
    pub text: String,
    /// An `http(s)` address, or a path of the site.
    pub url: String,
}

impl SiteLink {
    /// Reads a text and, behind its last white space, an address.
    pub fn parse(written: &str) -> Option<Self> {
        let (text, url) = written.trim().rsplit_once(char::is_whitespace)?;
        let text = text.trim();
        let is_path = url.starts_with('/') && !url.starts_with("//");
        let is_web = without_scheme(url).is_some_and(|rest| !rest.is_empty());
        let is_clean = !written.contains(char::is_control) && !url.contains(['"', '<', '>']);
        (!text.is_empty() && is_clean && (is_path || is_web)).then(|| Self {
            text: text.to_owned(),
            url: url.to_owned(),
        })
    }
}

impl fmt::Display for SiteLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.text, self.url)
    }
}

/// The name of a category as visitors see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryName {
    /// The category as documents have it.
    pub category: String,
    /// What visitors read.
    pub name: String,
}

impl CategoryName {
    /// Reads `category = name`.
    pub fn parse(written: &str) -> Option<Self> {
        let (category, name) = written.split_once('=')?;
        let (category, name) = (category.trim(), name.trim());
        let is_usable = |text: &str| !text.is_empty() && !text.contains(char::is_control);
        (is_usable(category) && is_usable(name)).then(|| Self {
            category: category.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for CategoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {}", self.category, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_colour_has_three_or_six_digits() {
        assert_eq!(Colour::parse("#0F766e"), Some(Colour([0x0f, 0x76, 0x6e])));
        assert_eq!(Colour::parse("#fa0"), Some(Colour([0xff, 0xaa, 0])));
        for wrong in ["", "#", "0f766e", "#0f766", "#ggg", "red", "#红红红"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_link_is_a_text_and_an_address_that_runs_nothing() {
        let link = SiteLink::parse("  Release notes   https://example.org/a?b=c ").unwrap();
        assert_eq!(
            (link.text.as_str(), link.url.as_str()),
            ("Release notes", "https://example.org/a?b=c")
        );
        assert!(SiteLink::parse("提问 /ask").is_some());
        for wrong in [
            "https://example.org",
            "a javascript:alert(1)",
            "a //evil.example",
            "a https://",
            "a\u{7} /b",
            "",
        ] {
            assert_eq!(SiteLink::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_category_has_a_name() {
        let name = CategoryName::parse("expertConsultation=专家 咨询").unwrap();
        assert_eq!(
            (name.category.as_str(), name.name.as_str()),
            ("expertConsultation", "专家 咨询")
        );
        for wrong in ["", "faq", "= x", "faq =", "a = b\u{0}"] {
            assert_eq!(CategoryName::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_read_again(text in "[^\\p{C}\\s]{1,8}( [^\\p{C}\\s]{1,8})?", path in "/[a-z0-9/?=]{0,9}", bytes in any::<[u8; 3]>()) {
            prop_assert_eq!(Colour::parse(&Colour(bytes).to_string()), Some(Colour(bytes)));
            if let Some(link) = SiteLink::parse(&format!("{text} {path}")) {
                prop_assert_eq!(SiteLink::parse(&link.to_string()), Some(link));
            }
        }
    }
}
