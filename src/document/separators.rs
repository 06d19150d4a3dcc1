//! Separator lines: dashes between the parts of a document.

/// `text` without blank and separator lines at both ends.
pub(super) fn without_separators(text: &str) -> &str {
    before_separators(behind_separators(text))
}

/// `text` without blank and separator lines at its beginning.
pub(super) fn behind_separators(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(line) = rest.lines().next().filter(|l| is_separator(l)) {
        rest = rest[line.len()..].trim_start();
    }
    rest
}

/// `text` without blank and separator lines at its end.
pub(super) fn before_separators(text: &str) -> &str {
    let mut rest = text.trim_end();
    while let Some(line) = rest.lines().next_back().filter(|l| is_separator(l)) {
        rest = rest[..rest.len() - line.len()].trim_end();
    }
    rest
}

/// Whether a line is a separator: only dashes, or dashes in a `<font>`.
pub(super) fn is_separator(line: &str) -> bool {
    let mut line = line.trim();
    if let Some(inner) = line
        .strip_prefix("<font")
        .and_then(|l| l.strip_suffix("</font>"))
    {
        line = inner.split_once('>').map_or(inner, |(_, text)| text).trim();
    }
    line.len() >= 3 && line.bytes().all(|b| b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_go_at_both_ends_and_stay_between_lines() {
        let font = "<font color=\"#949494\">---------------</font>";
        let text = format!("\n---\n {font} \n\na\n---\nb - c\n{font}\n\n-----\n");
        assert_eq!(without_separators(&text), "a\n---\nb - c");
        assert_eq!(behind_separators("---\n--\n"), "--\n");
        assert_eq!(before_separators("- a\n---"), "- a");
        assert_eq!(without_separators("---\n\n----"), "");
    }
}
