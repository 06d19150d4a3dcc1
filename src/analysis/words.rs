//! The site's words: names that the segmenter leaves whole, synonyms, everyday wordings, opposites, and stop words.
//!
//! A useful set for cloud-native and Java communities, with a thesaurus of software in general, is built in; a site's own files add to it.

mod dictionary;
mod lines;
mod opposites;
mod synonyms;

pub(super) use dictionary::DictionaryEntry;
pub use lines::WordsProblem;
pub(super) use opposites::OppositeRule;
pub(super) use synonyms::SynonymRule;

use lines::lines;
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

/// Names of the files in a folder of words.
pub(super) const DICTIONARY: &str = "dictionary.txt";
/// See [`DICTIONARY`].
pub(super) const SYNONYMS: &str = "synonyms.txt";
/// See [`DICTIONARY`].
pub(super) const STOPWORDS: &str = "stopwords.txt";
/// See [`DICTIONARY`].
pub(super) const THESAURUS: &str = "thesaurus.txt";
/// See [`DICTIONARY`].
pub(super) const OPPOSITES: &str = "opposites.txt";

/// The thesaurus that ships, by field.
const THESAURUS_FILES: &[(&str, &str)] = &[
    ("accounts.txt", include_str!("words/thesaurus/accounts.txt")),
    ("ai.txt", include_str!("words/thesaurus/ai.txt")),
    ("api.txt", include_str!("words/thesaurus/api.txt")),
    ("clusters.txt", include_str!("words/thesaurus/clusters.txt")),
    (
        "configuration.txt",
        include_str!("words/thesaurus/configuration.txt"),
    ),
    (
        "containers.txt",
        include_str!("words/thesaurus/containers.txt"),
    ),
    ("data.txt", include_str!("words/thesaurus/data.txt")),
    (
        "databases.txt",
        include_str!("words/thesaurus/databases.txt"),
    ),
    ("devices.txt", include_str!("words/thesaurus/devices.txt")),
    ("files.txt", include_str!("words/thesaurus/files.txt")),
    ("frontend.txt", include_str!("words/thesaurus/frontend.txt")),
    ("gateways.txt", include_str!("words/thesaurus/gateways.txt")),
    ("jvm.txt", include_str!("words/thesaurus/jvm.txt")),
    (
        "languages.txt",
        include_str!("words/thesaurus/languages.txt"),
    ),
    (
        "messaging.txt",
        include_str!("words/thesaurus/messaging.txt"),
    ),
    ("mobile.txt", include_str!("words/thesaurus/mobile.txt")),
    (
        "operations.txt",
        include_str!("words/thesaurus/operations.txt"),
    ),
    ("security.txt", include_str!("words/thesaurus/security.txt")),
    ("services.txt", include_str!("words/thesaurus/services.txt")),
    (
        "spreadsheets.txt",
        include_str!("words/thesaurus/spreadsheets.txt"),
    ),
    ("tools.txt", include_str!("words/thesaurus/tools.txt")),
    (
        "transactions.txt",
        include_str!("words/thesaurus/transactions.txt"),
    ),
];

/// Words as they are written, before any analysis.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Terms and products with their aliases.
    pub(super) dictionary: Vec<DictionaryEntry>,
    /// Synonyms: what else to look for when something is asked.
    pub(super) synonyms: Vec<SynonymRule>,
    /// The thesaurus: what everyday wordings mean.
    pub(super) thesaurus: Vec<SynonymRule>,
    /// Words that are each other's reverse.
    pub(super) opposites: Vec<OppositeRule>,
    /// Stop words, which say nothing in a query.
    pub(super) stopwords: HashSet<String>,
}

impl Words {
    /// The set that ships with dayi.
    pub fn built_in() -> Self {
        let mut words = Self::default();
        let mut problems = Vec::new();
        words.add(
            DICTIONARY,
            include_str!("words/dictionary.txt"),
            &mut problems,
        );
        words.add(SYNONYMS, include_str!("words/synonyms.txt"), &mut problems);
        words.add(
            STOPWORDS,
            include_str!("words/stopwords.txt"),
            &mut problems,
        );
        for (name, text) in THESAURUS_FILES {
            words
                .thesaurus
                .extend(synonyms::parse(name, text, &mut problems));
        }
        words.add(
            OPPOSITES,
            include_str!("words/opposites.txt"),
            &mut problems,
        );
        debug_assert!(problems.is_empty(), "{problems:?}");
        words
    }

    /// Leaves the lines of the thesaurus, by their numbers from 0, that are `wanted`: to measure what they bring.
    pub fn keep_of_thesaurus(&mut self, wanted: impl Fn(usize) -> bool) {
        let mut number = 0;
        self.thesaurus.retain(|_| {
            number += 1;
            wanted(number - 1)
        });
    }

    /// Adds the files of a site's folder, each optional. Lines that cannot be used are returned and left out.
    pub fn add_folder(&mut self, folder: &Path) -> Vec<WordsProblem> {
        let mut problems = Vec::new();
        for name in [DICTIONARY, SYNONYMS, STOPWORDS, THESAURUS, OPPOSITES] {
            let path = folder.join(name);
            match fs::read_to_string(&path) {
                Ok(text) => self.add(&path.display().to_string(), &text, &mut problems),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => problems.push(WordsProblem {
                    file: path.display().to_string(),
                    line: 1,
                    found: format!("the file cannot be read ({error})"),
                    expected: "a readable file in UTF-8",
                }),
            }
        }
        problems
    }

    fn add(&mut self, file: &str, text: &str, problems: &mut Vec<WordsProblem>) {
        if file.ends_with(DICTIONARY) {
            self.dictionary
                .extend(dictionary::parse(file, text, problems));
        } else if file.ends_with(SYNONYMS) {
            self.synonyms.extend(synonyms::parse(file, text, problems));
        } else if file.ends_with(OPPOSITES) {
            self.opposites
                .extend(opposites::parse(file, text, problems));
        } else if file.ends_with(THESAURUS) {
            self.thesaurus.extend(synonyms::parse(file, text, problems));
        } else {
            self.stopwords
                .extend(lines(text).map(|(_, word)| word.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_set_is_sound_and_large() {
        let words = Words::built_in();
        assert!(words.synonyms.len() >= 300 && words.dictionary.len() >= 300);
        assert!(words.stopwords.contains("请问") && !words.stopwords.contains("不"));
    }

    #[test]
    fn a_sites_files_add_to_it_and_problems_have_lines() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join(SYNONYMS),
            "# ours\n答疑机, dayi\nlonely\n",
        )
        .unwrap();
        fs::write(folder.path().join(DICTIONARY), "[terms]\n= x\n").unwrap();
        let mut words = Words::built_in();
        let before = words.synonyms.len();
        let problems = words.add_folder(folder.path());
        assert_eq!(words.synonyms.len(), before + 1);
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(
            said[0].ends_with(
                "dictionary.txt:2: the line has no name; expected `name` or `name = alias, alias`"
            ),
            "{said:?}"
        );
        assert!(
            said[1].ends_with(
                "synonyms.txt:3: `lonely` stands alone; expected `a, b, c` or `a, b => c`"
            ),
            "{said:?}"
        );
    }
}
