//! The configuration file of a new site: what is changed first stands first.

use super::kinds;
use super::settings::{SETTINGS, Setting, write_explanation, write_out_commented};
use std::fmt::Write;
use std::path::PathBuf;

/// The settings that a new site changes first.
const FIRST: [&str; 4] = ["site_name", "listen", "base_url", "content"];

/// The text of a first `dayi.toml`, for documents in the folder `content`: few settings, then all others commented out.
pub fn first_file(content: &str) -> String {
    let mut text = String::from(
        "# What this site is called, where it listens and where its documents are. Restart `dayi serve` after a change.\n",
    );
    let first = FIRST.iter().filter_map(|name| setting(name));
    for setting in first {
        text.push('\n');
        write_explanation(&mut text, setting);
        let _ = match (setting.field, setting.example) {
            ("content", _) => {
                let content = kinds::PATH.shown(&PathBuf::from(content));
                writeln!(text, "content = {content}")
            }
            // The address follows `listen` unless it is set.
            (key, Some(example)) => writeln!(text, "#{key} = {example}"),
            (key, None) => writeln!(text, "{key} = {}", setting.default),
        };
    }
    text.push_str(
        "\n# All other settings: their defaults, or what they may look like. Take away the # of what you change;
# `dayi config` shows what counts.\n",
    );
    write_out_commented(&mut text, |setting| !FIRST.contains(&setting.field));
    text
}

fn setting(field: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.field == field)
}
