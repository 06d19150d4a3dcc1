//! Every dependency comes from crates.io under a licence that `deny.toml` allows, and its reason is written down. Needs no
//! network.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

fn dependencies() -> Vec<serde_json::Value> {
    let host = Command::new("rustc").arg("-vV").output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host.lines().find_map(|l| l.strip_prefix("host: ")).unwrap();
    let metadata = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--offline",
            "--filter-platform",
            host,
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        metadata.status.success(),
        "{}",
        String::from_utf8_lossy(&metadata.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages.filter(|p| p["name"] != "dayi").cloned().collect()
}

#[test]
fn every_licence_is_allowed() {
    let deny: toml::Table = toml::from_str(include_str!("../deny.toml")).unwrap();
    let allowed: Vec<spdx::Licensee> = deny["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| spdx::Licensee::parse(l.as_str().unwrap()).unwrap())
        .collect();
    for package in dependencies() {
        let licence = package["license"].as_str().unwrap_or_default();
        let expression = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX);
        let fits = expression
            .is_ok_and(|e| e.evaluate(|wanted| allowed.iter().any(|a| a.satisfies(wanted))));
        assert!(
            fits,
            "{} {} is under `{licence}`",
            package["name"], package["version"]
        );
    }
}

#[test]
fn every_dependency_comes_from_the_registry() {
    for package in dependencies() {
        assert_eq!(
            package["source"], "registry+https://github.com/rust-lang/crates.io-index",
            "{}",
            package["name"]
        );
    }
}

#[test]
fn every_dependency_is_in_the_table_with_its_reason() {
    let manifest: toml::Table = toml::from_str(include_str!("../Cargo.toml")).unwrap();
    let table = include_str!("../docs/dependencies.md");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .map(|line| line.split(" | ").collect())
        .collect();
    let wanted = ["dependencies", "dev-dependencies"]
        .iter()
        .flat_map(|kind| manifest[*kind].as_table().unwrap().keys());
    for name in wanted {
        let row = rows
            .iter()
            .find(|row| row[0] == name)
            .unwrap_or_else(|| panic!("{name} is not in docs/dependencies.md"));
        assert!(row.len() == 4 && !row[1].is_empty(), "{row:?}");
    }
}
