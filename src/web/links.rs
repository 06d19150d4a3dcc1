//! Addresses of our own pages.

use crate::document::DocumentId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but the unreserved characters of RFC 3986.
const PATH_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Percent-encodes text for a path segment or a parameter's value.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, PATH_SEGMENT).to_string()
}

/// The path of a document's page.
pub(super) fn question_path(id: &DocumentId) -> String {
    format!("/questions/{}", encode(&id.0))
}

/// The path of the page at which the sender of an ask follows it.
pub(super) fn receipt_path(secret: &str) -> String {
    format!("/asks/{secret}")
}

/// The path of the results for a query.
pub(super) fn search_path(text: &str) -> String {
    format!("/search?q={}", encode(text))
}
/// Where a line of a file can be seen or edited. `pattern` is the configured address with `{path}` and `{line}`; empty where
/// it is.
pub(super) fn source_url(pattern: &str, path: &str, line: usize) -> String {
    let encoded: Vec<String> = path.split('/').map(encode).collect();
    pattern
        .replace("{path}", &encoded.join("/"))
        .replace("{line}", &line.to_string())
}
