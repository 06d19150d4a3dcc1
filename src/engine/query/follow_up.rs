//! A short follow-up, `那用 druid 呢`, is about the matter of the question before it: it gets the words of that question
//! which it does not replace. A question that stands on its own gets none.

use super::units::{Unit, units};
use crate::analysis::{Analyzer, letters, normalized};
use crate::engine::vocabulary::Vocabulary;

/// Characters of a follow-up, at most.
const LONGEST: usize = 48;
/// Telling units of a follow-up, at most: a question with more stands on its own.
const MOST_TELLING: usize = 2;
/// Units that are carried, at most, and characters of each.
const MOST_CARRIED: usize = 6;
const LONGEST_CARRIED: usize = 64;

/// How follow-ups begin.
const BEGINNINGS: &[&str] = &[
    "那",
    "如果",
    "要是",
    "假如",
    "若",
    "还有",
    "换成",
    "换作",
    "换用",
    "改成",
    "改用",
    "它",
    "and",
    "also",
    "but",
    "or",
    "if",
    "then",
    "what about",
    "how about",
    "what if",
    "same for",
    "same with",
    "instead",
];
/// How follow-ups end.
const ENDINGS: &[&str] = &["呢", "的话", "instead", "too", "as well", "it", "them"];
/// Words of these that are no stop words, and that no document is searched for.
const JOINING: &[&str] = &[
    "要是", "假如", "还有", "换成", "换作", "换用", "改成", "改用", "instead",
];
/// Words of a question about its own matter: `druid` alone goes on with the last one, `druid 是什么` does not.
const ASKING: &[&str] = &[
    "什么", "怎么", "如何", "为何", "为啥", "哪", "吗", "多少", "what", "how", "why", "which",
    "where",
];

/// A question that goes on with the one before.
pub(crate) struct FollowUp<'t> {
    last: &'t str,
    /// What it says itself.
    own: Vec<Unit>,
    /// What it does not replace of the last question.
    kept: Vec<Unit>,
    /// Whether it says a name.
    brings_name: bool,
    /// Whether that name has taken the place of the only name.
    renames: bool,
}

impl<'t> FollowUp<'t> {
    /// Reads a question after the last one; `None` where it stands on its own.
    pub(crate) fn read(text: &str, last: &'t str, analyzer: &Analyzer) -> Option<Self> {
        if text.chars().count() > LONGEST || letters(text) == letters(last) {
            return None;
        }
        let own = telling(text, analyzer);
        if !is_follow_up(text, &own) {
            return None;
        }
        let before = telling(last, analyzer);
        let names = before.iter().filter(|unit| is_name(unit, last)).count();
        let brings_name = own.iter().any(|unit| is_name(unit, text));
        let renames = brings_name && names == 1 && own.len() == 1;
        let has_version = own.iter().any(is_number);
        let reverse = analyzer.opposites(text).into_iter();
        let reverse: Vec<Vec<String>> = reverse.flat_map(|opposite| opposite.reverse).collect();
        let is_replaced = |unit: &Unit| {
            own.iter().any(|new| is_same(new, unit))
                || renames && is_name(unit, last)
                || has_version && is_number(unit)
                || reverse.contains(&unit.whole)
        };
        let is_kept =
            |unit: &Unit| unit.typed.chars().count() <= LONGEST_CARRIED && !is_replaced(unit);
        let kept: Vec<Unit> = before
            .into_iter()
            .filter(is_kept)
            .take(MOST_CARRIED)
            .collect();
        (!kept.is_empty()).then_some(Self {
            last,
            own,
            kept,
            brings_name,
            renames,
        })
    }

    /// The words that it says itself.
    pub(crate) fn own_words(&self) -> Vec<Box<str>> {
        let words = self.own.iter().flat_map(|unit| &unit.whole);
        words.map(|word| word.as_str().into()).collect()
    }

    /// The words that it may carry.
    pub(crate) fn kept_words(&self) -> Vec<&str> {
        let words = self.kept.iter().flat_map(|unit| &unit.whole);
        words.map(String::as_str).collect()
    }

    /// What it carries of the last question. A new name takes the place of a name that the headline nearest to both does not
    /// say; another new word takes the place of any word that it does not say, unless that one tells the most.
    pub(crate) fn carried(
        &self,
        nearest: Option<&str>,
        analyzer: &Analyzer,
        vocabulary: &Vocabulary,
    ) -> String {
        let said = nearest.map_or_else(Vec::new, |headline| analyzer.read(headline).words());
        let is_said = |unit: &Unit| unit.whole.iter().all(|word| said.contains(word));
        let is_rival = |unit: &Unit| !self.brings_name || is_name(unit, self.last);
        let is_replaced = |unit: &&Unit| !is_said(unit) && is_rival(unit);
        let (replaced, told): (Vec<&Unit>, Vec<&Unit>) = self.kept.iter().partition(is_replaced);
        let rarest = |units: &[&Unit]| {
            let words = units.iter().flat_map(|unit| &unit.whole);
            words.map(|word| vocabulary.frequency(word)).min()
        };
        let is_plausible = self.kept.iter().any(is_said)
            && replaced.len() <= self.own.len()
            && (self.brings_name || rarest(&told) <= rarest(&replaced));
        if is_plausible && !self.renames {
            as_typed(self.last, told.into_iter())
        } else {
            as_typed(self.last, self.kept.iter())
        }
    }
}

/// Units as they stand in their text: those that stood together still do.
fn as_typed<'u>(text: &str, units: impl Iterator<Item = &'u Unit>) -> String {
    let mut end = 0;
    units.fold(String::new(), |mut words, unit| {
        if !words.is_empty() && unit.range.start != end {
            words.push(' ');
        }
        end = unit.range.end;
        words + text.get(unit.range.clone()).unwrap_or_default()
    })
}

/// The units of a text that say what it is about.
fn telling(text: &str, analyzer: &Analyzer) -> Vec<Unit> {
    let says = |unit: &Unit| {
        !unit.is_stopword && !unit.whole.is_empty() && !JOINING.contains(&unit.typed.as_str())
    };
    units(text, analyzer).into_iter().filter(says).collect()
}

/// Whether a text with these telling units goes on with another: by its form, or because it is hardly more than a name.
fn is_follow_up(text: &str, own: &[Unit]) -> bool {
    let said = normalized(text);
    let said = said
        .trim_end_matches(|c: char| !c.is_alphanumeric())
        .trim_start();
    let asks = ASKING.iter().any(|word| has(said, word));
    // A name may begin with such a word, as 若依 does.
    let start = text.len() - text.trim_start().len();
    let is_name_first = own.iter().any(|unit| unit.range.start <= start);
    let has_form = (!is_name_first && BEGINNINGS.iter().any(|word| begins(said, word)))
        || ENDINGS.iter().any(|word| ends(said, word));
    match own {
        [] => has_form || asks,
        [one] => has_form || is_name(one, text) && !asks,
        _ => has_form && own.len() <= MOST_TELLING,
    }
}

/// Whether a text has a word; a Latin one as a whole word.
fn has(text: &str, word: &str) -> bool {
    let mut found = text.match_indices(word);
    found.any(|(at, _)| ends(&text[..at + word.len()], word) && begins(&text[at..], word))
}

/// Whether a text begins with a word; a Latin one as a whole word.
fn begins(text: &str, word: &str) -> bool {
    let rest = text.strip_prefix(word);
    rest.is_some_and(|rest| !word.is_ascii() || !rest.starts_with(char::is_alphanumeric))
}

/// Whether a text ends with a word; a Latin one as a whole word.
fn ends(text: &str, word: &str) -> bool {
    let rest = text.strip_suffix(word);
    rest.is_some_and(|rest| !word.is_ascii() || !rest.ends_with(char::is_alphanumeric))
}

/// Whether a unit names something: a product, or a Latin word in a text that is not English.
fn is_name(unit: &Unit, text: &str) -> bool {
    let is_latin = unit.typed.starts_with(|c: char| c.is_ascii_alphabetic());
    unit.is_product || is_latin && (!text.is_ascii() || !text.trim().contains(char::is_whitespace))
}

/// Whether a unit is a number, such as that of a version.
fn is_number(unit: &Unit) -> bool {
    unit.typed.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether two units say the same.
fn is_same(one: &Unit, other: &Unit) -> bool {
    one.whole == other.whole || one.synonyms.contains(&other.whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn after(last: &str, text: &str) -> String {
        let read = FollowUp::read(text, last, &ANALYZER);
        read.map_or_else(String::new, |it| {
            it.carried(None, &ANALYZER, &Vocabulary::default())
        })
    }

    #[test]
    fn a_follow_up_gets_what_it_does_not_replace() {
        for (last, text, expected) in [
            // A name takes the place of the only name, and joins several.
            ("vue 怎么做虚拟滚动", "那 react 呢", "虚拟滚动"),
            ("python 怎么读取 csv", "那 excel 呢？", "python 读取 csv"),
            ("redis 主从切换失败", "mysql", "主从切换失败"),
            // A new matter joins the name.
            ("postgres 怎么备份", "那恢复呢", "postgres 备份"),
            ("webpack 打包很慢", "如果要压缩图片呢", "webpack 打包很慢"),
            ("docker 怎么限制内存", "还有磁盘呢", "docker 限制内存"),
            // A version takes the place of a version, a word that of its reverse.
            ("django 3.2 升级失败", "那 4.1 呢", "django 升级失败"),
            ("nginx 怎么开启 gzip", "怎么关闭呢", "nginx gzip"),
            // What says nothing itself is about all of it.
            ("git 怎么撤销提交", "为什么呢", "git 撤销提交"),
            ("how do I resize a partition", "why?", "resize partition"),
            (
                "how do I reset the password",
                "what about the username?",
                "reset password",
            ),
            (
                "Install the printer driver on Linux",
                "How about Windows",
                "Install printer driver",
            ),
            (
                "scan a document to pdf",
                "and how do I rotate it?",
                "scan document pdf",
            ),
        ] {
            assert_eq!(after(last, text), expected, "{last} / {text}");
        }
    }

    #[test]
    fn a_question_that_stands_on_its_own_gets_nothing() {
        for text in [
            "react 是什么",
            "怎么清空 kafka 的消息队列",
            "如果磁盘满了数据库还能写入吗",
            "那 elasticsearch 集群怎么扩容节点呢",
            "android emulator does not start",
            "kubernetes pod limit",
            "谢谢",
            "what is a reverse proxy",
            "oracle 连接池耗尽",
            "vue 怎么做虚拟滚动",
            "若依怎么部署",
            "若依是什么",
            "",
        ] {
            assert_eq!(after("vue 怎么做虚拟滚动", text), "", "{text}");
        }
        assert_eq!(after("", "那 react 呢"), "");
        assert_eq!(after("你好", "那 react 呢"), "");
    }

    #[test]
    fn of_documents_that_say_the_new_word_the_nearest_tells_what_it_replaces() {
        let last = "怎么给自行车补胎";
        let read = FollowUp::read("那汽车呢", last, &ANALYZER).unwrap();
        assert_eq!(read.own_words(), ["汽车".into()]);
        let carried = |headline, of_bikes| {
            let words = [("自行车", of_bikes), ("补胎", 5)];
            let vocabulary = Vocabulary::from_frequencies(&words, 100, &ANALYZER);
            read.carried(Some(headline), &ANALYZER, &vocabulary)
        };
        assert_eq!(carried("汽车怎么补胎", 9), "补胎");
        assert_eq!(carried("汽车保养", 9), "自行车补胎");
        // What tells the most is what was asked.
        assert_eq!(carried("汽车怎么补胎", 1), "自行车补胎");
    }

    #[test]
    fn a_new_name_takes_the_place_of_a_name_and_of_nothing_else() {
        let last = "react 和 redux 怎么管理表单";
        let read = FollowUp::read("那用 mobx 呢", last, &ANALYZER).unwrap();
        let carried = |headline| read.carried(headline, &ANALYZER, &Vocabulary::default());
        assert_eq!(carried(Some("react 里 mobx 怎么用")), "react 管理表单");
        assert_eq!(carried(Some("mobx 与 vue")), "react redux 管理表单");
        assert_eq!(carried(None), "react redux 管理表单");
    }

    #[test]
    fn what_is_carried_has_a_bound() {
        let long = "word".repeat(100);
        let many: Vec<String> = (0..100).map(|n| format!("部件{n}号")).collect();
        let last = format!("{long} {}", many.join(" "));
        let carried = after(&last, "那端口呢");
        assert!(!carried.contains("wordword"), "{carried}");
        assert!(carried.chars().count() <= MOST_CARRIED * 8, "{carried}");
        assert_eq!(
            after(
                "vue 怎么做虚拟滚动",
                &format!("那{}呢", "a".repeat(LONGEST))
            ),
            ""
        );
    }
}
