#!/usr/bin/env bash
# The bill of materials (CycloneDX, JSON) of the release binary, by cargo-cyclonedx: what it is made of, directly or not,
# with versions, licences and hashes; without what only tests and benches need.
#
#   deploy/sbom.sh FILE.json
#
# The same Cargo.lock, platform and commit give the same bytes.
set -euo pipefail

[ $# = 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
target=$(realpath -m "$1")
cd "$(dirname "$0")/.."
cargo cyclonedx --version >/dev/null 2>&1 || {
    echo "cargo-cyclonedx is not installed: cargo install --locked cargo-cyclonedx" >&2
    exit 2
}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH

# It writes beside Cargo.toml, and names dayi by the folder.
cargo cyclonedx --quiet --format json --spec-version 1.5 --describe binaries
sed "s|file://$PWD|file:///source|g" dayi_bin.cdx.json >"$target"
rm dayi_bin.cdx.json
