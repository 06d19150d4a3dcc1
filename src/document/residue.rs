//! What a template left in an answer, such as `{{{知识}}}`: readers see it, `dayi check` says where it is. In code it may be
//! meant to be replaced by the reader.

use super::markdown;
use super::warning::Warning;
use pulldown_cmark::{Event, Tag, TagEnd};
use regex::Regex;
use std::sync::LazyLock;

static PLACEHOLDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{\{\{[^{}\n]{1,80}\}\}\}").expect("the pattern is a constant"));

/// The placeholders in the text of the file at `path`, which is relative to the content folder.
pub(super) fn residues(path: &str, text: &str) -> Vec<Warning> {
    let mut in_code = false;
    let mut found = Vec::new();
    for (event, range) in markdown::events(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) if !in_code => {
                let placeholders = PLACEHOLDER.find_iter(&text[range.clone()]);
                found.extend(placeholders.map(|placeholder| {
                    let at = range.start + placeholder.start();
                    let line = text[..at].matches('\n').count() + 1;
                    let what = format!(
                        "`{}` is shown as it stands, as if a template had left it",
                        placeholder.as_str()
                    );
                    Warning::at(path, (line, 1), what, "write what is meant")
                }));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_template_left_in_the_text_is_found_and_code_is_not_looked_at() {
        let text = "结合{{{知识}}}，可以\n\n- 见 **{{{Version:2.3}}}**\n\n`{{{a}}}` 和 {{ b }}\n\n```yaml\nport: {{{c}}}\n```\n";
        let found = residues("a.md", text);
        let named = |line: usize, placeholder: &str| {
            let mut found = found.iter().filter(|warning| warning.line == line);
            found.any(|warning| warning.what.starts_with(&format!("`{placeholder}`")))
        };
        assert!(
            named(1, "{{{知识}}}") && named(3, "{{{Version:2.3}}}"),
            "{found:?}"
        );
        assert_eq!(found.len(), 2);
    }
}
