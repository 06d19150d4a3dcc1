//! Signatures of texts: numbers that differ in few bits between near-equal texts.

use crate::analysis::Reading;

/// Characters of a shingle: the pieces whose hashes make up a signature.
const SHINGLE: usize = 5;
/// Signatures of near-equal texts differ in no more than this many of their 64 bits.
const SAME_TEXT: u32 = 3;
/// Bits of a shingle's number that one of its characters takes: as many as there is room for. The oldest character loses one.
const CHARACTER_BITS: u32 = 13;
/// 2^32 divided by the golden ratio, made odd. Multiplication by it spreads neighbouring numbers. Knuth 1998, "The Art of
/// Computer Programming", volume 3, 6.4.
const GOLDEN: u32 = 0x9e37_79b1;
/// Binary digits of pi behind its 3, the first ones and later ones: constants without a hidden purpose. The factor is odd, so
/// that multiplication loses no bit.
const PI: u64 = 0x243f_6a88_85a3_08d3;
const PI_FACTOR: u64 = 0x082e_fa98_ec4e_6c89;
/// Texts with fewer shingles are too short for a signature to tell them apart.
const SHORTEST: usize = 32;

/// Whether two signatures are of near-equal texts. Short texts, whose signature is 0, are near to none.
pub(crate) fn is_near(a: u64, b: u64) -> bool {
    a != 0 && b != 0 && (a ^ b).count_ones() <= SAME_TEXT
}

/// A number that differs in few bits between near-equal texts; 0 for short ones. `SimHash`: Charikar 2002, "Similarity
/// estimation techniques from rounding algorithms".
pub(crate) fn signature(text: &Reading<'_>) -> u64 {
    let mut shingle = 0;
    let mut characters = 0;
    let mut counts = BitCounts::default();
    text.each_letter(|c| {
        shingle = followed_by(shingle, c);
        characters += 1;
        if characters >= SHINGLE {
            counts.add(hash(shingle));
        }
    });
    if characters < SHINGLE + SHORTEST {
        return 0;
    }
    counts.majority()
}

/// The last characters as one number, after the next one.
fn followed_by(shingle: u64, c: char) -> u64 {
    let code = u32::from(c).wrapping_mul(GOLDEN) >> (u32::BITS - CHARACTER_BITS);
    shingle << CHARACTER_BITS | u64::from(code)
}

/// Mixes a number: its 128-bit product with a constant, high half XOR low half, as wyhash does (<https://github.com/wangyi-fudan/wyhash>).
fn hash(shingle: u64) -> u64 {
    let product = u128::from(shingle ^ PI) * u128::from(PI_FACTOR);
    (product >> u64::BITS) as u64 ^ product as u64
}

/// Counts, for each of 64 bits, the numbers that have it set.
#[derive(Default)]
struct BitCounts {
    /// The counts in binary: the bits worth 1 of all counts, then those worth 2, and so on. 32 of them count more shingles
    /// than a text has.
    planes: [u64; 32],
    /// Numbers that wait to be counted, sixteen at a time.
    newest: [u64; 16],
    added: usize,
}

impl BitCounts {
    #[inline]
    fn add(&mut self, number: u64) {
        let at = self.added % self.newest.len();
        self.newest[at] = number;
        self.added += 1;
        if at + 1 == self.newest.len() {
            self.count_newest();
        }
    }

    /// Carry-save additions, as Harley and Seal count bits: Muła, Kurz and Lemire 2018, "Faster population counts using
    /// AVX2 instructions".
    fn count_newest(&mut self) {
        let [ones, twos, fours, eights, higher @ ..] = &mut self.planes;
        let of_two: [u64; 8] = add_pairs(ones, &self.newest);
        let of_four: [u64; 4] = add_pairs(twos, &of_two);
        let of_eight: [u64; 2] = add_pairs(fours, &of_four);
        let [mut carry] = add_pairs(eights, &of_eight);
        for plane in higher {
            if carry == 0 {
                break;
            }
            (*plane, carry) = (*plane ^ carry, *plane & carry);
        }
    }

    /// The number whose bits are those that most of the counted numbers have set. All 64 counts are compared with half the
    /// number of numbers at once, from their highest bits on.
    fn majority(mut self) -> u64 {
        // The slots behind the newest numbers hold numbers that were counted before.
        let newest = self.added % self.newest.len();
        self.newest[newest..].fill(0);
        self.count_newest();
        let half = self.added / 2;
        let (mut more, mut equal) = (0, u64::MAX);
        for (place, plane) in self.planes.iter().enumerate().rev() {
            if half >> place & 1 == 1 {
                equal &= plane;
            } else {
                more |= equal & plane;
                equal &= !plane;
            }
        }
        more
    }
}

/// Adds all numbers to the bits of `plane`, two at a time. Returns the bits that are carried to the next plane.
#[inline]
fn add_pairs<const N: usize>(plane: &mut u64, numbers: &[u64]) -> [u64; N] {
    std::array::from_fn(|pair| add_carrying(plane, numbers[2 * pair], numbers[2 * pair + 1]))
}

/// Adds two numbers bit by bit to the bits of `plane`. Returns the bits that are carried to the next plane.
fn add_carrying(plane: &mut u64, x: u64, y: u64) -> u64 {
    let either = *plane ^ x;
    let carry = (*plane & x) | (either & y);
    *plane = either ^ y;
    carry
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn of(text: &str) -> u64 {
        signature(&ANALYZER.read(text))
    }

    #[test]
    fn the_bits_of_most_numbers_are_the_majority() {
        for count in 0..40_u64 {
            let numbers: Vec<u64> = (0..count)
                .map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
                .collect();
            let mut counts = BitCounts::default();
            for number in &numbers {
                counts.add(*number);
            }
            let is_most = |bit: &u64| {
                let set = numbers.iter().filter(|n| *n >> bit & 1 == 1).count();
                set * 2 > numbers.len()
            };
            let expected = (0..64).filter(is_most).fold(0, |all, bit| all | 1 << bit);
            assert_eq!(counts.majority(), expected, "{count}");
        }
    }

    #[test]
    fn a_signature_is_made_of_the_hashes_of_all_shingles() {
        let text = "先检查服务端的 8848 端口是否开放，再检查 9848 端口，最后看客户端日志里有没有 fail 的提示。";
        let said: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut counts = BitCounts::default();
        for shingle in said.windows(SHINGLE) {
            counts.add(hash(
                shingle.iter().fold(0, |number, c| followed_by(number, *c)),
            ));
        }
        assert_eq!(of(text), counts.majority());
        assert_ne!(of(text), 0);
    }

    #[test]
    fn near_equal_answers_have_near_signatures() {
        let answer = "先检查服务端的 8848 端口是否开放，再检查 9848 端口，最后看客户端日志里有没有连接失败的提示。".repeat(4);
        let edited = answer.replacen("最后", "然后", 1);
        let other = "Seata 的 AT 模式需要在每个业务库里建立 undo_log 表，回滚时根据它恢复数据，提交后异步删除。".repeat(4);
        let apart = |a: &str, b: &str| (of(a) ^ of(b)).count_ones();
        assert!(
            apart(&answer, &edited) <= SAME_TEXT,
            "{}",
            apart(&answer, &edited)
        );
        assert!(apart(&answer, &other) > 12, "{}", apart(&answer, &other));
        assert_eq!(of("短"), 0);
        assert_eq!(
            of(&answer.replace("端口", "端 口").replace("先检查", "先檢查")),
            of(&answer)
        );
    }
}
