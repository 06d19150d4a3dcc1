#!/usr/bin/env bash
# All checks of the project. On a fresh Debian it installs what they need first.
set -euo pipefail
cd "$(dirname "$0")"

need() { # need COMMAND PACKAGE…
    command -v "$1" >/dev/null && return
    shift
    local root=""
    [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update -qq
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
need cc build-essential
need chromium chromium fonts-noto-cjk
need node nodejs npm
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || need no-such-command postgresql
ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || need no-such-command libfaketime

cargo fmt --all -- --check
cargo clippy --all-targets --quiet -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet
if cargo deny --version >/dev/null 2>&1; then
    cargo deny check
else
    echo "cargo-deny is not installed: licences are checked by tests/supply_chain.rs, advisories are not checked"
fi
cargo test
target/debug/dayi check --content content

cd tests/browser
npm ci --silent --no-audit --no-fund
npm run --silent check
npm test
