//! The modules of JavaScript as they are served: with the texts of all languages, under addresses that change with their
//! content.

use super::response_cache::CachedResponse;
use crate::texts::{Argument, Catalog, Texts};
use arc_swap::ArcSwapOption;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The modules of JavaScript by the names under which they import each other.
const SCRIPTS: [(&str, &str); 27] = [
    ("combobox.js", include_str!("../../assets/combobox.js")),
    ("dom.js", include_str!("../../assets/dom.js")),
    ("embed.js", include_str!("../../assets/embed.js")),
    ("inbox-keys.js", include_str!("../../assets/inbox-keys.js")),
    ("long-text.js", include_str!("../../assets/long-text.js")),
    ("me-too.js", include_str!("../../assets/me-too.js")),
    ("my-asks.js", include_str!("../../assets/my-asks.js")),
    ("one-line.js", include_str!("../../assets/one-line.js")),
    ("options.js", include_str!("../../assets/options.js")),
    ("outbox.js", include_str!("../../assets/outbox.js")),
    ("page.js", include_str!("../../assets/page.js")),
    ("recent.js", include_str!("../../assets/recent.js")),
    ("sanitize.js", include_str!("../../assets/sanitize.js")),
    ("search-box.js", include_str!("../../assets/search-box.js")),
    (
        "search-dialog.js",
        include_str!("../../assets/search-dialog.js"),
    ),
    ("service.js", include_str!("../../assets/service.js")),
    ("theme.js", include_str!("../../assets/theme.js")),
    ("similar.js", include_str!("../../assets/similar.js")),
    (
        "widget-answer.js",
        include_str!("../../assets/widget-answer.js"),
    ),
    (
        "widget-conversation.js",
        include_str!("../../assets/widget-conversation.js"),
    ),
    (
        "widget-earlier.js",
        include_str!("../../assets/widget-earlier.js"),
    ),
    (
        "widget-frame.js",
        include_str!("../../assets/widget-frame.js"),
    ),
    (
        "widget-history.js",
        include_str!("../../assets/widget-history.js"),
    ),
    (
        "widget-home.js",
        include_str!("../../assets/widget-home.js"),
    ),
    (
        "widget-panel.js",
        include_str!("../../assets/widget-panel.js"),
    ),
    (
        "widget-prose.js",
        include_str!("../../assets/widget-prose.js"),
    ),
    ("widget.js", include_str!("../../assets/widget.js")),
];

/// The modules as they are served: without comments, with the texts of all languages, and each importing the others at
/// the addresses that name this version, so that a page never mixes two versions and caches all but the first module.
pub(super) struct Scripts {
    /// One version for all modules, as a module changes with those it imports.
    version: String,
    /// The texts that they were made with.
    texts_revision: u64,
    served: Vec<(String, Arc<CachedResponse>)>,
}

impl Scripts {
    /// `logo` is the path of the site's logo, empty where it has none.
    fn new(catalog: &Catalog, logo: &str) -> Self {
        // Comments go first: a text may hold what looks like one.
        let written = SCRIPTS.map(|(name, source)| {
            let code = without_comments(source);
            let code = code.replace(LOGO, &Value::from(logo).to_string());
            (name, with_texts(&code, catalog))
        });
        let mut hasher = blake3::Hasher::new();
        for (name, text) in &written {
            hasher.update(name.as_bytes()).update(text.as_bytes());
        }
        let version = hasher.finalize().to_hex()[..12].to_owned();
        let served = written.map(|(name, text)| {
            let text = SCRIPTS.iter().fold(text, |text, (other, _)| {
                let versioned = format!("\"./{other}?v={version}\"");
                text.replace(&format!("\"./{other}\""), &versioned)
            });
            let response = CachedResponse::new(text, "text/javascript; charset=utf-8").lasting();
            (format!("/{name}"), Arc::new(response))
        });
        Self {
            version,
            texts_revision: catalog.revision(),
            served: served.into(),
        }
    }

    /// The script at a path.
    pub(super) fn at(&self, path: &str) -> Option<&Arc<CachedResponse>> {
        let found = self.served.iter().find(|(served, _)| served == path);
        found.map(|(_, script)| script)
    }

    /// Whether this is the version of the scripts.
    pub(super) fn is_version(&self, version: &str) -> bool {
        self.version == version
    }

    /// The address of a script, by its name.
    pub(super) fn path(&self, name: &str) -> String {
        format!("/{name}?v={}", self.version)
    }
}

/// The scripts with the texts as they were last asked for.
#[derive(Default)]
pub(super) struct CurrentScripts(ArcSwapOption<Scripts>);

impl CurrentScripts {
    /// The scripts with these texts and this logo, which stays the same, made anew when the texts have changed.
    pub(super) fn of(&self, catalog: &Catalog, logo: &str) -> Arc<Scripts> {
        let current = self.0.load_full();
        let current = current.filter(|scripts| scripts.texts_revision == catalog.revision());
        current.unwrap_or_else(|| {
            let made = Arc::new(Scripts::new(catalog, logo));
            self.0.store(Some(Arc::clone(&made)));
            made
        })
    }
}

/// A module with the texts of its group in every language, where it leaves a place for them:
/// `{ /* texts of GROUP */ }`.
fn with_texts(source: &str, catalog: &Catalog) -> String {
    let Some((before, rest)) = source.split_once(TEXTS_BEGIN) else {
        return source.to_owned();
    };
    let Some((group, after)) = rest.split_once(TEXTS_END) else {
        return source.to_owned();
    };
    // In the order of the languages, of which scripts take the first for the default.
    let tables = catalog.languages().iter().map(|texts| {
        let table = Value::Object(group_of(group, texts));
        format!("{}:{table}", Value::from(texts.tag()))
    });
    let tables: Vec<String> = tables.collect();
    format!("{before}{{{}}}{after}", tables.join(","))
}

/// Where a module leaves a place for the path of the site's logo.
const LOGO: &str = "\"/* path of the logo */\"";
const TEXTS_BEGIN: &str = "{ /* texts of ";
const TEXTS_END: &str = " */ }";

/// The texts of a group by the names that a module has for them: `panel-no-count` is `noCount`. Scripts put their values
/// in where `{}` stands.
fn group_of(group: &str, texts: &Texts) -> Map<String, Value> {
    let prefix = format!("{group}-");
    let placeholder = Argument::from("{}");
    let arguments = ["count", "title", "date", "number"].map(|name| (name, placeholder));
    let keys = texts.keys().filter(|key| key.starts_with(&prefix));
    let named = keys.map(|key| {
        let name = camel_case(&key[prefix.len()..]);
        (name, Value::from(texts.format(key, &arguments)))
    });
    named.collect()
}

fn camel_case(name: &str) -> String {
    let mut parts = name.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut text, part| {
        let mut characters = part.chars();
        text.extend(characters.next().map(|c| c.to_ascii_uppercase()));
        text + characters.as_str()
    })
}

/// The paths of all scripts.
pub(super) fn script_routes() -> impl Iterator<Item = String> {
    SCRIPTS.iter().map(|(name, _)| format!("/{name}"))
}

/// Comments are a third of our modules and nothing to a visitor. Knows only how we write them: lines of `//`, and `/**` up
/// to `*/`, neither of which stands in a string.
fn without_comments(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, comment)) = rest.split_once("/**") {
        code.push_str(before);
        rest = comment
            .split_once("*/")
            .map_or("", |(_, after)| after.trim_start_matches(' '));
    }
    code.push_str(rest);
    code.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .fold(String::with_capacity(code.len()), |text, line| {
            text + line + "\n"
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_code_stays() {
        let source =
            "// a\n/** @param {x} */\nf(/** @type {any} */ (x), \"http://a\");\n\n  // b\n  g();\n";
        assert_eq!(without_comments(source), "f((x), \"http://a\");\ng();\n");
    }

    #[test]
    fn modules_import_each_other_at_one_version_and_have_their_texts() {
        let scripts = Scripts::new(&Catalog::embedded(), "/assets/1/logo.svg");
        for (path, script) in &scripts.served {
            let body = script.body();
            let text = str::from_utf8(&body).unwrap();
            assert!(
                !text.contains("/**") && !text.contains(TEXTS_BEGIN),
                "{path}"
            );
            for (name, _) in SCRIPTS {
                assert!(!text.contains(&format!("\"./{name}\"")), "{path}: {name}");
            }
        }
        let text_of = |path: &str| {
            let body = scripts.at(path).unwrap().body();
            String::from_utf8(body.to_vec()).unwrap()
        };
        let text = text_of("/widget-conversation.js");
        assert!(
            text.contains(r#""saidAnswered":"找到了解答：{}""#),
            "{text}"
        );
        let text = text_of("/widget-panel.js");
        assert!(text.contains(r#""count":"Suggestions: {}""#), "{text}");
        assert!(text.contains("LOGO = \"/assets/1/logo.svg\""), "{text}");
    }

    #[test]
    fn other_texts_are_another_version() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("texts")).unwrap();
        let file = folder.path().join("texts/zh-CN.ftl");
        std::fs::write(file, "widget-button = 问一问\n").unwrap();
        let current = CurrentScripts::default();
        let before = current.of(&Catalog::embedded(), "");
        assert!(Arc::ptr_eq(&before, &current.of(&Catalog::embedded(), "")));
        let after = current.of(&Catalog::load(folder.path()).0, "");
        assert_ne!(before.path("widget.js"), after.path("widget.js"));
    }
}
