//! Groups queries that ask the same in other words, by the pairs of characters that they have in common.

use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// Share of common pairs (Jaccard's coefficient) from which two queries belong to one group.
const ALIKE: f64 = 0.5;

/// Characters of a query that are compared, at most, because longer texts are rarely asked twice.
const LONGEST_COMPARED: usize = 64;

/// Queries of similar wording.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The most frequent of them.
    pub text: String,
    /// How often all were asked.
    pub count: i64,
    /// When one was last asked.
    pub last_at: Timestamp,
    /// The others, most frequent first.
    pub others: Vec<String>,
}

/// Groups queries, given with their counts and times. A query joins the most similar group. Groups are ordered by
/// count, highest first.
pub fn group(mut queries: Vec<(String, i64, Timestamp)>) -> Vec<Group> {
    queries.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut groups: Vec<(Group, HashSet<(char, char)>)> = Vec::new();
    // Groups by pair: a query is compared only with groups that have one of its pairs.
    let mut having: HashMap<(char, char), Vec<usize>> = HashMap::new();
    for (text, count, last_at) in queries {
        let pairs = pairs(&text);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for pair in &pairs {
            for at in having.get(pair).into_iter().flatten() {
                *shared.entry(*at).or_default() += 1;
            }
        }
        let alike = |at: usize, shared: usize| {
            let all = pairs.len() + groups[at].1.len() - shared;
            shared as f64 / all.max(1) as f64
        };
        let best = shared
            .into_iter()
            .map(|(at, shared)| (alike(at, shared), at))
            .filter(|(alike, _)| *alike >= ALIKE)
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((_, at)) = best {
            let group = &mut groups[at].0;
            group.count += count;
            group.last_at = group.last_at.max(last_at);
            group.others.push(text);
        } else {
            for pair in &pairs {
                having.entry(*pair).or_default().push(groups.len());
            }
            let group = Group {
                text,
                count,
                last_at,
                others: Vec::new(),
            };
            groups.push((group, pairs));
        }
    }
    let mut groups: Vec<Group> = groups.into_iter().map(|(group, _)| group).collect();
    groups.sort_by(|a, b| {
        b.count
            .cmp(&a.count)
            .then_with(|| b.last_at.cmp(&a.last_at))
    });
    groups
}

/// Pairs of neighbouring letters and digits; spaces and punctuation are ignored.
fn pairs(text: &str) -> HashSet<(char, char)> {
    let letters: Vec<char> = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(LONGEST_COMPARED)
        .collect();
    match letters.as_slice() {
        [one] => HashSet::from([(*one, *one)]),
        letters => letters.windows(2).map(|w| (w[0], w[1])).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn other_wordings_of_a_question_are_one_group() {
        let groups = group(vec![
            ("怎么升级 Sentinel 控制台".into(), 3, at(10)),
            ("Sentinel 控制台怎么升级".into(), 1, at(30)),
            ("sentinel控制台升级".into(), 1, at(20)),
            ("Dubbo 超时时间".into(), 4, at(5)),
        ]);
        assert_eq!(groups.len(), 2, "{groups:#?}");
        assert_eq!((groups[0].count, groups[0].last_at), (5, at(30)));
        assert_eq!(groups[0].others.len(), 2);
        assert_eq!(groups[1].text, "Dubbo 超时时间");
    }

    #[test]
    fn nothing_is_lost_and_nothing_counted_twice() {
        let queries: Vec<_> = (0..200)
            .map(|i| {
                (
                    format!("q{} {}", i % 7, "问题".repeat(i % 5)),
                    i as i64,
                    at(0),
                )
            })
            .collect();
        let asked: i64 = queries.iter().map(|q| q.1).sum();
        let groups = group(queries);
        assert_eq!(groups.iter().map(|g| g.count).sum::<i64>(), asked);
        assert_eq!(
            groups.iter().map(|g| g.others.len() + 1).sum::<usize>(),
            200
        );
    }
}
