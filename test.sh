#!/usr/bin/env bash
# All checks of the project, on a fresh machine too.
set -euo pipefail
cd "$(dirname "$0")"
cargo fmt --all -- --check
cargo test
