//! Near-duplicates: the same question asked twice, the same answer given twice. One is shown, the others are folded
//! into it, so that the first hits are different answers.

use super::evidence::Evidence;
use super::find::Found;

/// Characters of a shingle: the pieces whose hashes make up a signature.
const SHINGLE: usize = 5;
/// Signatures that differ in so many of their 64 bits are of the same answer.
const SAME_ANSWER: u32 = 3;
const IDEOGRAPHS: std::ops::Range<char> = '\u{4e00}'..'\u{a000}';
/// Hashes whose bits are counted before a count of a byte could be full.
const MOST_AT_ONCE: usize = u8::MAX as usize;
/// Answers without this many shingles are too short to be told apart by a signature.
const SHORTEST: usize = 32;

/// A number that differs in few bits between near-equal texts; 0 for short ones. `SimHash`: Charikar 2002, "Similarity
/// estimation techniques from rounding algorithms".
pub(super) fn signature(text: &str) -> u64 {
    // Of ideographs, most of the text, the tables need not be asked.
    let is_said = |c: &char| IDEOGRAPHS.contains(c) || c.is_alphanumeric();
    let mut shingle = [0_u64; SHINGLE];
    let mut characters = 0;
    let mut bits = Bits::default();
    for c in text.chars().filter(is_said) {
        shingle.rotate_left(1);
        shingle[SHINGLE - 1] = u64::from(c);
        characters += 1;
        if characters >= SHINGLE {
            // FNV-1a of 64 bits.
            bits.count(shingle.iter().fold(0xcbf2_9ce4_8422_2325, |hash, c| {
                (hash ^ c).wrapping_mul(0x0000_0100_0000_01b3)
            }));
        }
    }
    if characters < SHINGLE + SHORTEST {
        return 0;
    }
    bits.majority()
}

/// Of each of the 64 bits, in how many hashes it is set.
struct Bits {
    set: [u32; 64],
    /// The newest, eight counts of a byte in each number: eight bits of a hash are counted with one addition.
    newest: [u64; 8],
    hashes: usize,
}

impl Default for Bits {
    fn default() -> Self {
        Self {
            set: [0; 64],
            newest: [0; 8],
            hashes: 0,
        }
    }
}

impl Bits {
    fn count(&mut self, hash: u64) {
        for (count, byte) in self.newest.iter_mut().zip(hash.to_le_bytes()) {
            *count += SPREAD[usize::from(byte)];
        }
        self.hashes += 1;
        if self.hashes.is_multiple_of(MOST_AT_ONCE) {
            self.take_newest();
        }
    }

    fn take_newest(&mut self) {
        let counts = self.newest.iter().flat_map(|count| count.to_le_bytes());
        for (set, count) in self.set.iter_mut().zip(counts) {
            *set += u32::from(count);
        }
        self.newest = [0; 8];
    }

    /// The number of those bits that are set in most hashes.
    fn majority(mut self) -> u64 {
        self.take_newest();
        let is_most = |set: u32| set as usize * 2 > self.hashes;
        let bits = self.set.iter().enumerate();
        bits.fold(0, |number, (bit, set)| {
            number | u64::from(is_most(*set)) << bit
        })
    }
}

/// The eight bits of a byte as eight bytes of 0 or 1, the lowest first.
static SPREAD: [u64; 256] = {
    let mut spread = [0; 256];
    let mut byte = 0;
    while byte < spread.len() {
        let mut bit = 0;
        while bit < 8 {
            spread[byte] |= ((byte as u64 >> bit) & 1) << (bit * 8);
            bit += 1;
        }
        byte += 1;
    }
    spread
};

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
    /// What the question says, without filler; in the order of the keys, each once.
    question: Vec<u64>,
    answer: u64,
}

impl Face {
    fn of(evidence: &Evidence) -> Self {
        let telling = evidence.question.iter().filter(|w| !w.is_filler);
        let mut question: Vec<u64> = telling.map(|w| w.key).collect();
        question.sort_unstable();
        question.dedup();
        Self {
            question,
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
