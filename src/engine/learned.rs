//! Which words stand for each other on a site, learned from how its documents are asked.
//!
//! An asking and the headline of its document are two ways to say one thing. Where many documents that are asked with one
//! word have another word in their headlines, the first probably means the second: on a site whose visitors ask for 区别 by
//! 不同, 不同 finds a headline with 区别 of a document that nobody wrote askings for, too. What is counted is the translation
//! of Berger and others 2000, "Bridging the lexical chasm: statistical approaches to answer-finding".

use rustc_hash::{FxHashMap, FxHashSet};

/// Documents that are learned from, at most: beyond that more of them teach little, and each change would wait for them.
const MOST_DOCUMENTS: u32 = 4_000;
/// Documents that must speak for two words. Fewer may do so by chance.
const LEAST_DOCUMENTS: u32 = 4;
/// Of the documents that are asked with a word, the share whose headlines must have the other.
const LEAST_SHARE: f32 = 0.25;
/// How many times as often as by chance the two words must meet. What a whole site is about meets every word.
const LEAST_LIFT: f32 = 10.0;
/// Words that one word may stand for.
const MOST_MEANT: usize = 2;

/// A word that another one probably means, by its [`word_key`](super::vocabulary::word_key).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Meant {
    pub(crate) word: u64,
    /// The share of the documents that are asked with the one word whose headlines have the other.
    pub(crate) share: f32,
}

/// What documents teach: of each the words of its headline and those that it is asked with.
#[derive(Debug, Default)]
pub(crate) struct Lessons {
    /// One of so many documents is learned from.
    one_of: u64,
    documents: Vec<(FxHashSet<u64>, FxHashSet<u64>)>,
}

impl Lessons {
    /// Lessons from so many documents that have askings.
    pub(crate) fn from_documents(documents: u32) -> Self {
        Self {
            one_of: u64::from(documents.div_ceil(MOST_DOCUMENTS).max(1)),
            ..Self::default()
        }
    }

    /// Whether a document of this [`content_hash`](crate::document::content_hash) is learned from: the choice must not
    /// depend on how an index was filled.
    pub(crate) fn takes(&self, hash: u64) -> bool {
        hash.is_multiple_of(self.one_of)
    }

    /// Takes one document by the keys of the words of its headline and of all its askings. Without askings it teaches
    /// nothing.
    pub(crate) fn add(&mut self, headline: &[u64], asked: impl Iterator<Item = u64>) {
        let asked: FxHashSet<u64> = asked.collect();
        if !asked.is_empty() {
            self.documents
                .push((headline.iter().copied().collect(), asked));
        }
    }

    /// By word, the words of headlines that it probably means, the likeliest first. Filler means nothing.
    pub(crate) fn learned(&self, is_filler: impl Fn(u64) -> bool) -> FxHashMap<u64, Vec<Meant>> {
        let asked = counted(self.documents.iter().flat_map(|(_, asked)| asked));
        let headline = counted(self.documents.iter().flat_map(|(headline, _)| headline));
        let tells = |counts: &FxHashMap<u64, u32>, word: &u64| {
            counts[word] >= LEAST_DOCUMENTS && !is_filler(*word)
        };
        // Most words are asked in few documents: pairs of the others only are counted.
        let mut together: FxHashMap<(u64, u64), u32> = FxHashMap::default();
        for (of_headline, of_asked) in &self.documents {
            let meant = of_headline.iter().filter(|word| tells(&headline, word));
            let meant: Vec<u64> = meant.copied().collect();
            let words = of_asked.iter().filter(|word| !of_headline.contains(word));
            for word in words.filter(|word| tells(&asked, word)) {
                for meant in &meant {
                    *together.entry((*word, *meant)).or_default() += 1;
                }
            }
        }
        let mut learned: FxHashMap<u64, Vec<Meant>> = FxHashMap::default();
        for ((word, meant), together) in together {
            let share = together as f32 / asked[&word] as f32;
            let by_chance = headline[&meant] as f32 / self.documents.len() as f32;
            let is_sure = together >= LEAST_DOCUMENTS
                && share >= LEAST_SHARE
                && share >= LEAST_LIFT * by_chance;
            if is_sure {
                let meant = Meant { word: meant, share };
                learned.entry(word).or_default().push(meant);
            }
        }
        for meant in learned.values_mut() {
            meant.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.word.cmp(&b.word)));
            meant.truncate(MOST_MEANT);
        }
        learned
    }
}

fn counted<'w>(words: impl Iterator<Item = &'w u64>) -> FxHashMap<u64, u32> {
    let mut counts = FxHashMap::default();
    for word in words {
        *counts.entry(*word).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::vocabulary::word_key;

    /// What is learned from documents, each with the words of its headline and its askings.
    fn learned(documents: &[(&str, &str)], word: &str) -> Vec<Meant> {
        let mut lessons = Lessons::from_documents(documents.len() as u32);
        for (headline, asking) in documents {
            let headline: Vec<u64> = headline.split(' ').map(word_key).collect();
            lessons.add(&headline, asking.split(' ').map(word_key));
        }
        let is_filler = |key| key == word_key("怎么");
        let mut learned = lessons.learned(is_filler);
        learned.remove(&word_key(word)).unwrap_or_default()
    }

    fn site() -> Vec<(&'static str, &'static str)> {
        let mut site = vec![("nacos 端口 怎么", "nacos 地址"); 60];
        site.extend([("nacos 区别", "nacos 不同"); 6]);
        site
    }

    #[test]
    fn a_word_that_many_askings_have_instead_of_another_means_it() {
        let meant = learned(&site(), "不同");
        let expected = Meant {
            word: word_key("区别"),
            share: 1.0,
        };
        // The product is in every headline, and 地址 with 端口 is no rarer than chance.
        assert_eq!(meant, [expected]);
        assert_eq!(learned(&site(), "地址"), []);
    }

    #[test]
    fn few_documents_teach_nothing() {
        let mut site = site();
        site.truncate(63);
        assert_eq!(learned(&site, "不同"), []);
        assert_eq!(learned(&[], "不同"), []);
    }

    #[test]
    fn a_word_of_many_meanings_means_nothing() {
        let mut site = site();
        for _ in 0..20 {
            site.push(("nacos 注册", "nacos 不同"));
            site.push(("nacos 发现", "nacos 不同"));
        }
        let meant = learned(&site, "不同");
        assert!(
            meant.iter().all(|one| one.word != word_key("区别")),
            "{meant:?}"
        );
    }

    #[test]
    fn of_many_documents_a_share_is_learned_from_whatever_their_order() {
        assert!((0..100).all(|hash| Lessons::from_documents(4_000).takes(hash)));
        let of_many = Lessons::from_documents(40_000);
        assert_eq!((0..100).filter(|hash| of_many.takes(*hash)).count(), 10);
    }
}
