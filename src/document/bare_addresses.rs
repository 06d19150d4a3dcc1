//! Addresses without brackets: `详见 https://nacos.io/docs。`
//!
//! As in GitHub Flavored Markdown (6.9, autolinks), but an address ends before the first character that is no ASCII: such a
//! character in an address is encoded (RFC 3986), while Chinese text follows an address without a space.

use regex::Regex;
use std::sync::LazyLock;

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    let address = r"(?i-u)(?:https?|ftp)://[a-z0-9\[][!#-;=?-\[\]_a-z~]*|www\.[a-z0-9-]+\.[!#-;=?-\[\]_a-z~]*";
    Regex::new(address).expect("the pattern is a constant")
});
/// The same, and addresses of mail.
static ANY_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    let mail = r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}";
    let any = format!("{}|{mail}", ADDRESS.as_str());
    Regex::new(&any).expect("the pattern is a constant")
});

/// A part of a text.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'t> {
    Text(&'t str),
    /// An address as it is written, and as a link.
    Address(&'t str, String),
}

/// What finds the addresses of a text; nothing if it surely has none.
fn finder(text: &str) -> Option<&'static Regex> {
    if memchr::memchr(b'@', text.as_bytes()).is_some() {
        return Some(&ANY_ADDRESS);
    }
    let has_any = text.contains("://") || text.contains("www.") || text.contains("WWW.");
    has_any.then_some(&ADDRESS)
}

/// A text with its addresses.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let Some(finder) = finder(text) else {
        return vec![Part::Text(text)];
    };
    let mut parts = Vec::new();
    let mut copied = 0;
    for found in finder.find_iter(text) {
        let (before, behind) = (&text[..found.start()], &text[found.end()..]);
        let Some((written, address)) = address(before, found.as_str(), behind) else {
            continue;
        };
        if copied < found.start() {
            parts.push(Part::Text(&text[copied..found.start()]));
        }
        parts.push(Part::Address(written, address));
        copied = found.start() + written.len();
    }
    if copied < text.len() {
        parts.push(Part::Text(&text[copied..]));
    }
    parts
}

/// The addresses in a text, as links.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = String> {
    parts(text).into_iter().filter_map(|part| match part {
        Part::Address(_, address) => Some(address),
        Part::Text(_) => None,
    })
}

/// The address that a match is, between two texts: as it is written, and as a link.
fn address<'t>(before: &str, found: &'t str, behind: &str) -> Option<(&'t str, String)> {
    let previous = before.chars().next_back();
    let is_web = found.contains("://");
    let is_mail = found.contains('@') && !is_web;
    let is_glued =
        previous.is_some_and(|c| c.is_ascii_alphanumeric() || (!is_web && "/.:@_-=%+".contains(c)));
    // A placeholder, such as `http://host:{port}/`, is no address; nor is `git@host:path`.
    if is_glued || behind.starts_with(['{', '<']) || found.ends_with('$') {
        return None;
    }
    if is_mail {
        let continues = behind.starts_with([':', '/', '@', '-', '_']);
        return (!continues).then(|| (found, format!("mailto:{found}")));
    }
    let written = without_end(found);
    let address = if is_web {
        written.to_owned()
    } else {
        format!("http://{written}")
    };
    let has_host = address
        .split_once("://")
        .is_some_and(|(_, rest)| !rest.is_empty());
    has_host.then_some((written, address))
}

/// An address without the punctuation behind it, and without a bracket that was opened before it.
fn without_end(found: &str) -> &str {
    let mut address = found;
    loop {
        let shorter =
            address.trim_end_matches(['.', ',', ':', ';', '!', '?', '\'', '"', '*', '_', '~']);
        let closes = [('(', ')'), ('[', ']')].into_iter().find(|(open, close)| {
            shorter.ends_with(*close)
                && shorter.matches(*close).count() > shorter.matches(*open).count()
        });
        let shorter = closes.map_or(shorter, |_| &shorter[..shorter.len() - 1]);
        if shorter.len() == address.len() {
            return address;
        }
        address = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn links(text: &str) -> Vec<String> {
        addresses(text).collect()
    }

    #[test]
    fn addresses_end_before_punctuation_and_chinese_text() {
        for (text, address) in [
            (
                "控制台 http://127.0.0.1:8848/nacos，默认",
                "http://127.0.0.1:8848/nacos",
            ),
            (
                "详见 https://nacos.io/docs/v2/guide。",
                "https://nacos.io/docs/v2/guide",
            ),
            (
                "参见（https://sca.aliyun.com/docs）获取",
                "https://sca.aliyun.com/docs",
            ),
            (
                "下载 https://github.com/a/releases、解压",
                "https://github.com/a/releases",
            ),
            ("访问https://nacos.io了解", "https://nacos.io"),
            ("www.aliyun.com。", "http://www.aliyun.com"),
            ("「https://nacos.io/a」", "https://nacos.io/a"),
            (
                "https://nacos.io/docs?a=1&b=2；第二步",
                "https://nacos.io/docs?a=1&b=2",
            ),
            ("https://example.org/x!", "https://example.org/x"),
            ("https://example.org/x？y=1", "https://example.org/x"),
            (
                "(https://en.wikipedia.org/wiki/A_(b))",
                "https://en.wikipedia.org/wiki/A_(b)",
            ),
            ("see [https://a.example/x].", "https://a.example/x"),
            ("邮箱 dev@nacos.io，欢迎", "mailto:dev@nacos.io"),
            ("http://[::1]:8848/x。", "http://[::1]:8848/x"),
        ] {
            assert_eq!(links(text), [address], "{text}");
        }
        assert_eq!(links("https://a.example、https://b.example").len(), 2);
    }

    #[test]
    fn what_is_no_address_is_text() {
        for text in [
            "http://",
            "http://<ip>:<port>/nacos",
            "http://host:{port}/x",
            "http://${host}/x",
            "git@github.com:a/b.git",
            "xhttp://a.example",
            "a@b",
            "www.",
            "@Bean",
        ] {
            assert_eq!(links(text), [""; 0], "{text}");
        }
    }

    proptest! {
        #[test]
        fn parts_are_the_whole_text(text in "(https?://|www\\.|[a.:/@，。（）中() ]){0,20}") {
            let whole: String = parts(&text).into_iter().map(|part| match part {
                Part::Text(text) | Part::Address(text, _) => text,
            }).collect();
            prop_assert_eq!(whole, text);
        }
    }
}
