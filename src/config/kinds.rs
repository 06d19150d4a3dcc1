//! Kinds of settings: how a value is read, which values are valid, and how it is shown.
//!
//! Files hold typed values, the environment and flags hold text; every kind reads both.

use super::site::{CategoryName, Colour, SiteLink};
use super::web_address::without_scheme;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use toml::Value;

/// Reads and shows values of a setting.
pub(super) struct Kind<T> {
    /// Description of valid values, for error messages.
    pub(super) expected: &'static str,
    pub(super) read: fn(&Value) -> Result<T, Unusable>,
    /// The value as TOML.
    pub(super) show: fn(&T) -> String,
    /// Whether a rejected value must not be shown, because it may hold a password.
    pub(super) is_secret: bool,
}

impl<T> Kind<T> {
    /// A value as TOML.
    pub(super) fn shown(&self, value: &T) -> String {
        (self.show)(value)
    }
}

/// What is invalid.
pub(super) enum Unusable {
    /// The whole value.
    Value,
    /// These items of a list.
    Items(Vec<String>),
}

pub(super) const PATH: Kind<PathBuf> = Kind {
    expected: "a path",
    read: |value| value.as_str().map(PathBuf::from).ok_or(Unusable::Value),
    show: |path| text(&path.display()),
    is_secret: false,
};

pub(super) const ADDRESS_AND_PORT: Kind<SocketAddr> = Kind {
    expected: "an address and a port such as 127.0.0.1:8080",
    read: |value| parsed(value).ok_or(Unusable::Value),
    show: text,
    is_secret: false,
};

pub(super) const BASE_URL: Kind<String> = Kind {
    expected: "an address such as https://qa.example.org",
    read: |value| base_url(value).ok_or(Unusable::Value),
    show: text,
    is_secret: false,
};

pub(super) const SHORT_TEXT: Kind<String> = Kind {
    expected: "a short text",
    read: |value| {
        let text = value.as_str().map(str::trim).filter(|t| !t.is_empty());
        text.map(str::to_owned).ok_or(Unusable::Value)
    },
    show: text,
    is_secret: false,
};

pub(super) const LINE: Kind<String> = Kind {
    expected: "a text on one line",
    read: |value| {
        let line = value.as_str().map(str::trim);
        let line = line.filter(|line| !line.contains(char::is_control));
        line.map(str::to_owned).ok_or(Unusable::Value)
    },
    show: text,
    is_secret: false,
};

pub(super) const COLOUR: Kind<Option<Colour>> = Kind {
    expected: "nothing, or a colour such as #0f766e",
    read: |value| match value.as_str().map(str::trim) {
        Some("") => Ok(None),
        Some(written) => Colour::parse(written).map(Some).ok_or(Unusable::Value),
        None => Err(Unusable::Value),
    },
    show: |colour| text(&colour.map_or_else(String::new, |colour| colour.to_string())),
    is_secret: false,
};

pub(super) const LINKS: Kind<Vec<SiteLink>> = Kind {
    expected: "a text and an address such as `Blog https://example.org/blog`",
    read: |value| each(value, SiteLink::parse),
    show: |links| list(links),
    is_secret: false,
};

pub(super) const CATEGORY_NAMES: Kind<Vec<CategoryName>> = Kind {
    expected: "a category and its name such as `faq = 常见问题`",
    read: |value| each(value, CategoryName::parse),
    show: |names| list(names),
    is_secret: false,
};

pub(super) const LANGUAGES: Kind<Vec<String>> = Kind {
    expected: "a tag of a language such as zh-CN",
    read: |value| each(value, |tag| is_tag(tag).then(|| tag.to_owned())),
    show: |tags| list(tags),
    is_secret: false,
};

pub(super) const SOURCE_URL: Kind<String> = Kind {
    expected: "an address with {path} in it, such as https://github.com/example/site/edit/main/content/{path}#L{line}",
    read: |value| {
        let url = value.as_str().filter(|url| is_source_url(url));
        url.map(str::to_owned).ok_or(Unusable::Value)
    },
    show: text,
    is_secret: false,
};

pub(super) const DATABASE: Kind<Option<String>> = Kind {
    expected: "nothing, for SQLite in the data folder, or an address such as postgres://user@host/name",
    read: |value| {
        let url = value.as_str().map(str::trim).filter(|url| is_database(url));
        url.map(|url| Some(url.to_owned()).filter(|url| !url.is_empty()))
            .ok_or(Unusable::Value)
    },
    show: |url| {
        let shown = url.as_deref().map(crate::feedback::without_password);
        text(&shown.unwrap_or_default())
    },
    is_secret: true,
};

pub(super) const MODEL_URL: Kind<Option<String>> = Kind {
    expected: "nothing, or an address up to and with /v1 such as http://127.0.0.1:11434/v1",
    read: |value| {
        let url = value.as_str().map(|url| url.trim().trim_end_matches('/'));
        match url {
            Some("") => Ok(None),
            Some(url) if is_model_url(url) => Ok(Some(url.to_owned())),
            _ => Err(Unusable::Value),
        }
    },
    show: |url| text(&url.clone().unwrap_or_default()),
    is_secret: false,
};

pub(super) const NAME: Kind<String> = Kind {
    expected: "a name",
    read: |value| {
        let name = value.as_str().map(str::trim);
        let name = name.filter(|name| !name.contains(char::is_control));
        name.map(str::to_owned).ok_or(Unusable::Value)
    },
    show: text,
    is_secret: false,
};

/// A secret is never shown; where it comes from is.
pub(super) const SECRET: Kind<Option<String>> = Kind {
    expected: "nothing, or a key without white space",
    read: |value| {
        let key = value.as_str().map(str::trim).ok_or(Unusable::Value)?;
        if key.contains(char::is_whitespace) {
            return Err(Unusable::Value);
        }
        Ok((!key.is_empty()).then(|| key.to_owned()))
    },
    show: |_| text(&""),
    is_secret: true,
};

pub(super) const AT_ONCE: Kind<u32> = Kind {
    expected: "a number of requests from 1 to 64",
    read: |value| whole(value, 1, 64),
    show: u32::to_string,
    is_secret: false,
};

pub(super) const TOKENS: Kind<u32> = Kind {
    expected: "a number of tokens from 64 to 100000",
    read: |value| whole(value, 64, 100_000),
    show: u32::to_string,
    is_secret: false,
};

pub(super) const QUESTIONS: Kind<u32> = Kind {
    expected: "a number of questions from 1 to 20",
    read: |value| whole(value, 1, 20),
    show: u32::to_string,
    is_secret: false,
};

fn is_model_url(url: &str) -> bool {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#' | '@'))
    })
}

pub(super) const SWITCH: Kind<bool> = Kind {
    expected: "true or false",
    read: |value| {
        let switch = value.as_bool().or_else(|| parsed(value));
        switch.ok_or(Unusable::Value)
    },
    show: bool::to_string,
    is_secret: false,
};

pub(super) const SHARE: Kind<f64> = Kind {
    expected: "a share from 0 to 1",
    read: |value| {
        let share = number(value).filter(|share| (0.0..=1.0).contains(share));
        share.ok_or(Unusable::Value)
    },
    show: f64::to_string,
    is_secret: false,
};

pub(super) const CONSTANT_OF_RANKING: Kind<f64> = Kind {
    expected: "a number from 0 to 1000",
    read: |value| {
        let constant = number(value).filter(|n| (0.0..=1000.0).contains(n));
        constant.ok_or(Unusable::Value)
    },
    // Shown as `f32`, the type in which it is used, because that has fewer digits.
    show: |constant| (*constant as f32).to_string(),
    is_secret: false,
};

pub(super) const SECONDS: Kind<u64> = Kind {
    expected: "whole seconds, 1 to 300",
    read: |value| whole(value, 1, 300),
    show: u64::to_string,
    is_secret: false,
};

pub(super) const COUNT: Kind<u64> = Kind {
    expected: "a whole number, 0 to 1000000000; 0 is no bound",
    read: |value| whole(value, 0, 1_000_000_000),
    show: u64::to_string,
    is_secret: false,
};

pub(super) const DAYS: Kind<u64> = Kind {
    expected: "whole days, 0 to 36500; 0 keeps for ever",
    read: |value| whole(value, 0, 36_500),
    show: u64::to_string,
    is_secret: false,
};

pub(super) const FEEDBACK_RATE: Kind<u32> = Kind {
    expected: "a number from 1 to 100000",
    read: |value| whole(value, 1, 100_000),
    show: u32::to_string,
    is_secret: false,
};

pub(super) const REQUEST_RATE: Kind<u32> = Kind {
    expected: "a number from 0 to 1000000; 0 is no limit",
    read: |value| whole(value, 0, 1_000_000),
    show: u32::to_string,
    is_secret: false,
};

pub(super) const ORIGINS: Kind<Vec<String>> = Kind {
    expected: "`*` or an origin such as https://example.org",
    read: |value| each(value, |origin| is_origin(origin).then(|| origin.to_owned())),
    show: |origins| list(origins),
    is_secret: false,
};

pub(super) const NETWORKS: Kind<Vec<IpNet>> = Kind {
    expected: "an address or a network such as 10.0.0.0/8",
    // A single address is a network with one address.
    read: |value| {
        each(value, |item| {
            let address = || item.parse::<IpAddr>().map(IpNet::from);
            item.parse().or_else(|_| address()).ok()
        })
    },
    show: |networks| list(networks),
    is_secret: false,
};

/// A value as text without quotes, for messages.
pub(super) fn unquoted(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn text(value: &impl ToString) -> String {
    Value::String(value.to_string()).to_string()
}

fn list(values: &[impl ToString]) -> String {
    let values = values.iter().map(|v| Value::String(v.to_string()));
    Value::Array(values.collect()).to_string()
}

fn parsed<T: std::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}

/// Reads every item of a list; fails with the invalid items. In the environment, commas separate items.
fn each<T>(value: &Value, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Unusable> {
    let items: Vec<String> = match value {
        Value::Array(items) => items.iter().map(unquoted).collect(),
        other => unquoted(other)
            .split(',')
            .map(|item| item.trim().to_owned())
            .filter(|item| !item.is_empty())
            .collect(),
    };
    let (mut read_items, mut unusable) = (Vec::new(), Vec::new());
    for item in items {
        match read(&item) {
            Some(read) => read_items.push(read),
            None => unusable.push(item),
        }
    }
    if unusable.is_empty() {
        Ok(read_items)
    } else {
        Err(Unusable::Items(unusable))
    }
}

fn number(value: &Value) -> Option<f64> {
    let float = value.as_float().or_else(|| parsed(value));
    float.or_else(|| Some(f64::from(i32::try_from(value.as_integer()?).ok()?)))
}

/// A whole number within bounds.
fn whole<T: TryFrom<i64>>(value: &Value, least: i64, most: i64) -> Result<T, Unusable> {
    let number = value.as_integer().or_else(|| parsed(value));
    number
        .filter(|n| (least..=most).contains(n))
        .and_then(|n| T::try_from(n).ok())
        .ok_or(Unusable::Value)
}

fn is_database(url: &str) -> bool {
    url.is_empty() || url.starts_with("postgres://") || url.starts_with("postgresql://")
}

fn base_url(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim_end_matches('/');
    let host = without_scheme(text)?;
    let usable = !host.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "\"'<>?#".contains(c));
    usable.then(|| text.to_owned())
}

fn is_source_url(url: &str) -> bool {
    url.is_empty() || (without_scheme(url).is_some() && url.contains("{path}"))
}

fn is_tag(tag: &str) -> bool {
    tag.parse::<unic_langid::LanguageIdentifier>().is_ok()
}

fn is_origin(text: &str) -> bool {
    let is_of_host = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
    let is_host = |host: &str| !host.is_empty() && host.chars().all(is_of_host);
    text == "*" || without_scheme(text).is_some_and(is_host)
}
