//! Near-duplicates: the same question asked twice, the same answer given twice. One is shown, the others are folded into
//! it, so that the first hits are different answers.

use super::evidence::{Evidence, question_key};
use super::found::Found;
use super::simhash;

/// Groups what was found, each group headed by its best document. Documents that the second pass did not judge stand alone.
pub(crate) fn groups<D>(found: Vec<Found<D>>) -> Vec<Vec<Found<D>>> {
    let mut groups: Vec<(Option<Fingerprint>, Vec<Found<D>>)> = Vec::new();
    for one in found {
        let judged = one.judged.as_ref();
        let fingerprint = judged.map(|judged| Fingerprint::new(&judged.evidence));
        let same = fingerprint.as_ref().and_then(|fingerprint| {
            groups.iter().position(|(head, _)| {
                head.as_ref()
                    .is_some_and(|head| head.is_duplicate(fingerprint))
            })
        });
        match same {
            Some(group) => groups[group].1.push(one),
            None => groups.push((fingerprint, vec![one])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What two near-duplicates have in common.
struct Fingerprint {
    /// What the headline asks.
    headline: Vec<u64>,
    /// What the asking nearest to the query asks.
    asking: Vec<u64>,
    answer_signature: u64,
}

impl Fingerprint {
    fn new(evidence: &Evidence) -> Self {
        Self {
            headline: question_key(evidence.headline.iter().copied()),
            asking: evidence.nearness.question.clone(),
            answer_signature: evidence.answer_signature,
        }
    }

    /// Two askings that say the same make no duplicates: short ones fit several documents.
    fn is_duplicate(&self, other: &Self) -> bool {
        let is_headline =
            |headline: &[u64], question: &[u64]| !headline.is_empty() && headline == question;
        is_headline(&self.headline, &other.headline)
            || is_headline(&self.headline, &other.asking)
            || is_headline(&other.headline, &self.asking)
            || simhash::is_near(self.answer_signature, other.answer_signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::query::ParsedQuery;
    use crate::engine::ranking::evidence::HeadlineWord;
    use crate::engine::ranking::features::{Features, ScoreParts};
    use crate::engine::ranking::found::Judged;

    /// A document with these words in its headline, and filler with key 9.
    fn found(doc: char, headline: &[u64], answer_signature: u64) -> Found<char> {
        let word = |key: &u64| HeadlineWord {
            key: *key,
            idf: 1.0,
            is_filler: *key == 9,
            in_query: 0.0,
        };
        let evidence = Evidence {
            headline: headline.iter().map(word).collect(),
            answer_signature,
            ..Evidence::empty(&ParsedQuery::default())
        };
        let judged = Judged {
            features: Features::default(),
            evidence,
        };
        Found {
            doc,
            parts: ScoreParts::default(),
            judged: Some(judged),
        }
    }

    fn grouped(found: Vec<Found<char>>) -> Vec<String> {
        let group = |group: Vec<Found<char>>| group.into_iter().map(|f| f.doc).collect();
        groups(found).into_iter().map(group).collect()
    }

    #[test]
    fn the_same_words_in_any_order_or_the_same_answer_are_one_group() {
        let all = vec![
            found('a', &[1, 2], 0),
            found('b', &[3], 0xff00),
            found('c', &[2, 9, 1, 1], 0),
            found('d', &[4], 0xff03),
            found('e', &[5], 0xff1f),
        ];
        assert_eq!(grouped(all), ["ac", "bd", "e"]);
    }

    #[test]
    fn a_document_that_is_asked_by_the_headline_of_another_is_its_duplicate() {
        let asked = |mut found: Found<char>, question: &[u64]| {
            if let Some(judged) = &mut found.judged {
                judged.evidence.nearness.question = question.to_vec();
            }
            found
        };
        let all = vec![
            asked(found('a', &[1], 0), &[3, 4]),
            asked(found('b', &[2], 0), &[3, 4]),
            found('c', &[4, 3], 0),
            asked(found('d', &[5], 0), &[2]),
            asked(found('e', &[6], 0), &[]),
            found('f', &[9], 0),
        ];
        // Both are asked alike, and only the first is asked by the headline of the third.
        assert_eq!(grouped(all), ["ac", "bd", "e", "f"]);
    }

    #[test]
    fn headlines_of_filler_short_answers_and_unjudged_documents_stand_alone() {
        let mut all = vec![found('a', &[9], 0), found('b', &[9], 0)];
        all.push(Found::unjudged('c'));
        all.push(Found::unjudged('d'));
        assert_eq!(grouped(all), ["a", "b", "c", "d"]);
    }
}
