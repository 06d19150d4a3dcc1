//! Keyness: whether a word belongs to the field of the documents, or to everyday talk around the matter.
//!
//! A story has many words that few documents have, because documents tell no stories: `老板`, `下午`, `突然`. By their
//! rarity they would weigh more than the matter. So a word is compared with general texts: a word that documents have less
//! often than general texts of their length would is everyday talk.

use super::units::Unit;
use crate::analysis::Analyzer;
use crate::engine::vocabulary::Vocabulary;

/// Documents added to what is counted and to what is expected, so that few documents prove nothing.
const PRIOR: f32 = 1.0;

/// How much a unit counts for being of the field, 0 to 1: (found + 1) / (expected + 1) documents to the power `everyday`,
/// at most 1.
pub(super) fn factor(
    unit: &Unit,
    analyzer: &Analyzer,
    vocabulary: &Vocabulary,
    everyday: f32,
) -> f32 {
    let keyness = |word: &String| {
        let share = analyzer.general_share(word);
        let expected = 1.0 - (-share * vocabulary.words_of_a_document()).exp();
        let expected = expected * vocabulary.documents() as f32;
        let found = vocabulary.frequency(word) as f32;
        ((found + PRIOR) / (expected + PRIOR)).min(1.0)
    };
    let most = unit.whole.iter().map(keyness).fold(0.0, f32::max);
    if unit.whole.is_empty() || unit.is_of_the_field {
        1.0
    } else {
        most.powf(everyday)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn of(word: &str, everyday: f32) -> f32 {
        // 500 documents of 200 words each, none of which is everyday talk.
        let fields: Vec<(String, u32)> = (0..200).map(|n| (format!("w{n}"), 500)).collect();
        let mut words: Vec<(&str, u32)> = fields.iter().map(|(w, n)| (w.as_str(), *n)).collect();
        words.push(("消息", 300));
        let vocabulary = Vocabulary::from_frequencies(&words, 500, &ANALYZER);
        let units = super::super::units::units(word, &ANALYZER);
        factor(&units[0], &ANALYZER, &vocabulary, everyday)
    }

    #[test]
    fn what_general_texts_say_more_often_than_documents_counts_less() {
        assert!(of("突然", 0.5) < 0.5, "{}", of("突然", 0.5));
        assert!(of("突然", 0.5) < of("怀疑", 0.5));
        // Rare in general texts, too: that no document has it tells a lot.
        assert!(of("火锅", 0.5) > 0.7, "{}", of("火锅", 0.5));
        for of_the_field in ["消息", "quantum", "Nacos"] {
            assert!(
                (of(of_the_field, 0.5) - 1.0).abs() < f32::EPSILON,
                "{of_the_field}"
            );
        }
        assert!((of("突然", 0.0) - 1.0).abs() < f32::EPSILON);
    }
}
