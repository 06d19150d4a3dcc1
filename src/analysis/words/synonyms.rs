//! `synonyms.txt` in the format of Solr: `a, b, c` mean each other, `a, b => c` look for `c` as well.
//!
//! <https://solr.apache.org/guide/solr/latest/indexing-guide/filters.html#synonym-graph-filter>

use super::lines::{WordsProblem, lines, list};

/// A rule: a query with any of `asked` also looks for all of `also`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analysis) struct SynonymRule {
    /// Words of a query.
    pub(in crate::analysis) asked: Vec<String>,
    /// Words to look for as well.
    pub(in crate::analysis) also: Vec<String>,
}

pub(super) fn parse(file: &str, text: &str, problems: &mut Vec<WordsProblem>) -> Vec<SynonymRule> {
    let mut rules = Vec::new();
    for (line, written) in lines(text) {
        let rule = match written.split_once("=>") {
            Some((asked, also)) => SynonymRule {
                asked: list(asked),
                also: list(also),
            },
            None => SynonymRule {
                asked: list(written),
                also: list(written),
            },
        };
        let pairs_up = rule.asked != rule.also || rule.asked.len() > 1;
        if rule.asked.is_empty() || rule.also.is_empty() || !pairs_up {
            problems.push(WordsProblem {
                file: file.to_owned(),
                line,
                found: format!("`{written}` stands alone"),
                expected: "`a, b, c` or `a, b => c`",
            });
        } else {
            rules.push(rule);
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_and_escaped_commas_are_read() {
        let mut problems = Vec::new();
        let rules = parse("s", "a, b c\nx => y, z\np\\,q, r", &mut problems);
        let rule = |asked: &[&str], also: &[&str]| SynonymRule {
            asked: asked.iter().map(|w| (*w).into()).collect(),
            also: also.iter().map(|w| (*w).into()).collect(),
        };
        assert_eq!(
            rules,
            [
                rule(&["a", "b c"], &["a", "b c"]),
                rule(&["x"], &["y", "z"]),
                rule(&["p,q", "r"], &["p,q", "r"])
            ]
        );
        assert!(problems.is_empty());
    }
}
