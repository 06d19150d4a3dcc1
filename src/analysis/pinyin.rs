//! How Chinese text sounds: full syllables and initials, for search as you type and for words typed by their sound.

use pinyin::ToPinyin;

/// A text as it would be typed in pinyin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pinyin {
    /// All syllables without tone and space: `zhucezhongxin`; Latin letters and digits as they are.
    pub full: String,
    /// First letters: `zczx`.
    pub initials: String,
}

/// The pinyin of `text`, in its most common reading.
pub fn pinyin_of(text: &str) -> Pinyin {
    let mut spelled = Pinyin::default();
    for c in text.chars() {
        if let Some(syllable) = c.to_pinyin() {
            spelled.full.push_str(syllable.plain());
            spelled.initials.push_str(syllable.first_letter());
        } else if c.is_ascii_alphanumeric() {
            spelled.full.push(c.to_ascii_lowercase());
            spelled.initials.push(c.to_ascii_lowercase());
        }
    }
    spelled
}

/// The pinyin of a word that is Chinese throughout; `None` for any other.
pub fn sound_of(word: &str) -> Option<Pinyin> {
    let is_chinese = !word.is_empty() && word.chars().all(|c| c.to_pinyin().is_some());
    is_chinese.then(|| pinyin_of(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_syllables_and_initials() {
        let spelled = pinyin_of("Nacos 注册中心");
        assert_eq!(
            (spelled.full.as_str(), spelled.initials.as_str()),
            ("nacoszhucezhongxin", "nacoszczx")
        );
        assert_eq!(sound_of("Nacos 注册中心"), None);
    }
}
