//! The configuration: one typed struct, built once at start by merging layers. Each value remembers its source.
//!
//! Flags override `DAYI_*` environment variables, which override `dayi.toml`, which overrides the defaults. The table of all
//! settings is in `settings`, the names of variables in `keys`.

mod first_file;
mod keys;
mod kinds;
mod layer;
mod settings;
mod site;
mod web_address;

pub use first_file::first_file;
pub use layer::{Layer, Source};
pub use settings::{Config, example};
pub use site::{CategoryName, Colour, SiteLink};

use crate::engine::Weights;
use crate::feedback::Retention;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

/// The file read from the working directory unless `--config` names another one.
pub const DEFAULT_FILE: &str = "dayi.toml";

/// All problems of the configuration, one line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Reads all layers. `flags` has the values of the command line; `file` replaces `dayi.toml` and must then exist.
    ///
    /// # Errors
    /// Names every unknown key and every unusable value, with its source and, in files, its line.
    pub fn load(flags: Layer, file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut merged = Layer::defaults();
        if let Some(layer) = read_file(file, &mut problems) {
            merged = merged.overridden_by(layer);
        }
        let environment = Layer::from_environment(std::env::vars_os(), &mut problems);
        merged = merged.overridden_by(environment).overridden_by(flags);
        match Self::check(merged, &mut problems) {
            Some(config) if problems.is_empty() => Ok(config.with_reachable_base_url()),
            _ => Err(ConfigError(problems.iter().map(|p| one_line(p)).collect())),
        }
    }

    /// Sets `base_url` to the address of `listen`, unless it is configured or the port is not known yet.
    fn with_reachable_base_url(mut self) -> Self {
        if *self.source("base_url") == Source::Default && self.listen.port() != 0 {
            self.base_url = format!("http://{}", reachable(self.listen));
        }
        self
    }

    /// The source of a key's value.
    pub fn source(&self, key: &str) -> &Source {
        self.sources.get(key).unwrap_or(&Source::Default)
    }

    /// The address of a path of the service, to be passed on: absolute where visitors' address of the service is configured.
    pub fn address(&self, path: &str) -> String {
        match self.source("base_url") {
            Source::Default => path.to_owned(),
            _ => format!("{}{path}", self.base_url),
        }
    }

    /// The weights of ranking.
    pub fn ranking(&self) -> Weights {
        Weights::from_named(
            self.ranking
                .iter()
                .map(|(name, value)| (name.as_str(), *value)),
        )
    }

    /// How long records are stored.
    pub fn retention(&self) -> Retention {
        Retention {
            ratings: self.keep_ratings_days,
            asks: self.keep_asks_days,
            queries: self.keep_queries_days,
            audit: self.keep_audit_days,
        }
    }

    /// Every value with its source, as `dayi config` prints it: TOML with a comment per line.
    pub fn describe(&self) -> String {
        let mut text = String::new();
        for (key, value, source) in self.entries() {
            let _ = writeln!(text, "{:<40} # {source}", format!("{key} = {value}"));
        }
        text
    }

    /// Every value as TOML text and its source, by key.
    pub fn entries(&self) -> Vec<(String, String, Source)> {
        let own = self.shown().into_iter();
        let ranking = self.ranking.iter().map(|(name, constant)| {
            let shown = kinds::CONSTANT_OF_RANKING.shown(constant);
            (format!("ranking.{name}"), shown)
        });
        own.chain(ranking)
            .map(|(key, shown)| {
                let source = self.source(&key).clone();
                (key, shown, source)
            })
            .collect()
    }
}

/// The address at which this machine itself reaches a service that listens on `listen`.
pub fn reachable(listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        ip if !ip.is_unspecified() => listen,
        IpAddr::V4(_) => (Ipv4Addr::LOCALHOST, listen.port()).into(),
        IpAddr::V6(_) => (Ipv6Addr::LOCALHOST, listen.port()).into(),
    }
}

/// Files and variables may contain line breaks; a problem is shown on one line.
fn one_line(problem: &str) -> String {
    problem.replace(char::is_control, " ")
}

fn read_file(file: Option<&Path>, problems: &mut Vec<String>) -> Option<Layer> {
    let path = file.unwrap_or(Path::new(DEFAULT_FILE));
    match std::fs::read_to_string(path) {
        Ok(text) => Layer::from_toml(&text, &path.display().to_string(), problems),
        Err(error) if file.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            problems.push(format!(
                "{}: cannot be read: {error}; expected a TOML file",
                path.display()
            ));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t.toml");
        std::fs::write(&file, toml).unwrap();
        Config::load(Layer::default(), Some(&file))
            .map_err(|e| e.to_string().replace(&file.display().to_string(), "t.toml"))
    }

    #[test]
    fn links_lead_to_where_it_listens_unless_an_address_is_set() {
        for (text, expected) in [
            ("", "http://127.0.0.1:8080"),
            ("listen = \"127.0.0.1:9000\"", "http://127.0.0.1:9000"),
            ("listen = \"0.0.0.0:81\"", "http://127.0.0.1:81"),
            ("listen = \"[::]:81\"", "http://[::1]:81"),
            (
                "listen = \"127.0.0.1:9000\"\nbase_url = \"https://qa.example.org/\"",
                "https://qa.example.org",
            ),
        ] {
            assert_eq!(load(text).unwrap().base_url, expected, "{text}");
        }
    }

    #[test]
    fn a_file_overrides_the_defaults_and_says_so() {
        let config = load("# mine\nsite_name = \"答疑\"\n").unwrap();
        assert_eq!(config.site_name, "答疑");
        assert!(matches!(
            config.source("site_name"),
            Source::File { line: 2, .. }
        ));
        assert_eq!(*config.source("listen"), Source::Default);
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn every_problem_is_reported_at_once_with_its_line() {
        let problems = load("listne = \"x\"\n\nbase_url = \"ftp://x\"\nlisten = \"nowhere\"\ncors_origins = [\"example.org/\"]\n").unwrap_err();
        let expected = [
            "t.toml:1: unknown key `listne`; did you mean `listen`?",
            "t.toml:3: `base_url` is `ftp://x`; expected an address such as https://qa.example.org",
            "t.toml:4: `listen` is `nowhere`; expected an address and a port such as 127.0.0.1:8080",
            "t.toml:5: `cors_origins` holds `example.org/`; expected `*` or an origin such as https://example.org",
        ];
        let mut found: Vec<&str> = problems.lines().collect();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_problem_is_one_line() {
        let problems = load("\"a\\nb\" = 1\nlisten = \"no\\nwhere\"\n").unwrap_err();
        assert_eq!(problems.lines().count(), 2, "{problems}");
    }

    #[test]
    fn what_is_printed_can_be_read_again() {
        let described =
            load("site_name = \"a \\\"b\\\"\"\ncors_origins = [\"https://a.example\"]\n")
                .unwrap()
                .describe();
        assert_eq!(load(&described).unwrap().site_name, "a \"b\"");
    }

    #[test]
    fn an_environment_overrides_by_the_names_of_variables() {
        let mut problems = Vec::new();
        let variables = [
            ("DAYI_SITE_NAME", "答疑"),
            ("DAYI_RANKING_SYNONYM", "0.25"),
            ("DAYI_RANKING__SYNONYM", "0.5"),
            ("DAYI_RANKING_FILLER", "0.125"),
            ("DAYI_LOG", "warn"),
            ("DAYI_SIET_NAME", "x"),
            ("PATH", "/bin"),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let layer = Layer::from_environment(variables.into_iter(), &mut problems);
        assert_eq!(
            problems,
            ["DAYI_SIET_NAME: unknown variable; did you mean `site_name`?"]
        );
        problems.clear();
        let config = Config::check(Layer::defaults().overridden_by(layer), &mut problems).unwrap();
        assert_eq!(config.site_name, "答疑");
        let constant = |name| {
            let entries = config.entries();
            let entry = entries.into_iter().find(|(key, ..)| key == name).unwrap();
            (entry.1, entry.2.to_string())
        };
        assert_eq!(
            constant("ranking.synonym"),
            ("0.5".to_owned(), "DAYI_RANKING__SYNONYM".to_owned())
        );
        assert_eq!(constant("ranking.filler").0, "0.125");
    }

    #[test]
    fn a_first_file_sets_what_is_changed_first_and_holds_every_other_setting() {
        let first = first_file("问 \"答\"");
        let config = load(&first).unwrap();
        assert_eq!(config.content, Path::new("问 \"答\""));
        for (key, is_set) in [
            ("site_name", true),
            ("listen", true),
            ("content", true),
            ("base_url", false),
            ("data", false),
        ] {
            assert_eq!(*config.source(key) != Source::Default, is_set, "{key}");
        }
        for line in example().lines().filter(|line| line.contains(" = ")) {
            let key = line.trim_start_matches('#').split(" = ").next().unwrap();
            let is_there = |line: &str| {
                line.trim_start_matches('#')
                    .starts_with(&format!("{key} = "))
            };
            assert_eq!(
                first.lines().filter(|line| is_there(line)).count(),
                1,
                "{key}"
            );
        }
    }

    /// `UPDATE_EXAMPLE=1 cargo test --lib config` writes the file after a change of the table.
    #[test]
    fn the_example_file_holds_every_setting() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(DEFAULT_FILE);
        let expected = example();
        if std::env::var_os("UPDATE_EXAMPLE").is_some() {
            std::fs::write(&file, &expected).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), expected);
        // What it shows can be set.
        let set: Vec<&str> = expected
            .lines()
            .filter_map(|line| line.strip_prefix('#'))
            .filter(|line| !line.starts_with(' '))
            .collect();
        load(&set.join("\n")).unwrap();
    }
}
