//! What a template left in an answer, such as `{{{知识}}}`: readers see it, `dayi check` says where it is. In code it may be
//! meant to be replaced by the reader.

use super::markdown;
use pulldown_cmark::{Event, Tag, TagEnd};
use rayon::prelude::*;
use regex::Regex;
use std::path::Path;
use std::sync::LazyLock;

static PLACEHOLDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\{\{\{[^{}\n]{1,80}\}\}\}").expect("the pattern is a constant"));

/// The placeholders in the text of those files of a content folder that are documents: the path of the file, the line from
/// 1, and what stands there.
pub fn residues_in(folder: &Path, documents: &[String]) -> Vec<(String, usize, String)> {
    let found = documents.par_iter().flat_map_iter(|path| {
        let text = std::fs::read_to_string(folder.join(path)).unwrap_or_default();
        let found = residues(&text).into_iter();
        found.map(|(line, placeholder)| (path.clone(), line, placeholder))
    });
    found.collect()
}

fn residues(text: &str) -> Vec<(usize, String)> {
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
                    (line, placeholder.as_str().to_owned())
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
        let expected = [(1, "{{{知识}}}"), (3, "{{{Version:2.3}}}")];
        let expected = expected.map(|(line, placeholder)| (line, placeholder.to_owned()));
        assert_eq!(residues(text), expected);
    }
}
