//! What only MDX has: imports, exports and expressions (<https://mdxjs.com/docs/what-is-mdx/>).

use super::areas::Areas;
use super::source::{Edit, lines};
use regex::{Captures, Regex};
use std::collections::HashMap;
use std::sync::LazyLock;

static MODULE: LazyLock<Regex> = LazyLock::new(|| {
    let line = r#"^(?:import\s+(?:[\w*{},\s$]+\s+from\s+)?['"]|import\s+\{|export\s+(?:const|let|var|function|default|async|class|\{|\*))"#;
    Regex::new(line).expect("the pattern is a constant")
});
static CONSTANT: LazyLock<Regex> = LazyLock::new(|| {
    let line = r#"(?m)^export\s+const\s+([A-Za-z_$][\w$]*)\s*=\s*(?:'([^'\n]*)'|"([^"\n]*)"|([\d.]+))\s*;?\s*$"#;
    Regex::new(line).expect("the pattern is a constant")
});
/// A name, also of a part of a value, or a string.
static EXPRESSION: LazyLock<Regex> = LazyLock::new(|| {
    let expression = r#"\{[ \t]*(?:([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)|'([^'\n]*)'|"([^"\n]*)"|`([^`\n$]*)`)[ \t]*\}"#;
    Regex::new(expression).expect("the pattern is a constant")
});

/// The edits that remove imports and exports. Each begins a block, and ends with it and with its brackets.
pub(super) fn modules(text: &str) -> Vec<Edit> {
    let areas = Areas::of_fences(text);
    let mut edits = Vec::new();
    let mut start: Option<(usize, i32)> = None;
    let mut is_behind_blank = true;
    for (range, line) in lines(text) {
        let is_blank = line.trim().is_empty();
        if let Some((from, depth)) = &mut start {
            *depth += depth_of(line);
            if is_blank && *depth <= 0 {
                edits.push(Edit::removal(*from..range.start));
                start = None;
            }
        } else if is_behind_blank && MODULE.is_match(line) && !areas.is_code(range.start) {
            start = Some((range.start, depth_of(line)));
        }
        is_behind_blank = is_blank;
    }
    if let Some((from, depth)) = start
        && depth <= 0
    {
        edits.push(Edit::removal(from..text.len()));
    }
    edits
}

/// How many more brackets a line opens than it closes.
fn depth_of(line: &str) -> i32 {
    let depth = |byte| match byte {
        b'(' | b'[' | b'{' => 1,
        b')' | b']' | b'}' => -1,
        _ => 0,
    };
    line.bytes().map(depth).sum()
}

/// Exported constants that are strings or numbers.
pub(super) fn constants(body: &str) -> HashMap<String, String> {
    let constants = CONSTANT.captures_iter(body).filter_map(|found| {
        let value = [2, 3, 4].into_iter().find_map(|group| found.get(group))?;
        Some((found[1].to_owned(), value.as_str().to_owned()))
    });
    constants.collect()
}

/// The edits that put constants and strings for their expressions, and leave out those of which the value is not known.
pub(super) fn expressions(text: &str, constants: &HashMap<String, String>) -> Vec<Edit> {
    let areas = Areas::of_fences(text);
    let value = |found: &Captures<'_>| {
        let string = [2, 3, 4].into_iter().find_map(|group| found.get(group));
        let name = found.get(1).map_or("", |name| name.as_str());
        string.map_or_else(
            || constants.get(name).cloned().unwrap_or_default(),
            |s| s.as_str().to_owned(),
        )
    };
    let edits = EXPRESSION.captures_iter(text).filter_map(|found| {
        let range = found.get(0)?.range();
        let is_other =
            areas.is_code(range.start) || text[..range.start].ends_with(['$', '{', '\\', '=']);
        (!is_other).then(|| Edit::new(range, value(&found)))
    });
    edits.collect()
}

#[cfg(test)]
mod tests {
    use super::super::plain;

    #[test]
    fn imports_exports_and_expressions_are_gone() {
        let text = "import Tabs from '@theme/Tabs';\nimport {useState} from 'react';\n\nexport const version = '2.2.3';\n\nexport function F() {\n  return (\n\n    <b/>\n  );\n}\n\n版本是 {version}，见 {props.name}。{' '}\n\n{/* 注释 */}\n";
        let read = plain("a.mdx", text).text;
        assert_eq!(read.trim(), "版本是 2.2.3，见 。");
    }

    #[test]
    fn code_and_prose_stay() {
        for text in [
            "```js\nimport a from 'b';\n{x}\n```",
            "用 `import a from 'b'` 和 `{x}`",
            "import 之后再说 {a b}",
            "占位符 ${name}",
        ] {
            assert_eq!(plain("a.mdx", text).text, text);
        }
        let md = "import a from 'b';\n\n{version}";
        assert_eq!(plain("a.md", md).text, md);
    }

    #[test]
    fn attributes_of_jsx_are_those_of_html() {
        let read = plain(
            "a.mdx",
            "<img src={require('./a.png').default} alt=\"图\" />\n<div style={{color:'red'}} className=\"box\">彩色</div>",
        );
        assert_eq!(
            read.text,
            "<img src=\"./a.png\" alt=\"图\" />\n<div>彩色</div>"
        );
    }
}
