//! One layer per source, everything optional; merged in order, then checked.

use super::{Config, Sourced};
use crate::engine::Weights;
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::LazyLock;
use strsim::levenshtein;
use toml::Value;
use toml::de::{DeTable, DeValue};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The defaults in the binary.
    Default,
    /// A configuration file.
    File {
        /// Its path.
        path: String,
        /// Line of the value, from 1.
        line: usize,
    },
    /// An environment variable of this name.
    Environment(String),
    /// The flag of this name.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{path}:{line}"),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// Values by key as they were given, not yet checked.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    values: BTreeMap<String, (Value, Source)>,
}

const DEFAULTS: &str = include_str!("default.toml");
const KEYS: [&str; 20] = [
    "content",
    "index",
    "data",
    "words",
    "listen",
    "base_url",
    "site_name",
    "source_url",
    "cors_origins",
    "request_timeout_seconds",
    "database",
    "webhooks",
    "query_log",
    "visitors_change_daily",
    "keep_ratings_days",
    "keep_asks_days",
    "keep_queries_days",
    "trusted_proxies",
    "feedback_per_minute",
    "requests_per_minute",
];
/// The table of the constants of ranking; its keys are those of [`Weights`].
const RANKING: &str = "ranking";

/// Every key, those of tables with their table: `ranking.filler`.
fn known_keys() -> &'static [String] {
    static ALL: LazyLock<Vec<String>> = LazyLock::new(|| {
        let ranking = Weights::default()
            .named()
            .into_iter()
            .map(|(name, _)| format!("{RANKING}.{name}"));
        KEYS.iter()
            .map(|k| (*k).to_owned())
            .chain(ranking)
            .collect()
    });
    &ALL
}

impl Layer {
    /// What the binary brings.
    pub fn defaults() -> Self {
        let mut problems = Vec::new();
        let mut layer = Self::from_toml(DEFAULTS, "defaults", &mut problems).unwrap_or_default();
        debug_assert!(problems.is_empty(), "{problems:?}");
        for (name, value) in Weights::default().named() {
            layer.values.insert(
                format!("{RANKING}.{name}"),
                (Value::Float(value), Source::Default),
            );
        }
        for (_, source) in layer.values.values_mut() {
            *source = Source::Default;
        }
        layer
    }

    /// Adds a value from the command line.
    pub fn set_flag(&mut self, key: &'static str, flag: &'static str, value: Option<String>) {
        if let Some(value) = value {
            self.values
                .insert(key.to_owned(), (Value::String(value), Source::Flag(flag)));
        }
    }

    /// The keys of a TOML text; what is wrong goes to `problems`.
    pub(super) fn from_toml(text: &str, path: &str, problems: &mut Vec<String>) -> Option<Self> {
        let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |s| line_of(s.start));
                problems.push(format!("{path}:{line}: {}; expected TOML", error.message()));
                return None;
            }
        };
        let mut layer = Self::default();
        let mut add = |name: String, at: usize, value: &DeValue<'_>| {
            let line = line_of(at);
            if known_keys().contains(&name) {
                let source = Source::File {
                    path: path.to_owned(),
                    line,
                };
                layer.values.insert(name, (owned(value), source));
            } else {
                problems.push(format!(
                    "{path}:{line}: unknown key `{name}`; {}",
                    nearest(&name)
                ));
            }
        };
        for (key, value) in table.get_ref() {
            let name = key.get_ref().as_ref();
            match value.get_ref() {
                DeValue::Table(inner) if name == RANKING => {
                    for (key, value) in inner {
                        add(
                            format!("{RANKING}.{}", key.get_ref()),
                            key.span().start,
                            value.get_ref(),
                        );
                    }
                }
                value => add(name.to_owned(), key.span().start, value),
            }
        }
        Some(layer)
    }

    /// The variables named `DAYI_` and a key in capitals; lists are written with commas.
    pub(super) fn from_environment(problems: &mut Vec<String>) -> Self {
        let mut layer = Self::default();
        for (name, value) in std::env::vars_os() {
            let Some(key) = name
                .to_str()
                .and_then(|n| n.strip_prefix("DAYI_"))
                .map(str::to_lowercase)
            else {
                continue;
            };
            let name = name.to_string_lossy().into_owned();
            // A table's keys are written with one more underscore: `DAYI_RANKING_FILLER`.
            let key = match key.strip_prefix("ranking_") {
                Some(name) => format!("{RANKING}.{name}"),
                None => key,
            };
            if !known_keys().contains(&key) {
                // `DAYI_CONFIG` and `DAYI_LOG` are read elsewhere.
                if key != "config" && key != "log" {
                    problems.push(format!("{name}: unknown variable; {}", nearest(&key)));
                }
                continue;
            }
            match value.into_string() {
                Ok(value) => {
                    layer
                        .values
                        .insert(key, (Value::String(value), Source::Environment(name)));
                }
                Err(_) => problems.push(format!("{name}: is not UTF-8; expected text")),
            }
        }
        layer
    }

    /// This layer with the values of `upper` in place of its own.
    pub(super) fn overridden_by(mut self, upper: Self) -> Self {
        self.values.extend(upper.values);
        self
    }

    /// Typed and checked; `None` when `problems` has grown by what a value lacks.
    pub(super) fn checked(self, problems: &mut Vec<String>) -> Option<Config> {
        let mut check = Checker {
            values: self.values,
            problems,
        };
        let content = check.take("content", "a path", |v| v.as_str().map(PathBuf::from));
        let index = check.take("index", "a path", |v| v.as_str().map(PathBuf::from));
        let data = check.take("data", "a path", |v| v.as_str().map(PathBuf::from));
        let words = check.take("words", "a path", |v| v.as_str().map(PathBuf::from));
        let listen = check.take(
            "listen",
            "an address and a port such as 127.0.0.1:8080",
            |v| v.as_str()?.parse().ok(),
        );
        let base_url = check.take(
            "base_url",
            "an address such as https://qa.example.org",
            base_url,
        );
        let base_url = base_url.map(|base_url| match &listen {
            Some(listen) => as_listened(base_url, listen.value),
            None => base_url,
        });
        let site_name = check.take("site_name", "a short text", |v| {
            v.as_str()
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .map(Into::into)
        });
        let source_url = check.take(
            "source_url",
            "an address with {path} in it, such as https://github.com/example/site/edit/main/content/{path}#L{line}",
            |v| v.as_str().filter(|url| is_source_url(url)).map(Into::into),
        );
        let cors_origins = check.origins();
        let request_timeout_seconds =
            check.take("request_timeout_seconds", "whole seconds, 1 to 300", |v| {
                whole(v, 1, 300)
            });
        let database = check.take(
            "database",
            "nothing, for SQLite in the data folder, or an address such as postgres://user@host/name",
            |v| v.as_str().map(str::trim).filter(|url| is_database(url)).map(str::to_owned),
        );
        let webhooks = check.take("webhooks", "a path", |v| v.as_str().map(PathBuf::from));
        let query_log = check.take("query_log", "a share from 0 to 1", |v| {
            number(v).filter(|share| (0.0..=1.0).contains(share))
        });
        let visitors_change_daily = check.take("visitors_change_daily", "true or false", |v| {
            v.as_bool().or_else(|| v.as_str()?.parse().ok())
        });
        let mut days = |key| {
            check.take(key, "whole days, 0 to 36500; 0 keeps for ever", |v| {
                whole(v, 0, 36_500)
            })
        };
        let keep_ratings_days = days("keep_ratings_days");
        let keep_asks_days = days("keep_asks_days");
        let keep_queries_days = days("keep_queries_days");
        let trusted_proxies = check.networks();
        let feedback_per_minute =
            check.take("feedback_per_minute", "a number from 1 to 100000", |v| {
                whole(v, 1, 100_000).and_then(|n| u32::try_from(n).ok())
            });
        let requests_per_minute = check.take(
            "requests_per_minute",
            "a number from 0 to 1000000; 0 is no limit",
            |v| whole(v, 0, 1_000_000).and_then(|n| u32::try_from(n).ok()),
        );
        let ranking = check.ranking();
        Some(Config {
            database: database.map(|Sourced { value, source }| Sourced {
                value: Some(value).filter(|url| !url.is_empty()),
                source,
            })?,
            webhooks: webhooks?,
            query_log: query_log?,
            visitors_change_daily: visitors_change_daily?,
            keep_ratings_days: keep_ratings_days?,
            keep_asks_days: keep_asks_days?,
            keep_queries_days: keep_queries_days?,
            trusted_proxies: trusted_proxies?,
            feedback_per_minute: feedback_per_minute?,
            requests_per_minute: requests_per_minute?,
            ranking: ranking?,
            content: content?,
            index: index?,
            data: data?,
            words: words?,
            listen: listen?,
            base_url: base_url?,
            site_name: site_name?,
            source_url: source_url?,
            cors_origins: cors_origins?,
            request_timeout_seconds: request_timeout_seconds?,
        })
    }
}

struct Checker<'p> {
    values: BTreeMap<String, (Value, Source)>,
    problems: &'p mut Vec<String>,
}

impl Checker<'_> {
    fn take<T>(
        &mut self,
        key: &str,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<Sourced<T>> {
        let (value, source) = self.values.remove(key)?;
        let read = read(&value);
        if read.is_none() {
            // A database's address may hold a password.
            let shown = if key == "database" {
                "…".to_owned()
            } else {
                shown(&value)
            };
            self.problems.push(format!(
                "{source}: `{key}` is `{shown}`; expected {expected}"
            ));
        }
        read.map(|value| Sourced { value, source })
    }

    fn ranking(&mut self) -> Option<Vec<(String, Sourced<f64>)>> {
        let named = Weights::default().named().into_iter();
        named
            .map(|(name, _)| {
                let value = self.take(
                    &format!("{RANKING}.{name}"),
                    "a number from 0 to 1000",
                    |v| number(v).filter(|n| (0.0..=1000.0).contains(n)),
                );
                value.map(|v| (name, v))
            })
            .collect()
    }

    fn networks(&mut self) -> Option<Sourced<Vec<IpNet>>> {
        let (value, source) = self.values.remove("trusted_proxies")?;
        let mut networks = Vec::new();
        for item in list(&value) {
            // A single address is a network of one.
            let read = item
                .parse()
                .or_else(|_| item.parse::<IpAddr>().map(IpNet::from));
            match read {
                Ok(network) => networks.push(network),
                Err(_) => self.problems.push(format!("{source}: `trusted_proxies` holds `{item}`; expected an address or a network such as 10.0.0.0/8")),
            }
        }
        Some(Sourced {
            value: networks,
            source,
        })
    }

    fn origins(&mut self) -> Option<Sourced<Vec<String>>> {
        let (value, source) = self.values.remove("cors_origins")?;
        let origins = list(&value);
        let mut usable = true;
        for origin in origins.iter().filter(|o| !is_origin(o)) {
            usable = false;
            self.problems.push(format!("{source}: `cors_origins` holds `{origin}`; expected `*` or an origin such as https://example.org"));
        }
        usable.then_some(Sourced {
            value: origins,
            source,
        })
    }
}

/// The items of a list; in the environment it is written with commas.
fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(shown).collect(),
        other => shown(other)
            .split(',')
            .map(|item| item.trim().to_owned())
            .filter(|item| !item.is_empty())
            .collect(),
    }
}

/// A number, also from text.
fn number(value: &Value) -> Option<f64> {
    let float = value.as_float().or_else(|| value.as_str()?.parse().ok());
    float.or_else(|| Some(f64::from(i32::try_from(value.as_integer()?).ok()?)))
}

/// A whole number within bounds, also from text.
fn whole(value: &Value, least: u64, most: u64) -> Option<u64> {
    let number = value
        .as_integer()
        .or_else(|| value.as_str()?.parse().ok())?;
    u64::try_from(number)
        .ok()
        .filter(|n| (least..=most).contains(n))
}

fn is_database(url: &str) -> bool {
    url.is_empty() || url.starts_with("postgres://") || url.starts_with("postgresql://")
}

/// Where nobody has set it: the address that is listened at, once its port is known.
fn as_listened(base_url: Sourced<String>, listen: SocketAddr) -> Sourced<String> {
    if base_url.source != Source::Default || listen.port() == 0 {
        return base_url;
    }
    let reached = match listen.ip() {
        ip if !ip.is_unspecified() => listen,
        IpAddr::V4(_) => (Ipv4Addr::LOCALHOST, listen.port()).into(),
        IpAddr::V6(_) => (Ipv6Addr::LOCALHOST, listen.port()).into(),
    };
    Sourced {
        value: format!("http://{reached}"),
        source: Source::Default,
    }
}

fn base_url(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim_end_matches('/');
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let usable = !host.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>?#".contains(c));
    usable.then(|| text.to_owned())
}

fn is_source_url(url: &str) -> bool {
    let is_address = url.starts_with("https://") || url.starts_with("http://");
    url.is_empty() || (is_address && url.contains("{path}"))
}

fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    text == "*"
        || host.is_some_and(|h| {
            !h.is_empty()
                && h.chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c))
        })
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn owned(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => number
            .to_string()
            .parse()
            .map_or_else(|_| Value::String(number.to_string()), Value::Integer),
        DeValue::Float(number) => Value::String(number.to_string()),
        DeValue::Boolean(flag) => Value::Boolean(*flag),
        DeValue::Datetime(time) => Value::Datetime(*time),
        DeValue::Array(items) => Value::Array(items.iter().map(|i| owned(i.get_ref())).collect()),
        DeValue::Table(_) => Value::Table(toml::Table::new()),
    }
}

/// A hint at the key that was probably meant.
fn nearest(name: &str) -> String {
    let closest = known_keys()
        .iter()
        .min_by_key(|k| levenshtein(k, name))
        .map_or("", String::as_str);
    if levenshtein(closest, name) <= 3 {
        format!("did you mean `{closest}`?")
    } else {
        format!("expected one of {}", KEYS.join(", "))
    }
}
