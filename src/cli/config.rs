//! `dayi config`: every effective value and where it came from.

use super::args::Format;
use super::exit_code::GOOD;
use super::report;
use crate::config::Config;
use serde_json::{Map, json};

pub(super) fn config(config: &Config, format: Format) -> anyhow::Result<u8> {
    match format {
        Format::Human => report::print(&config.describe())?,
        Format::Json => {
            let values: Map<String, serde_json::Value> = config
                .entries()
                .into_iter()
                .map(|(key, value, source)| {
                    (key, json!({ "value": value, "source": source.to_string() }))
                })
                .collect();
            report::print_json(&values)?;
        }
    }
    Ok(GOOD)
}
