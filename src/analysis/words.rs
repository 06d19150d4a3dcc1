//! The site's words: names that the segmenter leaves whole, synonyms, and stop words.
//!
//! A useful set for cloud-native and Java communities is built in; a site's own files add to it.

mod dictionary;
mod synonyms;

pub(super) use dictionary::DictionaryEntry;
pub(super) use synonyms::SynonymRule;

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

/// A line of a word file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {found}; expected {expected}")]
pub struct WordsProblem {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// What was wrong.
    pub found: String,
    /// What was expected.
    pub expected: &'static str,
}

/// Words as they are written, before any analysis.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Terms and products with their aliases.
    pub(super) dictionary: Vec<DictionaryEntry>,
    /// Synonyms: what else to look for when something is asked.
    pub(super) synonyms: Vec<SynonymRule>,
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
        debug_assert!(problems.is_empty(), "{problems:?}");
        words
    }

    /// Adds the files of a site's folder, each optional. Lines that cannot be used are returned and left out.
    pub fn add_folder(&mut self, folder: &Path) -> Vec<WordsProblem> {
        let mut problems = Vec::new();
        for name in [DICTIONARY, SYNONYMS, STOPWORDS] {
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
        } else {
            self.stopwords
                .extend(lines(text).map(|(_, word)| word.to_owned()));
        }
    }
}

/// Lines with content, neither empty nor a comment, with their numbers from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.trim_start_matches('\u{feff}')
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
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
