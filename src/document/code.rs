//! Syntax highlighting: CSS classes, for which pages and the widget have colours.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::LazyLock;
use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::{SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

const CLASS_PREFIX: &str = "hl-";
const CLASS_STYLE: ClassStyle = ClassStyle::SpacedPrefixed {
    prefix: CLASS_PREFIX,
};
/// Longest code in bytes that is highlighted, because highlighting is the slowest part of a page.
const LONGEST_HIGHLIGHTED: usize = 64 * 1024;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// Code as HTML with classes; `None` if the language is unknown or the code too long.
pub(super) fn highlighted(language: &str, source: &str) -> Option<String> {
    syntax(language)
        .filter(|_| source.len() <= LONGEST_HIGHLIGHTED)
        .and_then(|syntax| highlight(syntax, source))
}

/// Whether every one of these classes is one that [`highlighted`] produces.
pub(super) fn is_highlight(classes: &str) -> bool {
    classes
        .split_whitespace()
        .all(|class| class.starts_with(CLASS_PREFIX))
}

fn syntax(language: &str) -> Option<&'static SyntaxReference> {
    let name = match language {
        "" | "text" | "plain" | "txt" | "log" | "console" => return None,
        "sh" | "shell" | "zsh" => "bash",
        "yml" => "yaml",
        "jsonc" | "json5" => "json",
        "ts" | "typescript" | "jsx" | "tsx" => "js",
        "kotlin" | "kt" | "gradle" => "groovy",
        "conf" | "ini" | "toml" => "properties",
        other => other,
    };
    SYNTAXES.find_syntax_by_token(name)
}

/// One thread highlights all code, because each regular expression of a grammar allocates memory for every thread
/// that ever used it. `None` if the system gives no thread; then the calling thread highlights.
static HIGHLIGHTER: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let pool = ThreadPoolBuilder::new().num_threads(1);
    pool.thread_name(|_| "highlighter".to_owned()).build().ok()
});

fn highlight(syntax: &SyntaxReference, source: &str) -> Option<String> {
    match &*HIGHLIGHTER {
        Some(thread) => thread.install(|| highlight_here(syntax, source)),
        None => highlight_here(syntax, source),
    }
}

fn highlight_here(syntax: &SyntaxReference, source: &str) -> Option<String> {
    let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, &SYNTAXES, CLASS_STYLE);
    for line in LinesWithEndings::from(source) {
        generator
            .parse_html_for_line_which_includes_newline(line)
            .ok()?;
    }
    Some(generator.finalize())
}
