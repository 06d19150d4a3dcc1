//! Paths of this site.

/// Path of the form that a document's feedback link leads to, on the old service and on this one.
pub const OLD_FEEDBACK_PATH: &str = "/user/feedbackByEnhancerGradePOJOID";

/// The query parameter that identifies a feedback link; the grade id is its value.
pub(super) const FEEDBACK_PARAMETER: &str = "enhancerGradePOJOId=";

/// Whether browsers read an address as a path of this site. Browsers take `\` for `/` and ignore tabs and line
/// breaks.
pub(super) fn is_own_path(url: &str) -> bool {
    let mut read = url.chars().filter(|c| !matches!(c, '\t' | '\n' | '\r'));
    read.next() == Some('/') && !matches!(read.next(), Some('/' | '\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_browsers_do() {
        let own = ["/", "/x", "/x//y", "/\tx"];
        let others = ["", "x", "//x", "/\\x", "/\t/x", "\\/x"];
        assert!(own.into_iter().all(is_own_path));
        assert!(!others.into_iter().any(is_own_path));
    }
}
