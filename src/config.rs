//! The configuration: one typed struct, built once at start from layers, each value with where it came from.
//!
//! Flags override `DAYI_*` environment variables, which override `dayi.toml`, which overrides `config/default.toml`.

mod layer;

pub use layer::{Layer, Source};

use crate::engine::Weights;
use crate::feedback::{Retention, without_password};
use ipnet::IpNet;
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The file that is read from the working directory when no `--config` names another.
pub const DEFAULT_FILE: &str = "dayi.toml";

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The checked value.
    pub value: T,
    /// The layer that decided it.
    pub source: Source,
}

/// Checked settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of documents.
    pub content: Sourced<PathBuf>,
    /// Folder of the index; derived and disposable.
    pub index: Sourced<PathBuf>,
    /// Folder of what visitors send; precious.
    pub data: Sourced<PathBuf>,
    /// Folder of the site's words; optional.
    pub words: Sourced<PathBuf>,
    /// Where HTTP is served.
    pub listen: Sourced<SocketAddr>,
    /// Address of the service as visitors see it, without a slash at its end; absolute links are made with it.
    pub base_url: Sourced<String>,
    /// Name of the site in titles and headers.
    pub site_name: Sourced<String>,
    /// Where experts find the file of an answer, with `{path}` and `{line}` in it; may be empty.
    pub source_url: Sourced<String>,
    /// Origins whose pages may call the API; `*` allows all.
    pub cors_origins: Sourced<Vec<String>>,
    /// Seconds a request may take before it is answered 503.
    pub request_timeout_seconds: Sourced<u64>,
    /// Address of a PostgreSQL database for feedback; SQLite in the data folder without one.
    pub database: Sourced<Option<String>>,
    /// File of systems to tell of feedback; optional.
    pub webhooks: Sourced<PathBuf>,
    /// Share of searches that are logged for experts, 0 to 1.
    pub query_log: Sourced<f64>,
    /// Whether a visitor is another one each day.
    pub visitors_change_daily: Sourced<bool>,
    /// Days a rating is kept; 0 for ever.
    pub keep_ratings_days: Sourced<u64>,
    /// Days a question for the experts is kept; 0 for ever.
    pub keep_asks_days: Sourced<u64>,
    /// Days a logged search is kept; 0 for ever.
    pub keep_queries_days: Sourced<u64>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Sourced<Vec<IpNet>>,
    /// Ratings and asks a minute from one address, at most.
    pub feedback_per_minute: Sourced<u32>,
    /// Requests a minute from one address, at most; 0 for as many as come.
    pub requests_per_minute: Sourced<u32>,
    /// The constants of ranking by name.
    ranking: Vec<(String, Sourced<f64>)>,
}

/// Everything wrong with the configuration, a line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Reads all layers. `flags` is what the command line says; `file` replaces `dayi.toml` and must then exist.
    ///
    /// # Errors
    /// Names every unknown key and every unusable value, with its source and, in files, its line.
    pub fn load(flags: Layer, file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut layers = vec![Layer::defaults()];
        layers.extend(read_file(file, &mut problems));
        layers.push(Layer::from_environment(&mut problems));
        layers.push(flags);
        let merged = layers
            .into_iter()
            .reduce(Layer::overridden_by)
            .unwrap_or_default();
        let config = merged.checked(&mut problems);
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(ConfigError(problems.iter().map(|p| one_line(p)).collect())),
        }
    }

    /// The constants of ranking.
    pub fn ranking(&self) -> Weights {
        Weights::from_named(
            self.ranking
                .iter()
                .map(|(name, value)| (name.as_str(), value.value)),
        )
    }

    /// How long what visitors sent is kept.
    pub fn retention(&self) -> Retention {
        Retention {
            ratings: self.keep_ratings_days.value,
            asks: self.keep_asks_days.value,
            queries: self.keep_queries_days.value,
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

    /// Every value as TOML text and its source, by key. Destructured, so that a new value cannot be forgotten here.
    pub fn entries(&self) -> Vec<(String, String, Source)> {
        let Self {
            content,
            index,
            data,
            words,
            listen,
            base_url,
            site_name,
            source_url,
            cors_origins,
            request_timeout_seconds,
            database,
            webhooks,
            query_log,
            visitors_change_daily,
            keep_ratings_days,
            keep_asks_days,
            keep_queries_days,
            trusted_proxies,
            feedback_per_minute,
            requests_per_minute,
            ranking,
        } = self;
        let shown = [
            entry("content", content, |v| as_path(v)),
            entry("index", index, |v| as_path(v)),
            entry("data", data, |v| as_path(v)),
            entry("words", words, |v| as_path(v)),
            entry("listen", listen, as_text),
            entry("base_url", base_url, as_text),
            entry("site_name", site_name, as_text),
            entry("source_url", source_url, as_text),
            entry("cors_origins", cors_origins, |v| as_list(v)),
            entry(
                "request_timeout_seconds",
                request_timeout_seconds,
                u64::to_string,
            ),
            entry("database", database, |v| {
                as_text(&v.as_deref().map(without_password).unwrap_or_default())
            }),
            entry("webhooks", webhooks, |v| as_path(v)),
            entry("query_log", query_log, f64::to_string),
            entry(
                "visitors_change_daily",
                visitors_change_daily,
                bool::to_string,
            ),
            entry("keep_ratings_days", keep_ratings_days, u64::to_string),
            entry("keep_asks_days", keep_asks_days, u64::to_string),
            entry("keep_queries_days", keep_queries_days, u64::to_string),
            entry("trusted_proxies", trusted_proxies, |v| as_list(v)),
            entry("feedback_per_minute", feedback_per_minute, u32::to_string),
            entry("requests_per_minute", requests_per_minute, u32::to_string),
        ];
        let ranking = ranking
            .iter()
            .map(|(name, value)| entry(&format!("ranking.{name}"), value, |v| as_constant(*v)));
        shown.into_iter().chain(ranking).collect()
    }
}

/// A constant of ranking as it is used, which is with fewer digits.
fn as_constant(value: f64) -> String {
    (value as f32).to_string()
}

/// A setting as TOML text, with its key and its source.
fn entry<T>(
    key: &str,
    setting: &Sourced<T>,
    shown: impl Fn(&T) -> String,
) -> (String, String, Source) {
    (
        key.to_owned(),
        shown(&setting.value),
        setting.source.clone(),
    )
}

fn as_text(value: &impl ToString) -> String {
    toml::Value::String(value.to_string()).to_string()
}

fn as_path(path: &Path) -> String {
    as_text(&path.display())
}

fn as_list(values: &[impl ToString]) -> String {
    let values = values.iter().map(|v| toml::Value::String(v.to_string()));
    toml::Value::Array(values.collect()).to_string()
}

/// What files and variables say may hold line breaks.
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
            assert_eq!(load(text).unwrap().base_url.value, expected, "{text}");
        }
    }

    #[test]
    fn a_file_overrides_the_defaults_and_says_so() {
        let config = load("# mine\nsite_name = \"答疑\"\n").unwrap();
        assert_eq!(config.site_name.value, "答疑");
        assert!(matches!(
            &config.site_name.source,
            Source::File { line: 2, .. }
        ));
        assert_eq!(config.listen.source, Source::Default);
        assert_eq!(config.listen.value.to_string(), "127.0.0.1:8080");
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
        assert_eq!(load(&described).unwrap().site_name.value, "a \"b\"");
    }
}
