//! Names of settings: keys in files, and variables in the environment.

use super::layer::RANKING;
use super::settings::{SETTINGS, Setting};
use crate::engine::Weights;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use strsim::levenshtein;

/// Prefix of all variables.
pub(super) const PREFIX: &str = "DAYI_";
/// Variables that are not settings: the path of the file, and the filter of the log.
pub(super) const READ_ELSEWHERE: [&str; 2] = ["DAYI_CONFIG", "DAYI_LOG"];

/// Tables of settings, but for that of ranking.
pub(super) const TABLES: [&str; 3] = ["site", "assistant", "asked_as"];

/// A setting in no table, although its name begins like one.
const SITE_NAME: &str = "site_name";

/// The key of a setting by the name of its field: `assistant.url` for `assistant_url`.
pub(super) fn key_of(field: &str) -> String {
    if field == SITE_NAME {
        return field.to_owned();
    }
    for table in TABLES {
        if let Some(key) = field.strip_prefix(table).and_then(|k| k.strip_prefix('_')) {
            return format!("{table}.{key}");
        }
    }
    field.to_owned()
}

/// Every key; a key in a table has the name of the table in front: `ranking.filler`.
pub(super) fn known_keys() -> &'static [String] {
    static ALL: LazyLock<Vec<String>> = LazyLock::new(|| {
        let ranking = Weights::default().named().into_iter();
        let own = SETTINGS.iter().map(Setting::key);
        own.chain(ranking.map(|(name, _)| format!("{RANKING}.{name}")))
            .collect()
    });
    &ALL
}

/// The key that a variable sets. Upper and lower case are the same.
pub(super) fn setting_of_variable(name: &str) -> Option<String> {
    static KEYS: LazyLock<BTreeMap<String, &'static String>> = LazyLock::new(|| {
        let mut keys = BTreeMap::new();
        for key in known_keys() {
            keys.extend(variables(key).into_iter().map(|name| (name, key)));
        }
        keys
    });
    KEYS.get(&name.to_uppercase()).map(|key| (*key).clone())
}

/// The variables that set a key: its name in capitals, with one or two underscores between table and key. If both are set,
/// the variable with two wins.
fn variables(key: &str) -> Vec<String> {
    let name = |separator| format!("{PREFIX}{}", key.replace('.', separator).to_uppercase());
    match key.split_once('.') {
        Some(_) => vec![name("_"), name("__")],
        None => vec![name("__")],
    }
}

/// A hint at the key that was probably meant.
pub(super) fn nearest(name: &str) -> String {
    let closest = known_keys()
        .iter()
        .min_by_key(|key| levenshtein(key, name))
        .map_or("", String::as_str);
    if levenshtein(closest, name) <= 3 {
        format!("did you mean `{closest}`?")
    } else {
        let keys: Vec<String> = SETTINGS.iter().map(Setting::key).collect();
        format!("expected one of {}", keys.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn no_two_settings_share_a_variable() {
        let mut owners: HashMap<String, &str> = HashMap::new();
        for key in known_keys() {
            for name in variables(key) {
                assert!(!READ_ELSEWHERE.contains(&name.as_str()), "{name}");
                let other = owners.insert(name.clone(), key);
                assert_eq!(other, None, "{name} sets `{key}` too");
            }
            // Otherwise `a.b` and `a__b` would be the same variable.
            assert!(!key.contains("__") && !key.contains("_."), "{key}");
        }
    }

    #[test]
    fn a_key_of_a_table_has_a_variable_with_two_underscores() {
        for name in ["DAYI_RANKING__FILLER_SHARE", "DAYI_RANKING_FILLER_SHARE"] {
            let key = setting_of_variable(name);
            assert_eq!(key.as_deref(), Some("ranking.filler_share"), "{name}");
        }
        assert_eq!(setting_of_variable("DAYI_SITE__NAME"), None);
    }
}
