//! Kinds of callouts: paragraphs that stand out, under a title.

/// The five of GitHub (<https://docs.github.com/en/get-started/writing-on-github>), to which those of other dialects are
/// mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callout {
    /// What is worth knowing.
    Note,
    /// Advice.
    Tip,
    /// What is needed to succeed.
    Important,
    /// What needs attention.
    Warning,
    /// What may do harm.
    Caution,
}

impl Callout {
    /// The kind of a name in any of the dialects. Obsidian shows names that it does not know as notes.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "note" | "info" | "abstract" | "summary" | "tldr" | "todo" | "question" | "help"
            | "faq" | "example" | "quote" | "cite" | "seealso" => Self::Note,
            "tip" | "hint" | "success" | "check" | "done" => Self::Tip,
            "important" => Self::Important,
            "warning" | "warn" | "attention" => Self::Warning,
            "caution" | "danger" | "error" | "bug" | "failure" | "fail" | "missing" => {
                Self::Caution
            }
            _ => return None,
        })
    }

    /// Its name in Markdown and in classes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Tip => "tip",
            Self::Important => "important",
            Self::Warning => "warning",
            Self::Caution => "caution",
        }
    }

    /// The callout whose mark a text begins with, such as `[!NOTE]`, and the text behind the mark.
    pub(super) fn marked(text: &str) -> Option<(Self, &str)> {
        let (name, rest) = text.strip_prefix("[!")?.split_once(']')?;
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
        let kind = Self::of_name(name).unwrap_or(Self::Note);
        // `+` and `-` unfold and fold a callout of Obsidian.
        let rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        is_name.then(|| (kind, rest.trim_start()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_name_a_kind_and_may_have_a_title() {
        assert_eq!(Callout::marked("[!NOTE]"), Some((Callout::Note, "")));
        assert_eq!(
            Callout::marked("[!danger]- 小心"),
            Some((Callout::Caution, "小心"))
        );
        assert_eq!(Callout::marked("[!own]"), Some((Callout::Note, "")));
        for no_mark in ["[NOTE]", "[!]", "[!a b]", "a [!NOTE]", "[!NOTE"] {
            assert_eq!(Callout::marked(no_mark), None);
        }
    }
}
