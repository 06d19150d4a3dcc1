//! Syntax highlighting: CSS classes, for which pages and the widget have colours. Colour is a nicety, so its time is
//! bounded: the grammars' regular expressions may take a time that grows with the square of a line.

use quick_cache::sync::Cache;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, LazyLock};
use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::{SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

const CLASS_PREFIX: &str = "hl-";
const CLASS_STYLE: ClassStyle = ClassStyle::SpacedPrefixed {
    prefix: CLASS_PREFIX,
};
/// Bytes of code in one answer that are coloured; what comes behind them is plain.
const MOST_COLOURED: usize = 64 * 1024;
/// Longest line in bytes. A block with a longer one is plain: minified JSON, base64, a log.
const LONGEST_LINE: usize = 1_000;
/// Coloured blocks that are kept, and the longest of them in bytes of HTML: some 16 MB at most.
const KEPT: usize = 1_000;
const LONGEST_KEPT: usize = 16 * 1024;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);
/// Coloured code by a hash of its language and text: the same answer is rendered for its page, the API and the feed.
static COLOURED: LazyLock<Cache<[u8; 32], Arc<str>>> = LazyLock::new(|| Cache::new(KEPT));

/// The colours of one answer.
#[derive(Default)]
pub(super) struct Colours {
    /// Bytes coloured so far.
    spent: usize,
}

impl Colours {
    /// Code as HTML with classes; `None` if the language is unknown, or if it would take too long.
    pub(super) fn of(&mut self, language: &str, source: &str) -> Option<Arc<str>> {
        let syntax = syntax(language)?;
        if source.lines().any(|line| line.len() > LONGEST_LINE) {
            return None;
        }
        self.spent += source.len();
        if self.spent > MOST_COLOURED {
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(syntax.name.as_bytes())
            .update(b"\n")
            .update(source.as_bytes());
        let key = *hasher.finalize().as_bytes();
        if let Some(coloured) = COLOURED.get(&key) {
            return Some(coloured);
        }
        let coloured: Arc<str> = highlight(syntax, source)?.into();
        if coloured.len() <= LONGEST_KEPT {
            COLOURED.insert(key, Arc::clone(&coloured));
        }
        Some(coloured)
    }
}

/// Whether every one of these classes is one that [`Colours`] produces.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_and_code_beyond_the_limit_are_plain() {
        let mut colours = Colours::default();
        assert!(colours.of("java", "int a = 1;\n").is_some());
        let long = format!(
            "int a;\ncurl -d {{\"a\":\"{}\"}}\n",
            "x".repeat(LONGEST_LINE)
        );
        assert_eq!(colours.of("bash", &long), None);
        let block = "int a = 1;\n".repeat(MOST_COLOURED / 22);
        assert!(colours.of("java", &block).is_some());
        assert!(colours.of("java", &block).is_some() || colours.spent > MOST_COLOURED);
        assert_eq!(colours.of("java", &block), None);
        assert!(Colours::default().of("java", &block).is_some());
    }

    #[test]
    fn the_same_code_is_coloured_once() {
        let source = "class Kept { int once = 1; }\n";
        let first = Colours::default().of("java", source).unwrap();
        let second = Colours::default().of("java", source).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
    }
}
