//! A text of any length becomes one that can be searched. Nothing is left out without being told.

/// Characters of a text that is searched, at most.
pub const LONGEST_QUERY: usize = 512;

/// What is searched of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reduced {
    /// The text to search for, of [`LONGEST_QUERY`] characters at most.
    pub text: String,
    /// Whether parts that tell nothing were left out.
    pub reduced: bool,
    /// Whether parts were left out because the text was too long.
    pub truncated: bool,
}

/// Makes a query of what somebody typed or pasted. Of a text that is too long the beginning and the end stay: a question
/// often stands first, and the cause of an error last.
pub fn reduce(text: &str) -> Reduced {
    let readable = |c: &char| !c.is_control() || c.is_whitespace();
    let text: Vec<char> = text.trim().chars().filter(readable).collect();
    let truncated = text.len() > LONGEST_QUERY;
    let text = if truncated {
        let half = (LONGEST_QUERY - 1) / 2;
        let (first, last) = (&text[..half], &text[text.len() - half..]);
        first.iter().chain([&'\n']).chain(last).collect()
    } else {
        text.into_iter().collect()
    };
    Reduced {
        text,
        reduced: false,
        truncated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_text_stays_as_it_is() {
        let reduced = reduce("  Nacos 连不上\n怎么办？ ");
        assert_eq!(reduced.text, "Nacos 连不上\n怎么办？");
        assert!(!reduced.reduced && !reduced.truncated);
    }

    #[test]
    fn a_long_text_keeps_its_beginning_and_its_end() {
        let text = format!(
            "为什么？{}\nCaused by: no api-key",
            "\tat a.b.C\n".repeat(999)
        );
        let reduced = reduce(&text);
        assert!(reduced.truncated);
        assert!(reduced.text.starts_with("为什么？"));
        assert!(reduced.text.ends_with("Caused by: no api-key"));
    }

    proptest! {
        #[test]
        fn no_text_is_too_long_afterwards_and_none_is_cut_twice(text in any::<String>(), times in 1_usize..200) {
            let once = reduce(&text.repeat(times));
            prop_assert!(once.text.chars().count() <= LONGEST_QUERY);
            prop_assert!(!reduce(&once.text).truncated);
        }
    }
}
