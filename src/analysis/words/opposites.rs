//! `opposites.txt`: words that are each other's reverse, `a, b >< c, d`.

use super::lines::{WordsProblem, lines, list};

/// Two lists of wordings; each of one list means the reverse of each of the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analysis) struct OppositeRule {
    /// The two sides.
    pub(in crate::analysis) sides: [Vec<String>; 2],
}

pub(super) fn parse(file: &str, text: &str, problems: &mut Vec<WordsProblem>) -> Vec<OppositeRule> {
    let mut rules = Vec::new();
    for (line, written) in lines(text) {
        let sides = written.split_once("><").map(|(a, b)| [list(a), list(b)]);
        match sides {
            Some(sides) if sides.iter().all(|side| !side.is_empty()) => {
                rules.push(OppositeRule { sides });
            }
            _ => problems.push(WordsProblem {
                file: file.to_owned(),
                line,
                found: format!("`{written}` has no two sides"),
                expected: "`a, b >< c, d`",
            }),
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_read_and_a_lone_one_is_a_problem() {
        let mut problems = Vec::new();
        let rules = parse("o", "开启, enable >< 关闭\n升级\n>< x", &mut problems);
        assert_eq!(rules[0].sides, [vec!["开启", "enable"], vec!["关闭"]]);
        assert_eq!(rules.len(), 1);
        let lines: Vec<usize> = problems.iter().map(|p| p.line).collect();
        assert_eq!(lines, [2, 3]);
    }
}
