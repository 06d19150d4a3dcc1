//! Layers of settings, one for each source, with unchecked values. Layers are merged in order and then checked.

use super::keys::{PREFIX, READ_ELSEWHERE, TABLES, known_keys, nearest, setting_of_variable};
use super::kinds::{self, Kind, Unusable, unquoted};
use super::settings::SETTINGS;
use crate::engine::Weights;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use toml::Value;
use toml::de::{DeTable, DeValue};

/// The source of a value.
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

/// Unchecked values by key.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    values: BTreeMap<String, (Value, Source)>,
}

/// The table with the weights of ranking; its keys are those of [`Weights`].
pub(super) const RANKING: &str = "ranking";

impl Layer {
    /// The default values of all settings.
    pub(super) fn defaults() -> Self {
        let mut problems = Vec::new();
        let lines = SETTINGS
            .iter()
            .map(|setting| format!("{} = {}\n", setting.key(), setting.default));
        let text: String = lines.collect();
        let mut layer = Self::from_toml(&text, "defaults", &mut problems).unwrap_or_default();
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

    /// Reads the values of a TOML text; unknown keys are added to `problems`.
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
                DeValue::Table(inner) if name == RANKING || TABLES.contains(&name) => {
                    for (key, value) in inner {
                        add(
                            format!("{name}.{}", key.get_ref()),
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

    /// Reads the values of these environment variables.
    pub(super) fn from_environment(
        variables: impl Iterator<Item = (OsString, OsString)>,
        problems: &mut Vec<String>,
    ) -> Self {
        let mut layer = Self::default();
        // Ordered, so that the same environment always gives the same result.
        let variables: BTreeMap<OsString, OsString> = variables.collect();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|n| n.starts_with(PREFIX)) else {
                continue;
            };
            let Some(key) = setting_of_variable(name) else {
                if !READ_ELSEWHERE.contains(&name) {
                    let key = name.trim_start_matches(PREFIX).to_lowercase();
                    problems.push(format!("{name}: unknown variable; {}", nearest(&key)));
                }
                continue;
            };
            match value.into_string() {
                Ok(value) => {
                    let source = Source::Environment(name.to_owned());
                    layer.values.insert(key, (Value::String(value), source));
                }
                Err(_) => problems.push(format!("{name}: is not UTF-8; expected text")),
            }
        }
        layer
    }

    /// Merges two layers; values of `upper` win.
    pub(super) fn overridden_by(mut self, upper: Self) -> Self {
        self.values.extend(upper.values);
        self
    }

    /// The source of each value, by key.
    pub(super) fn sources(&self) -> BTreeMap<String, Source> {
        let sources = self.values.iter();
        sources
            .map(|(key, (_, source))| (key.clone(), source.clone()))
            .collect()
    }

    /// Removes a value and checks it. `None` if it is invalid, which is then added to `problems`.
    pub(super) fn take<T>(
        &mut self,
        key: &str,
        kind: &Kind<T>,
        problems: &mut Vec<String>,
    ) -> Option<T> {
        let (value, source) = self.values.remove(key)?;
        let expected = kind.expected;
        match (kind.read)(&value) {
            Ok(value) => return Some(value),
            Err(Unusable::Value) => {
                let shown = if kind.is_secret {
                    "…".to_owned()
                } else {
                    unquoted(&value)
                };
                problems.push(format!(
                    "{source}: `{key}` is `{shown}`; expected {expected}"
                ));
            }
            Err(Unusable::Items(items)) => problems.extend(
                items
                    .iter()
                    .map(|item| format!("{source}: `{key}` holds `{item}`; expected {expected}")),
            ),
        }
        None
    }

    /// Removes and checks the weights of ranking.
    pub(super) fn take_ranking(
        &mut self,
        problems: &mut Vec<String>,
    ) -> Option<Vec<(String, f64)>> {
        let names = Weights::default().named().into_iter();
        let constants: Vec<_> = names
            .map(|(name, _)| {
                let key = format!("{RANKING}.{name}");
                let constant = self.take(&key, &kinds::CONSTANT_OF_RANKING, problems);
                constant.map(|constant| (name, constant))
            })
            .collect();
        constants.into_iter().collect()
    }
}

/// The value of a parsed TOML text, without its position.
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
