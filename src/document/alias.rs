//! Addresses that a document once had, in the one form in which they are stored and looked up.

use percent_encoding::percent_decode_str;

/// Folder of the pages of documents: an alias in it is an id that a document once had.
const PAGES: &str = "/questions/";

/// The form of a path of this site in which it is an alias: decoded, without query, fragment and slash at its end. A path
/// of a document's page is the id in it. `None` for the home page.
pub fn alias_key(path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8_lossy();
    let path = path.trim_end_matches('/');
    let key = match path.strip_prefix(PAGES) {
        Some(id) if !id.contains('/') => id,
        _ => path,
    };
    (!key.is_empty()).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_an_address_are_one_alias() {
        for (path, key) in [
            ("/old/page", Some("/old/page")),
            ("/old/page/?a=1#b", Some("/old/page")),
            ("/%E6%97%A7/a%20b", Some("/旧/a b")),
            ("/questions/old-id", Some("old-id")),
            ("/questions/a/b", Some("/questions/a/b")),
            ("/", None),
        ] {
            assert_eq!(alias_key(path).as_deref(), key, "{path}");
        }
    }
}
