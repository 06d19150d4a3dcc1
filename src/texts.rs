//! Every text that people read, in every language: pages, problems, scripts and messages take theirs from here by key.
//!
//! The files `texts/TAG.ftl` of this repository are embedded (Fluent, <https://projectfluent.org>). A site replaces single
//! texts, or adds a language, by files of the same form in its `words/texts/`. A text that a language lacks is taken from
//! a related language, else from English.

mod language;
mod references;
mod site;

pub use language::{Argument, Texts};

use arc_swap::ArcSwap;
use std::path::Path;
use std::sync::Arc;
use unic_langid::LanguageIdentifier;

/// The embedded languages; the first one is the default.
const EMBEDDED: [(&str, &str); 2] = [
    ("zh-CN", include_str!("../texts/zh-CN.ftl")),
    ("en", include_str!("../texts/en.ftl")),
];

/// The language that has every text.
const COMPLETE: &str = "en";

/// The texts of all languages.
pub struct Catalog {
    /// The default language comes first.
    languages: Vec<Texts>,
}

impl Catalog {
    /// The embedded texts.
    pub fn embedded() -> Self {
        Self::with_overrides(&[])
    }

    /// The embedded texts with those of a folder of words over them, and what in its `texts/` cannot be used, a line each.
    pub fn load(words: &Path) -> (Self, Vec<String>) {
        let (overrides, problems) = site::read(&words.join("texts"));
        (Self::with_overrides(&overrides), problems)
    }

    fn with_overrides(overrides: &[site::Overrides]) -> Self {
        let revision = revision(overrides);
        let embedded = EMBEDDED.map(|(tag, _)| tag);
        let mut tags: Vec<&str> = embedded.to_vec();
        let added = overrides.iter().map(|file| file.tag.as_str());
        tags.extend(added.filter(|tag| !embedded.contains(tag)));
        let languages = tags.into_iter().map(|tag| {
            // From the most general to the most particular: later texts replace earlier ones.
            let related = EMBEDDED.iter().filter(|(other, _)| is_related(other, tag));
            let sources = EMBEDDED.iter().filter(|(other, _)| *other == COMPLETE);
            let sources = sources.chain(related).map(|(_, source)| *source);
            let own = overrides.iter().filter(|file| file.tag == tag);
            let own = own.map(|file| file.source.as_str());
            Texts::new(tag, sources.chain(own), revision)
        });
        Self {
            languages: languages.collect(),
        }
    }

    /// The texts in the default language.
    pub fn default_language(&self) -> &Texts {
        &self.languages[0]
    }

    /// The texts in every language, the default one first.
    pub fn languages(&self) -> &[Texts] {
        &self.languages
    }

    /// The texts in the language of this BCP 47 tag, or in a language with the same first part.
    pub fn language(&self, tag: &str) -> Option<&Texts> {
        let exact = self.languages.iter();
        let exact = exact.clone().find(|t| t.tag().eq_ignore_ascii_case(tag));
        exact.or_else(|| self.languages.iter().find(|t| is_related(t.tag(), tag)))
    }

    /// Changes with the texts; a hash of them.
    pub fn revision(&self) -> u64 {
        self.default_language().revision()
    }
}

/// Texts that may be replaced while they are used.
#[derive(Clone)]
pub struct SharedTexts(Arc<ArcSwap<Catalog>>);

impl SharedTexts {
    /// These texts, until others replace them.
    pub fn new(catalog: Catalog) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(catalog)))
    }

    /// The texts as they are now.
    pub fn current(&self) -> Arc<Catalog> {
        self.0.load_full()
    }

    /// Replaces the texts.
    pub fn replace(&self, catalog: Catalog) {
        self.0.store(Arc::new(catalog));
    }
}

impl Default for SharedTexts {
    fn default() -> Self {
        Self::new(Catalog::embedded())
    }
}

/// Whether two tags begin with the same language.
pub fn is_related(one: &str, other: &str) -> bool {
    let language = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    language(one).eq_ignore_ascii_case(&language(other))
}

/// Reads a tag such as `zh-CN`.
fn identifier(tag: &str) -> Option<LanguageIdentifier> {
    tag.parse().ok()
}

fn revision(overrides: &[site::Overrides]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for (tag, source) in EMBEDDED {
        hasher.update(tag.as_bytes()).update(source.as_bytes());
    }
    for file in overrides {
        hasher.update(file.tag.as_bytes());
        hasher.update(file.source.as_bytes());
    }
    let hash = hasher.finalize();
    let first = hash.as_bytes().first_chunk().copied();
    first.map_or(0, u64::from_le_bytes)
}

#[cfg(test)]
mod completeness;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_their_plural() {
        let catalog = Catalog::embedded();
        let count = |tag, n: usize| {
            let texts = catalog.language(tag).unwrap();
            texts.format("results-count", &[("count", Argument::from(n))])
        };
        assert_eq!(count("en", 1), "1 result");
        assert_eq!(count("en", 1200), "1200 results");
        assert_eq!(count("zh-CN", 1), "1 条结果");
    }

    #[test]
    fn a_language_is_found_by_its_tag_or_its_relatives() {
        let catalog = Catalog::embedded();
        let found = |tag| catalog.language(tag).map(Texts::tag);
        assert_eq!(found("ZH-cn"), Some("zh-CN"));
        assert_eq!(found("zh-TW"), Some("zh-CN"));
        assert_eq!(found("en-GB"), Some("en"));
        assert_eq!(found("de"), None);
    }

    #[test]
    fn a_site_replaces_texts_and_adds_languages() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("texts")).unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join("texts").join(name), text).unwrap();
        };
        write("zh-CN.ftl", "nav-home = 主页\n");
        write(
            "de.ftl",
            "nav-home = Start\nresults-count = { $count } Treffer\n",
        );
        write("zh-TW.ftl", "nav-home = 首頁\n");
        let (catalog, problems) = Catalog::load(folder.path());
        assert_eq!(problems, [""; 0]);
        let home = |tag| catalog.language(tag).unwrap().text("nav-home");
        assert_eq!(
            (home("zh-CN"), home("en"), home("de"), home("zh-TW")),
            ("主页".into(), "Home".into(), "Start".into(), "首頁".into())
        );
        // What a new language lacks comes from a related one, else from English.
        let feed = |tag| catalog.language(tag).unwrap().text("nav-feed");
        assert_eq!((feed("de"), feed("zh-TW")), ("Feed".into(), "订阅".into()));
        assert_ne!(catalog.revision(), Catalog::embedded().revision());
    }
}
