//! The structure of `src`: each room uses only rooms below it, no files import each other in a large circle, and a library
//! that is one room's business is used there alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};

/// Rooms and the rooms that each may use. A room is a file or folder by its path from `src`; parts of a room that have an
/// order of their own follow it.
const MAY_USE: &[(&str, &[&str])] = &[
    ("document", &[]),
    ("analysis", &[]),
    ("assistant", &[]),
    ("asked_as", &["assistant", "document", "analysis"]),
    ("texts", &[]),
    ("feedback", &["texts"]),
    ("config", &["engine", "feedback"]),
    ("engine", &["asked_as", "document", "analysis"]),
    ("eval", &["engine", "asked_as", "document"]),
    (
        "web",
        &["engine", "feedback", "config", "document", "texts"],
    ),
    (
        "cli",
        &[
            "web",
            "eval",
            "engine",
            "feedback",
            "config",
            "asked_as",
            "assistant",
            "document",
            "analysis",
            "texts",
        ],
    ),
    ("engine/error", &[]),
    ("engine/fields", &[]),
    ("engine/statistics", &["fields"]),
    ("engine/typing", &[]),
    ("engine/learned", &[]),
    (
        "engine/vocabulary",
        &["fields", "statistics", "typing", "learned"],
    ),
    ("engine/askings", &["vocabulary"]),
    ("engine/query", &["vocabulary", "statistics"]),
    (
        "engine/ranking",
        &["query", "askings", "vocabulary", "statistics", "fields"],
    ),
    ("engine/model", &["query", "ranking"]),
    (
        "engine/searchable",
        &["ranking", "askings", "vocabulary", "fields"],
    ),
    (
        "engine/index",
        &[
            "error",
            "model",
            "ranking",
            "query",
            "vocabulary",
            "statistics",
            "fields",
            "askings",
        ],
    ),
    ("engine/spellings", &["index"]),
    (
        "engine/results",
        &[
            "index",
            "model",
            "query",
            "spellings",
            "vocabulary",
            "statistics",
        ],
    ),
    ("engine/tuning", &["model", "ranking", "results"]),
    (
        "engine/pipeline",
        &[
            "error", "index", "model", "query", "ranking", "results", "tuning",
        ],
    ),
    ("engine/sync", &[]),
    (
        "engine/embedded",
        &[
            "error",
            "fields",
            "statistics",
            "vocabulary",
            "learned",
            "askings",
            "query",
            "ranking",
            "model",
            "searchable",
            "index",
            "spellings",
            "results",
            "tuning",
            "pipeline",
            "sync",
        ],
    ),
    ("feedback/ask_key", &[]),
    ("feedback/database", &[]),
    ("feedback/latency", &[]),
    ("feedback/placeholders", &[]),
    ("feedback/receipt", &[]),
    ("feedback/secrets", &[]),
    ("feedback/similar", &[]),
    ("feedback/text", &[]),
    ("feedback/visitor", &[]),
    ("feedback/record", &["text", "visitor"]),
    ("feedback/event", &["record"]),
    ("feedback/schema", &["database"]),
    ("feedback/audit", &["database"]),
    ("feedback/experts", &["audit", "database"]),
    ("feedback/learning", &["database"]),
    (
        "feedback/counters",
        &["database", "latency", "placeholders", "record"],
    ),
    ("feedback/favourites", &["counters"]),
    (
        "feedback/inbox",
        &["audit", "database", "record", "secrets"],
    ),
    (
        "feedback/reports",
        &[
            "counters",
            "database",
            "favourites",
            "latency",
            "record",
            "secrets",
            "similar",
        ],
    ),
    ("feedback/words", &["audit", "database", "record"]),
    (
        "feedback/asks",
        &["ask_key", "database", "record", "secrets"],
    ),
    (
        "feedback/webhook",
        &["database", "event", "placeholders", "record", "secrets"],
    ),
    ("feedback/deliveries", &["audit", "database", "webhook"]),
    (
        "feedback/apply",
        &[
            "ask_key",
            "counters",
            "database",
            "event",
            "latency",
            "placeholders",
            "receipt",
            "record",
        ],
    ),
    (
        "feedback/erasure",
        &[
            "counters",
            "database",
            "event",
            "placeholders",
            "receipt",
            "webhook",
        ],
    ),
    (
        "feedback/transfer",
        &[
            "apply",
            "ask_key",
            "counters",
            "database",
            "placeholders",
            "receipt",
            "record",
            "text",
            "visitor",
        ],
    ),
    (
        "feedback/store",
        &[
            "apply",
            "ask_key",
            "asks",
            "audit",
            "counters",
            "database",
            "deliveries",
            "erasure",
            "experts",
            "inbox",
            "learning",
            "receipt",
            "record",
            "reports",
            "schema",
            "transfer",
            "visitor",
            "webhook",
            "words",
        ],
    ),
    ("engine/embedded/schema", &["write"]),
    ("engine/embedded/read", &["schema"]),
    ("engine/embedded/write", &["schema", "read"]),
    ("engine/embedded/snapshot", &["schema", "read"]),
    ("web/cache", &[]),
    ("web/client_quotas", &[]),
    ("web/favourites", &[]),
    ("web/labels", &[]),
    ("web/links", &[]),
    ("web/metrics", &[]),
    ("web/refusal", &[]),
    ("web/xml", &[]),
    ("web/limits", &["refusal"]),
    ("web/parameters", &["refusal"]),
    ("web/path", &["refusal"]),
    ("web/problem", &["refusal"]),
    ("web/response_cache", &["cache", "refusal"]),
    ("web/brand", &["response_cache"]),
    ("web/compressed", &["response_cache"]),
    ("web/askings", &["refusal", "lists", "state"]),
    ("web/item_change", &["refusal", "lists", "state"]),
    ("web/me_too", &["refusal", "state", "client", "intake"]),
    ("web/lists", &["refusal", "parameters"]),
    ("web/scripts", &["response_cache"]),
    ("web/search_request", &["refusal", "parameters"]),
    (
        "web/state",
        &[
            "brand",
            "client_quotas",
            "favourites",
            "metrics",
            "refusal",
            "limits",
            "response_cache",
            "scripts",
        ],
    ),
    ("web/pictures", &["cache", "refusal", "path", "state"]),
    (
        "web/assets",
        &[
            "brand",
            "cache",
            "path",
            "pictures",
            "response_cache",
            "state",
        ],
    ),
    ("web/client", &["refusal", "state"]),
    ("web/draft", &["refusal", "parameters", "state"]),
    ("web/expert", &["refusal", "state"]),
    ("web/language", &["state", "body"]),
    ("web/moved", &["links", "refusal", "state"]),
    ("web/body", &["refusal", "state", "client"]),
    (
        "web/frame",
        &[
            "brand",
            "links",
            "refusal",
            "response_cache",
            "scripts",
            "state",
            "language",
        ],
    ),
    ("web/answer", &["links", "refusal", "state", "frame"]),
    ("web/passage", &["answer", "links", "state"]),
    (
        "web/markdown",
        &["refusal", "response_cache", "state", "answer"],
    ),
    (
        "web/intake",
        &["refusal", "response_cache", "state", "client"],
    ),
    (
        "web/admin",
        &[
            "askings",
            "item_change",
            "labels",
            "links",
            "refusal",
            "parameters",
            "path",
            "lists",
            "state",
            "draft",
            "expert",
            "body",
            "frame",
        ],
    ),
    (
        "web/api",
        &[
            "askings",
            "item_change",
            "me_too",
            "answer",
            "passage",
            "favourites",
            "cache",
            "links",
            "refusal",
            "parameters",
            "path",
            "problem",
            "response_cache",
            "lists",
            "search_request",
            "state",
            "client",
            "draft",
            "expert",
            "body",
            "intake",
        ],
    ),
    ("web/error_page", &["refusal", "problem", "state", "frame"]),
    (
        "web/machines",
        &[
            "answer",
            "xml",
            "cache",
            "links",
            "refusal",
            "parameters",
            "response_cache",
            "state",
            "api",
        ],
    ),
    (
        "web/pages",
        &[
            "brand",
            "me_too",
            "favourites",
            "cache",
            "answer",
            "passage",
            "labels",
            "links",
            "refusal",
            "parameters",
            "path",
            "problem",
            "response_cache",
            "search_request",
            "state",
            "client",
            "markdown",
            "moved",
            "body",
            "frame",
            "intake",
            "api",
        ],
    ),
    (
        "web/render_refusal",
        &["refusal", "problem", "state", "language", "error_page"],
    ),
    (
        "web/router",
        &[
            "pictures",
            "cache",
            "client_quotas",
            "refusal",
            "compressed",
            "scripts",
            "moved",
            "state",
            "assets",
            "language",
            "client",
            "admin",
            "api",
            "machines",
            "pages",
            "render_refusal",
        ],
    ),
    (
        "web/server",
        &["client_quotas", "state", "client", "router"],
    ),
];

/// Libraries and the one place that may know each.
const OWNED: &[(&str, &str)] = &[
    ("tantivy", "engine/embedded"),
    ("axum", "web"),
    ("jieba_rs", "analysis"),
    ("libc", "document"),
    ("aho_corasick", "analysis"),
    ("pulldown_cmark", "document"),
    ("ammonia", "document"),
    ("sqlx", "feedback"),
    ("reqwest", "http_client"),
    ("argon2", "feedback"),
    ("plotters", "web/admin"),
    ("fluent_bundle", "texts"),
    ("fluent_syntax", "texts"),
];

/// What every room may use.
const FOR_ALL: &[&str] = &["clean_text", "error_chain", "http_client"];

/// Files that may import each other in a circle, at most.
const LARGEST_CIRCLE: usize = 3;

/// A file of `src`: its module path, and the paths that its code names, each from the crate or a library.
struct Source {
    module: Vec<String>,
    named: Vec<Vec<String>>,
}

fn sources() -> BTreeMap<PathBuf, Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    list(&root, &mut files);
    let source = |file: PathBuf| {
        let within = file.strip_prefix(&root).unwrap().to_owned();
        let module = module_of(&within);
        let parsed = syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap();
        let mut names = Names {
            module: module.clone(),
            named: Vec::new(),
        };
        names.visit_file(&parsed);
        let source = Source {
            module,
            named: names.named,
        };
        (within, source)
    };
    files.into_iter().map(source).collect()
}

fn list(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            list(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") && name != "tests.rs" {
            into.push(path);
        }
    }
}

fn module_of(within: &Path) -> Vec<String> {
    let path = within.with_extension("");
    let names = path.iter().map(|name| name.to_str().unwrap().to_owned());
    names
        .filter(|name| !["lib", "main", "mod"].contains(&name.as_str()))
        .collect()
}

/// Collects the paths that a file's code names, but for what is compiled for tests alone.
struct Names {
    module: Vec<String>,
    named: Vec<Vec<String>>,
}

impl Names {
    fn name(&mut self, path: Vec<String>) {
        let mut path = path.into_iter().peekable();
        let mut absolute = Vec::new();
        match path.peek().map(String::as_str) {
            Some("crate") => {
                path.next();
            }
            Some("self" | "super") => {
                absolute.clone_from(&self.module);
                while let Some(up) = path.next_if(|name| name == "self" || name == "super") {
                    if up == "super" {
                        absolute.pop();
                    }
                }
            }
            _ => {}
        }
        absolute.extend(path);
        self.named.push(absolute);
    }

    fn name_tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| {
            let mut path = before.to_vec();
            path.push(name.to_string());
            path
        };
        match tree {
            syn::UseTree::Path(path) => self.name_tree(&path.tree, &with(&path.ident)),
            syn::UseTree::Name(name) => self.name(with(&name.ident)),
            syn::UseTree::Rename(rename) => self.name(with(&rename.ident)),
            syn::UseTree::Glob(_) => self.name(before.to_vec()),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.name_tree(tree, before);
                }
            }
        }
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_test = |meta: syn::Path| meta.is_ident("test");
        attribute.path().is_ident("cfg") && attribute.parse_args().is_ok_and(is_test)
    })
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            _ => &Vec::new(),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    /// Who may see an item is no import.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.name_tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|s| s.ident.to_string());
        let names: Vec<String> = names.collect();
        let is_local = names.len() < 2;
        if !is_local {
            self.name(names);
        }
        visit::visit_path(self, path);
    }
}

/// The files that each file imports.
fn imports(sources: &BTreeMap<PathBuf, Source>) -> BTreeMap<&Path, BTreeSet<&Path>> {
    let by_module: BTreeMap<&[String], &Path> = sources
        .iter()
        .map(|(file, source)| (source.module.as_slice(), file.as_path()))
        .filter(|(module, _)| !module.is_empty())
        .collect();
    let file_of = |path: &[String]| {
        let prefixes = (1..=path.len()).rev().map(|length| &path[..length]);
        prefixes.into_iter().find_map(|p| by_module.get(p).copied())
    };
    let of_file = |(file, source): (&'_ PathBuf, &Source)| {
        let named = source.named.iter().map(|path| {
            // A path may begin with a module of the file itself.
            let child: Vec<String> = [&source.module, &path[..1]].concat();
            let is_child = by_module.contains_key(child.as_slice());
            let parent: &[String] = if is_child { &source.module } else { &[] };
            [parent, path].concat()
        });
        let files = named.filter_map(|path| file_of(&path));
        files.filter(|other| other != file).collect()
    };
    let files = sources.iter();
    files
        .map(|entry| (entry.0.as_path(), of_file(entry)))
        .collect()
}

/// The rooms below `parent` that a file belongs to or imports: the next name of its path.
fn room_within(parent: &str, file: &Path) -> Option<String> {
    let within = file.strip_prefix(parent).ok()?;
    let first = within.iter().next()?.to_str()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

#[test]
fn rooms_use_only_the_rooms_below_them() {
    let sources = sources();
    let imports = imports(&sources);
    let rooms: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let parents: BTreeSet<&str> = MAY_USE
        .iter()
        .map(|(room, _)| room.rsplit_once('/').map_or("", |(parent, _)| parent))
        .collect();
    let mut wrong = Vec::new();
    for (file, imported) in &imports {
        for other in imported {
            for parent in &parents {
                let (from, to) = (room_within(parent, file), room_within(parent, other));
                let (Some(from), Some(to)) = (from, to) else {
                    continue;
                };
                let path = if parent.is_empty() {
                    from.clone()
                } else {
                    format!("{parent}/{from}")
                };
                let may_use = rooms.get(path.as_str());
                let is_allowed = |rooms: &&[&str]| {
                    rooms.contains(&to.as_str()) || FOR_ALL.contains(&to.as_str())
                };
                if from != to && !may_use.is_none_or(is_allowed) {
                    let (file, other) = (file.display(), other.display());
                    wrong.push(format!("{file} uses {other}: `{to}` is not below `{from}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_has_its_place_in_the_order() {
    let rooms: BTreeSet<&str> = MAY_USE.iter().map(|(room, _)| *room).collect();
    let ordered: BTreeSet<&str> = rooms
        .iter()
        .filter_map(|room| room.rsplit_once('/').map(|(parent, _)| parent))
        .collect();
    for file in sources().keys() {
        for parent in std::iter::once("").chain(ordered.iter().copied()) {
            let Some(room) = room_within(parent, file) else {
                continue;
            };
            let path = Path::new(parent).join(&room);
            let is_whole = file.components().count() == path.components().count();
            let is_root =
                ["lib", "main"].contains(&room.as_str()) || FOR_ALL.contains(&room.as_str());
            let is_for_tests = room == "in_memory";
            assert!(
                rooms.contains(path.to_str().unwrap()) || is_root || is_for_tests,
                "`src/{}` has no place in the order of {}{}",
                path.display(),
                if parent.is_empty() { "src" } else { parent },
                if is_whole { "" } else { " (a folder)" }
            );
        }
    }
}

#[test]
fn no_large_circle_of_files_imports_itself() {
    let sources = sources();
    let imports = imports(&sources);
    let reachable = |from: &Path| {
        let mut seen: BTreeSet<&Path> = BTreeSet::new();
        let mut next: Vec<&Path> = imports[from].iter().copied().collect();
        while let Some(file) = next.pop() {
            if seen.insert(file) {
                next.extend(&imports[file]);
            }
        }
        seen
    };
    let reached: BTreeMap<&Path, BTreeSet<&Path>> = imports
        .keys()
        .map(|file| (*file, reachable(file)))
        .collect();
    for (file, others) in &reached {
        let circle: Vec<&&Path> = others
            .iter()
            .filter(|o| reached[**o].contains(file))
            .collect();
        assert!(
            circle.len() <= LARGEST_CIRCLE,
            "a circle of {} files: {circle:#?}",
            circle.len()
        );
    }
}

#[test]
fn libraries_stay_in_their_room() {
    for (file, source) in sources() {
        for (library, owner) in OWNED {
            let uses = source
                .named
                .iter()
                .any(|path| path.first().is_some_and(|f| f == library));
            assert!(
                !uses || file.starts_with(owner) || file == Path::new(&format!("{owner}.rs")),
                "src/{} uses `{library}`, which belongs to src/{owner}",
                file.display()
            );
        }
    }
}
