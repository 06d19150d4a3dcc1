//! Near-duplicates: the same question asked twice, the same answer given twice. One is shown, the others are folded
//! into it, so that the first hits are different answers.

use super::evidence::Evidence;
use super::find::Found;
use std::collections::BTreeSet;

/// Characters of a shingle: the pieces whose hashes make up a signature.
const SHINGLE: usize = 5;
/// Signatures that differ in so many of their 64 bits are of the same answer.
const SAME_ANSWER: u32 = 3;
/// Answers without this many shingles are too short to be told apart by a signature.
const SHORTEST: usize = 32;

/// A number that differs in few bits between near-equal texts; 0 for short ones. `SimHash`: Charikar 2002, "Similarity
/// estimation techniques from rounding algorithms".
pub(super) fn signature(text: &str) -> u64 {
    let characters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    if characters.len() < SHINGLE + SHORTEST {
        return 0;
    }
    let mut votes = [0_i32; 64];
    for shingle in characters.windows(SHINGLE) {
        // FNV-1a of 64 bits.
        let hash = shingle.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, c| {
            (hash ^ u64::from(*c)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        for (bit, vote) in votes.iter_mut().enumerate() {
            *vote += if hash >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    votes.iter().enumerate().fold(0, |signature, (bit, vote)| {
        signature | u64::from(*vote > 0) << bit
    })
}

/// Groups what was found: each group is headed by its best document. Documents that were not looked at closely stand
/// alone.
pub(super) fn groups(found: Vec<Found>) -> Vec<Vec<Found>> {
    let mut groups: Vec<(Option<Face>, Vec<Found>)> = Vec::new();
    for one in found {
        let face = one.evidence.as_ref().map(Face::of);
        let same = face.as_ref().and_then(|face| {
            groups
                .iter()
                .position(|(head, _)| head.as_ref().is_some_and(|head| head.is_like(face)))
        });
        match same {
            Some(group) => groups[group].1.push(one),
            None => groups.push((face, vec![one])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What two near-duplicates have in common.
struct Face {
    /// What the question says, without filler and order.
    question: BTreeSet<u64>,
    answer: u64,
}

impl Face {
    fn of(evidence: &Evidence) -> Self {
        let telling = evidence.question.iter().filter(|w| !w.is_filler);
        Self {
            question: telling.map(|w| w.key).collect(),
            answer: evidence.answer_signature,
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        let same_question = !self.question.is_empty() && self.question == other.question;
        let same_answer = self.answer != 0
            && other.answer != 0
            && (self.answer ^ other.answer).count_ones() <= SAME_ANSWER;
        same_question || same_answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_equal_answers_have_near_signatures() {
        let answer = "先检查服务端的 8848 端口是否开放，再检查 9848 端口，最后看客户端日志里有没有连接失败的提示。".repeat(4);
        let edited = answer.replacen("最后", "然后", 1);
        let other = "Seata 的 AT 模式需要在每个业务库里建立 undo_log 表，回滚时根据它恢复数据，提交后异步删除。".repeat(4);
        let apart = |a: &str, b: &str| (signature(a) ^ signature(b)).count_ones();
        assert!(
            apart(&answer, &edited) <= SAME_ANSWER,
            "{}",
            apart(&answer, &edited)
        );
        assert!(apart(&answer, &other) > 12, "{}", apart(&answer, &other));
        assert_eq!(signature("短"), 0);
    }
}
