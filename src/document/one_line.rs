//! Text on one line, as titles and labels are.

/// Text on one line; `None` if it is blank.
pub(super) fn filled(text: Option<String>) -> Option<String> {
    text.map(|t| on_one_line(&t)).filter(|t| !t.is_empty())
}

/// `text` with each stretch of white space replaced by one space, and none at the ends.
pub(super) fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
