//! Which answers helped visitors most, and which they open most.

use super::counters::lower_bound;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What visitors like, by the ids under which it was stored.
#[derive(Debug, Clone, Default)]
pub struct Favourites {
    /// Ids with the number of ratings: helped, did not help.
    pub(super) rated: Vec<(String, i64, i64)>,
    /// Ids with how often each was opened from a list of hits.
    pub(super) opened: Vec<(String, i64)>,
}

impl Favourites {
    /// The ids of the answers that most surely helped, best first: by the lower end of the 95 % interval of the share of
    /// visitors they helped, those alone that helped more often than not. `current` gives the id that an answer has now,
    /// none where it is gone; what was stored of an answer under several ids is added up.
    pub fn most_helpful(&self, current: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let mut rated: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for (id, helpful, unhelpful) in &self.rated {
            if let Some(id) = current(id) {
                let of_answer = rated.entry(id).or_default();
                of_answer.0 += helpful;
                of_answer.1 += unhelpful;
            }
        }
        let mut helped: Vec<_> = rated.into_iter().filter(|(_, (h, u))| h > u).collect();
        let bound = |(h, u): (i64, i64)| lower_bound(h, h + u);
        helped.sort_by(|(_, a), (_, b)| bound(*b).total_cmp(&bound(*a)));
        helped.into_iter().map(|(id, _)| id).collect()
    }

    /// The ids of the answers that were opened most often, most first; `current` as for
    /// [`most_helpful`](Self::most_helpful).
    pub fn most_read(&self, current: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let mut opened: BTreeMap<String, i64> = BTreeMap::new();
        for (id, times) in &self.opened {
            if let Some(id) = current(id) {
                *opened.entry(id).or_default() += times;
            }
        }
        let mut opened: Vec<_> = opened.into_iter().collect();
        opened.sort_by_key(|(_, times)| Reverse(*times));
        opened.into_iter().map(|(id, _)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(id: &str) -> Option<String> {
        match id {
            "gone" => None,
            "old" => Some("renamed".to_owned()),
            id => Some(id.to_owned()),
        }
    }

    #[test]
    fn what_surely_helped_is_before_what_may_have() {
        let rated = [
            ("once", 1, 0),
            ("often", 9, 1),
            ("rarely", 3, 3),
            ("old", 4, 0),
            ("renamed", 20, 0),
            ("gone", 9, 0),
        ];
        let rated = rated.map(|(id, helped, did_not)| (id.to_owned(), helped, did_not));
        let favourites = Favourites {
            rated: rated.into(),
            ..Favourites::default()
        };
        assert_eq!(favourites.most_helpful(now), ["renamed", "often", "once"]);
        assert!(favourites.most_read(now).is_empty());
    }

    #[test]
    fn what_is_opened_under_an_old_id_counts_for_the_answer() {
        let opened = [("a", 5), ("old", 4), ("renamed", 3), ("gone", 9), ("b", 5)];
        let opened = opened.map(|(id, times)| (id.to_owned(), times));
        let favourites = Favourites {
            opened: opened.into(),
            ..Favourites::default()
        };
        assert_eq!(favourites.most_read(now), ["renamed", "a", "b"]);
    }
}
