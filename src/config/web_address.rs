//! Addresses of the web.

/// The URL without its `https://` or `http://`; `None` for other schemes.
pub(super) fn without_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
}
